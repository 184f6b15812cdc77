"""scipy.ndimage's functions, computed by opsin.

One function for each function of the peer, with its signature. The
conventions that they translate:

- ``channel_axis=None``: every axis is spatial unless `axes` says otherwise.
- Borders have the same names; ``grid-mirror``, ``grid-wrap`` and
  ``grid-constant`` are ``reflect``, ``wrap`` and ``constant``.
- Linear filters are computed in float64 and converted to the dtype of
  `output`, which cuts off the fraction of integers; opsin rounds.
- `size` and `footprint` are opsin's `footprint`; `origin` means the same.
- Sizes of rank filters follow the ascending order of `axes`; those of other filters follow `axes`.
- Binary morphology is morphology of bool images with ``mode="constant"``.
- `sobel` and `prewitt` are not normalized: the smoothing across the derivative sums to 4 and 3. The sign of `laplace`
  is that of the second derivatives.
- `label` and `binary_*` take everything that is not 0 as an object.
- An error may be a RuntimeError where opsin raises a ValueError.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import scipy.ndimage

import opsin

from conformance.translation import GRID_TO_OPSIN, Adapter, NotExpressedError, adapting, renamed

ADAPTERS: dict[str, Adapter] = {}
adapts = adapting(ADAPTERS, lambda name: getattr(scipy.ndimage, name))


@adapts
def gaussian_filter(
    input: Any, sigma: Any, order: Any = 0, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    truncate: float = 4.0, *, radius: Any = None, axes: Any = None,
) -> Any:  # fmt: skip
    image = as_image(input)
    mode, cval = renamed(mode, GRID_TO_OPSIN), as_cval(cval)
    if np.any(order) and image.dtype.kind != "f":
        image, output = image.astype(np.float64), image.dtype if output is None else output
    if radius is None:
        return linear(opsin.filters.gaussian, image, output, sigma=sigma, order=order, mode=mode, cval=cval,
                      truncate=truncate, axes=axes)  # fmt: skip
    chosen = [axis % image.ndim for axis in (range(image.ndim) if axes is None else np.atleast_1d(axes))]
    values = {"sigma": sigma, "order": order, "radius": radius, "mode": mode}
    for name, value in values.items():
        values[name] = [value] * len(chosen) if np.ndim(value) == 0 else list(value)
        if len(values[name]) != len(chosen) or len(set(chosen)) < len(chosen):
            raise ValueError(f"{name} must be one value or one for each of the axes; got {value}.")
    result = image if image.dtype.kind == "f" else image.astype(np.float64)
    for axis, width, degree, reach, border in zip(chosen, *values.values(), strict=True):
        if reach != int(reach) or reach < 0:
            raise ValueError(f"radius must be an integer of at least 0; got {reach}.")
        if width > 0:  # the radius is int(truncate * sigma + 0.5)
            truncate = max(float(reach / width), 1e-9)
            result = opsin.filters.gaussian(result, float(width), order=int(degree), truncate=truncate, mode=border,
                                            cval=cval, axes=axis, channel_axis=None)  # fmt: skip
    return delivered(result, image, output)


@adapts
def gaussian_filter1d(
    input: Any, sigma: Any, axis: int = -1, order: int = 0, output: Any = None, mode: Any = "reflect",
    cval: Any = 0.0, truncate: float = 4.0, *, radius: Any = None,
) -> Any:  # fmt: skip
    return gaussian_filter(input, sigma, order, output, mode, cval, truncate, radius=radius, axes=axis)


@adapts
def uniform_filter(
    input: Any, size: Any = 3, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *,
    axes: Any = None,
) -> Any:  # fmt: skip
    mode, cval = renamed(mode, GRID_TO_OPSIN), as_cval(cval)
    return linear(opsin.filters.uniform, as_image(input), output, footprint=size, mode=mode, cval=cval, origin=origin,
                  axes=axes)  # fmt: skip


@adapts
def uniform_filter1d(
    input: Any, size: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    return uniform_filter(input, size, output, mode, cval, origin, axes=axis)


@adapts
def correlate(
    input: Any, weights: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *,
    axes: Any = None,
) -> Any:  # fmt: skip
    return weighted(opsin.filters.correlate, input, weights, output, mode, cval, origin, axes)


@adapts
def convolve(
    input: Any, weights: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *,
    axes: Any = None,
) -> Any:  # fmt: skip
    return weighted(opsin.filters.convolve, input, weights, output, mode, cval, origin, axes)


@adapts
def correlate1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    origin: int = 0,
) -> Any:  # fmt: skip
    return weighted(opsin.filters.correlate, input, weights, output, mode, cval, origin, axis)


@adapts
def convolve1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    origin: int = 0,
) -> Any:  # fmt: skip
    return weighted(opsin.filters.convolve, input, weights, output, mode, cval, origin, axis)


@adapts
def prewitt(input: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0) -> Any:
    image = as_image(input)
    mode, cval = renamed(mode, GRID_TO_OPSIN), as_cval(cval)
    values = image if image.dtype.kind == "f" else image.astype(np.float64)
    result = opsin.filters.prewitt(values, axis=axis, mode=mode, cval=cval, channel_axis=None)
    result = result * result.dtype.type(3 ** (image.ndim - 1))
    return delivered(result if dtype_of(image, output).kind == "f" else np.rint(result), image, output)


@adapts
def laplace(input: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, *, axes: Any = None) -> Any:
    image = as_image(input)
    mode, cval = renamed(mode, GRID_TO_OPSIN), as_cval(cval)
    values = image if image.dtype.kind == "f" else image.astype(np.float64)
    result = -opsin.filters.laplace(values, mode=mode, cval=cval, channel_axis=None, axes=axes)
    return delivered(result, image, output)


@adapts
def gaussian_laplace(
    input: Any, sigma: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, *, axes: Any = None,
    **kwargs: Any,
) -> Any:  # fmt: skip
    if kwargs.keys() - {"truncate"}:
        raise NotExpressedError("radius of the Laplacian of a Gaussian")
    image = as_image(input)
    values = image if image.dtype.kind == "f" else image.astype(np.float64)
    mode, cval = renamed(mode, GRID_TO_OPSIN), as_cval(cval)
    result = opsin.filters.gaussian_laplace(values, sigma, mode=mode, cval=cval, channel_axis=None, axes=axes, **kwargs)
    return delivered(result, image, output)


@adapts
def sobel(input: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0) -> Any:
    image = as_image(input)
    mode, cval = renamed(mode, GRID_TO_OPSIN), as_cval(cval)
    values = image if image.dtype.kind == "f" else image.astype(np.float64)
    result = opsin.filters.sobel(values, axis=axis, mode=mode, cval=cval, channel_axis=None)
    return delivered(result * result.dtype.type(4 ** (image.ndim - 1)), image, output)


@adapts
def median_filter(
    input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    return ranked(input, "median", size, footprint, output, mode, cval, origin, axes)


@adapts
def rank_filter(
    input: Any, rank: int, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect",
    cval: Any = 0.0, origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    image = as_image(input)
    count = pixel_count(as_window(image, size, footprint, axes))
    if not -count <= operator.index(rank) < count:
        raise ValueError(f"rank must be within the {count} pixels of the window; got {rank}.")
    return ranked(image, rank % count, size, footprint, output, mode, cval, origin, axes)


@adapts
def percentile_filter(
    input: Any, percentile: float, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect",
    cval: Any = 0.0, origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    image = as_image(input)
    count = pixel_count(as_window(image, size, footprint, axes))
    percentile = percentile + 100 if percentile < 0 else percentile
    if not 0 <= percentile <= 100:
        raise ValueError(f"percentile must be from -100 to 100; got {percentile}.")
    rank = count - 1 if percentile == 100 else int(count * percentile / 100)
    return ranked(image, rank, size, footprint, output, mode, cval, origin, axes)


@adapts
def minimum_filter(
    input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    return ranked(input, "least", size, footprint, output, mode, cval, origin, axes)


@adapts
def maximum_filter(
    input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    return ranked(input, "greatest", size, footprint, output, mode, cval, origin, axes)


@adapts
def minimum_filter1d(
    input: Any, size: int, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    return ranked(input, "least", size, None, output, mode, cval, origin, axis)


@adapts
def maximum_filter1d(
    input: Any, size: int, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    return ranked(input, "greatest", size, None, output, mode, cval, origin, axis)


def grey(name: str, function: Any) -> Any:
    """Return the adapter of a function of gray morphology."""

    def adapter(
        input: Any, size: Any = None, footprint: Any = None, structure: Any = None, output: Any = None,
        mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *, axes: Any = None,
    ) -> Any:  # fmt: skip
        image = as_image(input)
        if np.asarray(structure).dtype == bool:
            structure = np.asarray(structure).astype(np.int8)
        window = None if structure is not None and footprint is None else as_window(image, size, footprint, axes)
        if structure is None:
            window, axes = flat_window(image, window, axes)
        else:
            axes = array_axes(image, axes)
        result = function(
            image, window, structure=structure, mode=renamed(mode, GRID_TO_OPSIN), cval=as_cval(cval), origin=origin,
            channel_axis=None, axes=axes,
        )  # fmt: skip
        return delivered(result, image, output)

    adapter.__name__ = name
    return adapts(adapter)


grey_erosion = grey("grey_erosion", opsin.morphology.erosion)
grey_dilation = grey("grey_dilation", opsin.morphology.dilation)
grey_opening = grey("grey_opening", opsin.morphology.opening)
grey_closing = grey("grey_closing", opsin.morphology.closing)
white_tophat = grey("white_tophat", opsin.morphology.white_tophat)
black_tophat = grey("black_tophat", opsin.morphology.black_tophat)
morphological_gradient = grey("morphological_gradient", opsin.morphology.morphological_gradient)


@adapts
def gaussian_gradient_magnitude(
    input: Any, sigma: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, *, axes: Any = None,
    **kwargs: Any,
) -> Any:  # fmt: skip
    image = as_image(input)
    if image.ndim != 2 or axes is not None:
        raise NotExpressedError("gradients of other than planes")
    result = opsin.filters.gradient(
        image.astype(np.float64), sigma, mode=renamed(mode, GRID_TO_OPSIN), cval=as_cval(cval), channel_axis=None,
        **kwargs,
    )[0]  # fmt: skip
    return delivered(result, image, output)


@adapts
def generate_binary_structure(rank: int, connectivity: int) -> Any:
    if rank < 1:
        raise NotExpressedError("windows without axes")
    return opsin.morphology.footprint_neighbors(rank, min(connectivity, rank), dtype=bool)


@adapts
def binary_erosion(
    input: Any, structure: Any = None, iterations: int = 1, mask: Any = None, output: Any = None,
    border_value: int = 0, origin: Any = 0, brute_force: bool = False, *, axes: Any = None,
) -> Any:  # fmt: skip
    return binary(opsin.morphology.erosion, input, structure, iterations, mask, output, border_value, origin, axes)


@adapts
def binary_dilation(
    input: Any, structure: Any = None, iterations: int = 1, mask: Any = None, output: Any = None,
    border_value: int = 0, origin: Any = 0, brute_force: bool = False, *, axes: Any = None,
) -> Any:  # fmt: skip
    return binary(opsin.morphology.dilation, input, structure, iterations, mask, output, border_value, origin, axes)


@adapts
def binary_opening(
    input: Any, structure: Any = None, iterations: int = 1, output: Any = None, origin: Any = 0, mask: Any = None,
    border_value: int = 0, brute_force: bool = False, *, axes: Any = None,
) -> Any:  # fmt: skip
    return binary(opsin.morphology.opening, input, structure, iterations, mask, output, border_value, origin, axes)


@adapts
def binary_closing(
    input: Any, structure: Any = None, iterations: int = 1, output: Any = None, origin: Any = 0, mask: Any = None,
    border_value: int = 0, brute_force: bool = False, *, axes: Any = None,
) -> Any:  # fmt: skip
    return binary(opsin.morphology.closing, input, structure, iterations, mask, output, border_value, origin, axes)


@adapts
def binary_propagation(
    input: Any, structure: Any = None, mask: Any = None, output: Any = None, border_value: int = 0, origin: Any = 0, *,
    axes: Any = None,
) -> Any:  # fmt: skip
    return binary(opsin.morphology.dilation, input, structure, -1, mask, output, border_value, origin, axes)


@adapts
def binary_fill_holes(
    input: Any, structure: Any = None, output: Any = None, origin: Any = 0, *, axes: Any = None
) -> Any:
    if axes is not None or np.any(origin):
        raise NotExpressedError("holes along some of the axes")
    image = as_image(input) != 0
    structure = scipy.ndimage.generate_binary_structure(image.ndim, 1) if structure is None else np.asarray(structure)
    result = opsin.morphology.fill_holes(image, connectivity=as_connectivity(structure, image.ndim))
    return delivered(result, image, output if isinstance(output, np.ndarray) else None)


@adapts
def distance_transform_edt(
    input: Any, sampling: Any = None, return_distances: bool = True, return_indices: bool = False,
    distances: Any = None, indices: Any = None,
) -> Any:  # fmt: skip
    return distance(input, "euclidean", sampling, return_distances, return_indices, distances, indices)


@adapts
def distance_transform_cdt(
    input: Any, metric: Any = "chessboard", return_distances: bool = True, return_indices: bool = False,
    distances: Any = None, indices: Any = None,
) -> Any:  # fmt: skip
    return distance(input, metric, None, return_distances, return_indices, distances, indices)


@adapts
def distance_transform_bf(
    input: Any, metric: Any = "euclidean", sampling: Any = None, return_distances: bool = True,
    return_indices: bool = False, distances: Any = None, indices: Any = None,
) -> Any:  # fmt: skip
    return distance(input, metric, sampling, return_distances, return_indices, distances, indices, np.uint32)


def distance(
    input: Any,
    metric: Any,
    sampling: Any,
    return_distances: bool,
    return_indices: bool,
    distances: Any,
    indices: Any,
    steps: Any = np.int32,
) -> Any:
    """Compute a distance transform, and deliver it as scipy.ndimage does."""
    if not isinstance(metric, str):
        raise NotExpressedError("distances by a structure")
    if not (return_distances or return_indices):
        raise RuntimeError("at least one of return_distances and return_indices must be True")
    metric = {"cityblock": "taxicab", "manhattan": "taxicab"}.get(metric, metric)
    if metric not in ("euclidean", "taxicab", "chessboard"):
        raise ValueError(f"invalid metric provided: {metric!r}")
    for wanted, array in ((return_distances, distances), (return_indices, indices)):
        if array is not None and not wanted:
            raise RuntimeError("an array is given for a result that is not wanted")
    image = (as_image(input) != 0).astype(np.float64)
    if image.ndim and image.all():
        raise NotExpressedError("distances where there is no background")
    found, places = opsin.morphology.distance_transform(
        image, metric=metric, spacing=1.0 if sampling is None else sampling, return_indices=True, channel_axis=None
    )
    if metric != "euclidean":
        found = found.astype(steps)
    given = ((return_distances, found, distances), (return_indices, places, indices))
    for wanted, result, array in given:
        if wanted and array is not None:
            if array.dtype != result.dtype or array.shape != result.shape:
                raise RuntimeError("the array for the result must have its dtype and shape")
            array[...] = result
    delivered_ones = [result for wanted, result, array in given if wanted and array is None]
    return tuple(delivered_ones) if len(delivered_ones) > 1 else (delivered_ones or [None])[0]


@adapts
def find_objects(input: Any, max_label: int = 0) -> Any:
    return opsin.measure.find_objects(input, max(max_label, 0))


def by_label(name: str, input: Any, labels: Any, index: Any) -> Any:
    """Return a statistic of the pixels with labels, with the shape of the index."""
    if labels is None and index is not None:
        raise NotExpressedError("an index without labels")
    image = np.atleast_1d(as_image(input))
    if labels is not None:
        image, labels = np.broadcast_arrays(image, np.atleast_1d(labels))
        if labels.dtype.kind not in "iu":
            labels = labels.astype(np.int64)
        if index is None:  # all positive labels together
            labels, index = (labels > 0).astype(np.int64), 1
    flat = None if index is None else np.asarray(index, np.int64).reshape(-1)
    if flat is not None and not flat.size:
        return np.zeros(0)
    table = opsin.measure.statistics(image, labels, 1 if flat is None else flat.tolist(), properties=(name,)).values()
    shape = np.shape(index) if index is not None else ()
    columns = [column.reshape(shape) for column in table]
    if len(columns) == 1 and not name.endswith(("position", "mass")):
        return columns[0][()]
    points = np.stack(columns, axis=-1)
    several = [tuple(one) for one in points.reshape(-1, len(columns)).tolist()]
    return several if points.ndim > 1 else several[0]


@adapts
def sum_labels(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("sum", input, labels, index)


@adapts
def mean(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("mean", input, labels, index)


@adapts
def variance(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("variance", input, labels, index)


@adapts
def standard_deviation(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("standard_deviation", input, labels, index)


@adapts
def minimum(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("minimum", input, labels, index)


@adapts
def maximum(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("maximum", input, labels, index)


@adapts
def median(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("median", input, labels, index)


@adapts
def minimum_position(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("minimum_position", input, labels, index)


@adapts
def maximum_position(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("maximum_position", input, labels, index)


@adapts
def extrema(input: Any, labels: Any = None, index: Any = None) -> Any:
    names = ("minimum", "maximum", "minimum_position", "maximum_position")
    return tuple(by_label(name, input, labels, index) for name in names)


@adapts
def center_of_mass(input: Any, labels: Any = None, index: Any = None) -> Any:
    return by_label("center_of_mass", input, labels, index)


@adapts
def label(input: Any, structure: Any = None, output: Any = None) -> Any:
    image = as_image(input)
    connectivity = 1 if structure is None else as_connectivity(np.asarray(structure), image.ndim)
    labels, count = opsin.measure.label(image != 0, connectivity=connectivity, return_num=True, channel_axis=None)
    if isinstance(output, np.ndarray):
        delivered(labels, image, output)
        return count
    return labels.astype(np.int32 if output is None else output), count


@adapts
def histogram(input: Any, min: float, max: float, bins: int, labels: Any = None, index: Any = None) -> Any:
    values = np.asarray(input, np.float64)  # opsin has one bin for each integer

    def counts(chosen: Any) -> Any:
        return opsin.exposure.histogram(chosen, bins, source_range=(min, max))[0]

    if labels is None:
        return counts(values)
    values, numbers = np.broadcast_arrays(values, np.asarray(labels))
    if index is None:
        return counts(values[numbers > 0])
    if np.ndim(index) == 0:
        return counts(values[numbers == index])
    found = np.empty(np.shape(index), object)
    for place, number in np.ndenumerate(index):
        chosen = values[numbers == number]
        found[place] = counts(chosen) if chosen.size else None
    return found


@adapts
def rotate(
    input: Any, angle: float, axes: Any = (1, 0), reshape: bool = True, output: Any = None, order: int = 3,
    mode: str = "constant", cval: Any = 0.0, prefilter: bool = True,
) -> Any:  # fmt: skip
    image = as_image(input)
    if angle % 90 or not (reshape or image.shape[axes[0]] == image.shape[axes[1]]):  # otherwise pixels are only moved
        if order > 1:
            raise NotExpressedError("splines")
        if mode in ("constant", "wrap"):
            raise NotExpressedError("borders of the interpolation")  # not extended by whole pixels
    if reshape and angle % 90:
        raise NotExpressedError("shape of the rotated image")
    first, second = sorted(axis % image.ndim for axis in axes)
    values = image if image.dtype.kind == "f" else image.astype(np.float64)
    result = opsin.transform.rotate(
        values, angle, resize=reshape, order=min(order, 1), mode=renamed(mode, GRID_TO_OPSIN), cval=as_cval(cval),
        axes=(first, second), channel_axis=None,
    )  # fmt: skip
    return delivered(result, image, output)


@adapts
def zoom(
    input: Any, zoom: Any, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0,
    prefilter: bool = True, *, grid_mode: bool = False,
) -> Any:  # fmt: skip
    image = as_interpolated(input, order, mode if grid_mode else "nearest")
    factors = np.broadcast_to(zoom, image.ndim).tolist()
    if any(round(factor * length) < 1 for factor, length in zip(factors, image.shape, strict=True)):
        raise NotExpressedError("results without pixels")
    result = opsin.transform.zoom(
        image, factors, order=order, grid_mode=grid_mode, mode=renamed(mode, GRID_TO_OPSIN) if grid_mode else None,
        cval=as_cval(cval), channel_axis=None,
    )  # fmt: skip
    return delivered(result, np.asarray(input), output)


@adapts
def shift(
    input: Any, shift: Any, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0,
    prefilter: bool = True,
) -> Any:  # fmt: skip
    image = as_interpolated(input, order, mode)
    offsets = -np.broadcast_to(np.asarray(shift, np.float64), image.ndim)
    return warped(image, np.column_stack([np.eye(image.ndim), offsets]), None, input, output, order, mode, cval)


@adapts
def affine_transform(
    input: Any, matrix: Any, offset: Any = 0.0, output_shape: Any = None, output: Any = None, order: int = 3,
    mode: str = "constant", cval: Any = 0.0, prefilter: bool = True,
) -> Any:  # fmt: skip
    image = as_interpolated(input, order, mode)
    axes = image.ndim
    matrix = np.asarray(matrix, np.float64)
    if matrix.shape == (axes,):
        matrix = np.diag(matrix)
    if matrix.shape == (axes, axes):
        matrix = np.column_stack([matrix, np.broadcast_to(offset, axes)])
    if matrix.shape == (axes + 1, axes + 1) and not np.array_equal(matrix[-1], np.eye(axes + 1)[-1]):
        raise ValueError("the matrix must be affine.")
    if output_shape is None and isinstance(output, np.ndarray):
        output_shape = output.shape
    return warped(image, matrix[:axes], output_shape, input, output, order, mode, cval)


@adapts
def map_coordinates(
    input: Any, coordinates: Any, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0,
    prefilter: bool = True,
) -> Any:  # fmt: skip
    image = as_interpolated(input, order, mode)
    places = np.asarray(coordinates, np.float64)
    if places.dtype.kind == "c" or places.ndim < 1 or len(places) != image.ndim:
        raise RuntimeError("invalid shape for coordinate array")
    shape = places.shape[1:]
    places = places.reshape(image.ndim, -1, *(1,) * (image.ndim - 1))
    return warped(image, places, None, input, output, order, mode, cval, shape)


@adapts
def geometric_transform(
    input: Any, mapping: Any, output_shape: Any = None, output: Any = None, order: int = 3, mode: str = "constant",
    cval: Any = 0.0, prefilter: bool = True, extra_arguments: Any = (), extra_keywords: Any = None,
) -> Any:  # fmt: skip
    image = as_interpolated(input, order, mode)
    if not callable(mapping):
        raise NotExpressedError("functions in C")

    def places(points: Any) -> Any:
        found = [mapping(tuple(point), *extra_arguments, **(extra_keywords or {})) for point in points.tolist()]
        return np.array(found, np.float64).reshape(len(points), -1)

    if output_shape is None and isinstance(output, np.ndarray):
        output_shape = output.shape
    return warped(image, places, output_shape, input, output, order, mode, cval)


def warped(
    image: np.ndarray, mapping: Any, shape: Any, given: Any, output: Any, order: int, mode: str, cval: Any,
    result_shape: Any = None,
) -> Any:  # fmt: skip
    """Return the image resampled at the positions of a map."""
    if image.ndim == 1 and isinstance(mapping, np.ndarray) and mapping.shape == (1, 2) and result_shape is None:
        mapping = np.vstack([mapping, [0, 1]])
    result = opsin.transform.warp(
        image, mapping, output_shape=None if shape is None else tuple(shape), order=order,
        mode=renamed(mode, GRID_TO_OPSIN), cval=as_cval(cval), channel_axis=None,
    )  # fmt: skip
    return delivered(result if result_shape is None else result.reshape(result_shape), np.asarray(given), output)


def as_interpolated(values: Any, order: int, mode: str) -> np.ndarray:
    """Return an image of floats that opsin interpolates as scipy.ndimage does."""
    image = as_image(values)
    if not 0 <= order <= 5:
        raise RuntimeError("spline order not supported")
    if order > 1:
        raise NotExpressedError("splines")
    if mode in ("constant", "wrap"):
        raise NotExpressedError("borders of the interpolation")  # not extended by whole pixels
    if image.ndim < 1:
        raise RuntimeError("input and output rank must be > 0")
    return image if image.dtype.kind == "f" else image.astype(np.float64)


def as_image(values: Any) -> np.ndarray:
    """Return an image that is not complex."""
    image = np.asarray(values)
    if image.dtype.kind == "c":
        raise NotExpressedError("complex numbers")
    return image


def weighted(function: Any, input: Any, weights: Any, output: Any, mode: Any, cval: Any, origin: Any, axes: Any) -> Any:
    """Correlate or convolve in float64."""
    image, weights = as_image(input), np.asarray(weights)
    if weights.dtype.kind == "c":
        raise NotExpressedError("complex numbers")
    result = function(
        image.astype(np.float64), weights, mode=renamed(mode, GRID_TO_OPSIN), cval=as_cval(cval), origin=origin,
        axes=array_axes(image, axes),
        channel_axis=None,
    )  # fmt: skip
    return delivered(result, image, output)


def as_cval(value: Any) -> float:
    """Return the value beyond the border."""
    if np.iscomplexobj(value):
        raise NotExpressedError("complex numbers")
    return float(value)


def linear(function: Any, image: np.ndarray, output: Any, **settings: Any) -> Any:
    """Apply a linear filter, in float64 if the result is to be converted to another dtype or cut off."""
    out = None
    dtype = dtype_of(image, output)
    if image.dtype.kind != "f" and dtype.kind == "f":
        out = np.empty(image.shape, np.float64)
    elif dtype != image.dtype or dtype.kind != "f":
        image = image.astype(np.float64)
    result = function(image, out=out, channel_axis=None, **settings)
    return delivered(result, image, dtype if output is None else output)


def dtype_of(image: np.ndarray, output: Any) -> Any:
    """Return the dtype that `output` asks for."""
    if output is None:
        return image.dtype
    dtype = output.dtype if isinstance(output, np.ndarray) else np.dtype(output)
    if dtype.kind == "c":
        raise NotExpressedError("complex numbers")
    return dtype


def delivered(result: np.ndarray, image: np.ndarray, output: Any) -> Any:
    """Return a result as `output` asks for it: in an array, with a dtype, or with the dtype of the image."""
    dtype = dtype_of(image, output)
    if result.dtype.kind == "f" and dtype.kind in "iu":
        result = result.astype(np.int64)
    if not isinstance(output, np.ndarray):
        return result.astype(dtype, copy=False)
    if output.shape != result.shape:
        raise ValueError(f"output must have shape {result.shape}; got {output.shape}.")
    output[...] = result.astype(dtype, copy=False)
    return output


def as_window(image: np.ndarray, size: Any, footprint: Any, axes: Any) -> Any:
    """Return the window of a filter: a bool array, or a size for each of the axes."""
    count = image.ndim if axes is None else np.size(axes)
    if footprint is not None:
        return np.asarray(footprint, bool)
    if size is None:
        raise ValueError("size or footprint is needed.")
    sizes = [size] * count if np.ndim(size) == 0 else list(size)
    if len(sizes) != count:
        raise ValueError(f"size must be one number or {count}; got {size}.")
    return tuple(sizes)


def flat_window(image: np.ndarray, window: Any, axes: Any) -> tuple[Any, Any]:
    """Return the window of an extreme and its axes: scipy.ndimage takes an array without zeros for its sizes."""
    if isinstance(window, np.ndarray) and window.all():
        return window.shape, axes
    return window, array_axes(image, axes) if isinstance(window, np.ndarray) else axes


def array_axes(image: np.ndarray, axes: Any) -> Any:
    """Return the axes of a window that is an array: scipy.ndimage ignores their order, and all else's, if it is all."""
    return None if axes is not None and np.size(axes) == image.ndim else axes


