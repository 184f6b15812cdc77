"""Gaussians of large sigma on a decimated grid.

A Gaussian of variance sigma**2 is two Gaussians of half the variance, one
after the other. The first is computed at every n-th pixel only, and the second
interpolates between these. With n at most 0.8 standard deviations of each, all
frequencies that decimation folds into others are attenuated to less than 2e-7.
The work for a pixel does not depend on sigma.

References
----------
.. [1] P. J. Burt, "Fast Filter Transforms for Image Processing", Computer Graphics and Image Processing 16 (1), 1981,
   pp. 20-51.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Pixels
from .borders import Border
from .resample import Table, resample

STEP = 0.8
"""The distance of the samples in standard deviations of each of the two Gaussians."""

TRUNCATE = 5.0
"""The windows end at so many standard deviations, at least."""


MAX_SAMPLES = 1 << 13
"""So many samples may be more than the pixels of the image."""


@dataclass(frozen=True)
class LargeGaussian:
    """A Gaussian that is computed on a decimated grid."""

    sigma: float
    truncate: float

    @property
    def part(self) -> float:
        """The standard deviation of each of the two Gaussians."""
        return self.sigma / 2**0.5

    @property
    def step(self) -> int:
        """The distance of the samples."""
        return max(1, int(STEP * self.part))

    @property
    def radius(self) -> int:
        """The radius of the window of the first Gaussian, in pixels."""
        return int(max(self.truncate, TRUNCATE) * self.part + 0.5)

    @property
    def samples(self) -> int:
        """The radius of the window of the second Gaussian, in samples."""
        return -(-self.radius // self.step)

    @property
    def halo(self) -> int:
        """How many pixels the two reach together."""
        return self.radius + self.samples * self.step


def large_gaussians(
    pixels: Pixels,
    filters: Sequence[LargeGaussian | None],
    *,
    border: Border,
    dtype: np.dtype[Any],
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return the image filtered along the axes that have a filter."""
    pairs = [
        (None, None) if item is None else _tables(pixels.shape[axis], item)
        for axis, item in zip(pixels.axes, filters, strict=True)
    ]
    down, up = (list(tables) for tables in zip(*pairs, strict=True))
    samples, real = pixels, pixels.float_dtype

    def size(image: Pixels) -> int:
        """Return how many elements a channel has."""
        return math.prod(image.shape[axis] for axis in image.spatial_axes)

    def alone(axis: int, table: Table) -> list[Table | None]:
        return [table if other == axis else None for other in range(len(pairs))]

    # One axis after the other, since an image that is extended along all of them may be much larger than the result.
    for axis, table in enumerate(down):
        if table is not None:
            samples = pixels.like(resample(samples, alone(axis, table), border=border, result=real))
            # Many short axes have more samples than pixels, each.
            if size(samples) > max(MAX_SAMPLES, 4 * size(pixels)) and axis < len(pairs) - 1:
                samples = pixels.like(resample(samples, alone(axis, up[axis]), result=real))
                up[axis] = None
    return resample(samples, up, result=dtype, out=out)


@lru_cache(maxsize=64)
def _tables(length: int, item: LargeGaussian) -> tuple[Table, Table]:
    """Return the table of the first Gaussian, at the samples, and that of the second, between them."""
    step, radius, reach = item.step, item.radius, item.samples
    if length == 0:
        nothing = Table(0, np.zeros(0, np.intp), np.ones((1, 0)))
        return nothing, nothing
    first = -reach
    count = (length - 1) // step + 1 + 2 * reach + 1
    centers = (first + np.arange(count)) * step
    offsets = np.arange(-radius, radius + 1)
    bell = np.exp(-0.5 * (offsets / item.part) ** 2)
    bell /= bell.sum()
    down = Table(length, centers - radius, np.repeat(bell[:, None], count, axis=1))
    position = np.arange(length)
    nearest = position // step - first
    taps = np.arange(-reach + 1, reach + 1) if step > 1 else np.arange(-reach, reach + 1)
    distance = position - (nearest + taps[:, None] + first) * step
    weights = np.exp(-0.5 * (distance / item.part) ** 2)
    weights /= weights.sum(axis=0)
    return down, Table(count, nearest + taps[0], weights)
