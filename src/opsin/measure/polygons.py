"""A mask as nested polygons, and polygons as files and paths."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._atomic import replacing
from .._engine.arrays import is_several
from .._engine.compiled import polygon as compiled_polygon
from .._engine.compiled import rings
from .._engine.labels import as_label_image, connected_components
from .._errors import integer, number
from .polygon import polygon_area

if TYPE_CHECKING:
    from matplotlib.path import Path


@dataclass(eq=False, repr=False, slots=True)
class Polygon:
    """An outline, and the outlines inside it.

    Attributes
    ----------
    outer : ndarray
        The outline, a closed ring of shape (n, 2): rows and columns of its corners, the last of which is the first.
    inners : list of Polygon
        The holes of an object, or the objects in a hole. Holes wind the other way round than objects.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> mask = np.ones((5, 5), bool)
    >>> mask[1:4, 1:4] = False
    >>> (shape,) = opsin.measure.polygons(mask)
    >>> shape
    <polygon of 4 corners with 1 inside>
    >>> shape.area
    16.0
    """

    outer: NDArray[np.float64]
    inners: list[Polygon] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not isinstance(self.outer, np.ndarray) or self.outer.ndim != 2 or self.outer.shape[1] != 2:
            raise TypeError(f"outer must be an array of the shape (n, 2); got {self.outer!r:.80}.")
        if len(self.outer) < 2 or self.outer.dtype.kind not in "iuf":
            raise ValueError(f"outer must have numbers, at least two rows of them; got {self.outer!r:.80}.")
        if not isinstance(self.inners, list) or not all(isinstance(one, Polygon) for one in self.inners):
            raise TypeError(f"inners must be a list of polygons; got {self.inners!r:.80}.")

    @property
    def area(self) -> float:
        """The area without that of the holes, with that of the islands in them, and so on."""
        total, sign, level = 0.0, 1, [self]
        while level:
            total += sign * sum(polygon_area(one.outer) for one in level)
            sign, level = -sign, [inner for one in level for inner in one.inners]
        return total

    def rings(self) -> Iterator[NDArray[np.float64]]:
        """Yield the outline and all outlines inside it, at any depth."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one.outer
            waiting += reversed(one.inners)

    def __repr__(self) -> str:
        inside = f" with {len(self.inners)} inside" if self.inners else ""
        return f"<polygon of {len(self.outer) - 1} corners{inside}>"


