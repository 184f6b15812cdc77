"""Finding objects with a cascade of classifiers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import IO, Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_data_range, as_pixels, is_several, saturate
from .._engine.compiled import for_this_machine
from .._errors import Allowed, integer, number
from .._types import ImageLike
from ..color.rgb2gray import rgb2gray
from ..transform.resize import resize
from .cascade_file import read_cascade

SCALE_FACTOR = Allowed(1.01, 100)
STEP_RATIO = Allowed(1, 1000)
NEIGHBORS = Allowed(0)
SCORE = Allowed(0, 1)
SIDE = Allowed(1)

MAX_SIDE = 32767
"""The longest side of an image: its integral images are addressed with 32 bits."""


class Detection(TypedDict):
    """A box around an object: its first row and column, and its size."""

    r: int
    c: int
    width: int
    height: int


class Cascade:
    """A cascade of classifiers over Haar-like features or local binary patterns, trained to find one kind of object.

    Parameters
    ----------
    xml_file : str, path or binary file
        A cascade in OpenCV's XML: as ``opencv_traincascade`` writes it, or in the older format of ``haartraining``.
        Trees of any depth and tilted features are read; cascades that branch, and HOG features, are not.

    Raises
    ------
    TypeError
        If `xml_file` is neither a path nor a file in binary mode.
    ValueError
        If the file is not such a cascade. Files need not be trusted: every number is checked.
    OSError
        If the file cannot be read.

    References
    ----------
    .. [1] P. Viola and M. Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features", IEEE Conference
       on Computer Vision and Pattern Recognition, 2001, vol. 1, pp. 511-518.
    .. [2] R. Lienhart and J. Maydt, "An Extended Set of Haar-like Features for Rapid Object Detection", International
       Conference on Image Processing, 2002, vol. 1, pp. 900-903.
    .. [3] S. Liao, X. Zhu, Z. Lei, L. Zhang and S. Z. Li, "Learning Multi-scale Block Local Binary Patterns for Face
       Recognition", International Conference on Biometrics, 2007, pp. 828-837.

    Examples
    --------
    >>> import opsin
    >>> detector = opsin.faces.Cascade("haarcascade_frontalface_default.xml")  # doctest: +SKIP
    >>> faces = detector.detect_multi_scale(photograph, min_size=(40, 40))  # doctest: +SKIP
    """

    def __init__(self, xml_file: str | os.PathLike[str] | IO[bytes]) -> None:
        self._model = read_cascade(xml_file)

    def __repr__(self) -> str:
        model = self._model
        kind = "LBP" if model.binary else "Haar"
        return f"<Cascade: {model.width} x {model.height}, {len(model.limits)} stages of {kind} features>"

    @property
    def window_width(self) -> int:
        """Width of the window in pixels: smaller objects are not found."""
        return self._model.width

    @property
    def window_height(self) -> int:
        """Height of the window in pixels."""
        return self._model.height

    @property
    def stages_number(self) -> int:
        """How many stages there are, each of which rejects windows."""
        return len(self._model.limits)

    @property
    def stumps_number(self) -> int:
        """How many trees there are in all stages."""
        return len(self._model.trees)

    @property
    def features_number(self) -> int:
        """How many different features the trees test."""
        return len(self._model.boxes)

    def detect_multi_scale(
        self,
        image: ImageLike,
        *,
        scale_factor: float = 1.1,
        step_ratio: float = 1.0,
        min_size: int | Sequence[int] | None = None,
        max_size: int | Sequence[int] | None = None,
        min_neighbors: int = 3,
        intersection_score_threshold: float = 0.5,
        data_range: float | None = None,
    ) -> list[Detection]:
        """Find objects of any size in an image.

        Parameters
        ----------
        image : array_like
            Gray image of two axes, or color image with a last axis of three or four channels, of any real dtype.
        scale_factor : float
            Ratio of one size to the next: 1.1 finds more than 1.3, and takes three times as long.
        step_ratio : float
            Distance of neighboring windows, in pixels of the image that is reduced so that the objects have the size of
            the cascade's window.
        min_size : int or sequence of int, optional
            Least size of an object in pixels, (height, width) or one number for both. By default that of the cascade's
            window.
        max_size : int or sequence of int, optional
            Greatest size of an object in pixels, (height, width) or one number for both. By default that of the image.
        min_neighbors : int
            How many other windows must overlap a window that is found; overlapping windows are then one detection,
            their mean. 0: all windows that are found are returned.
        intersection_score_threshold : float
            Windows are one detection if their intersection is more than this fraction of the smaller one.
        data_range : float, optional
            Range of the data; by default the greatest value of the dtype for integers, and 1 for floats and bool.

        Returns
        -------
        list of dict
            For each object its first row ``"r"`` and column ``"c"``, its ``"width"`` and ``"height"`` in pixels, from
            the smallest objects to the largest.

        Raises
        ------
        TypeError
            If `image` is not an array of real numbers, or a parameter is of a wrong type.
        ValueError
            If a parameter is outside its range or does not fit the image.

        Notes
        -----
        The image is reduced by the mean over each pixel's area, once for each size, and classified at each step. Values
        that are not a number count as 0.
        """
        plane = _as_gray(image, data_range)
        factor = number("scale_factor", scale_factor, SCALE_FACTOR)
        step = number("step_ratio", step_ratio, STEP_RATIO)
        least = _as_size("min_size", min_size, (self._model.height, self._model.width))
        most = _as_size("max_size", max_size, plane.shape)
        neighbors = integer("min_neighbors", min_neighbors, NEIGHBORS)
        score = number("intersection_score_threshold", intersection_score_threshold, SCORE)
        found = [box for scale in self._scales(plane, factor, least, most) for box in self._at(plane, scale, step)]
        boxes = np.array(found, np.int64).reshape(-1, 4)
        if neighbors:
            boxes = _grouped(boxes, score, neighbors + 1)
        return [{"r": r, "c": c, "width": width, "height": height} for r, c, width, height in boxes.tolist()]

    def _scales(
        self, plane: NDArray[np.uint8], factor: float, least: tuple[int, ...], most: tuple[int, ...]
    ) -> list[float]:
        """Return by how much the window is enlarged, from the first size that is large enough."""
        window = (self._model.height, self._model.width)
        first = max(1.0, *(size / side for size, side in zip(least, window, strict=True)))
        last = min(size / side for size, side in zip(map(min, most, plane.shape), window, strict=True))
        scales = []
        while first <= last * (1 + 1e-9):
            scales.append(first)
            first *= factor
        return scales

    def _at(self, plane: NDArray[np.uint8], scale: float, step: float) -> list[tuple[int, int, int, int]]:
        """Return the windows of one size that the cascade accepts."""
        model = self._model
        shape = tuple(
            max(side, round(length / scale))
            for side, length in zip((model.height, model.width), plane.shape, strict=True)
        )
        reduced = plane if shape == plane.shape else resize(plane, shape, order="area", channel_axis=None)
        compiled = for_this_machine("cascade")
        sums, squares = compiled.integrate(np.ascontiguousarray(reduced), not model.binary)
        tables = sums.astype(np.uint16) if model.is_small else sums
        if self._tilts:
            tables = np.concatenate([sums, _tilted_sums(reduced).reshape(-1), sums[-compiled.RUN :]])
        row = shape[1] + 1
        lines, columns = (
            np.unique((np.arange(int((length - side) / step) + 1) * step).astype(np.intp))
            for length, side in zip(shape, (model.height, model.width), strict=True)
        )
        chosen = np.zeros(shape[1] - model.width + 1, np.uint8)
        chosen[columns] = 1
        inner = np.array([1, 1, model.width - 2, model.height - 2], np.intp)
        hits = compiled.detect(
            model, tables, squares.reshape(-1), row, _corners(inner, row), float(inner[2] * inner[3]),
            self._places(row, sums.size), lines, chosen,
        )  # fmt: skip
        found = zip(*(one.tolist() for one in np.divmod(np.flatnonzero(hits), len(chosen))), strict=True)
        height, width = int(model.height * scale), int(model.width * scale)
        down, across = plane.shape[0] / shape[0], plane.shape[1] / shape[1]
        return [
            (
                min(int(lines[k] * down + 0.5), plane.shape[0] - height),
                min(int(x * across + 0.5), plane.shape[1] - width),
                width,
                height,
            )
            for k, x in found
        ]

    @cached_property
    def _tilts(self) -> bool:
        return bool(self._model.tilted.any())

    def _places(self, row: int, size: int) -> NDArray[np.intp]:
        """Return the elements of the tables that each feature reads, for tables with rows of so many elements."""
        model = self._model
        boxes = model.boxes
        if model.binary:
            x, y, width, height = boxes[:, 0].T
            down = np.arange(4)[:, None]
            across = np.arange(4)
            grid = (y[:, None, None] + height[:, None, None] * down) * row + (
                x[:, None, None] + width[:, None, None] * across
            )
            return np.ascontiguousarray(grid.reshape(len(boxes), 16))
        upright = _corners(boxes, row)
        x, y, width, height = np.moveaxis(boxes, -1, 0)
        rotated = size + np.stack(
            [
                y * row + x,
                (y + height) * row + x - height,
                (y + width) * row + x + width,
                (y + width + height) * row + x + width - height,
            ],
            axis=-1,
        )
        places = np.where(model.tilted[:, None, None], rotated, upright)
        return np.ascontiguousarray(places.reshape(len(boxes), 12))


def _corners(boxes: NDArray[np.intp], row: int) -> NDArray[np.intp]:
    """Return the elements of an integral image at the corners of boxes."""
    x, y, width, height = np.moveaxis(boxes, -1, 0)
    top, bottom = y * row, (y + height) * row
    return np.stack([top + x, top + x + width, bottom + x, bottom + x + width], axis=-1)


def _tilted_sums(plane: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the sums over the rotated quadrants above each corner, modulo 2**32.

    Element (y, x) is the sum of the pixels (j, i) with ``j < y`` and ``abs(i - x + 1) <= y - 1 - j``. It follows from
    the two quadrants above beside it, less the one that they have in common, plus two pixels.
    """
    rows, columns = plane.shape
    # So far beyond the image that quadrants of corners outside of it are also known.
    wide = np.zeros((rows + 1, columns + 2 * rows + 3), np.uint32)
    wide[1:, rows + 1 : rows + 1 + columns] = plane
    sums = np.zeros_like(wide)
    # In `wide` row y + 1 and column x + rows + 1 is the pixel (y, x); in `sums` the quadrant whose apex it is.
    for y in range(1, rows + 1):
        above = sums[y - 1]
        sums[y, 1:-1] = wide[y, 1:-1] + above[:-2] + above[2:]
        if y > 1:
            sums[y, 1:-1] += wide[y - 1, 1:-1] - sums[y - 2, 1:-1]
    return np.ascontiguousarray(sums[:, rows : rows + columns + 1])


