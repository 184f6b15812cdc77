"""Superpixels by k-means in color and place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Pixels, as_pixels, per_axis
from .._engine.channels import channels_first
from .._engine.compiled import for_this_machine
from .._engine.iterate import iterations
from .._engine.labels import as_mask
from .._errors import Allowed, flag, integer, number
from .._operation import Typical, operation
from .._types import MAX_NUM_ITER, POSITIVE, SIGMA, ColorAxis, ImageLike, Labels, MaskLike, MaxNumIter, Sigma, Spacing
from ..color.rgb2lab import rgb2lab
from ..filters.gaussian import gaussian
from .kmeans import clustered

AXES = Allowed(1, 3)
SEGMENTS = Allowed(1, 10_000_000)
NOT_NEGATIVE = Allowed(0)

Segments: TypeAlias = Annotated[int, SEGMENTS, Typical(10, 1000)]
"""About how many regions there are."""

Compactness: TypeAlias = Annotated[float, POSITIVE, Typical(0.01, 100)]
"""The weight of places against colors."""

MAX_CLUSTERED = 4096
"""Up to so many first centers inside a mask are moved to the middle of the pixels nearest to them."""

SizeFactor: TypeAlias = Annotated[float, NOT_NEGATIVE, Typical(0, 10)]
"""A size as a multiple of the mean size."""


@operation(kind="global", dimensions=AXES, since="0.1")
def slic(
    image: ImageLike,
    n_segments: Segments = 100,
    *,
    compactness: Compactness = 10.0,
    max_num_iter: MaxNumIter = 10,
    sigma: Sigma = 0.0,
    spacing: Spacing | None = None,
    convert2lab: bool | None = None,
    enforce_connectivity: bool = True,
    min_size_factor: SizeFactor = 0.5,
    max_size_factor: SizeFactor = 3.0,
    slic_zero: bool = False,
    start_label: Literal[0, 1] = 1,
    mask: MaskLike | None = None,
    channel_axis: ColorAxis = "auto",
) -> Labels:
    """Divide an image into superpixels: compact regions of similar color.

    Parameters
    ----------
    image : array_like
        Image of one to three spatial axes and any real dtype.

        Its values are finite.
    n_segments : int
        About how many regions there are.
    compactness : float
        Weight of the distance in place against that in color: the greater, the squarer are the regions. Try powers of
        ten. Gray images need less than the default.
    max_num_iter : int
        Largest number of iterations.
    sigma : float or sequence of float
        Standard deviation of a Gaussian that blurs the image before, in pixels, one for all spatial axes or one for
        each. One number is divided by `spacing`.
    spacing : float or sequence of float, optional
        Distance of neighboring pixels, one for all spatial axes or one for each. By default 1.
    convert2lab : bool, optional
        Whether the image is RGB, and its colors are compared in CIELAB. By default images with three channels are.
    enforce_connectivity : bool
        Whether every region is connected.
    min_size_factor : float
        Connected parts that are smaller, as a multiple of the mean size of regions, join a neighbor.
    max_size_factor : float
        Connected parts that are larger, as a multiple of the mean size of regions, are divided.
    slic_zero : bool
        Whether each region has a compactness of its own: its distances in color are divided by the greatest that it had
        in an iteration before. Smooth and textured regions are then equally compact. The iterations begin with
        `compactness`.
    start_label : {0, 1}
        Number of the first region. Outside the mask the number is one less.
    mask : array_like of bool, optional
        True for the pixels to divide, with the spatial shape of the image. By default all.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray of int32
        Labels from `start_label`, and one less outside the mask, with the spatial shape of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if a value is not finite.

    Notes
    -----
    The range of the image is stretched to 0 to 1 before colors are compared, so that its unit does not matter. The
    first centers are on a regular grid; inside a mask they are those of k-means of the places.

    References
    ----------
    .. [1] R. Achanta, A. Shaji, K. Smith, A. Lucchi, P. Fua and S. Susstrunk, "SLIC Superpixels Compared to
       State-of-the-Art Superpixel Methods", IEEE Transactions on Pattern Analysis and Machine Intelligence 34 (11),
       2012, pp. 2274-2282.
    .. [2] B. Irving, "maskSLIC: Regional Superpixel Generation with Application to Local Pathology Characterisation in
       Medical Images", arXiv:1606.09518, 2016.
    .. [3] R. Achanta, A. Shaji, K. Smith, A. Lucchi, P. Fua and S. Susstrunk, "SLICO: the zero-parameter version of
       SLIC", https://www.epfl.ch/labs/ivrl/research/slic-superpixels/ (`slic_zero`).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((4, 8), np.uint8)
    >>> image[:, 3:] = 200
    >>> opsin.segmentation.slic(image, 2, compactness=0.1)
    array([[1, 1, 1, 2, 2, 2, 2, 2],
           [1, 1, 1, 2, 2, 2, 2, 2],
           [1, 1, 1, 2, 2, 2, 2, 2],
           [1, 1, 1, 2, 2, 2, 2, 2]], dtype=int32)
    """
    pixels = as_pixels(image, channel_axis, dimensions=AXES)
    axes = len(pixels.axes)
    segments = integer("n_segments", n_segments, SEGMENTS)
    compactness = number("compactness", compactness, POSITIVE)
    limit = integer("max_num_iter", max_num_iter, MAX_NUM_ITER)
    distances = (1.0,) * axes if spacing is None else per_axis("spacing", spacing, axes, POSITIVE)
    blur = per_axis("sigma", sigma, axes, SIGMA)
    if not isinstance(sigma, Sequence):
        blur = per_axis(
            "sigma", [value / distance for value, distance in zip(blur, distances, strict=True)], axes, SIGMA
        )
    connected = flag("enforce_connectivity", enforce_connectivity)
    factors = (
        number("min_size_factor", min_size_factor, NOT_NEGATIVE),
        number("max_size_factor", max_size_factor, NOT_NEGATIVE),
    )
    adaptive = flag("slic_zero", slic_zero)
    outside = np.int32(integer("start_label", start_label, low=0, high=1) - 1)
    inside = None if mask is None else as_mask("mask", mask, pixels.spatial_shape)
    in_lab = pixels.channels == 3 if convert2lab is None else flag("convert2lab", convert2lab)
    if in_lab and pixels.channels != 3:
        raise ValueError(f"convert2lab needs an image of three channels; got {pixels.channels}.")
    count = math.prod(pixels.spatial_shape) if inside is None else int(inside.sum())
    if not count:
        return np.full(pixels.spatial_shape, outside)
    colors = _colors(pixels, inside, in_lab, blur)
    # Beyond these limits one part of the distance is nothing beside the other.
    colors /= colors.dtype.type(min(max(compactness, 1e-12), 1e12))
    shape = (1,) * (3 - axes) + pixels.spatial_shape
    steps: Sequence[float]
    if inside is None:
        steps, centers = _grid(shape, segments)
    else:
        # scikit-image takes a channel for an axis.
        steps, centers = _inside(inside.reshape(shape), segments, 3 if pixels.channel_axis is None else 2)
    # Windows are two steps of the grid of so many points as there are, on each side.
    reach = _grid(shape, len(centers))[0]
    compiled = for_this_machine("superpixels")
    job = compiled.prepare(
        colors.reshape(len(colors), *shape),
        None if inside is None else np.ascontiguousarray(inside).view(np.uint8),
        [2 * step for step in reach],
        (1.0,) * (3 - axes) + distances,
        1 / max(steps) ** 2,
        len(centers),
    )
    centers = np.concatenate([centers, np.zeros((len(centers), len(colors)))], axis=1)
    # The grid has no colors yet: the first step of it counts places only, and only inside a mask the others, too.
    for with_colors in (False, True) if inside is not None else (True,):
        greatest = np.ones(len(centers))
        for _ in iterations(limit):
            sums = compiled.advance(job, centers, 1 / greatest, with_colors)
            filled = sums[:, 0] > 0
            before = centers
            centers = centers.copy()
            centers[filled] = sums[filled, 1:] / sums[filled, :1]
            known = greatest
            if adaptive and with_colors:
                greatest = np.maximum(known, compiled.farthest(job, centers))
            if np.array_equal(before, centers) and np.array_equal(known, greatest):
                break
    labels: NDArray[np.int32] = compiled.labels_of(job)
    if inside is not None:
        unreached = (labels.reshape(shape) < 0) & inside.reshape(shape)
        if unreached.any():
            from scipy.spatial import cKDTree

            labels.reshape(shape)[unreached] = cKDTree(centers[:, :3]).query(np.argwhere(unreached))[1]
    if connected:
        mean = count / len(centers)
        labels = compiled.connect(labels, shape, *(int(min(factor * mean, count)) for factor in factors))
        labels -= np.int32(1)
    labels += outside + np.int32(1)
    return labels.reshape(pixels.spatial_shape)


def _colors(pixels: Pixels, inside: NDArray[np.bool_] | None, in_lab: bool, blur: tuple[float, ...]) -> NDArray[Any]:
    """Return the channels from 0 to 1 inside the mask, or in CIELAB, blurred."""
    colors = channels_first(pixels, pixels.float_dtype)
    if inside is not None:
        colors[:, ~(inside | np.isfinite(colors).all(axis=0))] = 0
    used = colors if inside is None else colors[:, inside]
    low, high = used.min(), used.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("image must have finite values; got NaN or infinity.")
    colors -= low
    if high > low:
        colors /= high - low
    if in_lab:
        colors = np.ascontiguousarray(rgb2lab(colors, channel_axis=0))
    return np.ascontiguousarray(gaussian(colors, blur, mode="reflect", channel_axis=0)) if any(blur) else colors


def _grid(shape: tuple[int, ...], wanted: int) -> tuple[list[int], NDArray[np.float64]]:
    """Return the steps of a regular grid of about so many points, and the points.

    The steps are equal, except along axes that are shorter than a step, which have one point.
    """
    steps = [1.0] * len(shape)
    if math.prod(shape) > wanted:
        order = sorted(range(len(shape)), key=lambda axis: shape[axis])
        while order:
            step = (math.prod(shape[axis] for axis in order) / wanted) ** (1 / len(order))
            if shape[order[0]] >= step:
                break
            steps[order[0]] = float(shape[order[0]])
            del order[0]
        for axis in order:
            steps[axis] = step
    lines = [
        np.arange(int(step // 2) if round(step) > 1 else 0, length, max(1, round(step)))
        for length, step in zip(shape, steps, strict=True)
    ]
    points = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, len(shape)).astype(np.float64)
    return [max(1, round(step)) for step in steps], points


def _inside(inside: NDArray[np.bool_], wanted: int, sampled_axes: int) -> tuple[tuple[float, ...], NDArray[np.float64]]:
    """Return steps and points for the pixels of a mask, with the numbers that scikit-image draws.

    The points are some of the pixels, moved by k-means of a sample of their places; the steps are the mean distances
    to the nearest other point.
    """
    from scipy.spatial import cKDTree

    places = np.argwhere(inside).astype(np.float64)
    generator = np.random.RandomState(123)
    wanted = min(wanted, len(places))
    centers = places[np.sort(generator.choice(len(places), wanted, replace=False))]
    if wanted <= min(MAX_CLUSTERED, len(places) - 1):
        sample = 10**sampled_axes * wanted
        if len(places) > sample:
            places = places[np.sort(generator.choice(len(places), sample, replace=False))]
        _, centers, _ = clustered(np.ascontiguousarray(places.T), centers, 5, 0.0)
    if wanted == 1:
        return inside.shape, centers
    _, nearest = cKDTree(centers).query(centers, 2)
    return tuple(np.abs(centers - centers[nearest[:, 1]]).mean(axis=0).tolist()), centers
