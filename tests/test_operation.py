"""The declaration: what it derives from signatures, and what it refuses at registration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import opsin
from opsin import _operation
from opsin._errors import Allowed
from opsin._operation import operation
from opsin._types import Curves, Image, ImageLike, Mask, MaskLike, Mode, Model, Number, Out, Points, Sigma, Table


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    known = dict(opsin.operations())
    monkeypatch.setattr(_operation, "OPERATIONS", known)
    return known


@dataclass(frozen=True)
class Cascade:
    """A model for these tests."""

    stages: int


def detect(
    image: ImageLike,
    model: Model[Cascade],
    sigma: Sigma | None = None,
    *,
    mask: MaskLike | None = None,
    mode: Mode | None = "wrap",
    out: Out = None,
) -> tuple[Image, Points]:
    """Detect.

    Parameters
    ----------
    image : array_like
        The image.
    sigma : float
        How much
        to blur.
    """
    return np.asarray(image), np.zeros((model.stages, 2))


def test_roles_and_settings_come_from_the_annotations(registry: dict[str, Any]) -> None:
    assert operation(kind="global", since="1")(detect) is detect
    record = next(record for record in registry.values() if record.function is detect)
    roles = {name: parameter.role and parameter.role.name for name, parameter in record.parameters.items()}
    assert roles == {"image": "image", "model": "model", "sigma": None, "mask": "mask", "mode": None, "out": "out"}
    assert list(record.settings) == ["sigma", "mode"]
    assert [result.name for result in record.results] == ["image", "points"]
    assert not record.gives_image
    assert record.result_dtypes("uint8") == (np.uint8, None)


def test_ranges_choices_and_help_are_found_in_unions(registry: dict[str, Any]) -> None:
    operation(kind="global", since="1")(detect)
    record = next(record for record in registry.values() if record.function is detect)
    sigma, mode = record.parameters["sigma"], record.parameters["mode"]
    assert 0 in sigma.allowed
    assert -1e-300 not in sigma.allowed
    assert (sigma.typical.low, sigma.typical.unit) == (0, "px")
    assert sigma.type_name == "float | sequence of float | None"
    assert sigma.help == "How much to blur."
    assert mode.choices == ("reflect", "mirror", "nearest", "constant", "wrap")


@pytest.mark.parametrize(
    ("annotation", "names", "gives_image"),
    [
        (Image, ["image"], True),
        (Mask, ["mask"], True),
        (Table, ["table"], False),
        (Curves, ["curves"], False),
        (Number, ["number"], False),
        (Image | tuple[Image, Number], ["image"], True),
        (tuple[Image, Image], ["image", "image"], False),
    ],
)
def test_results_come_from_the_annotation(
    registry: dict[str, Any], annotation: Any, names: list[str], gives_image: bool
) -> None:
    def invented(image: Any) -> Any: ...

    invented.__annotations__ = {"image": ImageLike, "return": annotation}
    operation(kind="global", since="1")(invented)
    record = next(record for record in registry.values() if record.function is invented)
    assert [result.name for result in record.results] == names
    assert record.gives_image == gives_image


def test_two_operations_with_one_short_name_are_refused() -> None:
    def gaussian(image: ImageLike) -> Image: ...

    with pytest.raises(ValueError, match=r"has the short name of filters\.gaussian"):
        operation(kind="point", since="1")(gaussian)


def test_the_same_function_may_be_registered_again() -> None:
    assert operation(kind="global", since="1")(detect) is operation(kind="global", since="1")(detect)


def test_the_halo_must_fit_the_kind() -> None:
    with pytest.raises(ValueError, match="windows, and only they, declare a halo"):
        operation(kind="window", since="1")(detect)
    with pytest.raises(ValueError, match="windows, and only they, declare a halo"):
        operation(kind="point", halo=lambda axes, /, **_: (0,) * axes, since="1")(detect)
    with pytest.raises(ValueError, match="only geometric operations declare a mapping"):
        operation(kind="point", mapping=lambda shape, /, **_: shape, since="1")(detect)


def test_the_halo_is_asked_with_defaults_and_without_arrays() -> None:
    found = opsin.operations()["filters.gaussian"].reach(3, sigma=(0, 1, 2), out=None)
    assert found == (0, 4, 8)
    with pytest.raises(ValueError, match=r"rgb2gray has no halo"):
        opsin.operations()["color.rgb2gray"].reach(2)


def test_the_halo_of_an_operation_that_works_along_chosen_axes() -> None:
    assert opsin.operations()["filters.gaussian"].reach(3, sigma=1, axes=(0, 2)) == (4, 0, 4)


def test_the_dtype_may_depend_on_parameters() -> None:
    gaussian = opsin.operations()["filters.gaussian"]
    assert gaussian.result_dtypes("uint8") == (np.uint8,)
    assert gaussian.result_dtypes("uint8", order=1) == (np.float32,)
    assert gaussian.result_dtypes("int32", order=(0, 1)) == (np.float64,)


def test_an_allowed_range_knows_its_values() -> None:
    assert 3 in Allowed(1, 3)
    assert 4 not in Allowed(1, 3)
    assert 0 not in Allowed(above=0)
    assert 1 not in Allowed(below=1)
    assert 1e300 in Allowed()