def _as_gray(image: ImageLike, data_range: float | None) -> NDArray[np.uint8]:
    """Return the luminance of an image from 0 to 255."""
    array = as_pixels(image).array
    span = as_data_range(data_range, array.dtype)
    if array.ndim == 3 and array.shape[2] in (3, 4):
        array = rgb2gray(array[..., :3])
    if array.ndim != 2:
        raise ValueError(f"image must be gray, of two axes, or in color; got shape {array.shape}.")
    if max(array.shape) > MAX_SIDE:
        raise ValueError(f"image must be at most {MAX_SIDE} pixels high and wide; got shape {array.shape}.")
    if array.dtype == np.uint8 and span == 255:
        return array
    with np.errstate(over="ignore"):
        levels = np.nan_to_num(array.astype(np.float64) * (255 / span), nan=0.0)
    return saturate(levels, np.dtype(np.uint8))


def _as_size(name: str, value: Any, default: tuple[int, ...]) -> tuple[int, ...]:
    """Return a height and a width."""
    if value is None:
        return default
    several = value if is_several(value) else (value, value)
    if len(several) != 2:
        raise ValueError(f"{name} must be one number or two, the height and the width; got {len(several)}.")
    return tuple(integer(name, side, SIDE) for side in several)


def _grouped(boxes: NDArray[np.int64], score: float, least: int) -> NDArray[np.int64]:
    """Return the means of the groups of at least so many boxes.

    A box joins the group whose mean it overlaps most; then groups are joined whose means overlap.
    """
    sums, counts = boxes.astype(np.float64), np.ones(len(boxes), np.int64)
    while True:
        joined, sizes = _joined(sums, counts, score)
        if len(joined) == len(sums):
            break
        sums, counts = joined, sizes
    kept = counts >= least
    return np.floor(sums[kept] / counts[kept, None]).astype(np.int64)


def _joined(
    sums: NDArray[np.float64], counts: NDArray[np.int64], score: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the sums of the boxes of groups, and their sizes, of groups that are joined one after the other."""
    joined, sizes = np.empty_like(sums), np.empty_like(counts)
    number = 0
    for group, count in zip(sums, counts, strict=True):
        overlaps = _overlaps(group / count, joined[:number] / sizes[:number, None])
        best = int(overlaps.argmax()) if number else 0
        if number and overlaps[best] > score:
            joined[best] += group
            sizes[best] += count
        else:
            joined[number], sizes[number] = group, count
            number += 1
    return joined[:number], sizes[:number]


def _overlaps(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the intersections of a box with others, as fractions of the smaller one."""
    first = np.maximum(box[:2], others[:, :2])
    last = np.minimum(box[:2] + box[3:1:-1], others[:, :2] + others[:, 3:1:-1])
    shared = np.prod(np.maximum(last - first, 0), axis=1)
    scores: NDArray[np.float64] = shared / np.minimum(box[2] * box[3], others[:, 2] * others[:, 3])
    return scores
