"""The check of the layers finds what it is for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import check_layers
from check_layers import circles, faults, imports, known_modules

MODULES = known_modules()


def found(file: str, text: str) -> list[str]:
    return list(faults(check_layers.SOURCE / file, ast.parse(text), MODULES))


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("_engine/arrays.py", "from ..filters.gaussian import gaussian", "_engine imports filters, which is above it"),
        ("_engine/arrays.py", "def f():\n    from ..filters import gaussian", "_engine imports filters"),
        ("_errors.py", "from ._types import Sigma", "_errors imports _types, which is above it"),
        ("filters/median.py", "from opsin._errors import number", "full name"),
        ("filters/median.py", "import opsin", "full name"),
        ("filters/median.py", "import scipy.ndimage", "scipy is imported before it is needed"),
        ("filters/median.py", "try:\n    import matplotlib\nexcept ImportError: ...", "matplotlib is imported before"),
        ("filters/median.py", "import halide", "imports the build of the kernels"),
        ("filters/median.py", "from ..morphology import erosion", "not the whole of morphology"),
        ("nowhere/x.py", "", "nowhere has no place"),
    ],
)
def test_faults_are_found(file: str, text: str, fault: str) -> None:
    assert [item for item in found(file, text) if fault in item]


@pytest.mark.parametrize(
    "text",
    [
        "from ..exposure.histogram import histogram",
        "from .._engine.arrays import as_pixels",
        "def f():\n    import scipy.ndimage",
        "if TYPE_CHECKING:\n    import matplotlib.axes",
        "from .gaussian import gaussian",
    ],
)
def test_what_is_allowed_is_no_fault(text: str) -> None:
    assert found("filters/median.py", text) == []


def test_circles_are_found_over_any_number_of_files() -> None:
    a, b, c, d = (("filters", name) for name in "abcd")
    assert circles({a: {b}, b: {c}, c: {a}, d: {a}}) == [[a, b, c]]
    assert circles({a: {b}, b: {c}, c: set(), d: {a, c}}) == []
    assert circles({a: {a}}) == [[a]]


def test_imports_are_resolved_to_files() -> None:
    path = Path(check_layers.SOURCE / "filters" / "median.py")
    tree = ast.parse("from .._engine import arrays, runtime\nfrom ..exposure.histogram import histogram")
    targets = {item.target for item in imports(path, tree, MODULES)}
    assert targets == {("_engine", "arrays"), ("_engine", "runtime"), ("exposure", "histogram")}
