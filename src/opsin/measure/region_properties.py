"""The properties of regions: what each one is computed from, for all regions at once.

`Measures` holds what the framework of reductions has measured of an image, and computes a property when it is first
needed: an array with an element for each region, or with further axes for the parts of a property. Properties that are
images, slices or lists of coordinates are made region by region.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, is_several, per_axis
from .._engine.compiled import corners, hulls
from .._engine.labels import as_labels, connected_components
from .._engine.reduce import Regions
from .._engine.runtime import poll
from .._errors import choice
from .._types import POSITIVE, Spacing
from .moments import eigenvalues_of, hu_invariants, inertia_of, normalized

Property: TypeAlias = Literal[
    "label", "num_pixels", "area", "area_bbox", "area_convex", "area_filled", "axis_major_length", "axis_minor_length",
    "bbox", "centroid", "centroid_local", "centroid_weighted", "centroid_weighted_local", "coords", "coords_scaled",
    "eccentricity", "equivalent_diameter_area", "euler_number", "extent", "feret_diameter_max", "image",
    "image_convex", "image_filled", "image_intensity", "inertia_tensor", "inertia_tensor_eigvals", "intensity_max",
    "intensity_mean", "intensity_median", "intensity_min", "intensity_std", "moments", "moments_central",
    "moments_hu", "moments_normalized", "moments_weighted", "moments_weighted_central", "moments_weighted_hu",
    "moments_weighted_normalized", "orientation", "perimeter", "perimeter_crofton", "slice", "solidity",
]  # fmt: skip

PEERS_NAMES = {
    "Area": "area",
    "BoundingBox": "bbox",
    "BoundingBoxArea": "area_bbox",
    "CentralMoments": "moments_central",
    "Centroid": "centroid",
    "Circularity": "perimeter",
    "ConvexArea": "area_convex",
    "ConvexImage": "image_convex",
    "Coordinates": "coords",
    "CroftonPerimeter": "perimeter_crofton",
    "Eccentricity": "eccentricity",
    "EquivDiameter": "equivalent_diameter_area",
    "EulerNumber": "euler_number",
    "Extent": "extent",
    "FeretDiameter": "feret_diameter_max",
    "FeretDiameterMax": "feret_diameter_max",
    "FilledArea": "area_filled",
    "FilledImage": "image_filled",
    "HuMoments": "moments_hu",
    "Image": "image",
    "InertiaTensor": "inertia_tensor",
    "InertiaTensorEigvals": "inertia_tensor_eigvals",
    "IntensityImage": "image_intensity",
    "Label": "label",
    "LocalCentroid": "centroid_local",
    "MajorAxisLength": "axis_major_length",
    "MaxFeretProperties": "feret_diameter_max",
    "MaxIntensity": "intensity_max",
    "MeanIntensity": "intensity_mean",
    "MinIntensity": "intensity_min",
    "MinorAxisLength": "axis_minor_length",
    "Moments": "moments",
    "NormalizedMoments": "moments_normalized",
    "Orientation": "orientation",
    "Perimeter": "perimeter",
    "PixelList": "coords",
    "Slice": "slice",
    "Solidity": "solidity",
    "SubarrayIdx": "slice",
    "WeightedCentralMoments": "moments_weighted_central",
    "WeightedCentroid": "centroid_weighted",
    "WeightedHuMoments": "moments_weighted_hu",
    "WeightedLocalCentroid": "centroid_weighted_local",
    "WeightedMoments": "moments_weighted",
    "WeightedNormalizedMoments": "moments_weighted_normalized",
    "bbox_area": "area_bbox",
    "convex_area": "area_convex",
    "convex_image": "image_convex",
    "equivalent_diameter": "equivalent_diameter_area",
    "filled_area": "area_filled",
    "filled_image": "image_filled",
    "intensity_image": "image_intensity",
    "local_centroid": "centroid_local",
    "major_axis_length": "axis_major_length",
    "max_intensity": "intensity_max",
    "mean_intensity": "intensity_mean",
    "min_intensity": "intensity_min",
    "minor_axis_length": "axis_minor_length",
    "size": "area",
    "std_intensity": "intensity_std",
    "weighted_centroid": "centroid_weighted",
    "weighted_local_centroid": "centroid_weighted_local",
    "weighted_moments": "moments_weighted",
    "weighted_moments_central": "moments_weighted_central",
    "weighted_moments_hu": "moments_weighted_hu",
    "weighted_moments_normalized": "moments_weighted_normalized",
}
"""MATLAB's names and scikit-image's former ones."""

MOMENTS_ORDER = 3
"""The largest power of a coordinate in moments."""

NEAR_A_FACE = 1e-10
"""Pixels no further than this from the convex hull of a region of a volume are in it."""

MAX_AXES = 4
"""Moments of more axes have too many powers."""


class Measured(NamedTuple):
    """How a property is found."""

    columns: frozenset[str]
    """The columns of the framework that it needs."""
    compute: Callable[[Measures], Any] | None
    """Returns the property of all regions; None: it is made region by region."""
    axes: tuple[int, ...]
    """The numbers of axes of the images that have it; empty: any."""
    order: int
    """The largest power of a coordinate in the moments that it needs."""


PROPERTIES: dict[str, Measured] = {}


def measured(
    *columns: str, axes: tuple[int, ...] = (), order: int = 0
) -> Callable[[Callable[[Measures], Any]], Callable[[Measures], Any]]:
    """Enter a function in the table of properties, under its name."""

    def enter(compute: Callable[[Measures], Any]) -> Callable[[Measures], Any]:
        PROPERTIES[compute.__name__] = Measured(frozenset(columns), compute, axes, order)
        return compute

    return enter


class Measures:
    """What is known of the regions of an image.

    Parameters
    ----------
    label_image : array_like
        Image of labels.
    intensity_image : array_like or None
        Image of the same shape, or with an axis of channels more.
    spacing : float or sequence of float
        The distance of neighboring pixels along each axis.
    extra : sequence of callable
        Functions of a region's mask, or of its mask and its intensities.
    """

    def __init__(
        self,
        label_image: ArrayLike,
        intensity_image: ArrayLike | None,
        spacing: Spacing,
        extra: Sequence[Callable[..., Any]] | None = None,
    ) -> None:
        self.image = as_labels("label_image", label_image)
        self.axes = self.image.ndim
        self.spacing = per_axis("spacing", spacing, self.axes, POSITIVE)
        intensity = None if intensity_image is None else as_intensities(intensity_image, self.image.shape)
        self.extra = as_extra(extra, intensity is not None)
        self.regions = Regions("label_image", self.image, intensity)
        self._found: dict[str, NDArray[Any]] = {}

    @property
    def intensity(self) -> NDArray[Any] | None:
        return self.regions.intensity

    @property
    def has_channels(self) -> bool:
        return self.intensity is not None and self.intensity.ndim > self.axes

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The labels of the regions, in rising order."""
        self.regions.measure({"count"})
        return self.regions.labels

    @property
    def counts(self) -> NDArray[np.int64]:
        return self.regions.measure({"count"})["count"]

    @property
    def boxes(self) -> NDArray[np.int64]:
        """The first coordinates and those after the last, (regions, 2 * axes)."""
        return self.regions.measure({"bbox"})["bbox"].T

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that the regions have."""
        return (*(name for name in PROPERTIES if self.refusal(name) is None), *self.extra)

    def refusal(self, name: str) -> str | None:
        """Return why a property cannot be measured, as the end of a sentence; None: it can."""
        axes = PROPERTIES[name].axes
        if ("intensity" in name or "weighted" in name) and self.intensity is None:
            return "needs an intensity_image"
        if axes and self.axes not in axes:
            return f"is for images of {' or '.join(map(str, axes))} axes, not of {self.axes}"
        if name in ("moments_hu", "moments_weighted_hu") and set(self.spacing) != {1.0}:
            return f"needs a spacing of 1, not {self.spacing}"
        if name in ("perimeter", "perimeter_crofton") and len(set(self.spacing)) > 1:
            return f"needs the same spacing along both axes, not {self.spacing}"
        return None

    def prepare(self, names: Sequence[str]) -> None:
        """Measure together what several properties need."""
        known = [PROPERTIES[name] for name in names if name in PROPERTIES]
        if known:
            columns = set().union(*(one.columns for one in known))
            self.regions.measure(columns, max(one.order for one in known))

    def column(self, name: str) -> NDArray[Any]:
        """Return a property of all regions."""
        if name not in self._found:
            if name in PROPERTIES:
                refused = self.refusal(name)
                if refused is not None:
                    parameter = "intensity_image must be given: " if refused.endswith("intensity_image") else ""
                    raise ValueError(f"{parameter}{name!r} {refused}.")
                compute = PROPERTIES[name].compute
                with np.errstate(all="ignore"):
                    self._found[name] = self._each(OBJECTS[name]) if compute is None else compute(self)
            else:
                self._found[name] = self._results_of(self.extra[name])
        return self._found[name]

    def value(self, name: str, row: int) -> Any:
        """Return a property of the region in one row of the table; objects are made for this region only."""
        if name in OBJECTS and name not in self._found:
            refused = self.refusal(name)
            if refused is not None:
                raise ValueError(f"{name!r} {refused}.")
            return OBJECTS[name](self, row)
        return self.column(name)[row]

    def slices(self, row: int) -> tuple[slice, ...]:
        box = self.boxes[row].tolist()
        return tuple(slice(*ends) for ends in zip(box[: self.axes], box[self.axes :], strict=True))

    def mask(self, row: int) -> NDArray[np.bool_]:
        """Return the mask of a region in its box."""
        return np.asarray(self.image[self.slices(row)] == self.labels[row])

    def masked_intensity(self, row: int) -> NDArray[Any]:
        """Return the intensities in the box of a region, 0 outside of the region."""
        assert self.intensity is not None
        mask = self.mask(row)
        return np.asarray(self.intensity[self.slices(row)] * (mask[..., None] if self.has_channels else mask))

    def with_channels(self, values: NDArray[Any]) -> NDArray[Any]:
        """Move the first axis, of the channels, to the end, or drop it if the intensities have none."""
        return np.moveaxis(values, 0, -1) if self.has_channels else values[0]

    def _each(self, make: Callable[[Measures, int], Any]) -> NDArray[Any]:
        result = np.empty(len(self.labels), object)
        for row in range(len(result)):
            result[row] = make(self, row)
        return result

    def _results_of(self, function: Callable[..., Any]) -> NDArray[Any]:
        """Return the results of a function of one's own, as an array if they have one shape."""
        results = [self.apply(function, row) for row in range(len(self.labels))]
        if results and len({np.shape(result) for result in results}) == 1:
            array = np.asarray(results)
            if array.dtype.kind in "biuf":
                return array
        found = np.empty(len(results), object)
        found[:] = results
        return found

    def apply(self, function: Callable[..., Any], row: int) -> Any:
        """Return the result of a function of one's own for one region."""
        mask = self.mask(row)
        if positional_parameters(function) < 2:
            return function(mask)
        intensity = self.masked_intensity(row)
        if not self.has_channels:
            return function(mask, intensity)
        return np.stack([function(mask, intensity[..., k]) for k in range(intensity.shape[-1])], axis=-1)


