"""The framework of windows: each pixel of the result from the pixels around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, FLOAT64, Pixels
from .borders import Border, as_border, extended, margins
from .dispatch import kernel
from .footprints import as_footprint
from .minmax import minmax
from .planes import Plan, over_planes, plane_shape
from .pointwise import evaluate
from .separable import Weights, separable

_DIFFERENCE = Weights(np.array([-1.0, 0.0, 1.0]))


def gradient(
    pixels: Pixels,
    axes: Sequence[int],
    smoothing: tuple[float, float],
    *,
    border: Border,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return the gradient from 3 pixels along each axis, in the smallest float dtype for the image.

    Parameters
    ----------
    pixels : Pixels
        The image.
    axes : sequence of int
        The axes of the array to differentiate along. One: the component; several: the magnitude, the root of the sum
        of the squared components over the number of axes to work along.
    smoothing : tuple of two float
        The weights of a neighbor and of the pixel itself along the other axes.
    border : Border
        How the image is extended.
    out : ndarray, optional
        The caller's array for the result.
    """
    dtype = pixels.result_dtype("float")
    planar = len(pixels.spatial_axes) == 2 == len(pixels.axes)
    if planar and len(set(axes)) in (1, 2):
        component = "magnitude" if len(axes) == 2 else "rows" if axes[0] == pixels.axes[0] else "columns"
        plan = _gradient_plan(
            pixels.shape, pixels.dtype, pixels.channel_axis, component, smoothing, border.modes, border.cval
        )
        return over_planes(plan, pixels, dtype, out)
    if border.cval != 0 and "constant" in border.modes:
        # A difference does not depend on a constant, and zeros remain zeros from axis to axis.
        pixels = pixels.like(pixels.array.astype(dtype) - dtype.type(border.cval))
        border = border.filled(0.0)
    smooth = _smoothing(*smoothing)
    components = [
        separable(
            pixels,
            [_DIFFERENCE if other == axis else smooth for other in pixels.axes],
            border=border,
            result=dtype,
            out=out if len(axes) == 1 else None,
        )
        for axis in axes
    ]
    if len(axes) == 1:
        return components[0]
    scale = 1 / len(pixels.axes)
    return evaluate(
        lambda *parts: np.sqrt(sum(part * part for part in parts) * scale), components, dtype=dtype, out=out
    )


@lru_cache(maxsize=64)
def _smoothing(side: float, middle: float) -> Weights:
    return Weights(np.array([side, middle, side]))


@lru_cache(maxsize=512)
def _gradient_plan(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    channel_axis: int | None,
    component: str,
    smoothing: tuple[float, float],
    modes: tuple[str, ...],
    cval: float,
) -> Plan:
    computed = COMPUTED_IN["measure"][dtype]
    rows, columns, channels = plane_shape(shape, channel_axis)
    tables = extended(rows, 1, 1, modes[0]), margins(columns, 1, modes[1])
    written = FLOAT64 if computed == FLOAT64 else np.dtype(np.float32)
    return Plan(
        kernel(f"gradient_{component}", computed),
        computed,
        written,
        tables[0],
        3,
        tables[1],
        cval,
        *smoothing,
        channels,
    )


def masked(result: NDArray[Any], mask: NDArray[np.bool_], pixels: Pixels) -> NDArray[Any]:
    """Set `result` to 0 where 3 pixels along each axis hold one outside of `mask` or of the image; return it."""
    inside = Pixels(mask, None, tuple(range(mask.ndim)))
    whole = minmax(inside, as_footprint(3, mask.ndim), (False,), border=as_border("min", 0, inside, ("min",)))
    if pixels.channel_axis is not None:
        whole = np.expand_dims(whole, pixels.channel_axis)
    result *= whole
    return result
