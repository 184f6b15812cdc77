"""How many threads share the work of one call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from .._errors import integer
from . import runtime

MAX_THREADS = 256


def get_num_threads() -> int:
    """Return how many threads share the work of one call.

    Examples
    --------
    >>> import opsin
    >>> opsin.get_num_threads() >= 1
    True
    """
    return runtime.get_num_threads()


def set_num_threads(count: int) -> None:
    """Let `count` threads share the work of every call from now on.

    The environment variable ``OPSIN_NUM_THREADS`` sets the number at the
    start; without it, it is the number of processors this process may use.
    The results are the same for every number of threads. The number includes
    the thread that calls; the others belong to a pool that all calls share.
    Calls that are running in other threads go on, with the new number.

    Parameters
    ----------
    count : int
        From 1 to 256.

    Examples
    --------
    >>> import opsin
    >>> before = opsin.get_num_threads()
    >>> opsin.set_num_threads(1)
    >>> opsin.get_num_threads()
    1
    >>> opsin.set_num_threads(before)
    """
    runtime.set_num_threads(integer("count", count, low=1, high=MAX_THREADS))


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let `count` threads share the work of every call inside the ``with`` block.

    The number holds for the whole process, not only for the thread that sets
    it. At the end of the block it is what it was at the beginning.

    Parameters
    ----------
    count : int
        From 1 to 256.

    Examples
    --------
    >>> import opsin
    >>> with opsin.threads(1):
    ...     opsin.get_num_threads()
    1
    """
    before = get_num_threads()
    set_num_threads(count)
    try:
        yield
    finally:
        set_num_threads(before)


def _number_at_start() -> int:
    asked = os.environ.get("OPSIN_NUM_THREADS")
    if asked is None:
        available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return min(available, MAX_THREADS)
    if not asked.strip().isdigit():
        raise ImportError(f"OPSIN_NUM_THREADS must be an integer from 1 to {MAX_THREADS}; got {asked!r}.")
    return integer("OPSIN_NUM_THREADS", int(asked), low=1, high=MAX_THREADS)


runtime.set_num_threads(_number_at_start())