def as_intensities(
    image: ArrayLike, shape: tuple[int, ...], name: str = "intensity_image", labels: str = "label_image"
) -> NDArray[Any]:
    """Return the intensities as an array that fits the labels."""
    array = as_pixels(image, name=name).array
    if array.shape == shape or array.shape[:-1] == shape:
        return array
    raise ValueError(
        f"{name} must have the shape of {labels}, {shape}, and at most an axis of channels more; "
        f"got shape {array.shape}."
    )


def as_extra(functions: Sequence[Callable[..., Any]] | None, has_intensity: bool) -> dict[str, Callable[..., Any]]:
    """Return functions of one's own by their names."""
    if functions is None:
        return {}
    if not is_several(functions):
        raise TypeError(f"extra_properties must be a sequence of functions; got {functions!r}.")
    found: dict[str, Callable[..., Any]] = {}
    for function in functions:
        name = getattr(function, "__name__", None)
        if isinstance(function, type) or not callable(function) or not isinstance(name, str):
            raise TypeError(f"extra_properties must be functions with a name; got {function!r}.")
        if name in PROPERTIES or name in found:
            raise ValueError(f"extra_properties must have names of their own; got {name!r} again.")
        try:
            count = positional_parameters(function)
        except ValueError:
            raise TypeError(f"extra_properties must be functions with a signature; got {function!r}.") from None
        if count not in (1, 2):
            raise TypeError(f"extra_properties must take a mask, or a mask and intensities; got {function!r}.")
        if count == 2 and not has_intensity:
            raise ValueError(f"extra_properties has {name!r}, which needs an intensity_image.")
        found[name] = function
    return found


