"""Weak pixels that are connected with strong ones."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .compiled import hysteresis


def framed(shape: tuple[int, ...]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the states of an image's pixels, 0 for now, and the same with the frame of zeros that `grow` needs."""
    lengths = (1,) * (2 - len(shape)) + shape
    states = np.zeros([length + 2 for length in lengths], np.uint8)
    return states[(slice(1, -1),) * states.ndim].reshape(shape), states


def grow(states: NDArray[np.uint8], connectivity: int) -> None:
    """Make weak pixels (1) strong (2) that are connected with strong ones.

    Parameters
    ----------
    states : ndarray of uint8
        With a frame of zeros, as from `framed`; it is changed.
    connectivity : int
        Along how many axes at once a neighbor may be one step away.
    """
    hysteresis.grow(states, *_neighbors(states.strides, connectivity))


@lru_cache(maxsize=64)
def _neighbors(strides: tuple[int, ...], connectivity: int) -> tuple[NDArray[np.intp], NDArray[np.uint32]]:
    """Return the steps to the rows that touch a row, and which of three pixels there are neighbors of the middle."""
    runs, masks = [], []
    for offset in itertools.product((-1, 0, 1), repeat=len(strides) - 1):
        left = connectivity - sum(map(abs, offset))
        if left >= 0:
            runs.append(sum(one * step for one, step in zip(offset, strides, strict=False)))
            masks.append(0x000100 * any(offset) + 0x010001 * (left > 0))
    return np.array(runs, np.intp), np.array(masks, np.uint32)
