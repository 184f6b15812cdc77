"""The framework of iterations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from .runtime import Stop, heed, poll

Listener: TypeAlias = Callable[[int, int], object]

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


def iterations(limit: int) -> Iterator[int]:
    """Yield the numbers 0, 1, ... below `limit`; Ctrl-C ends the loop between two of them.

    The step, its state and the criterion belong to the operation.
    """
    listener = _LISTENER.get()
    for number in range(limit):
        poll()
        if listener is not None:
            listener(number, limit)
        yield number


@contextmanager
def progress(listener: Listener) -> Iterator[None]:
    """Call a function before each iteration of the iterative operations inside the ``with`` block.

    It holds for the current thread or task only.

    Parameters
    ----------
    listener : callable
        ``listener(number, limit)`` gets the number of the iteration, from 0, and the largest number of iterations. An
        exception that it raises ends the operation.

    Raises
    ------
    TypeError
        If `listener` cannot be called.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> numbers = []
    >>> with opsin.progress(lambda number, limit: numbers.append(number)):
    ...     result = opsin.restoration.denoise_tv_chambolle(np.eye(8), max_num_iter=5, eps=0)
    >>> numbers
    [0, 1, 2, 3, 4]
    """
    if not callable(listener):
        raise TypeError(f"listener must be callable; got {type(listener).__name__}.")
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def stopped_by(stop: Stop) -> Iterator[None]:
    """Let another thread stop the calls inside the ``with`` block: ``stop.ask()`` makes them raise `Stopped`."""
    heed(stop)
    try:
        yield
    finally:
        heed(None)
