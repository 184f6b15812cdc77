"""Footprints of the common shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .._engine.arrays import check_size, is_several
from .._engine.footprints import MAX_SIZE, neighborhood
from .._errors import Allowed, choice, flag, integer

FootprintSequence: TypeAlias = tuple[tuple[NDArray[Any], int], ...]
"""Footprints that are applied one after the other, each so many times."""

SIZE = Allowed(1, MAX_SIZE)
RADIUS = Allowed(0, MAX_SIZE // 2)
STAR = Allowed(0, MAX_SIZE // 3)
"""Half of the side of a star's square: the star is three halves as wide."""


@overload
def footprint_rectangle(shape: Sequence[int], *, dtype: DTypeLike = ..., decomposition: None = ...) -> NDArray[Any]: ...


@overload
def footprint_rectangle(
    shape: Sequence[int], *, dtype: DTypeLike = ..., decomposition: Literal["separable", "sequence"]
) -> FootprintSequence: ...


def footprint_rectangle(
    shape: Sequence[int], *, dtype: DTypeLike = np.uint8, decomposition: Literal["separable", "sequence"] | None = None
) -> NDArray[Any] | FootprintSequence:
    """Return a rectangle, or a box of any number of axes.

    Parameters
    ----------
    shape : sequence of int
        The size along each axis, in pixels.
    dtype : dtype
        The dtype of the footprint.
    decomposition : {'separable', 'sequence'}, optional
        By default the result is one array. ``"separable"``: a line along each axis. ``"sequence"``: squares
        of 3 pixels, and lines along the axes that are longer; of an even size, the lines alone.

    Returns
    -------
    ndarray or tuple of (ndarray, int)
        An array of ones.
        With `decomposition`, pairs of an array and the number of times that it is applied, which :func:`erosion`,
        :func:`dilation` and what is made of them take in place of one array.

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
    if not is_several(shape):
        raise TypeError(f"shape must be a sequence of integers; got {shape!r} ({type(shape).__name__}).")
    sizes, dtype = tuple(integer("shape", size, SIZE) for size in shape), _as_dtype(dtype)
    if decomposition is None:
        check_size(sizes, dtype)
        return np.ones(sizes, dtype)
    least = 1
    found = []
    if choice("decomposition", decomposition, ("separable", "sequence")) == "sequence" and all(n % 2 for n in sizes):
        least = min(sizes, default=1)
        found = [(np.ones((3,) * len(sizes), dtype), least // 2)] if least > 1 else []
    for axis, size in enumerate(sizes):
        if size > least:
            line = [1] * len(sizes)
            line[axis] = size - least + 1
            found.append((np.ones(line, dtype), 1))
    return tuple(found) or ((np.ones(sizes, dtype), 1),)


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
        If the radius is negative or more than 32767.

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
        If the radius is negative or more than 32767.

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


@overload
def diamond(radius: int, *, dtype: DTypeLike = ..., decomposition: None = ...) -> NDArray[Any]: ...


@overload
def diamond(radius: int, *, dtype: DTypeLike = ..., decomposition: Literal["sequence"]) -> FootprintSequence: ...


def diamond(
    radius: int, *, dtype: DTypeLike = np.uint8, decomposition: Literal["sequence"] | None = None
) -> NDArray[Any] | FootprintSequence:
    """Return a diamond: a square that stands on its corner.

    Parameters
    ----------
    radius : int
        Pixels no more than this many steps along the axes from the middle belong to the diamond.
    dtype : dtype
        The dtype of the footprint.
    decomposition : {'sequence'}, optional
        By default the result is one array. ``"sequence"``: that of radius 1, `radius` times.

    Returns
    -------
    ndarray or tuple of (ndarray, int)
        Ones inside the diamond and zeros outside, ``2 * radius + 1`` pixels along both axes.
        With `decomposition`, pairs of an array and the number of times that it is applied, which :func:`erosion`,
        :func:`dilation` and what is made of them take in place of one array.

    Raises
    ------
    TypeError
        If the radius is not an integer.
    ValueError
        If the radius is negative or more than 32767.

    Examples
    --------
    >>> from opsin.morphology import diamond
    >>> diamond(1)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]], dtype=uint8)
    """
    radius = integer("radius", radius, RADIUS)
    if decomposition is not None:
        choice("decomposition", decomposition, ("sequence",))
        return _crosses(2, radius, dtype)
    row, column = _grid(2, radius)
    return np.asarray(np.abs(row) + np.abs(column) <= radius, _as_dtype(dtype))


@overload
def octahedron(radius: int, *, dtype: DTypeLike = ..., decomposition: None = ...) -> NDArray[Any]: ...


@overload
def octahedron(radius: int, *, dtype: DTypeLike = ..., decomposition: Literal["sequence"]) -> FootprintSequence: ...


def octahedron(
    radius: int, *, dtype: DTypeLike = np.uint8, decomposition: Literal["sequence"] | None = None
) -> NDArray[Any] | FootprintSequence:
    """Return an octahedron, the diamond of three dimensions.

    Parameters
    ----------
    radius : int
        Pixels no more than this many steps along the axes from the middle belong to the octahedron.
    dtype : dtype
        The dtype of the footprint.
    decomposition : {'sequence'}, optional
        By default the result is one array. ``"sequence"``: that of radius 1, `radius` times.

    Returns
    -------
    ndarray or tuple of (ndarray, int)
        Ones inside the octahedron and zeros outside, ``2 * radius + 1`` pixels along its three axes.
        With `decomposition`, pairs of an array and the number of times that it is applied, which :func:`erosion`,
        :func:`dilation` and what is made of them take in place of one array.

    Raises
    ------
    TypeError
        If the radius is not an integer.
    ValueError
        If the radius is negative or more than 32767.

    Examples
    --------
    >>> from opsin.morphology import octahedron
    >>> octahedron(2).shape, int(octahedron(2).sum())
    ((5, 5, 5), 25)
    """
    radius = integer("radius", radius, RADIUS)
    if decomposition is not None:
        choice("decomposition", decomposition, ("sequence",))
        return _crosses(3, radius, dtype)
    grid = _grid(3, radius)
    return np.asarray(sum(map(np.abs, grid)) <= radius, _as_dtype(dtype))


def ellipse(width: int, height: int, *, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Return an ellipse.

    Parameters
    ----------
    width, height : int
        How far the ellipse reaches from the middle along the rows and along the columns.
    dtype : dtype
        The dtype of the footprint.

    Returns
    -------
    ndarray
        Ones inside the ellipse and zeros outside, of shape ``(2 * height + 1, 2 * width + 1)``.

    Raises
    ------
    TypeError
        If a size is not an integer.
    ValueError
        If a size is negative or more than 32767.

    Examples
    --------
    >>> from opsin.morphology import ellipse
    >>> ellipse(4, 2)
    array([[0, 1, 1, 1, 1, 1, 1, 1, 0],
           [1, 1, 1, 1, 1, 1, 1, 1, 1],
           [1, 1, 1, 1, 1, 1, 1, 1, 1],
           [1, 1, 1, 1, 1, 1, 1, 1, 1],
           [0, 1, 1, 1, 1, 1, 1, 1, 0]], dtype=uint8)
    """
    width, height = integer("width", width, RADIUS), integer("height", height, RADIUS)
    check_size((2 * height + 1, 2 * width + 1), np.dtype(np.float64))
    row, column = np.ogrid[-height : height + 1, -width : width + 1]
    return np.asarray((row / (height + 1)) ** 2 + (column / (width + 1)) ** 2 < 1, _as_dtype(dtype))