def positional_parameters(function: Callable[..., Any]) -> int:
    """Return how many parameters a function requires."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return sum(one.kind in kinds and one.default is one.empty for one in parameters)


def property_name(name: Any, extra: Sequence[str] = ()) -> str:
    """Return the name of a property; the error translates the names of other libraries."""
    if isinstance(name, str) and (name in PROPERTIES or name in extra):
        return name
    if isinstance(name, str) and name in PEERS_NAMES:
        raise ValueError(f"properties must be opsin's names; got {name!r}. Did you mean {PEERS_NAMES[name]!r}?")
    return choice("properties", name, (*get_args(Property), *extra))


# Places and sizes. Arrays of any dtype and shape have no better type than Any.


@measured("count")
def label(measures: Measures) -> Any:
    return measures.labels


@measured("count")
def num_pixels(measures: Measures) -> Any:
    return measures.counts


@measured("count")
def area(measures: Measures) -> Any:
    return measures.counts * math.prod(measures.spacing)


@measured("bbox")
def bbox(measures: Measures) -> Any:
    return measures.boxes


@measured("bbox")
def area_bbox(measures: Measures) -> Any:
    boxes, axes = measures.boxes, measures.axes
    return (boxes[:, axes:] - boxes[:, :axes]).prod(axis=1) * math.prod(measures.spacing)


@measured("count", "bbox")
def extent(measures: Measures) -> Any:
    return area(measures) / area_bbox(measures)


@measured("count")
def equivalent_diameter_area(measures: Measures) -> Any:
    return (2 * measures.axes * area(measures) / math.pi) ** (1 / measures.axes)


@measured("centroid")
def centroid(measures: Measures) -> Any:
    return measures.regions.measure({"centroid"})["centroid"].T * measures.spacing


@measured("centroid", "bbox")
def centroid_local(measures: Measures) -> Any:
    return centroid(measures) - measures.boxes[:, : measures.axes] * measures.spacing


# Moments, (regions, 4, 4), and with channels (regions, 4, 4, channels). They are measured about the centroid.


def _central(measures: Measures, order: int) -> Any:
    """Return the moments of the pixels about the centroid, with powers up to `order`."""
    found = measures.regions.measure({"moments"}, order)["moments"].T
    powers = round(found.shape[1] ** (1 / measures.axes))
    return _spaced(measures, found.reshape(-1, *(powers,) * measures.axes))


def _weighted(measures: Measures) -> Any:
    """Return the moments of the intensities about the centroid of the pixels, (regions, channels, 4, 4)."""
    found = measures.regions.measure({"weighted"}, MOMENTS_ORDER)["weighted"]
    powers = np.moveaxis(found, -1, 0)
    return _spaced(measures, powers.reshape(*powers.shape[:2], *(MOMENTS_ORDER + 1,) * measures.axes))


def _spaced(measures: Measures, moments: NDArray[Any]) -> NDArray[Any]:
    """Multiply each moment by the powers of the spacing."""
    result = moments.copy()
    for axis, distance in enumerate(measures.spacing):
        place = moments.ndim - measures.axes + axis
        powers = distance ** np.arange(moments.shape[place], dtype=float)
        result *= powers.reshape(-1, *(1,) * (moments.ndim - 1 - place))
    return result


def _shifted(moments: NDArray[Any], distances: NDArray[Any]) -> NDArray[Any]:
    """Return moments about another point; the distances of the first from it are (..., axes)."""
    axes = distances.shape[-1]
    powers = moments.shape[-1]
    for axis in range(axes):
        matrix = np.zeros((*distances.shape[:-1], powers, powers))
        for power in range(powers):
            for part in range(power + 1):
                matrix[..., power, part] = math.comb(power, part) * distances[..., axis] ** (power - part)
        place = moments.ndim - axes + axis
        moved = np.moveaxis(moments, place, -1)
        matrix = matrix.reshape(*matrix.shape[:-2], *(1,) * (axes - 1), powers, powers)
        moments = np.moveaxis((matrix @ moved[..., None])[..., 0], -1, place)
    return moments


ANY = (1, 2, 3, MAX_AXES)
BOTH = (2, 3)
PLANE = (2,)


@measured("moments", "centroid", "bbox", axes=ANY, order=MOMENTS_ORDER)
def moments(measures: Measures) -> Any:
    return _shifted(_central(measures, MOMENTS_ORDER), centroid_local(measures))


@measured("moments", axes=ANY, order=MOMENTS_ORDER)
def moments_central(measures: Measures) -> Any:
    return _central(measures, MOMENTS_ORDER)


def _normalized(measures: Measures, central: Any) -> Any:
    return normalized(central, measures.axes, min(measures.spacing))


@measured("moments", axes=ANY, order=MOMENTS_ORDER)
def moments_normalized(measures: Measures) -> Any:
    return _normalized(measures, _central(measures, MOMENTS_ORDER))


@measured("moments", axes=PLANE, order=MOMENTS_ORDER)
def moments_hu(measures: Measures) -> Any:
    return hu_invariants(moments_normalized(measures))


def _weighted_distances(measures: Measures) -> Any:
    """Return how far the weighted centroid is from the centroid, (regions, channels, axes)."""
    found = _weighted(measures)
    axes = measures.axes
    first = [found[(..., *(int(axis == k) for k in range(axes)))] for axis in range(axes)]
    return np.stack(first, axis=-1) / found[(..., *(0,) * axes)][..., None]


def _last_channels(measures: Measures, values: NDArray[Any]) -> NDArray[Any]:
    return np.moveaxis(values, 1, -1) if measures.has_channels else values[:, 0]


@measured("weighted", "centroid", axes=ANY, order=MOMENTS_ORDER)
def centroid_weighted(measures: Measures) -> Any:
    return _last_channels(measures, _weighted_distances(measures) + centroid(measures)[:, None])


@measured("weighted", "centroid", "bbox", axes=ANY, order=MOMENTS_ORDER)
def centroid_weighted_local(measures: Measures) -> Any:
    return _last_channels(measures, _weighted_distances(measures) + centroid_local(measures)[:, None])


@measured("weighted", "centroid", "bbox", axes=ANY, order=MOMENTS_ORDER)
def moments_weighted(measures: Measures) -> Any:
    found = _weighted(measures)
    local = np.broadcast_to(centroid_local(measures)[:, None], (*found.shape[:2], measures.axes))
    return _last_channels(measures, _shifted(found, local))


@measured("weighted", axes=ANY, order=MOMENTS_ORDER)
def moments_weighted_central(measures: Measures) -> Any:
    return _last_channels(measures, _shifted(_weighted(measures), -_weighted_distances(measures)))


@measured("weighted", axes=ANY, order=MOMENTS_ORDER)
def moments_weighted_normalized(measures: Measures) -> Any:
    central = _shifted(_weighted(measures), -_weighted_distances(measures))
    return _last_channels(measures, _normalized(measures, central))


@measured("weighted", axes=PLANE, order=MOMENTS_ORDER)
def moments_weighted_hu(measures: Measures) -> Any:
    central = _shifted(_weighted(measures), -_weighted_distances(measures))
    return _last_channels(measures, hu_invariants(_normalized(measures, central)))


# The ellipse, or ellipsoid, with the same moments of second order.


@measured("moments", axes=ANY, order=2)
def inertia_tensor(measures: Measures) -> Any:
    return inertia_of(_central(measures, 2), measures.axes)


@measured("moments", axes=ANY, order=2)
def inertia_tensor_eigvals(measures: Measures) -> Any:
    return eigenvalues_of(inertia_tensor(measures))


@measured("moments", axes=BOTH, order=2)
def axis_major_length(measures: Measures) -> Any:
    values = inertia_tensor_eigvals(measures)
    if measures.axes == 2:
        return 4 * np.sqrt(values[:, 0])
    return np.sqrt(10 * (values[:, 0] + values[:, 1] - values[:, 2]).clip(0))


@measured("moments", axes=BOTH, order=2)
def axis_minor_length(measures: Measures) -> Any:
    values = inertia_tensor_eigvals(measures)
    if measures.axes == 2:
        return 4 * np.sqrt(values[:, 1])
    return np.sqrt(10 * (values[:, 1] + values[:, 2] - values[:, 0]).clip(0))


@measured("moments", axes=PLANE, order=2)
def eccentricity(measures: Measures) -> Any:
    major, minor = inertia_tensor_eigvals(measures).T
    return np.where(major > 0, np.sqrt(1 - minor / major), 0)


@measured("moments", axes=PLANE, order=2)
def orientation(measures: Measures) -> Any:
    tensor = inertia_tensor(measures)
    a, b, c = tensor[:, 0, 0], tensor[:, 0, 1], tensor[:, 1, 1]
    diagonal = np.where(b < 0, math.pi / 4, -math.pi / 4)
    return np.where(a == c, diagonal, np.arctan2(-2 * b, c - a) / 2)


# Shapes.


@lru_cache(maxsize=8)
def euler_weights(axes: int, by_faces: bool = False) -> NDArray[np.int64]:
    """Return what the pattern of pixels around a corner counts for in the Euler number, times 2**axes.

    The closed pixels of a region make a complex of corners, edges, faces and cubes, whose alternating sum is the
    Euler number. Around one corner there are halves of edges, quarters of faces and eighths of cubes. Pixels that are
    connected by faces only make the complex of their middles, where a cell is there if all its pixels are.
    """
    size = 2**axes
    weights = np.zeros((2**size, 1), np.int64)
    for cell in itertools.product((None, 0, 1), repeat=axes):
        fixed = sum(side is not None for side in cell)
        pixels = [
            index for index in range(size) if all(side in (None, index >> axis & 1) for axis, side in enumerate(cell))
        ]
        touched = sum(1 << index for index in pixels)
        present = np.arange(2**size) & touched
        if by_faces:
            weights[present == touched, 0] += (-2) ** (axes - fixed)
        else:
            weights[present != 0, 0] += (-1) ** fixed * 2 ** (axes - fixed)
    weights.flags.writeable = False
    return weights


@measured("count", axes=BOTH)
def euler_number(measures: Measures) -> Any:
    return _corners(measures, euler_weights(measures.axes))[:, 0] // 2**measures.axes


def _corners(measures: Measures, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    indices = measures.regions.indices
    counts = corners.count_corners(indices.reshape(-1, *indices.shape[-2:]), weights, measures.regions.size)
    return np.asarray(counts[measures.regions.found])


# The length that each pattern of pixels around a corner stands for: lines in four directions enter the region there.
# Bits 1 and 2 are the pixels after and before the corner along its row, 4 and 8 the same in the row above.
_CROFTON = {
    math.pi / 4 * (1 + 1 / math.sqrt(2)): (1, 3),
    math.pi / (4 * math.sqrt(2)): (4, 7, 12, 13),
    math.pi / (2 * math.sqrt(2)): (5,),
    math.pi / 4: (8, 10),
    math.pi / 2: (9, 11),
}


@measured("count", axes=PLANE)
def perimeter_crofton(measures: Measures) -> Any:
    weights, lengths = crofton_weights()
    return _corners(measures, weights) @ lengths * measures.spacing[0]


def crofton_weights() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which length each pattern of pixels around a corner stands for, (16, lengths), and the lengths."""
    weights = np.zeros((16, len(_CROFTON)), np.int64)
    for column, patterns in enumerate(_CROFTON.values()):
        weights[list(patterns), column] = 1
    return weights, np.array(list(_CROFTON))


