"""What completion lists, and what the error for a missing name says."""

from __future__ import annotations

import re
from functools import reduce
from types import ModuleType

import pytest

import opsin
from opsin._names import PEERS_NAMES

PACKAGES = [getattr(opsin, name) for name in opsin.__all__ if isinstance(getattr(opsin, name), ModuleType)]
PACKAGES = [opsin, *PACKAGES]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_completion_lists_public_names_only(package: ModuleType) -> None:
    names = dir(package)
    assert set(names) == {*package.__all__, *(["__version__"] if package is opsin else [])}
    modules = [name for name in names if isinstance(getattr(package, name), ModuleType)]
    assert not modules or package is opsin


@pytest.mark.parametrize(
    ("package", "name", "hint"),
    [
        (opsin.io, "imwrite", "Use opsin.io.imsave."),
        (opsin.io, "read", "Use opsin.io.imread."),
        (opsin, "imread", "Use opsin.io.imread."),
        (opsin, "imshow", "Use opsin.show."),
        (opsin, "gaussian", "Use opsin.filters.gaussian."),
        (opsin.filters, "rotate", "Use opsin.transform.rotate."),
        (opsin.morphology, "binary_closing", "Use opsin.morphology.closing."),
        (opsin.filters, "gausian", "Did you mean 'gaussian'?"),
        (opsin.data, "coin", "Did you mean "),
        (opsin.color, "luv_of_nobody", "It has apply_matrix, apply_palette, "),
    ],
)
def test_a_missing_name_gets_a_hint(package: ModuleType, name: str, hint: str) -> None:
    with pytest.raises(AttributeError, match=rf"^module '{package.__name__}' has no attribute '{name}'\. ") as raised:
        getattr(package, name)
    if hint != "Did you mean ":
        assert hint in str(raised.value)


def test_private_names_are_plainly_missing() -> None:
    assert not hasattr(opsin, "_repr_html_")
    with pytest.raises(AttributeError, match=r"'__wrapped__'\.$"):
        getattr(opsin.io, "__wrapped__")  # noqa: B009 - the expression alone is no statement


@pytest.mark.parametrize(("name", "target"), PEERS_NAMES.items())
def test_hints_lead_to_what_exists(name: str, target: str) -> None:
    assert callable(reduce(getattr, target.split("."), opsin))
    assert name not in {one.short_name for one in opsin.operations().values()}


def test_what_is_not_measured_gets_no_wrong_advice() -> None:
    labels = [[0, 1], [2, 2]]
    with pytest.raises(ValueError, match=r"'area'.*'centroid'.*got 'wobbliness_of_nobody'\.$"):
        opsin.measure.regionprops_table(labels, properties=("wobbliness_of_nobody",))
    with pytest.raises(ValueError, match=r"Did you mean 'intensity_mean'\?$"):
        opsin.measure.regionprops_table(labels, [[0, 1], [2, 2]], properties=("mean_intensity",))


def test_help_says_what_opsin_is() -> None:
    assert re.match("Image processing and sound for Python", opsin.__doc__ or "")