@overload
def octagon(m: int, n: int, *, dtype: DTypeLike = ..., decomposition: None = ...) -> NDArray[Any]: ...


@overload
def octagon(m: int, n: int, *, dtype: DTypeLike = ..., decomposition: Literal["sequence"]) -> FootprintSequence: ...


def octagon(
    m: int, n: int, *, dtype: DTypeLike = np.uint8, decomposition: Literal["sequence"] | None = None
) -> NDArray[Any] | FootprintSequence:
    """Return an octagon.

    Parameters
    ----------
    m : int
        Length of the horizontal and the vertical sides; 0 stands for sides of 2 pixels whose ends belong to the slanted
        sides.
    n : int
        Height and width of the slanted sides.
    dtype : dtype
        The dtype of the footprint.
    decomposition : {'sequence'}, optional
        By default the result is one array. ``"sequence"``: a square of `m` pixels, as
        :func:`footprint_rectangle` divides it, and a diamond of radius 1, `n` times.

    Returns
    -------
    ndarray or tuple of (ndarray, int)
        Ones inside the octagon and zeros outside, ``m + 2 * n`` pixels along both axes.
        With `decomposition`, pairs of an array and the number of times that it is applied, which :func:`erosion`,
        :func:`dilation` and what is made of them take in place of one array.

    Raises
    ------
    TypeError
        If a size is not an integer.
    ValueError
        If a size is negative or more than 32767 (`n`) or 65535 (`m`), or both are 0.

    Examples
    --------
    >>> from opsin.morphology import octagon
    >>> octagon(2, 1)
    array([[0, 1, 1, 0],
           [1, 1, 1, 1],
           [1, 1, 1, 1],
           [0, 1, 1, 0]], dtype=uint8)
    """
    n = integer("n", n, RADIUS)
    m = integer("m", m, low=0 if n else 1, high=MAX_SIZE)
    if not m:
        m, n = 2, n - 1
    if decomposition is not None:
        choice("decomposition", decomposition, ("sequence",))
        square = footprint_rectangle((m, m), dtype=dtype, decomposition="sequence") if m > 1 else ()
        return square + (_crosses(2, n, dtype) if n or not square else ())
    last = m + 2 * n - 1
    check_size((last + 1, last + 1), np.dtype(np.intp))
    row, column = np.ogrid[: last + 1, : last + 1]
    inside = (row + column >= n) & (row + column <= 2 * last - n) & (np.abs(row - column) <= last - n)
    return np.asarray(inside, _as_dtype(dtype))


