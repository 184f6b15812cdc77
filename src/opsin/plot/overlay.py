"""An image with what was found in it: labels, boxes, points, outlines, contours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import flag, number
from ..measure.regionprops_table import regionprops_table
from .figures import (
    ColormapLike,
    check_color,
    check_colormap,
    display_limits,
    draw,
    new_axes,
    open_window,
    pyplot,
    single_axes,
)
from .pixels import LABEL_COLORS, Limits, color_numbers, label_colors, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@runtime_checkable
class Polygon(Protocol):
    """An outline with holes, which may hold islands."""

    outer: NDArray[Any]
    inners: Sequence[Any]


BoxLike: TypeAlias = "Mapping[str, Any] | Sequence[Any] | NDArray[Any]"
"""A box: slices of rows and columns; top, left, bottom, right; or a dict with r, c, height and width."""

CONTRAST = "black"
"""What surrounds lines, marks and numbers, so that they are seen on any ground."""

_COLOR = "#ffd60a"
_ALPHA = 0.4
# More pieces of outlines than this are drawn as pixels.
_MAX_PIECES = 200_000


def overlay(
    image: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    boxes: Iterable[BoxLike] | NDArray[Any] | None = None,
    points: ArrayLike | None = None,
    polygons: Iterable[Polygon | ArrayLike] | None = None,
    levels: float | Sequence[float] | None = None,
    fill: Any = None,
    color: Any = None,
    alpha: float = _ALPHA,
    line_width: float = 1.5,
    numbers: bool = False,
    title: str | None = None,
    limits: Limits | None = None,
    cmap: ColormapLike = None,
    axes: Axes | None = None,
) -> Axes:
    """Show an image and, over it, labels, boxes, points, polygons and contours.

    Lines and marks have dark borders, so that they are seen on any image. All
    coordinates are (row, column).

    Parameters
    ----------
    image : (rows, columns), (rows, columns, 3) or (rows, columns, 4) array
        The image, shown as by `show`.
    labels : (rows, columns) array of int or bool, optional
        Labels, each in a color of its own, or a mask.
    boxes : iterable of boxes, optional
        Each is two slices, (top, left, bottom, right) where the last two are the first row and column outside, as in
        ``bbox`` of `opsin.measure.regionprops_table`, or a dict with ``r``, ``c``, ``height`` and ``width``.
    points : (n, 2) array, optional
        Points, marked by dots.
    polygons : iterable, optional
        Objects with ``outer``, an (n, 2) array, and ``inners``, their holes, which are such objects themselves; or
        (n, 2) arrays, such as contours.
    levels : float or sequence of float, optional
        Values of a gray image at which contours are drawn.
    fill : bool, color or sequence of colors, optional
        How labels and polygons are filled: True in colors of their own, False not at all, or in the given color, or in
        turn in the given ones. By default labels are filled and polygons are not. Holes are left out.
    color : color, optional
        The color of lines and marks. By default labels have their own, and the rest is yellow.
    alpha : float
        The opacity of filled labels, from 0 to 1. Polygons are filled opaquely.
    line_width : float
        The width of lines in points, 1/72 inch; 0 for none.
    numbers : bool
        Whether to write its label at the centroid of each region, and its index beside each box, point and polygon.
    title : str, optional
        Text over the image.
    limits : (low, high), optional
        Values to show as black and as white.
    cmap : str or matplotlib Colormap, optional
        A color map of matplotlib for gray images.
    axes : matplotlib Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    axes : matplotlib Axes
        The axes of the image, to draw on.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If a parameter has the wrong type.
    ValueError
        If the image cannot be shown, the labels have another shape, a box, a
        point or a polygon has a wrong shape, or there is no such color.

    See Also
    --------
    show : The image alone.
    save_figure : Save the figure to a file; lines remain vectors in SVG and PDF.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import opsin
    >>> disks = opsin.data.disks()
    >>> labels = opsin.measure.label(disks > 120)
    >>> axes = opsin.overlay(disks, labels, numbers=True)
    >>> axes = opsin.overlay(disks, boxes=[(10, 20, 60, 80)], points=[[30, 40]], color="cyan")
    """
    array = picture(image)
    numbers = flag("numbers", numbers)
    alpha = number("alpha", alpha, low=0, high=1)
    line_width = number("line_width", line_width, low=0)
    display_limits(array, limits)
    regions = None if labels is None else _as_regions(labels, array.shape[:2])
    corners = [] if boxes is None else [_corners(box) for box in boxes]
    marks = np.zeros((0, 2)) if points is None else as_points(points, "points")
    shapes = [] if polygons is None else [list(_rings(shape)) for shape in polygons]
    if levels is not None and (array.ndim != 2 or min(array.shape) < 2):
        raise ValueError(
            f"image must be gray, of at least 2 x 2 pixels, to have contours at levels; got {array.shape}."
        )
    heights = [] if levels is None else sorted({number("levels", one) for one in np.ravel(np.asarray(levels))})
    pyplot("opsin.overlay")
    check_colormap(cmap)
    style = _Style(fill, color, alpha, line_width)
    drawn = new_axes(array)[0] if axes is None else single_axes(axes)
    draw(drawn, array, title, limits, cmap)
    drawn.autoscale(False)
    if regions is not None:
        _draw_regions(drawn, regions, style)
    _draw_polygons(drawn, shapes, style)
    # A level that no pixel reaches has no contour, and matplotlib would warn.
    if reached := [one for one in heights if array.min() <= one <= array.max()]:
        drawn.contour(array.astype(np.float64), levels=reached, colors=[style.line], linewidths=line_width)
    _draw_boxes(drawn, corners, style)
    if len(marks):
        drawn.scatter(marks[:, 1], marks[:, 0], s=24, c=[style.line], edgecolors=CONTRAST, linewidths=0.8, zorder=4)
    if numbers:
        _write_numbers(drawn, regions, corners, marks, shapes)
    if axes is None:
        open_window(drawn)
    return drawn


@dataclass(frozen=True)
class _Style:
    """How lines and areas are drawn."""

    fill: Any
    color: Any
    alpha: float
    line_width: float

    def __post_init__(self) -> None:
        if self.color is not None:
            check_color("color", self.color)
        if not isinstance(self.fill, (bool, np.bool_, type(None))):
            for color in self.fills:
                check_color("fill", color)

    @property
    def line(self) -> Any:
        return _COLOR if self.color is None else self.color

    @property
    def fills(self) -> list[Any]:
        """The given colors of areas; none if they have their own or are not filled."""
        from matplotlib.colors import is_color_like

        if isinstance(self.fill, (bool, np.bool_, type(None))):
            return []
        return [self.fill] if is_color_like(self.fill) or isinstance(self.fill, str) else list(self.fill)

    def outline(self, extra: float = 1.5) -> list[Any]:
        """Return the effect that gives lines a dark border."""
        from matplotlib.patheffects import Normal, Stroke

        return [Stroke(linewidth=self.line_width + extra, foreground=CONTRAST, alpha=0.6), Normal()]


def bright(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lighter colors for lines, which are seen on dark images and beside areas of the same color."""
    return 0.35 + 0.65 * colors