def polygons(mask: ArrayLike, *, tolerance: float = 0.0, connectivity: int = 2) -> list[Polygon]:
    """Return the outlines of the objects of a mask, with their holes, the objects in the holes, and so on.

    The outlines run along the edges of the pixels, so that with a tolerance of 0 they enclose exactly the area of the
    pixels. The center of the first pixel is (0, 0) and its corner (-0.5, -0.5). Objects that touch the border of the
    image are closed there. The time is proportional to the number of pixels, however deep the outlines are nested.

    Parameters
    ----------
    mask : array_like
        Image of two axes and of bool or integers; what is not 0 belongs to objects.
    tolerance : float
        Corners nearer than this to the line without them are left out, as by `approximate_polygon`, in pixels. An
        outline that would collapse keeps all of them. With large tolerances outlines may intersect.
    connectivity : int
        2: pixels that share only a corner are of one object; 1: they are not.

    Returns
    -------
    list of Polygon
        The objects that are in no hole, in the raster order of their first pixels. ``shape.outer`` is the outline of
        an object, ``shape.inners`` are its holes, whose ``inners`` are the objects in them.

    Raises
    ------
    TypeError
        If `mask` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If `mask` has not two axes, or a parameter is outside its range.

    References
    ----------
    .. [1] S. Suzuki and K. Abe, "Topological Structural Analysis of Digitized Binary Images by Border Following",
       Computer Vision, Graphics, and Image Processing 30 (1), 1985, pp. 32-46.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> mask = np.zeros((4, 4), bool)
    >>> mask[1:3, 1:3] = True
    >>> (shape,) = opsin.measure.polygons(mask)
    >>> shape.outer
    array([[0.5, 0.5],
           [2.5, 0.5],
           [2.5, 2.5],
           [0.5, 2.5],
           [0.5, 0.5]])
    """
    array = as_label_image("mask", mask)
    if array.ndim != 2:
        raise ValueError(f"mask must have two axes; got shape {array.shape}.")
    tolerance = number("tolerance", tolerance, low=0)
    connectivity = integer("connectivity", connectivity, low=1, high=2)
    inside = np.zeros((array.shape[0] + 2, array.shape[1] + 2), np.uint8)
    np.not_equal(array, 0, out=inside[1:-1, 1:-1].view(bool))
    objects, count = connected_components("mask", inside, connectivity, 0)
    # The first component outside of the objects surrounds everything, and is no hole.
    holes, outside = connected_components("mask", inside, 3 - connectivity, 1)
    firsts = [rings.first_pixels(objects, count), rings.first_pixels(holes, outside)[1:]]
    # What surrounds a component is before its first pixel.
    around_objects = holes[firsts[0][:, 0], firsts[0][:, 1] - 1]
    around_holes = objects[firsts[1][:, 0], firsts[1][:, 1] - 1]
    values = np.repeat(np.array([1, 0], np.uint8), [len(firsts[0]), len(firsts[1])])
    points, offsets = rings.trace(inside, np.concatenate(firsts), values, int(connectivity == 2))
    made = [
        Polygon(_simplified(points[first:last] if value else points[first:last][::-1], tolerance))
        for first, last, value in zip(offsets[:-1].tolist(), offsets[1:].tolist(), values.tolist(), strict=True)
    ]
    found: list[Polygon] = []
    for one, hole in zip(made[:count], around_objects.tolist(), strict=True):
        (found if hole == 1 else made[count + hole - 2].inners).append(one)
    for one, surrounding in zip(made[count:], around_holes.tolist(), strict=True):
        made[surrounding - 1].inners.append(one)
    return found


def _simplified(ring: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    ring = np.ascontiguousarray(ring)
    if tolerance:
        kept = compiled_polygon.simplify(ring, tolerance)
        if np.count_nonzero(kept) > 3:
            return np.asarray(ring[kept])
    return ring.copy()


def polygons_to_path(shapes: Polygon | Sequence[Polygon]) -> Path:
    """Return polygons as one compound path of matplotlib, in which holes are holes.

    Parameters
    ----------
    shapes : Polygon or sequence of Polygon
        What `polygons` returns, or one of them.

    Returns
    -------
    matplotlib.path.Path
        A path with x along the columns and y along the rows, as `opsin.show` draws images.

    Raises
    ------
    TypeError
        If `shapes` are not polygons.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> path = opsin.measure.polygons_to_path(opsin.measure.polygons(np.ones((3, 5), bool)))
    >>> path.get_extents().bounds == (-0.5, -0.5, 5.0, 3.0)
    True
    """
    from matplotlib.path import Path

    all_rings = [ring for shape in _several(shapes) for ring in shape.rings()]
    if not all_rings:
        return Path(np.empty((0, 2)))
    codes = [np.full(len(ring), Path.LINETO, Path.code_type) for ring in all_rings]
    for code in codes:
        code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(np.concatenate(all_rings)[:, ::-1], np.concatenate(codes))


def polygons_to_svg(
    file: str | os.PathLike[str],
    shapes: Polygon | Sequence[Polygon],
    *,
    shape: Sequence[int] | None = None,
    fill: str | Sequence[str] = "black",
    background: str | None = None,
    stroke: str | None = None,
    stroke_width: float = 1.0,
) -> None:
    """Write polygons as a picture to an SVG file.

    Parameters
    ----------
    file : str or path
        The file. An existing one is replaced when the new one is complete.
    shapes : Polygon or sequence of Polygon
        What `polygons` returns, or one of them.
    shape : sequence of int, optional
        Rows and columns of the picture. By default those of the polygons' bounding box.
    fill : str or sequence of str
        Color of the polygons, in the notation of SVG, such as ``"orange"`` or ``"#ff8000"``, or a color for each.
    background : str, optional
        Color of the background. By default it is transparent.
    stroke : str, optional
        Color of the outlines. By default they are not drawn.
    stroke_width : float
        Width of the outlines, in pixels.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If the shape is not two positive numbers, or there are not as many colors as polygons.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import numpy as np, tempfile, pathlib
    >>> import opsin
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "square.svg"
    >>> opsin.measure.polygons_to_svg(file, opsin.measure.polygons(np.ones((3, 5), bool)), fill="orange")
    >>> print(file.read_text().splitlines()[2])
    <path fill="orange" d="M-.5-.5V2.5H4.5V-.5Z"/>
    """
    from xml.sax.saxutils import quoteattr

    several = _several(shapes)
    left, top, columns, rows = _view(several, shape)
    if not isinstance(fill, str) and not (is_several(fill) and all(isinstance(one, str) for one in fill)):
        raise TypeError(f"fill must be a color, or one for each polygon; got {fill!r}.")
    fills = [fill] * len(several) if isinstance(fill, str) else list(fill)
    if len(fills) != len(several):
        raise ValueError(f"fill must have a color for each of the {len(several)} polygons; got {len(fills)}.")
    for name, color in (("background", background), ("stroke", stroke)):
        if color is not None and not isinstance(color, str):
            raise TypeError(f"{name} must be a color or None; got {color!r}.")
    width = number("stroke_width", stroke_width, low=0)
    box = " ".join(map(_figure, (left, top, columns, rows)))
    size = f'width="{_figure(columns)}" height="{_figure(rows)}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {size}>']
    line = "" if stroke is None else f' stroke={quoteattr(stroke)} stroke-width="{_figure(width)}"'
    lines.append(f'<g fill-rule="evenodd"{line}>')
    if background is not None:
        place = f'x="{_figure(left)}" y="{_figure(top)}"'
        lines.append(f'<rect {place} {size} stroke="none" fill={quoteattr(background)}/>')
    for one, color in zip(several, fills, strict=True):
        lines.append(f'<path fill={quoteattr(color)} d="{"".join(map(_outline, one.rings()))}"/>')
    with replacing(file) as beside:
        beside.write_text("\n".join([*lines, "</g>", "</svg>", ""]), encoding="utf-8")


