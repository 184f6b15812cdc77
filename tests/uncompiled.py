"""Run the irregular modules as what they are: Python files.

    union_find = uncompiled("union_find")

A module gets here what Cython would give it: strips in turn instead of on the
pool, and the bits of a word. Views are NumPy arrays, which check their bounds.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

SOURCES = Path(__file__).parent.parent / "src" / "opsin" / "_engine" / "compiled"


def uncompiled(name: str) -> ModuleType:
    """Return the irregular module `name`, run from its Python file."""
    sys.modules.update(CIMPORTS)
    spec = importlib.util.spec_from_file_location(f"uncompiled_{name}", SOURCES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def for_each_strip(strip: Any, count: int, job: Any, serial: bool) -> None:
    for number in range(count):
        strip(job, number)


def parallel_for(strip: Any, count: int, job: Any, cost: float) -> int:
    for number in range(count):
        strip(job, number)
    return 0


def poll() -> int:
    return 0


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
        _module(
            "opsin._engine.runtime",
            for_each_strip=for_each_strip,
            parallel_for=parallel_for,
            poll=poll,
            strip_type=None,
        ),
        _module("opsin._engine.compiled"),
        _module("opsin._engine.compiled._bits", ones=ones, trailing_zeros=trailing_zeros),
    )
)
