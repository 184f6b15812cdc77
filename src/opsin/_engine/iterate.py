"""The framework of iterations."""

from __future__ import annotations

from collections.abc import Iterator

from .runtime import poll


def iterations(limit: int) -> Iterator[int]:
    """Yield the numbers 0, 1, ... below `limit`; Ctrl-C ends the loop between two of them.

    The step, its state and the criterion belong to the operation.
    """
    for number in range(limit):
        poll()
        yield number
