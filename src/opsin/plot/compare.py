"""Images side by side, to be compared: one display range, zoomed together; and the points that match in two images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import integer
from .figures import (
    ColormapLike,
    add_bar,
    check_color,
    check_colormap,
    draw,
    given_axes,
    new_axes,
    new_grid,
    open_window,
    pyplot,
    shows_labels,
    single_axes,
    texts_for,
)
from .overlay import CONTRAST, as_points, bright
from .pixels import LABEL_COLORS, Limits, as_limits, data_limits, label_colors, natural_limits, painted, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def compare(
    *images: ArrayLike,
    titles: Sequence[str] | None = None,
    limits: Limits | None = None,
    cmap: ColormapLike = None,
    columns: int | None = None,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Show images side by side, so that equal values look equal.

    Each is shown as by `show`, but gray images of one dtype that show their
    range of values share it. Images of one shape are zoomed and moved together
    in a window.

    Parameters
    ----------
    *images : arrays
        Images as `show` takes them, of any shapes and dtypes.
    titles : sequence of str, optional
        A text over each image.
    limits : (low, high), optional
        Values to show as black and as white in all images.
    cmap : str or matplotlib Colormap, optional
        A color map of matplotlib for gray images.
    columns : int, optional
        How many images stand in a row, 4 by default.
    axes : sequence of matplotlib Axes, optional
        Where to draw, one for each image; by default a new figure.

    Returns
    -------
    axes : list of matplotlib Axes
        The axes of each image.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If an image is complex or no array of numbers, or a parameter has the
        wrong type.
    ValueError
        If there are no images, an image cannot be shown, or there are not as
        many titles or axes as images.

    See Also
    --------
    show : A single image.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import opsin
    >>> cells = opsin.data.cells()
    >>> axes = opsin.compare(cells, opsin.filters.gaussian(cells, 2), titles=("before", "after"))
    >>> [one.get_title() for one in axes]
    ['before', 'after']
    """
    if not images:
        raise ValueError("images must have at least one image; got none.")
    arrays = [picture(image) for image in images]
    texts = texts_for("titles", titles, len(arrays))
    if columns is not None:
        columns = integer("columns", columns, low=1)
    given = None if limits is None else as_limits(limits)
    pyplot("opsin.compare")
    check_colormap(cmap)
    ranges = [given] * len(arrays) if given else _shared_ranges(arrays, cmap)
    drawn = new_grid(arrays, columns) if axes is None else given_axes(axes, len(arrays))
    shares_bar = axes is None and ranges[0] is not None and len({*ranges}) == 1 and all(a.ndim == 2 for a in arrays)
    for array, text, where, own in zip(arrays, texts, drawn, ranges, strict=True):
        draw(where, array, text, own, cmap, bar=not shares_bar)
    if shares_bar:
        add_bar(drawn)
    if axes is None:
        open_window(drawn[0])
    return drawn


def _shared_ranges(arrays: Sequence[NDArray[Any]], cmap: ColormapLike) -> list[Limits | None]:
    """Return the display range of each image: one for those of a dtype, None where the dtype has one or for labels."""
    groups: dict[Any, list[NDArray[Any]]] = {}
    for array in arrays:
        if not shows_labels(array, None, cmap):
            groups.setdefault(array.dtype, []).append(array)
    shared: dict[Any, Limits] = {}
    for dtype, group in groups.items():
        if any(natural_limits(array) is None for array in group):
            shared[dtype] = data_limits(group)
    return [None if shows_labels(array, None, cmap) else shared.get(array.dtype) for array in arrays]


def show_matches(
    first: ArrayLike,
    second: ArrayLike,
    first_points: ArrayLike,
    second_points: ArrayLike,
    matches: ArrayLike | None = None,
    *,
    title: str | None = None,
    color: Any = None,
    line_width: float = 1.0,
    axes: Axes | None = None,
) -> Axes:
    """Show two images side by side with lines between the points that match.

    Parameters
    ----------
    first, second : (rows, columns), (rows, columns, 3) or (rows, columns, 4) arrays
        The images; their shapes may differ.
    first_points, second_points : (n, 2) arrays
        The points in each image, (row, column).
    matches : (m, 2) array of int, optional
        Which points match: an index into `first_points` and one into
        `second_points`. By default the points of one index match.
    title : str, optional
        Text over the picture.
    color : matplotlib color, optional
        The color of all lines; by default each has its own.
    line_width : float
        The width of the lines in points, 1/72 inch.
    axes : matplotlib Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    axes : matplotlib Axes
        The axes, in the coordinates of the first image; the second image begins
        at its right border.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If an image is complex or no array of numbers.
    ValueError
        If an image cannot be shown, points are not (n, 2), or a match names a
        point that there is not.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import opsin
    >>> disks = opsin.data.disks()
    >>> axes = opsin.show_matches(disks, disks[::-1], [[20, 30], [50, 60]], [[30, 20], [60, 50]])
    >>> len(axes.collections[0].get_segments())
    2
    """
    pictures = [painted(picture(one, name)) for one, name in ((first, "first"), (second, "second"))]
    points = [as_points(first_points, "first_points"), as_points(second_points, "second_points")]
    if matches is None:
        if len(points[0]) != len(points[1]):
            raise ValueError(
                f"first_points and second_points must have one length if matches is not given; got {len(points[0])} "
                f"and {len(points[1])}."
            )
        pairs = np.arange(len(points[0]))[:, None].repeat(2, axis=1)
    else:
        pairs = np.asarray(matches)
        if pairs.size == 0:
            pairs = np.zeros((0, 2), np.intp)
        if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
            raise ValueError(f"matches must be an (m, 2) array of integers; got {pairs.dtype} of shape {pairs.shape}.")
        for side, name in enumerate(("first_points", "second_points")):
            if pairs.size and not (pairs[:, side].min() >= 0 and pairs[:, side].max() < len(points[side])):
                raise ValueError(f"matches must be indices into the {len(points[side])} points of {name}.")
    pyplot("opsin.show_matches")
    from matplotlib.collections import LineCollection

    color = None if color is None else check_color("color", color)
    own = bright(label_colors()[1 + np.arange(len(pairs)) % (LABEL_COLORS - 1)])
    colors = list(own) if color is None else [color] * len(pairs)
    both = _side_by_side(*pictures)
    drawn = new_axes(both)[0] if axes is None else single_axes(axes)
    draw(drawn, both, title, None, None)
    drawn.autoscale(False)
    offset = np.array([0, pictures[0].shape[1]])
    ends = np.stack([points[0][pairs[:, 0]], points[1][pairs[:, 1]] + offset], axis=1)[..., ::-1]
    drawn.add_collection(LineCollection(list(ends), colors=colors, linewidths=line_width))
    for column in (0, 1):
        x, y = ends[:, column].T
        drawn.scatter(x, y, s=18, c=colors or None, edgecolors=CONTRAST, linewidths=0.6, zorder=3)
    if axes is None:
        open_window(drawn)
    return drawn


def _side_by_side(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return two pictures as one in color, on white."""
    rows = max(len(first), len(second))
    both = np.full((rows, first.shape[1] + second.shape[1], 3), 255, np.uint8)
    column = 0
    for one in (first, second):
        place = both[: len(one), column : column + one.shape[1]]
        place[...] = one[..., None] if one.ndim == 2 else one[..., :3]
        column += one.shape[1]
    return both