@measured("count", axes=PLANE)
def perimeter(measures: Measures) -> Any:
    return lengths_of_borders(measures, False)


def lengths_of_borders(measures: Measures, diagonals: bool) -> NDArray[np.float64]:
    """Return the lengths of the borders of regions; with diagonals, 8 neighbors decide whether a pixel is in one."""
    steps = corners.count_steps(measures.regions.indices[None], measures.regions.size, diagonals)
    lengths = np.array([1, math.sqrt(2), (1 + math.sqrt(2)) / 2])
    return np.asarray(steps[measures.regions.found] @ lengths * measures.spacing[0])


def _hulls(measures: Measures, diameters: bool) -> tuple[Any, Any]:
    boxes = np.ascontiguousarray(measures.boxes)
    numbers = measures.regions.found.astype(np.int32)
    return hulls.convex_areas(measures.regions.indices, boxes, numbers, measures.spacing, diameters)  # type: ignore[no-any-return]


def _sizes(measures: Measures, name: str) -> Any:
    """Return the numbers of pixels of the masks that a property gives."""
    return np.array([np.count_nonzero(mask) for mask in measures.column(name)], np.int64)


@measured("bbox", axes=BOTH)
def area_convex(measures: Measures) -> Any:
    sizes = _hulls(measures, False)[0] if measures.axes == 2 else _sizes(measures, "image_convex")
    return sizes * math.prod(measures.spacing)


