"""Run the compiled modules as what they are: Python files.

    union_find = uncompiled("union_find")

A module gets here what Cython would give it: strips in turn instead of on the
pool, and more of them; the bits of a word. Views are NumPy arrays, which check
their bounds.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

SOURCES = Path(__file__).parent.parent / "src" / "opsin" / "_engine" / "compiled"


def uncompiled(name: str) -> ModuleType:
    """Return the compiled module `name`, run from its Python file."""
    sys.modules.update(CIMPORTS)
    spec = importlib.util.spec_from_file_location(f"uncompiled_{name}", SOURCES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parallel_for(strip: Any, count: int, job: Any, cost: float) -> None:
    for number in range(count):
        strip(job, number)


def poll() -> None:
    pass


def strip_count(rows: int, elements: int) -> int:
    return min(rows, 4)


def strip_start(rows: int, strips: int, number: int) -> int:
    return rows * number // strips


def ones(word: int) -> int:
    return int(word).bit_count()


def trailing_zeros(word: int) -> int:
    return (int(word) & -int(word)).bit_length() - 1


def _module(name: str, **members: Any) -> tuple[str, ModuleType]:
    module = ModuleType(f"cython.cimports.{name}")
    module.__dict__.update(members)
    return module.__name__, module


CIMPORTS = dict(
    (
        _module("opsin"),
        _module("opsin._engine"),
        _module("opsin._engine.runtime", parallel_for=parallel_for, poll=poll, strip_type=None),
        _module("opsin._engine.compiled"),
        _module("opsin._engine.compiled._bits", ones=ones, trailing_zeros=trailing_zeros),
        _module("opsin._engine.compiled._strips", strip_count=strip_count, strip_start=strip_start),
    )
)
