"""Remembering what parameters were checked and parsed to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from .runtime import Remembered

P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` with a cache of its results for hashable arguments; with others it is called.

    All arguments are positional. They are distinguished by type: True, 1 and 1.0 are different, except inside tuples.
    """
    return Remembered(function, functools.lru_cache(maxsize=512, typed=True)(function))
