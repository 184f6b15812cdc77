"""Every docstring is complete and valid numpydoc, has the shared paragraphs, and its examples run."""

from __future__ import annotations

import difflib
import doctest
import inspect

import numpy as np
import pytest
from numpydoc.docscrape import FunctionDoc
from numpydoc.validate import validate

import opsin

import paragraphs
from sentences import fail

OPERATIONS = opsin.operations()
OTHERS = ["opsin.Pipeline", "opsin.get_num_threads", "opsin.set_num_threads", "opsin.threads", "opsin.operations"]
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


@pytest.mark.parametrize("name", OPERATIONS)
def test_shared_paragraphs_are_those_of_the_table(name: str) -> None:
    docstring = inspect.getdoc(OPERATIONS[name].function) or ""
    expected = paragraphs.renewed(docstring, OPERATIONS[name])
    if docstring != expected:
        changes = difflib.unified_diff(
            docstring.splitlines(), expected.splitlines(), "found", "table", n=0, lineterm=""
        )
        fail(
            f"the docstring of {name} differs from tools/paragraphs.py; `make generate` renews it:\n"
            + "\n".join(changes)
        )


def test_the_table_has_no_paragraph_without_users() -> None:
    used = {
        (name, operation.function.__annotations__[name], text)
        for operation in OPERATIONS.values()
        for name, _, text in paragraphs.shared_parameters(operation)
    }
    for shared in paragraphs.PARAMETERS:
        users = [text for name, annotation, text in used if (name, annotation) == (shared.name, shared.annotation)]
        assert users, f"no operation has the shared paragraph about {shared.name}: {shared.annotation}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_repeats_a_shared_paragraph_by_hand(name: str) -> None:
    operation = OPERATIONS[name]
    generated = {parameter for parameter, _, _ in paragraphs.shared_parameters(operation)}
    for shared in paragraphs.PARAMETERS:
        parameter = operation.parameters.get(shared.name)
        if parameter and shared.name not in generated and parameter.help.startswith(shared.text.partition(".")[0]):
            fail(f"{name} repeats the shared paragraph about {shared.name}: annotate it with {shared.annotation}")


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
