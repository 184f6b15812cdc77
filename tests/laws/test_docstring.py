"""Every docstring is complete, of numpydoc's form, and its examples run."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from numpydoc.docscrape import FunctionDoc
from numpydoc.validate import validate

import opsin

OPERATIONS = opsin.operations()
OTHERS = ["opsin.get_num_threads", "opsin.set_num_threads", "opsin.threads", "opsin.operations"]
# Rules of numpydoc's own taste: See Also sections, and a blank first line.
LEFT_OUT = {"EX01", "SA01", "GL01", "GL08", "ES01", "PR06", "PR08", "PR09", "RT03"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_is_valid_numpydoc(name: str) -> None:
    found = validate(f"opsin.{name}")["errors"]
    assert [error for error in found if error[0] not in LEFT_OUT] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_has_every_section(name: str) -> None:
    sections = FunctionDoc(OPERATIONS[name].function)
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert sections[section], section
    assert OPERATIONS[name].summary.endswith(".")


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_parameter_has_help(name: str) -> None:
    for parameter in OPERATIONS[name].parameters.values():
        assert parameter.help, parameter.name


@pytest.mark.parametrize("name", [*(f"opsin.{name}" for name in OPERATIONS), *OTHERS])
def test_examples_run(name: str) -> None:
    subject, _, attribute = name.removeprefix("opsin.").rpartition(".")
    function = getattr(getattr(opsin, subject) if subject else opsin, attribute)
    tests = doctest.DocTestFinder(recurse=False).find(function, name, globs={})
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    with np.printoptions(legacy=False):
        results = [runner.run(test) for test in tests]
    assert sum(result.attempted for result in results) > 0
    assert sum(result.failed for result in results) == 0
