"""Algorithms that no dense kernel can express, as Python files compiled by Cython."""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType

from ..runtime import simd_tier


def for_this_machine(name: str) -> ModuleType:
    """Return the module `name`, compiled for the instruction set that the kernels run on."""
    return _module(name, simd_tier())


@cache
def _module(name: str, tier: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}_{tier}")
