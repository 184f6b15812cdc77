"""Every operation is a plain, typed function that its declaration returned unchanged."""

from __future__ import annotations

import importlib
import inspect
from typing import get_args, get_type_hints

import numpy as np
import pytest

import opsin
from opsin._operation import Kind, Operation, Returns

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


def test_kind_and_dtypes_are_of_the_known_ones(operation: Operation) -> None:
    assert operation.kind in get_args(Kind)
    assert operation.returns in get_args(Returns)
    assert operation.dtypes
    assert all(np.dtype(name).kind in "biuf" for name in operation.dtypes)


def test_stencils_have_a_halo(operation: Operation) -> None:
    assert (operation.halo is not None) == (operation.kind == "stencil")


def test_defaults_are_within_the_declared_ranges(operation: Operation) -> None:
    for parameter in operation.settings.values():
        if parameter.limits is not None and isinstance(parameter.default, (int, float)):
            assert parameter.limits.low <= parameter.default <= parameter.limits.high, parameter.name
        if parameter.choices and not parameter.required:
            assert parameter.default in (*parameter.choices, None), parameter.name