@measured("bbox", axes=BOTH)
def solidity(measures: Measures) -> Any:
    return area(measures) / measures.column("area_convex")


@measured("bbox", axes=BOTH)
def feret_diameter_max(measures: Measures) -> Any:
    if measures.axes == 2:
        return np.sqrt(_hulls(measures, True)[1])
    return np.array([_diameter(mask, measures.spacing) for mask in measures.column("image_convex")], np.float64)


@measured("bbox")
def area_filled(measures: Measures) -> Any:
    if measures.axes != 2:
        return _sizes(measures, "image_filled") * math.prod(measures.spacing)
    boxes = np.ascontiguousarray(measures.boxes)
    areas = hulls.filled_areas(measures.regions.indices, boxes, measures.regions.found.astype(np.int32))
    return areas * math.prod(measures.spacing)


# Intensities.


@measured("sum", "count")
def intensity_mean(measures: Measures) -> Any:
    found = measures.regions.measure({"sum"})
    return measures.with_channels(found["sum"] / found["count"])


@measured("min")
def intensity_min(measures: Measures) -> Any:
    return measures.with_channels(measures.regions.measure({"min"})["min"])


@measured("max")
def intensity_max(measures: Measures) -> Any:
    return measures.with_channels(measures.regions.measure({"max"})["max"])


