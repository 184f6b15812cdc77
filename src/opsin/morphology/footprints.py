"""Footprints of the common shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .._errors import flag, integer


def footprint_rectangle(shape: Sequence[int], *, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Return a rectangle, or a box of any number of axes.

    Parameters
    ----------
    shape : sequence of int
        The size along each axis, in pixels.
    dtype : dtype
        The dtype of the footprint.

    Returns
    -------
    ndarray
        An array of ones.

    Raises
    ------
    TypeError
        If a size is not an integer.
    ValueError
        If a size is less than 1.

    Examples
    --------
    >>> from opsin.morphology import footprint_rectangle
    >>> footprint_rectangle((2, 3))
    array([[1, 1, 1],
           [1, 1, 1]], dtype=uint8)
    """
    if not isinstance(shape, (Sequence, np.ndarray)) or isinstance(shape, (str, bytes)):
        raise TypeError(f"shape must be a sequence of integers; got {shape!r} ({type(shape).__name__}).")
    return np.ones(tuple(integer("shape", size, low=1) for size in shape), dtype)


def disk(radius: int, *, strict_radius: bool = True, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Return a disk.

    Parameters
    ----------
    radius : int
        Pixels no farther than this from the middle belong to the disk.
    strict_radius : bool
        False extends the radius by half a pixel, for rounder disks.
    dtype : dtype
        The dtype of the footprint.

    Returns
    -------
    ndarray
        Ones inside the disk and zeros outside, ``2 * radius + 1`` pixels along both axes.

    Raises
    ------
    TypeError
        If the radius is not an integer, or `strict_radius` is not True or False.
    ValueError
        If the radius is negative.

    Examples
    --------
    >>> from opsin.morphology import disk
    >>> disk(2)
    array([[0, 0, 1, 0, 0],
           [0, 1, 1, 1, 0],
           [1, 1, 1, 1, 1],
           [0, 1, 1, 1, 0],
           [0, 0, 1, 0, 0]], dtype=uint8)
    """
    return _sphere(radius, 2, strict_radius, dtype)


def ball(radius: int, *, strict_radius: bool = True, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Return a ball, the disk of three dimensions.

    Parameters
    ----------
    radius : int
        Pixels no farther than this from the middle belong to the ball.
    strict_radius : bool
        False extends the radius by half a pixel, for rounder balls.
    dtype : dtype
        The dtype of the footprint.

    Returns
    -------
    ndarray
        Ones inside the ball and zeros outside, ``2 * radius + 1`` pixels along its three axes.

    Raises
    ------
    TypeError
        If the radius is not an integer, or `strict_radius` is not True or False.
    ValueError
        If the radius is negative.

    Examples
    --------
    >>> from opsin.morphology import ball
    >>> ball(1)
    array([[[0, 0, 0],
            [0, 1, 0],
            [0, 0, 0]],
    <BLANKLINE>
           [[0, 1, 0],
            [1, 1, 1],
            [0, 1, 0]],
    <BLANKLINE>
           [[0, 0, 0],
            [0, 1, 0],
            [0, 0, 0]]], dtype=uint8)
    """
    return _sphere(radius, 3, strict_radius, dtype)


def diamond(radius: int, *, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Return a diamond: a square that stands on its corner.

    Parameters
    ----------
    radius : int
        Pixels no more than this many steps along the axes from the middle belong to the diamond.
    dtype : dtype
        The dtype of the footprint.

    Returns
    -------
    ndarray
        Ones inside the diamond and zeros outside, ``2 * radius + 1`` pixels along both axes.

    Raises
    ------
    TypeError
        If the radius is not an integer.
    ValueError
        If the radius is negative.

    Examples
    --------
    >>> from opsin.morphology import diamond
    >>> diamond(1)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]], dtype=uint8)
    """
    radius = integer("radius", radius, low=0)
    row, column = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(np.abs(row) + np.abs(column) <= radius, dtype)


def _sphere(radius: int, axes: int, strict_radius: bool, dtype: DTypeLike) -> NDArray[Any]:
    """Return the pixels within `radius` of the middle of a box of so many axes."""
    radius = integer("radius", radius, low=0)
    reach = radius if flag("strict_radius", strict_radius) else radius + 0.5
    grid = np.ogrid[(slice(-radius, radius + 1),) * axes]
    return np.asarray(sum(place**2 for place in grid) <= reach**2, dtype)
