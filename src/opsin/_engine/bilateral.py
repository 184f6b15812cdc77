"""The framework of the bilateral filter: means of the pixels around each pixel, weighted by their distance in color."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import FLOAT32, UINT8, Layout, Pixels
from .borders import Border, extended, margins
from .compiled import for_this_machine
from .dispatch import kernel
from .displaced import Displaced, over_displaced
from .planes import Plan, over_planes

MAX_EXPONENT = 40.0
"""Weights of a greater exponent are not distinguished."""


def bilateral(
    pixels: Pixels, radius: int, fall: float, share: float, *, border: Border, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the mean of the cube of pixels around each pixel, of the dtype of the image.

    Parameters
    ----------
    pixels : Pixels
        The image; its channels are the coordinates of a color.
    radius : int
        How many pixels the cube reaches on each side.
    fall, share : float
        The weight is exp(-fall * squared distance in place - share * squared distance in color).
    border : Border
        How the image is extended.
    out : ndarray, optional
        The caller's array for the result.
    """
    fall = min(fall, MAX_EXPONENT)  # infinity times the distance of the pixel itself, 0, is not a number
    colors = {None: "gray", len(pixels.shape) - 1: "color" if pixels.channels == 3 else None}.get(pixels.channel_axis)
    if colors and len(pixels.axes) <= 2 and pixels.float_dtype == FLOAT32:
        plan = _plan(pixels.layout, colors, radius, fall, share, border)
        return over_planes(plan, pixels, pixels.dtype, out)

    def means(source: Displaced, result: NDArray[Any]) -> None:
        _, exponents = _window(radius, len(pixels.axes), fall)
        compiled = for_this_machine("bilateral")
        compiled.denoise(source.image, result, source.planes, source.offsets(radius), exponents, share)

    return over_displaced(pixels, means, pad=radius, border=border, out=out)


def _window(radius: int, axes: int, fall: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the places of the pixels of the cube, relative to the middle, and their parts of the exponent."""
    places = np.indices((2 * radius + 1,) * axes).reshape(axes, -1) - radius
    return places, np.minimum((places**2).sum(axis=0) * fall, MAX_EXPONENT)


@lru_cache(maxsize=64)
def _plan(layout: Layout, colors: str, radius: int, fall: float, share: float, border: Border) -> Plan:
    computed = UINT8 if layout.dtype == UINT8 else FLOAT32
    rows, columns, _ = layout.plane
    places, exponents = _window(radius, len(border.modes), fall)
    taps = np.ascontiguousarray(np.vstack([np.zeros_like(places), places])[-2:].T, np.int32)
    down_mode, across_mode = ("nearest", *border.modes)[-2:]
    down = radius if len(border.modes) == 2 else 0
    return Plan(
        kernel(f"bilateral_{colors}", computed),
        computed,
        computed,
        extended(rows, down, down, down_mode),
        2 * down + 1,
        margins(columns, radius, across_mode),
        border.cval,
        taps,
        exponents.astype(FLOAT32),
        share,
        radius,
        down,
    )
