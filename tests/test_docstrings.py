"""The examples of what is no operation run: files, data, show, threads. The laws run those of the operations."""

from __future__ import annotations

import doctest
import inspect
from typing import Any

import pytest
from matplotlib import pyplot as plt
from numpydoc.validate import validate

import opsin

FUNCTIONS = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (opsin, opsin.data, opsin.draw, opsin.io, opsin.measure)
    for name in module.__all__
    if inspect.isfunction(getattr(module, name)) or module is opsin.measure
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_run(name: str) -> None:
    tests = doctest.DocTestFinder(recurse=False).find(FUNCTIONS[name], name, globs={})
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert sum(runner.run(test).failed for test in tests) == 0
    plt.close("all")


COMPLETE = [
    name
    for name, function in FUNCTIONS.items()
    if name.split(".")[1] in ("data", "draw", "measure") and inspect.isfunction(function)
]


@pytest.mark.parametrize("name", COMPLETE)
def test_docstrings_are_complete(name: str) -> None:
    found: list[Any] = validate(name)["errors"]
    # Rules of numpydoc's own taste: a blank first line, more sections everywhere, results without names.
    assert [error for error in found if error[0] not in {"ES01", "GL01", "RT02", "SA01"}] == []
