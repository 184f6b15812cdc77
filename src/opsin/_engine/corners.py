"""The framework of corners: functions of the structure tensor, whose elements are never stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from numpy.typing import NDArray

from .arrays import Layout, Pixels
from .borders import extended, margins
from .dispatch import kernel
from .planes import Plan, over_planes
from .separable import IDENTITY, Filter, Weights

Response: TypeAlias = Literal["k", "eps", "eigenvalue"]
"""``det - parameter * trace**2``, ``2 * det / (trace + parameter)``, or the smaller eigenvalue."""

METHODS: tuple[Response, ...] = ("k", "eps", "eigenvalue")
"""In the order of the kernel."""

MAX_RADIUS = 24
"""Longer filters run faster one after the other."""


def can_respond(filters: Sequence[Filter]) -> bool:
    """Return whether `corner_response` takes these filters."""
    return all(item is None or (isinstance(item, Weights) and item.radius <= MAX_RADIUS) for item in filters)


def corner_response(
    pixels: Pixels,
    filters: Sequence[Filter],
    method: Response,
    parameter: float,
    *,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return a function of the structure tensor of planes, which are 0 beyond their border.

    Parameters
    ----------
    pixels : Pixels
        The image.
    filters : sequence of Filter
        Weights of the rows and of the columns, by which the products of the derivatives are summed.
    method : Response
        The function.
    parameter : float
        Its parameter, if it has one.
    out : ndarray, optional
        The caller's array for the result.
    """
    plan = _plan(pixels.layout, tuple(filters), method, parameter)
    return over_planes(plan, pixels, pixels.float_dtype, out)


@lru_cache(maxsize=128)
def _plan(layout: Layout, filters: tuple[Any, ...], method: Response, parameter: float) -> Plan:
    rows, columns, channels = layout.plane
    real = layout.float_dtype
    down, across = (item or IDENTITY for item in filters)
    reach = down.radius + 1
    return Plan(
        kernel("corners", real),
        real,
        real,
        extended(rows, reach, reach, "constant"),
        2 * reach + 1,
        margins(columns, 1, "constant"),
        0.0,
        across.values.astype(real),
        down.values.astype(real),
        METHODS.index(method),
        parameter,
        channels,
    )