def pixel_count(window: Any) -> int:
    """Return the number of pixels of a window."""
    return int(np.count_nonzero(window) if isinstance(window, np.ndarray) else np.prod(window))


def ranked(
    input: Any, rank: Any, size: Any, footprint: Any, output: Any, mode: Any, cval: Any, origin: Any, axes: Any
) -> Any:
    """Apply a rank filter: the least, the greatest value, the median, or any rank."""
    image = as_image(input)
    window = as_window(image, size, footprint, axes)
    count = pixel_count(window)
    extreme = rank in ("least", "greatest")
    if not extreme and not isinstance(window, np.ndarray):
        window = np.ones(window, bool)  # sizes follow the ascending order of the axes
    rank = {"least": 0, "greatest": count - 1, "median": count // 2}.get(rank, rank)
    if extreme:
        window, axes = flat_window(image, window, axes)
    else:
        axes = array_axes(image, axes)
    settings = {"mode": renamed(mode, GRID_TO_OPSIN), "cval": as_cval(cval), "axes": axes, "channel_axis": None}
    if rank == count // 2:
        result = opsin.filters.median(image, window, origin=origin, **settings)
    elif rank == 0:
        result = opsin.filters.minimum(image, window, origin=origin, **settings)
    elif rank == count - 1:
        result = opsin.filters.maximum(image, window, origin=origin, **settings)
    else:
        result = opsin.filters.percentile(image, 100 * (rank + 0.5) / count, window, origin=origin, **settings)
    return delivered(result, image, output)


def binary(
    function: Any, input: Any, structure: Any, iterations: Any, mask: Any, output: Any, border_value: Any, origin: Any,
    axes: Any,
) -> Any:  # fmt: skip
    """Apply a function of morphology to a bool image."""
    image = as_image(input) != 0
    result = function(
        image, None if structure is None else np.asarray(structure, bool), iterations=max(iterations, 0),
        mask=None if mask is None else np.asarray(mask, bool), mode="constant", cval=float(bool(border_value)),
        origin=origin, channel_axis=None, axes=axes if structure is None else array_axes(image, axes),
    )  # fmt: skip
    return delivered(result, image, output if isinstance(output, np.ndarray) else None)


def as_connectivity(structure: np.ndarray, dimensions: int) -> int:
    """Return the connectivity that a structuring element of 3 pixels along each axis stands for."""
    for connectivity in range(1, dimensions + 1):
        if np.array_equal(structure != 0, scipy.ndimage.generate_binary_structure(dimensions, connectivity)):
            return connectivity
    raise NotExpressedError("connectivity by a structuring element")
