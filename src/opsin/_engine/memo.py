"""Remembering what parameters were checked and parsed to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` with a cache of its results for hashable arguments; with others it is called.

    All arguments are positional. They are told apart by type: True, 1 and 1.0 are different, except inside tuples.
    """
    cached = functools.lru_cache(maxsize=512, typed=True)(function)

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        try:
            return cached(*args)
        except (TypeError, ValueError):
            # Not hashable (of a memory view a ValueError), or of a wrong type: the function raises the error that
            # names it.
            return function(*args)  # type: ignore[call-arg]

    return call  # type: ignore[return-value]
