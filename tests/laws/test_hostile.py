"""Wrong values raise TypeError or ValueError that names the parameter, and crash nothing."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsin._operation import Parameter

import samples
from sentences import fail

NAMES = list(samples.OPERATIONS)
EVERY = [(name, parameter) for name in NAMES for parameter in samples.OPERATIONS[name].parameters]
SETTINGS = [(name, parameter) for name in NAMES for parameter in samples.OPERATIONS[name].settings]


class Nothing:
    """An object that is no number, no sequence and no array."""

    def __repr__(self) -> str:
        return "Nothing()"


NEVER = {
    "an object": Nothing(),
    "a dict": {"a": 1},
    "bytes": b"3",
    "a function": len,
    "a complex number": 1j,
    "a list of None": [None, None],
    "a ragged list": [[1], [2, 3]],
    "an array of text": np.array(["a", "b"]),
    "an array of objects": np.array([None, Nothing()]),
    "a set": {1, 2},
    "an exception": ValueError,
    "a span of time": np.timedelta64(3, "s"),
}
"""Values that no parameter takes."""

NUMBERS = [0, 1, 2, 3, -1, -7, 2**31, 2**63, -(2**63), 2**70, 0.5, -0.0, 1e-300, 1e300, np.nan, np.inf, -np.inf, True]
NUMBERS += [np.float32(2.5), np.int8(-3), np.uint64(2**64 - 1), np.array(2), np.float16(np.nan)]
WORDS = ["", "x", "auto", "nearest", "reflect ", "NEAREST", "0", "nan", "\0", "é" * 200]


def attempt(name: str, parameter: str, value: Any) -> Exception | None:
    """Return the error of an operation that is given one hostile value; None: it is accepted."""
    operation = samples.OPERATIONS[name]
    image = samples.image(name, (4, 5), np.uint8)
    arguments = samples.arguments(samples.parameter_sets(name)[0], image)
    arguments = {operation.image.name: image, **arguments, parameter: value}
    try:
        operation.function(**arguments)
    except (TypeError, ValueError) as error:
        return error
    except Exception as error:  # what is not expected is a sentence, too
        fail(f"{name}({parameter}={value!r}) raises {type(error).__name__}: {error}")
    return None


def check_names(name: str, parameter: str, value: Any, error: Exception) -> None:
    if str(error).startswith("the result of shape"):  # what makes a result too large follows from all parameters
        return
    names = [parameter]
    if parameter == "channel_axis":  # whether it fits is a question of the image's shape
        names.append(samples.OPERATIONS[name].image.name)
    if not any(re.search(rf"\b{word}\b", str(error)) for word in names):
        fail(f"{name}({parameter}={value!r}) raises an error that does not name {parameter}: {error}")


def takes_none(parameter: Parameter) -> bool:
    return parameter.type_name.endswith("None") or (not parameter.required and parameter.default is None)


@pytest.mark.parametrize(("name", "parameter"), EVERY)
def test_what_no_parameter_takes_is_refused(name: str, parameter: str) -> None:
    for what, value in NEVER.items():
        error = attempt(name, parameter, value)
        if error is None:
            fail(f"{name} takes {what} for {parameter}: {value!r}")
        check_names(name, parameter, value, error)


@pytest.mark.parametrize(("name", "parameter"), EVERY)
def test_none_is_refused_where_it_is_not_declared(name: str, parameter: str) -> None:
    error = attempt(name, parameter, None)
    if takes_none(samples.OPERATIONS[name].parameters[parameter]):
        if error is not None and parameter != samples.OPERATIONS[name].image.name:
            fail(f"{name} refuses {parameter}=None, which is declared: {error}")
        return
    if error is None:
        fail(f"{name} takes {parameter}=None, which is not declared")
    check_names(name, parameter, None, error)


@pytest.mark.parametrize(("name", "parameter"), EVERY)
def test_text_is_refused_unless_it_is_a_choice(name: str, parameter: str) -> None:
    for word in ("x", "", "image.png"):
        error = attempt(name, parameter, word)
        if error is None:
            fail(f"{name} takes {parameter}={word!r}")
        check_names(name, parameter, word, error)


@pytest.mark.parametrize(("name", "parameter"), SETTINGS)
def test_an_empty_list_is_refused(name: str, parameter: str) -> None:
    if parameter == "properties":
        assert attempt(name, parameter, []) is None  # a table of no columns
        return
    error = attempt(name, parameter, [])
    if error is None:
        fail(f"{name} takes {parameter}=[]")
    check_names(name, parameter, [], error)


items = st.sampled_from([*NUMBERS, *WORDS, None, Nothing(), memoryview(bytes(6)).cast("B", (2, 3))])
hostile = st.one_of(
    items,
    st.lists(items, max_size=4),
    st.lists(items, max_size=3).map(tuple),
    st.lists(st.lists(items, max_size=3), max_size=3),
    st.sampled_from([np.zeros(0), np.zeros((2, 0)), np.full((2, 3), np.nan), np.array(["a"]), np.zeros((1, 1, 1, 1))]),
)


@pytest.mark.parametrize(("name", "parameter"), SETTINGS)
def test_any_value_is_taken_or_refused_by_name(name: str, parameter: str) -> None:
    @settings(max_examples=120)
    @given(hostile)
    def holds(value: Any) -> None:
        error = attempt(name, parameter, value)
        if error is not None:
            check_names(name, parameter, value, error)

    with np.errstate(all="ignore"):
        holds()


BORDERED = [
    name
    for name, operation in samples.OPERATIONS.items()
    if "mode" in operation.parameters and "constant" in operation.parameters["mode"].choices
]


@pytest.mark.parametrize("name", BORDERED)
def test_a_misspelled_border_gets_the_nearest_name(name: str) -> None:
    error = attempt(name, "mode", "constnt")
    if error is None or not re.search(r"mode must be one of .*Did you mean 'constant'\?", str(error)):
        fail(f"{name}(mode='constnt') does not propose 'constant': {error}")