def as_points(points: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return an (n, 2) array of coordinates."""
    array = np.asarray(points)
    if array.size == 0:
        return np.zeros((0, 2))
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an (n, 2) array of numbers; got dtype {array.dtype}.")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name} must be an (n, 2) array of rows and columns; got the shape {array.shape}.")
    return array.astype(np.float64)


def _as_regions(labels: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    regions = np.asarray(labels)
    if regions.dtype.kind not in "biu":
        raise TypeError(f"labels must be integers or bool; got {regions.dtype}.")
    if regions.shape != shape:
        raise ValueError(f"labels must have the rows and columns of the image, {shape}; got {regions.shape}.")
    return regions


def _corners(box: Any) -> tuple[float, float, float, float]:
    """Return the top, left, bottom and right of a box."""
    if isinstance(box, Mapping):
        if missing := [key for key in ("r", "c", "height", "width") if key not in box]:
            raise ValueError(f"a box must have r, c, height and width; {', '.join(missing)} is missing in {box!r}.")
        top, left = number("r", box["r"]), number("c", box["c"])
        return top, left, top + number("height", box["height"], low=0), left + number("width", box["width"], low=0)
    parts = list(box) if isinstance(box, (Sequence, np.ndarray)) else []
    if len(parts) == 2 and all(isinstance(part, slice) for part in parts):
        rows, columns = parts
        ends = (rows.start or 0, columns.start or 0, rows.stop, columns.stop)
        if None in ends:
            raise ValueError(f"the slices of a box must have ends; got {box!r}.")
        top, left, bottom, right = (number("box", end) for end in ends)
    elif len(parts) == 4:
        top, left, bottom, right = (number("box", end) for end in parts)
    else:
        raise ValueError(
            f"a box must be two slices, (top, left, bottom, right), or a dict with r, c, height and width; got {box!r}."
        )
    if bottom < top or right < left:
        raise ValueError(f"a box must be (top, left, bottom, right) with bottom >= top and right >= left; got {box!r}.")
    return top, left, bottom, right


def _rings(shape: Any, depth: int = 0) -> Iterator[tuple[NDArray[np.float64], int]]:
    """Yield the outlines of a polygon, each with the number of outlines around it."""
    if isinstance(shape, Polygon):
        yield as_points(shape.outer, "outer of a polygon"), depth
        for inner in shape.inners:
            yield from _rings(inner, depth + 1)
    else:
        yield as_points(shape, "a polygon"), depth


def _draw_regions(axes: Axes, regions: NDArray[Any], style: _Style) -> None:
    """Draw labels filled, outlined, or both."""
    from matplotlib.colors import to_rgb

    numbers = color_numbers(regions)
    colors = np.array(label_colors())
    if style.fills:
        colors[1:] = np.resize([to_rgb(color) for color in style.fills], (LABEL_COLORS - 1, 3))
    elif style.color is not None:
        colors[1:] = to_rgb(style.color)
    elif regions.dtype == bool:
        colors[1:] = to_rgb(_COLOR)
    rgba = np.zeros((LABEL_COLORS, 4), np.uint8)
    rgba[:, :3] = np.rint(255 * colors)
    rgba[1:, 3] = round(255 * style.alpha)
    segments, owners = _outlines(numbers)
    lines = style.line_width > 0 and len(segments) <= _MAX_PIECES
    if style.fill is not False:
        axes.imshow(rgba[numbers], interpolation="nearest")
    elif not lines:
        rgba[1:, 3] = 255
        edges = _border_pixels(numbers)
        axes.imshow(rgba[np.where(edges, numbers, 0)], interpolation="nearest")
    if lines and len(segments):
        from matplotlib.collections import LineCollection

        tones = bright(colors) if style.color is None else np.array([to_rgb(style.color)] * LABEL_COLORS)
        axes.add_collection(
            LineCollection(list(segments), colors=tones[owners], linewidths=style.line_width, capstyle="projecting")
        )


def _outlines(numbers: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return the lines between pixels of different labels, (n, 2, 2) of x and y, and the color number of each."""
    found, owners = [], []
    for axis in (0, 1):
        values = numbers if axis == 0 else numbers.T
        differs = values[1:] != values[:-1]
        owner = np.where(differs, np.maximum(values[1:], values[:-1]), 0)
        # Runs of one owner along a row of edges are one line.
        padded = np.pad(owner, ((0, 0), (1, 1)))
        changes = padded[:, 1:] != padded[:, :-1]
        starts = np.argwhere(changes & (padded[:, 1:] > 0))
        stops = np.argwhere(changes & (padded[:, :-1] > 0))
        across = starts[:, 0] + 0.5
        along = np.stack([starts[:, 1] - 0.5, stops[:, 1] - 0.5], axis=1)
        line = np.stack([along, np.stack([across, across], axis=1)], axis=2)
        found.append(line if axis == 0 else line[:, :, ::-1])
        owners.append(owner[starts[:, 0], starts[:, 1]])
    return np.concatenate(found), np.concatenate(owners)


def _border_pixels(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """Return the pixels of labels that touch another label or the background."""
    border = np.zeros(numbers.shape, bool)
    for axis in (0, 1):
        values, touching = (numbers, border) if axis == 0 else (numbers.T, border.T)
        differs = values[1:] != values[:-1]
        touching[1:] |= differs
        touching[:-1] |= differs
    return border


def _draw_polygons(axes: Axes, shapes: Sequence[Sequence[tuple[NDArray[np.float64], int]]], style: _Style) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    filled = style.fill not in (None, False) if not style.fills else True
    for index, rings in enumerate(shapes):
        own = label_colors()[1 + index % (LABEL_COLORS - 1)]
        face = style.fills[index % len(style.fills)] if style.fills else own
        vertices, codes = [], []
        for ring, depth in rings:
            if len(ring) < 2:
                continue
            xy = ring[:, ::-1]
            # Nested outlines of opposite directions leave holes where the rule of non-zero winding fills.
            if filled and (_signed_area(xy) > 0) == (depth % 2 == 1):
                xy = xy[::-1]
            is_closed = filled or bool((xy[0] == xy[-1]).all())
            vertices.append(np.concatenate([xy, xy[:1]]) if is_closed else xy)
            codes.append(np.full(len(vertices[-1]), Path.LINETO, np.uint8))
            codes[-1][0] = Path.MOVETO
            if is_closed:
                codes[-1][-1] = Path.CLOSEPOLY
        if not vertices:
            continue
        path = Path(np.concatenate(vertices), np.concatenate(codes))
        if filled:
            line = "none" if style.color is None else style.color
            width = 0.0 if style.color is None else style.line_width
            axes.add_patch(PathPatch(path, facecolor=face, edgecolor=line, linewidth=width))
        elif style.line_width:
            axes.add_patch(
                PathPatch(
                    path,
                    facecolor="none",
                    edgecolor=style.line,
                    linewidth=style.line_width,
                    joinstyle="round",
                    path_effects=style.outline(),
                )
            )


def _signed_area(xy: NDArray[np.float64]) -> float:
    x, y = xy.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _draw_boxes(axes: Axes, corners: Sequence[tuple[float, float, float, float]], style: _Style) -> None:
    from matplotlib.patches import Rectangle

    for top, left, bottom, right in corners:
        # Pixels reach half a unit around their coordinates.
        axes.add_patch(
            Rectangle(
                (left - 0.5, top - 0.5),
                right - left,
                bottom - top,
                fill=False,
                edgecolor=style.line,
                linewidth=style.line_width,
                joinstyle="miter",
                path_effects=style.outline(),
            )
        )


def _write_numbers(
    axes: Axes,
    regions: NDArray[Any] | None,
    corners: Sequence[tuple[float, float, float, float]],
    marks: NDArray[np.float64],
    shapes: Sequence[Sequence[tuple[NDArray[np.float64], int]]],
) -> None:
    """Write a number at each region, box, point and polygon."""
    from matplotlib.patheffects import Normal, Stroke

    effects = [Stroke(linewidth=2.2, foreground=CONTRAST), Normal()]

    def write(text: str, row: float, column: float, away: tuple[float, float], **placed: Any) -> None:
        axes.annotate(
            text,
            (column, row),
            away,
            textcoords="offset points",
            color="white",
            fontsize=9,
            fontweight="bold",
            path_effects=effects,
            annotation_clip=True,
            **placed,
        )

    if regions is not None:
        table = regionprops_table(np.where(regions > 0, regions, 0), properties=("label", "centroid"))
        for label, row, column in zip(table["label"], table["centroid-0"], table["centroid-1"], strict=True):
            write(str(label), row, column, (0, 0), ha="center", va="center")
    for index, (top, left, _, _) in enumerate(corners):
        write(str(index), top - 0.5, left - 0.5, (3, -3), ha="left", va="top")
    for index, (row, column) in enumerate(marks):
        write(str(index), row, column, (4, 3), ha="left", va="bottom")
    for index, rings in enumerate(shapes):
        if len(rings[0][0]):
            row, column = (rings[0][0].min(axis=0) + rings[0][0].max(axis=0)) / 2
            write(str(index), row, column, (0, 0), ha="center", va="center")
