"""Every operation is a plain, typed function that its declaration returned unchanged."""

from __future__ import annotations

import importlib
import inspect
from typing import get_args, get_type_hints

import pytest

import opsin
from opsin._operation import IMAGES, Kind, Operation

OPERATIONS = opsin.operations()


@pytest.fixture(params=OPERATIONS)
def operation(request: pytest.FixtureRequest) -> Operation:
    return OPERATIONS[request.param]


def test_is_public_under_its_name(operation: Operation) -> None:
    subject, _, name = operation.name.partition(".")
    module = importlib.import_module(f"opsin.{subject}")
    assert getattr(module, name) is operation.function
    assert name in module.__all__
    assert getattr(opsin, subject) is module


def test_every_parameter_is_named_and_typed(operation: Operation) -> None:
    hints = get_type_hints(operation.function)
    assert "return" in hints
    for name, parameter in inspect.signature(operation.function).parameters.items():
        assert parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY), name
        assert name in hints


def test_at_most_the_image_and_two_more_are_positional(operation: Operation) -> None:
    positional = [parameter for parameter in operation.parameters.values() if not parameter.keyword_only]
    assert len(positional) <= 3


def test_out_is_last(operation: Operation) -> None:
    names = list(operation.parameters)
    assert "out" not in names or names[-1] == "out"


def test_kind_is_one_of_the_known_ones(operation: Operation) -> None:
    assert operation.kind in get_args(Kind)


def test_defaults_are_within_the_declared_ranges(operation: Operation) -> None:
    for parameter in operation.settings.values():
        if parameter.allowed is not None and isinstance(parameter.default, (int, float)):
            assert parameter.default in parameter.allowed, parameter.name
        if isinstance(parameter.default, str):
            assert parameter.default in parameter.choices, parameter.name


def test_every_array_has_a_role_or_is_a_setting(operation: Operation) -> None:
    assert operation.image.role is not None
    assert operation.image.role.name in IMAGES
    assert operation.results
    for name, annotation in operation.function.__annotations__.items():
        bare = annotation.removesuffix(" | None") in ("ArrayLike", "NDArray[Any]", "NDArray[np.bool_]", "Any")
        assert not bare, f"{operation.name}: {name} needs an annotation that says what the array holds"


def test_only_settings_are_offered_to_people(operation: Operation) -> None:
    for name in ("image", "mask", "hist", "intensity_image", "label_image", "labels", "markers", "out"):
        assert name not in operation.settings
