"""The structure tensor: the smoothed products of the derivatives of a plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Pixels, per_axis
from .._engine.borders import as_border
from .._engine.corners import Response, can_respond, corner_response
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._engine.window import gradient
from .._types import SIGMA
from ..filters.gaussian import gaussian_filter, gaussian_halo

TRUNCATE = 4.0

SMOOTHING = (1.0, 2.0)
"""The weights of Sobel's operator, which are not normalized here: a ramp of slope 1 has the derivative 8."""


def structure_tensor_halo(count: int, /, *, sigma: float | Sequence[float], **_: Any) -> tuple[int, ...]:
    """Return how many pixels the derivatives and the Gaussian reach along each axis."""
    return tuple(reach + 1 for reach in gaussian_halo(count, sigma=sigma, truncate=TRUNCATE, axes=None))


def structure_tensor(pixels: Pixels, sigma: float | Sequence[float]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the elements rr, rc and cc of the structure tensor of planes, which are 0 beyond their border."""
    sigmas = per_axis("sigma", sigma, 2, SIGMA)
    border = as_border("constant", 0, pixels)
    filters = [gaussian_filter(value, 0, TRUNCATE) for value in sigmas]
    dtype = pixels.float_dtype
    rows, columns = (gradient(pixels, (axis,), SMOOTHING, border=border) for axis in pixels.axes)

    def smoothed(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
        product = pixels.like(evaluate(np.multiply, [first, second], dtype=dtype))
        return separable(product, filters, border=border, result="float", out=product.array)

    return smoothed(rows, rows), smoothed(rows, columns), smoothed(columns, columns)


def tensor_response(
    pixels: Pixels,
    sigma: float | Sequence[float],
    method: Response,
    parameter: float,
    *,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return a function of the structure tensor of planes: `method` of `corner_response`, with its parameter."""
    filters = [gaussian_filter(value, 0, TRUNCATE) for value in per_axis("sigma", sigma, 2, SIGMA)]
    if can_respond(filters):
        return corner_response(pixels, filters, method, parameter, out=out)

    def response(rr: NDArray[np.floating], rc: NDArray[np.floating], cc: NDArray[np.floating]) -> NDArray[np.floating]:
        trace, determinant, difference = rr + cc, rr * cc - rc * rc, rr - cc
        if method == "k":
            return determinant - parameter * trace * trace
        if method == "eps":
            return 2 * determinant / (trace + parameter)
        smaller: NDArray[np.floating] = (trace - np.sqrt(difference * difference + 4 * rc * rc)) / 2
        return smaller

    return evaluate(response, structure_tensor(pixels, sigma), dtype=pixels.float_dtype, out=out)
