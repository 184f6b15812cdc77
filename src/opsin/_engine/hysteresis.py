"""Weak pixels that are connected with strong ones."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from .compiled import hysteresis


def framed(shape: tuple[int, ...]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the states of an image's pixels, 0 for now, and the same with the frame of zeros that `grow` needs."""
    states = np.zeros([length + 2 for length in shape], np.uint8)
    return states[(slice(1, -1),) * len(shape)], states


def grow(states: NDArray[np.uint8], connectivity: int) -> None:
    """Make weak pixels (1) strong (2) that are connected with strong ones.

    Parameters
    ----------
    states : ndarray of uint8
        With a frame of zeros; it is changed.
    connectivity : int
        Along how many axes at once a neighbor may be one step away.
    """
    steps = [step // states.itemsize for step in states.strides]
    neighbors = [
        sum(one * step for one, step in zip(offset, steps, strict=True))
        for offset in itertools.product((-1, 0, 1), repeat=states.ndim)
        if 0 < sum(map(abs, offset)) <= connectivity
    ]
    hysteresis.grow(states, np.array(neighbors, np.intp))
