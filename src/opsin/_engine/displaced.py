"""Images of any number of axes as rows, and the displacements from a pixel to those of a window, for compiled code."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Pixels
from .borders import Border, extended_image
from .channels import over_channels


@dataclass(frozen=True)
class Displaced:
    """Channels that are extended on every side, as rows of all planes."""

    image: NDArray[Any]
    """The extended rows: (channels, rows, columns), C-contiguous."""
    planes: NDArray[np.intp]
    """For each plane of the image the extended row that its first row is in."""
    shape: tuple[int, ...]
    """The shape of a channel, with at least two axes."""
    steps: tuple[int, ...]
    """How many extended rows the next pixel is away, along each axis but the last."""
    pad: int
    """How many pixels a row is extended."""

    def offsets(self, reach: int) -> NDArray[np.intp]:
        """Return how many rows and columns away the pixels of a cube are, which reaches so far: (pixels, 2)."""
        ranges = [range(-reach, reach + 1) if step else (0,) for step in (*self.steps, 1)]
        places = np.array(list(itertools.product(*ranges)), np.intp)
        return np.stack([places[:, :-1] @ np.array(self.steps, np.intp), places[:, -1]], axis=1)


def over_displaced(
    pixels: Pixels,
    function: Callable[[Displaced, NDArray[Any]], None],
    *,
    pad: int,
    border: Border,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return what a function makes of an image and its displacements, of the dtype of the image.

    Parameters
    ----------
    pixels : Pixels
        The image.
    function : callable
        It is called with the extended channels and the array that it fills: (channels, rows of all planes, columns), of
        the same floats.
    pad : int
        How many pixels the image is extended along every axis.
    border : Border
        How it is extended.
    out : ndarray, optional
        The caller's array for the result.
    """

    def filled(channels: NDArray[Any]) -> NDArray[Any]:
        source = displaced(channels, pad, border)
        result = np.empty((len(channels), math.prod(source.shape[:-1]), source.shape[-1]), channels.dtype)
        function(source, result)
        return result.reshape(channels.shape)

    return over_channels(pixels, filled, out=out)


def displaced(channels: NDArray[Any], pad: int, border: Border) -> Displaced:
    """Return the channels, (channels, ...), extended by `pad` pixels along every axis."""
    axes = tuple(range(1, channels.ndim))
    extended = np.ascontiguousarray(extended_image(channels, axes, (pad,) * len(axes), (pad,) * len(axes), border))
    *leading, columns = extended.shape[1:]
    steps = tuple(math.prod(leading[axis + 1 :]) for axis in range(len(leading)))
    shape = channels.shape[1:]
    if len(shape) == 1:
        shape, steps = (1, *shape), (0,)
    planes = [
        sum((index + pad) * step for index, step in zip((*plane, 0), steps, strict=True))
        for plane in np.ndindex(shape[:-2])
    ]
    rows = extended.reshape(len(channels), -1, columns)
    return Displaced(rows, np.array(planes, np.intp), shape, steps, pad)