def star(a: int, *, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Return a star of eight vertices: a square over a square that stands on its corner.

    Parameters
    ----------
    a : int
        The square has sides of ``2 * a + 1`` pixels, and the other reaches ``a // 2`` pixels beyond them.
    dtype : dtype
        The dtype of the footprint.

    Returns
    -------
    ndarray
        Ones inside the star and zeros outside.

    Raises
    ------
    TypeError
        If the size is not an integer.
    ValueError
        If the size is negative or more than 21845.

    Examples
    --------
    >>> from opsin.morphology import star
    >>> star(2)
    array([[0, 0, 0, 1, 0, 0, 0],
           [0, 1, 1, 1, 1, 1, 0],
           [0, 1, 1, 1, 1, 1, 0],
           [1, 1, 1, 1, 1, 1, 1],
           [0, 1, 1, 1, 1, 1, 0],
           [0, 1, 1, 1, 1, 1, 0],
           [0, 0, 0, 1, 0, 0, 0]], dtype=uint8)
    """
    a = integer("a", a, STAR)
    reach = a + a // 2
    row, column = map(np.abs, _grid(2, reach))
    return np.asarray((np.maximum(row, column) <= a) | (row + column <= reach), _as_dtype(dtype))


def footprint_neighbors(axes: int, connectivity: int = 1, *, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Return a pixel and its neighbors, as scipy.ndimage's ``generate_binary_structure``.

    Parameters
    ----------
    axes : int
        The number of axes, at most 10.
    connectivity : int
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8.
    dtype : dtype
        The dtype of the footprint.

    Returns
    -------
    ndarray
        Ones at the pixel and its neighbors and zeros elsewhere, 3 pixels along each axis.

    Raises
    ------
    TypeError
        If a parameter is not an integer.
    ValueError
        If the connectivity is less than 1, or more than the number of axes.

    Examples
    --------
    >>> from opsin.morphology import footprint_neighbors
    >>> footprint_neighbors(2)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]], dtype=uint8)
    """
    axes = integer("axes", axes, low=1, high=10)
    return np.array(neighborhood(axes, integer("connectivity", connectivity, low=1, high=axes)), _as_dtype(dtype))


def _sphere(radius: int, axes: int, strict_radius: bool, dtype: DTypeLike) -> NDArray[Any]:
    """Return the pixels within `radius` of the middle of a box of so many axes."""
    radius = integer("radius", radius, RADIUS)
    reach = radius if flag("strict_radius", strict_radius) else radius + 0.5
    grid = _grid(axes, radius)
    return np.asarray(sum(place**2 for place in grid) <= reach**2, _as_dtype(dtype))


def _grid(axes: int, radius: int) -> tuple[NDArray[np.intp], ...]:
    """Return the coordinates of a cube around its middle."""
    check_size((2 * radius + 1,) * axes, np.dtype(np.intp))
    return tuple(np.ogrid[(slice(-radius, radius + 1),) * axes])


def _as_dtype(dtype: Any) -> np.dtype[Any]:
    """Return a dtype of numbers."""
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except (TypeError, ValueError):
        raise TypeError(f"dtype must be a dtype of numbers; got {dtype!r:.80}.") from None
    if found.kind not in "biuf":
        raise TypeError(f"dtype must be a dtype of numbers; got {found}.")
    return found


def _crosses(axes: int, radius: int, dtype: DTypeLike) -> FootprintSequence:
    """Return a pixel and its neighbors along the axes, so many times."""
    dtype = _as_dtype(dtype)
    return ((np.array(neighborhood(axes, 1), dtype), radius),) if radius else ((np.ones((1,) * axes, dtype), 1),)