def _several(shapes: Any) -> list[Polygon]:
    found = [shapes] if isinstance(shapes, Polygon) else shapes
    if not isinstance(found, (list, tuple)) or not all(isinstance(one, Polygon) for one in found):
        raise TypeError(f"shapes must be polygons, as opsin.measure.polygons returns; got {type(shapes).__name__}.")
    return list(found)


def _view(shapes: Sequence[Polygon], shape: Sequence[int] | None) -> tuple[float, float, float, float]:
    """Return x, y, width and height of a picture."""
    if shape is not None:
        if not is_several(shape) or len(shape) != 2:
            raise ValueError(f"shape must be two numbers, rows and columns; got {shape!r}.")
        rows, columns = (integer("shape", size, low=1) for size in shape)
        return -0.5, -0.5, columns, rows
    if not shapes:
        return -0.5, -0.5, 1, 1
    low = np.min([one.outer.min(axis=0) for one in shapes], axis=0)
    high = np.max([one.outer.max(axis=0) for one in shapes], axis=0)
    return float(low[1]), float(low[0]), float(high[1] - low[1]), float(high[0] - low[0])


def _outline(ring: NDArray[np.float64]) -> str:
    """Return a closed ring as commands of SVG: lines along the axes are short."""
    (row, column), *others = ring[:-1].tolist()
    text = f"M{_figure(column)}{_signed(row)}"
    for next_row, next_column in others:
        if next_column == column:
            text += f"V{_figure(next_row)}"
        elif next_row == row:
            text += f"H{_figure(next_column)}"
        else:
            text += f"L{_figure(next_column)}{_signed(next_row)}"
        row, column = next_row, next_column
    return text + "Z"


def _figure(value: float) -> str:
    """Return a number with up to three decimals, without zeros that say nothing."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _signed(value: float) -> str:
    """Return the second of two numbers; a minus sign separates them."""
    text = _figure(value)
    return text if text.startswith("-") else f" {text}"
