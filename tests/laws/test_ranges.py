"""The allowed range that an annotation shows is the one that the operation enforces."""

from __future__ import annotations

import collections.abc
import re
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import numpy as np
import pytest

from opsin._operation import Parameter

import samples
from sentences import fail

RANGES = [
    (name, setting.name)
    for name, operation in samples.OPERATIONS.items()
    for setting in operation.settings.values()
    if setting.allowed is not None
]


def is_integer(parameter: Parameter) -> bool:
    """Return whether the numbers of a parameter are integers."""

    def plain(annotation: Any) -> Iterator[Any]:
        if get_origin(annotation) is Annotated:
            yield from plain(get_args(annotation)[0])
        elif get_origin(annotation) in (typing.Union, collections.abc.Sequence, types.UnionType):
            for member in get_args(annotation):
                yield from plain(member)
        else:
            yield annotation

    return float not in plain(parameter.annotation)


def outside(parameter: Parameter) -> Iterator[int | float]:
    """Yield the numbers next to the ends of the allowed range, outside of it."""
    allowed = parameter.allowed
    assert allowed is not None
    whole = is_integer(parameter)
    if allowed.low is not None:
        yield int(allowed.low) - 1 if whole else np.nextafter(float(allowed.low), -np.inf)
    if allowed.high is not None:
        yield int(allowed.high) + 1 if whole else np.nextafter(float(allowed.high), np.inf)
    if allowed.above is not None:
        yield allowed.above
    if allowed.below is not None:
        yield allowed.below


def ends(parameter: Parameter) -> Iterator[int | float]:
    """Yield the numbers at the ends of the allowed range, inside of it."""
    allowed = parameter.allowed
    assert allowed is not None
    kind = int if is_integer(parameter) else float
    for end in (allowed.low, allowed.high):
        if end is not None and end < 2**24:  # larger ones are sizes that no memory holds
            yield kind(end)


def forms(parameter: Parameter, number: int | float, axes: int) -> list[Any]:
    """Return the values of a parameter with a number: alone, and in a sequence for so many axes."""
    found: list[Any] = []
    if not parameter.type_name.startswith("sequence"):
        found.append(number)
    if "sequence" in parameter.type_name:
        count = axes if found else len(parameter.default)
        found.append((number,) * count)
    return found


@pytest.mark.parametrize(("name", "parameter"), RANGES)
def test_numbers_just_outside_are_refused(name: str, parameter: str) -> None:
    operation = samples.OPERATIONS[name]
    for number in outside(operation.parameters[parameter]):
        for value in forms(operation.parameters[parameter], number, 2):
            given = {**samples.parameter_sets(name)[0], parameter: value}
            image = samples.image(name, (4, 5), np.uint8)
            try:
                samples.run(name, image, given)
            except ValueError as error:
                if parameter not in str(error):
                    fail(f"{name}({parameter}={value!r}) raises an error that does not name {parameter}: {error}")
            else:
                allowed = operation.parameters[parameter].allowed
                fail(f"{name} takes {parameter}={value!r}, which is outside its declared range, {allowed}")


@pytest.mark.parametrize(("name", "parameter"), RANGES)
def test_the_ends_of_the_range_are_accepted(name: str, parameter: str) -> None:
    operation = samples.OPERATIONS[name]
    axes = samples.axes_of(name)[0]
    for number in ends(operation.parameters[parameter]):
        value = forms(operation.parameters[parameter], number, axes)[0]
        given = {**samples.parameter_sets(name, axes)[0], parameter: value}
        try:
            samples.run(name, samples.image(name, (5, 4, 3, 2)[:axes], np.uint8), given)
        except (TypeError, ValueError) as error:
            others = [other for other in operation.settings if other != parameter]
            if not any(re.search(rf"\b{other}\b", str(error)) for other in others):  # two parameters may not fit
                fail(f"{name} refuses {parameter}={value!r}, an end of its declared range: {error}")