@measured("squares", "count")
def intensity_std(measures: Measures) -> Any:
    found = measures.regions.measure({"squares"})
    return measures.with_channels(np.sqrt(found["squares"] / found["count"]))


@measured("count")
def intensity_median(measures: Measures) -> Any:
    return measures.with_channels(measures.regions.medians())


# Properties that are objects, one for each region.


def coords(measures: Measures, row: int) -> Any:
    return np.argwhere(measures.mask(row)) + measures.boxes[row, : measures.axes]


def coords_scaled(measures: Measures, row: int) -> Any:
    return coords(measures, row) * np.asarray(measures.spacing)


def image_convex(measures: Measures, row: int) -> Any:
    mask = measures.mask(row)
    return hulls.convex_image(mask.astype(np.int32)) if measures.axes == 2 else _convex_volume(mask)


def _convex_volume(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels in the convex hull of the middles of the faces of the pixels of a mask."""
    from scipy.spatial import ConvexHull

    inside = np.ones(mask.shape, bool)
    grid = np.indices(mask.shape, np.float64)
    for *normal, offset in ConvexHull(_middles_of_faces(mask)).equations:
        poll()
        inside &= np.tensordot(normal, grid, 1) + offset <= NEAR_A_FACE
    return inside


def _diameter(mask: NDArray[np.bool_], spacing: tuple[float, ...]) -> float:
    """Return the largest distance between middles of faces of the pixels of a mask."""
    from scipy.spatial import ConvexHull

    middles = _middles_of_faces(mask)
    # The hull has its corners at the same points without the spacing, which may be too uneven for it.
    corners = middles[ConvexHull(middles).vertices] * spacing
    largest = 0.0
    for corner in corners:
        poll()
        largest = max(largest, float(((corners - corner) ** 2).sum(axis=1).max()))
    return math.sqrt(largest)


def _middles_of_faces(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the middles of the faces of the pixels of a mask, each once."""
    pixels = np.argwhere(mask)
    middles = np.concatenate([pixels + side / 2 for side in (*np.eye(mask.ndim), *-np.eye(mask.ndim))])
    return np.unique(middles, axis=0)


def image_filled(measures: Measures, row: int) -> Any:
    mask = measures.mask(row)
    outside = np.pad(~mask, 1, constant_values=True)
    # The component of the first pixel, of the margin, is outside.
    parts, _ = connected_components("label_image", outside, outside.ndim, 0)
    return parts[(slice(1, -1),) * mask.ndim] != 1


OBJECTS: dict[str, Callable[[Measures, int], Any]] = {
    "coords": coords,
    "coords_scaled": coords_scaled,
    "image": Measures.mask,
    "image_convex": image_convex,
    "image_filled": image_filled,
    "image_intensity": Measures.masked_intensity,
    "slice": Measures.slices,
}
PROPERTIES |= {name: Measured(frozenset({"bbox"}), None, BOTH if name == "image_convex" else (), 0) for name in OBJECTS}
