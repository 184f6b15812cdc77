"""Boundaries between regions, and how they look on an image."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import BOOL, Output, as_pixels, is_several
from .._engine.labels import as_label_image
from .._errors import choice, integer, number
from .._operation import Role, operation
from .._types import Image, ImageLike, Mask, ObjectsLike, Out

BoundaryMode: TypeAlias = Literal["thick", "inner", "outer", "subpixel"]
MODES = ("thick", "inner", "outer", "subpixel")


@operation(kind="global", since="0.1")
def find_boundaries(
    label_img: ObjectsLike,
    connectivity: int = 1,
    *,
    mode: BoundaryMode = "thick",
    background: int = 0,
    out: Out = None,
) -> Mask:
    """Find the pixels at the boundaries between regions.

    Parameters
    ----------
    label_img : array_like
        Image of bool or integers, of any number of axes: a different value for each region.
    connectivity : int
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8.
    mode : {'thick', 'inner', 'outer', 'subpixel'}
        ``"thick"``: pixels with a neighbor of another value. ``"inner"``: those of them that are not background.
        ``"outer"``: those of them that are background, and those where two regions touch. ``"subpixel"``: the places
        between pixels that differ, in an image with a place between each two pixels.
    background : int
        The value of the background, for ``"inner"`` and ``"outer"``.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray of bool
        True at boundaries; the shape is that of the image, and twice that minus 1 for ``"subpixel"``.

    Raises
    ------
    TypeError
        If `label_img` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications", 2nd ed., Springer, 2004,
       section 3.8 (internal and external gradients).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[0, 0, 0, 0, 0], [0, 5, 5, 5, 0], [0, 5, 5, 5, 0], [0, 5, 5, 5, 0]])
    >>> opsin.segmentation.find_boundaries(labels, mode="inner").astype(int)
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 1, 0],
           [0, 1, 0, 1, 0],
           [0, 1, 0, 1, 0]])
    """
    image = as_label_image("label_img", label_img)
    mode = choice("mode", mode, MODES)  # type: ignore[assignment]
    reach = integer("connectivity", connectivity, low=1, high=image.ndim)
    background = integer("background", background)
    shape = tuple(max(2 * size - 1, 0) for size in image.shape) if mode == "subpixel" else image.shape
    output = Output(shape, BOOL, BOOL, out, image)
    if mode == "subpixel":
        _between(image, output.array)
        return output.finish()
    found = output.array
    found[...] = False
    for before, after in _neighbors(image.ndim, reach):
        differ = image[before] != image[after]
        found[before] |= differ
        found[after] |= differ
    if mode == "inner":
        found &= image != background
    elif mode == "outer":
        free = image == background
        chosen = free.copy()
        for before, after in _neighbors(image.ndim, image.ndim):
            touch = (image[before] != image[after]) & ~free[before] & ~free[after]
            chosen[before] |= touch
            chosen[after] |= touch
        found &= chosen
    return output.finish()


def _neighbors(axes: int, reach: int) -> Iterator[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """Yield slices for each pair of neighbors: the one pixel of a pair and the other."""
    parts = {0: (slice(None), slice(None)), 1: (slice(None, -1), slice(1, None)), -1: (slice(1, None), slice(None, -1))}
    for steps in itertools.product((0, 1, -1), repeat=axes):
        if sum(map(abs, steps)) <= reach and next((step for step in steps if step), 0) == 1:
            yield tuple(parts[step][0] for step in steps), tuple(parts[step][1] for step in steps)


def _between(image: NDArray[Any], found: NDArray[np.bool_]) -> None:
    """Mark the places between pixels, those of the odd indices, whose nearest pixels are not all equal."""
    found[...] = False
    for odd in itertools.product((False, True), repeat=image.ndim):
        if any(odd):
            target = found[tuple(slice(int(one), None, 2) for one in odd)]
            first = image[tuple(slice(None, -1 if one else None) for one in odd)]
            for side in itertools.product(*((0, 1) if one else (0,) for one in odd)):
                ends = (slice(step, None if step or not one else -1) for one, step in zip(odd, side, strict=True))
                target |= image[tuple(ends)] != first


@operation(kind="global", since="0.1")
def mark_boundaries(
    image: ImageLike,
    label_img: Annotated[Any, Role("labels", "biu")],
    color: Sequence[float] = (1.0, 1.0, 0.0),
    *,
    outline_color: Sequence[float] | None = None,
    mode: BoundaryMode = "outer",
    background_label: int = 0,
    channel_axis: Literal["auto"] | None = "auto",
) -> Image:
    """Draw the boundaries between regions on an image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    label_img : array_like
        Image of bool or integers with the spatial axes of the image: a different value for each region.
    color : sequence of float
        Red, green and blue of the boundaries, as fractions of the range of the dtype: 1 is 255 for uint8.
    outline_color : sequence of float, optional
        Color of the pixels around the boundaries. By default these are not drawn.
    mode : {'thick', 'inner', 'outer', 'subpixel'}
        Which boundaries are drawn, as in `find_boundaries`. For ``"subpixel"`` the image is enlarged linearly, with a
        pixel between each two.
    background_label : int
        The value of the background, for ``"inner"`` and ``"outer"``.
    channel_axis : {'auto', None}
        ``"auto"``: the last axis of a 3-D image is its channels if it is 3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray
        Color image with the dtype of the image, and a last axis of three channels, or four if the image has four.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications", 2nd ed., Springer, 2004,
       section 3.8 (internal and external gradients).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.full((4, 5), 100, np.uint8)
    >>> labels = np.repeat([[0, 0, 1, 1, 1]], 4, axis=0)
    >>> marked = opsin.segmentation.mark_boundaries(image, labels, color=(1, 0, 0))
    >>> marked.shape, marked[0, 1], marked[0, 4]
    ((4, 5, 3), array([255,   0,   0], dtype=uint8), array([100, 100, 100], dtype=uint8))
    """
    if channel_axis is not None and not (isinstance(channel_axis, str) and channel_axis == "auto"):
        raise ValueError(f"channel_axis must be 'auto' or None; got {channel_axis!r}.")
    pixels = as_pixels(image, channel_axis)
    labels = as_label_image("label_img", label_img)
    mode = choice("mode", mode, MODES)  # type: ignore[assignment]
    background_label = integer("background_label", background_label)
    if labels.shape != pixels.spatial_shape:
        raise ValueError(f"label_img must have the spatial shape of image, {pixels.spatial_shape}; got {labels.shape}.")
    array = pixels.array
    if pixels.channel_axis is None:
        array = np.broadcast_to(array[..., None], (*array.shape, 3))
    marked = _enlarged(array) if mode == "subpixel" else array.copy(order="C")
    boundaries = find_boundaries(labels, mode=mode, background=background_label)
    top = np.iinfo(array.dtype).max if array.dtype.kind in "iu" else 1
    inner = _as_color("color", color, top, marked)
    if outline_color is not None:
        outer = _as_color("outline_color", outline_color, top, marked)
        outlines = boundaries.copy()
        for before, after in _neighbors(boundaries.ndim, boundaries.ndim):
            outlines[before] |= boundaries[after]
            outlines[after] |= boundaries[before]
        marked[outlines] = outer
    marked[boundaries] = inner
    return marked


def _as_color(name: str, color: Sequence[float], top: float, image: NDArray[Any]) -> NDArray[Any]:
    """Return a color in the dtype of an image, with full opacity if that has it."""
    if not is_several(color) or len(color) != 3:
        raise (TypeError if not is_several(color) else ValueError)(
            f"{name} must be three numbers, red, green and blue; got {color!r}."
        )
    fractions = [number(name, part, low=0, high=1) for part in color] + [1.0] * (image.shape[-1] - 3)
    # The largest integer of 64 bits is no float.
    parts = [top if part == 1 else part * top + (0.5 if image.dtype.kind in "iu" else 0) for part in fractions]
    return np.array(parts, object).astype(image.dtype)


def _enlarged(image: NDArray[Any]) -> NDArray[Any]:
    """Return an image with a pixel between each two, which is their mean."""
    result = image
    for axis in range(image.ndim - 1):
        moved = np.moveaxis(result, axis, 0)
        wide = np.empty((max(2 * len(moved) - 1, 0), *moved.shape[1:]), image.dtype)
        wide[::2] = moved
        if len(moved) > 1:
            before, after = moved[:-1], moved[1:]
            if image.dtype.kind in "iu":
                wide[1::2] = (before >> 1) + (after >> 1) + ((before | after) & 1)  # the mean, rounded up
            elif image.dtype.kind == "b":
                wide[1::2] = before | after
            else:
                with np.errstate(invalid="ignore"):
                    wide[1::2] = before / 2 + after / 2
        result = np.moveaxis(wide, 0, axis)
    return np.ascontiguousarray(result)
