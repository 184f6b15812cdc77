"""Blobs: bright spots on a dark ground, from their response at many scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Pixels, as_data_range, as_pixels, is_several, per_axis
from .._engine.borders import as_border
from .._engine.compiled import for_this_machine
from .._engine.iterate import iterations
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._errors import Allowed, flag, integer, number
from .._operation import Typical, operation
from .._types import PLANE, POSITIVE, ImageLike, Points
from ..filters.gaussian import gaussian_filter
from .peak_local_max import peak_local_max

SIGMA = Allowed(above=0, high=1000)
SCALES = Allowed(1, 1000)
RATIO = Allowed(above=1, high=8)
FRACTION = Allowed(0, 1)
TRUNCATE = 4.0

BlobSigma: TypeAlias = Annotated[float | Sequence[float], SIGMA, Typical(1, 50, "px")]
"""The standard deviation of a blob, for all axes or one for each."""

Scales: TypeAlias = Annotated[int, SCALES, Typical(3, 20)]
Overlap: TypeAlias = Annotated[float, FRACTION]
Range: TypeAlias = Annotated[float, POSITIVE] | None
Border: TypeAlias = bool | Annotated[int, Typical(0, 50, "px")] | Sequence[int]


@operation(kind="global", since="0.1")
def blob_log(
    image: ImageLike,
    min_sigma: BlobSigma = 1.0,
    max_sigma: BlobSigma = 50.0,
    *,
    num_sigma: Scales = 10,
    threshold: float | None = 0.2,
    overlap: Overlap = 0.5,
    log_scale: bool = False,
    threshold_rel: float | None = None,
    exclude_border: Border = False,
    data_range: Range = None,
) -> Points:
    """Find blobs by the Laplacian of Gaussians.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    min_sigma : float or sequence of float
        Least standard deviation of a blob in pixels, one for all axes or one for each.
    max_sigma : float or sequence of float
        Greatest standard deviation of a blob in pixels, one for all axes or one for each.
    num_sigma : int
        How many standard deviations are tried.
    threshold : float, optional
        Blobs have a response greater than this fraction of `data_range`.
    overlap : float
        Of two blobs of which a greater fraction of the smaller one overlaps, the smaller one is left out.
    log_scale : bool
        Whether the ratios of the standard deviations are equal, in place of their differences.
    threshold_rel : float, optional
        Blobs have a response greater than this fraction of the greatest one.
    exclude_border : bool, int or sequence of int
        Width of the border in which no blobs are, one for all axes or one for each. ``False``: 0.
    data_range : float, optional
        Range of the data; by default the greatest value of the dtype for integers, and 1 for floats and bool.

    Returns
    -------
    ndarray of float64
        Blobs, shape (blobs, axes + 1): the coordinates of the center, and the standard deviation, which is one for each
        axis if `min_sigma` or `max_sigma` is. The radius is about the standard deviation times the square root of the
        number of axes.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. Lindeberg, "Feature Detection with Automatic Scale Selection", International Journal of Computer Vision 30
       (2), 1998, pp. 79-116.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> rows, columns = np.indices((40, 60))
    >>> image = np.exp(-((rows - 15) ** 2 + (columns - 30) ** 2) / 32)
    >>> opsin.feature.blob_log(image, max_sigma=10)
    array([[15., 30.,  4.]])
    """
    search = _Search(image, min_sigma, max_sigma, threshold, threshold_rel, overlap, exclude_border, data_range)
    sigmas = search.scales(integer("num_sigma", num_sigma, SCALES), flag("log_scale", log_scale))
    pixels = search.pixels
    border = as_border("reflect", 0, pixels)

    def response(sigma: NDArray[np.float64]) -> NDArray[Any]:
        smooth = [gaussian_filter(value, 0, TRUNCATE) for value in sigma.tolist()]
        second = [gaussian_filter(value, 2, TRUNCATE) for value in sigma.tolist()]
        total: NDArray[Any] = np.zeros(pixels.shape, pixels.float_dtype)
        for axis in range(len(smooth)):
            filters = [second[other] if other == axis else smooth[other] for other in range(len(smooth))]
            with np.errstate(invalid="ignore"):
                total += separable(pixels, filters, border=border, result="float")
        total *= -(float(np.mean(sigma)) ** 2)
        return total

    return search.blobs([response(sigma) for sigma in sigmas], sigmas)


@operation(kind="global", since="0.1")
def blob_dog(
    image: ImageLike,
    min_sigma: BlobSigma = 1.0,
    max_sigma: BlobSigma = 50.0,
    *,
    sigma_ratio: Annotated[float, RATIO, Typical(1.2, 2)] = 1.6,
    threshold: float | None = 0.5,
    overlap: Overlap = 0.5,
    threshold_rel: float | None = None,
    exclude_border: Border = False,
    data_range: Range = None,
) -> Points:
    """Find blobs by differences of Gaussians, which are about their Laplacian.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    min_sigma : float or sequence of float
        Least standard deviation of a blob in pixels, one for all axes or one for each.
    max_sigma : float or sequence of float
        Greatest standard deviation of a blob in pixels, one for all axes or one for each.
    sigma_ratio : float
        Ratio of one standard deviation to the next.
    threshold : float, optional
        Blobs have a response greater than this fraction of `data_range`.
    overlap : float
        Of two blobs of which a greater fraction of the smaller one overlaps, the smaller one is left out.
    threshold_rel : float, optional
        Blobs have a response greater than this fraction of the greatest one.
    exclude_border : bool, int or sequence of int
        Width of the border in which no blobs are, one for all axes or one for each. ``False``: 0.
    data_range : float, optional
        Range of the data; by default the greatest value of the dtype for integers, and 1 for floats and bool.

    Returns
    -------
    ndarray of float64
        Blobs, shape (blobs, axes + 1): the coordinates of the center, and the standard deviation, which is one for each
        axis if `min_sigma` or `max_sigma` is. The radius is about the standard deviation times the square root of the
        number of axes.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] D. G. Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", International Journal of Computer
       Vision 60 (2), 2004, pp. 91-110.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> rows, columns = np.indices((40, 60))
    >>> image = np.exp(-((rows - 15) ** 2 + (columns - 30) ** 2) / 32)
    >>> opsin.feature.blob_dog(image, max_sigma=10, threshold=0.2).round(1)
    array([[15. , 30. ,  2.6]])
    """
    search = _Search(image, min_sigma, max_sigma, threshold, threshold_rel, overlap, exclude_border, data_range)
    ratio = number("sigma_ratio", sigma_ratio, RATIO)
    steps = float(np.mean(np.log(search.high / search.low) / math.log(ratio) + 1))
    if steps > SCALES.high:  # type: ignore[operator]
        raise ValueError(f"sigma_ratio must give at most {SCALES.high} standard deviations; got {ratio:g}.")
    sigmas = search.low * ratio ** np.arange(int(steps) + 1)[:, None]
    pixels = search.pixels
    border = as_border("reflect", 0, pixels)

    def blurred(sigma: NDArray[np.float64]) -> NDArray[Any]:
        filters = [gaussian_filter(value, 0, TRUNCATE) for value in sigma.tolist()]
        return separable(pixels, filters, border=border, result="float")

    responses = []
    narrow = blurred(sigmas[0])
    for sigma in sigmas[1:]:
        wide = blurred(sigma)
        responses.append(evaluate(lambda one, two: (one - two) * (1 / (ratio - 1)), [narrow, wide], dtype=wide.dtype))
        narrow = wide
    return search.blobs(responses, sigmas)


@operation(kind="global", dimensions=PLANE, since="0.1")
def blob_doh(
    image: ImageLike,
    min_sigma: Annotated[float, SIGMA, Typical(1, 50, "px")] = 1.0,
    max_sigma: Annotated[float, SIGMA, Typical(1, 50, "px")] = 30.0,
    *,
    num_sigma: Scales = 10,
    threshold: float | None = 0.01,
    overlap: Overlap = 0.5,
    log_scale: bool = False,
    threshold_rel: float | None = None,
    data_range: Range = None,
) -> Points:
    """Find blobs, bright or dark, by the determinant of the Hessian, in a time that does not depend on their size.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
    min_sigma : float
        Least standard deviation of a blob in pixels. Blobs of less than 3 pixels are not found.
    max_sigma : float
        Greatest standard deviation of a blob in pixels.
    num_sigma : int
        How many standard deviations are tried.
    threshold : float, optional
        Blobs have a response greater than this, which is a product of two derivatives: with a `data_range` of 255 it is
        255 squared times as large as with 1, and the threshold follows.
    overlap : float
        Of two blobs of which a greater fraction of the smaller one overlaps, the smaller one is left out.
    log_scale : bool
        Whether the ratios of the standard deviations are equal, in place of their differences.
    threshold_rel : float, optional
        Blobs have a response greater than this fraction of the greatest one.
    data_range : float, optional
        Range of the data; by default the greatest value of the dtype for integers, and 1 for floats and bool.

    Returns
    -------
    ndarray of float64
        Blobs, shape (blobs, 3): row, column and standard deviation, which is about the radius.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The second derivatives of the Gaussian are approximated by boxes, which are sums of an integral image.

    References
    ----------
    .. [1] H. Bay, A. Ess, T. Tuytelaars and L. Van Gool, "Speeded-Up Robust Features (SURF)", Computer Vision and Image
       Understanding 110 (3), 2008, pp. 346-359.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> rows, columns = np.indices((40, 60))
    >>> image = ((rows - 15) ** 2 + (columns - 30) ** 2 < 64).astype(float)
    >>> opsin.feature.blob_doh(image, max_sigma=10).round(1)[0]
    array([14., 29.,  8.])
    """
    search = _Search(image, min_sigma, max_sigma, threshold, threshold_rel, overlap, False, data_range, planar=True)
    sigmas = search.scales(integer("num_sigma", num_sigma, SCALES), flag("log_scale", log_scale))[:, :1]
    with np.errstate(invalid="ignore", over="ignore"):
        sums = np.cumsum(np.cumsum(search.pixels.array.astype(np.float64, order="C") / search.span, axis=0), axis=1)
    search.span = 1.0
    hessian = for_this_machine("hessian")
    responses = [hessian.determinants(sums, int(3 * sigma)) for sigma in sigmas[:, 0]] if sums.size else []
    return search.blobs(responses, sigmas)


class _Search:
    """The parameters that the searches of blobs share, checked, and what they do with a response."""

    def __init__(
        self,
        image: ImageLike,
        min_sigma: float | Sequence[float],
        max_sigma: float | Sequence[float],
        threshold: float | None,
        threshold_rel: float | None,
        overlap: float,
        exclude_border: Any,
        data_range: float | None,
        *,
        planar: bool = False,
    ) -> None:
        self.pixels: Pixels = as_pixels(image, dimensions=PLANE if planar else None)
        axes = self.pixels.array.ndim
        self.low = np.array(per_axis("min_sigma", min_sigma, axes, SIGMA))
        self.high = np.array(per_axis("max_sigma", max_sigma, axes, SIGMA))
        if np.any(self.high < self.low):
            raise ValueError(f"max_sigma must be nowhere less than min_sigma, {self.low.tolist()}.")
        self.isotropic = not is_several(min_sigma) and not is_several(max_sigma)
        self.threshold = None if threshold is None else number("threshold", threshold)
        self.relative = None if threshold_rel is None else number("threshold_rel", threshold_rel)
        self.overlap = number("overlap", overlap, FRACTION)
        self.border = _as_widths(exclude_border, axes)
        self.span = as_data_range(data_range, self.pixels.dtype)

    def scales(self, count: int, logarithmic: bool) -> NDArray[np.float64]:
        """Return so many standard deviations, shape (count, axes)."""
        space = np.geomspace if logarithmic else np.linspace
        found: NDArray[np.float64] = space(self.low, self.high, count)
        return found

    def blobs(self, responses: list[NDArray[Any]], sigmas: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the maxima of the responses in space and scale that do not overlap too much."""
        columns = 1 if self.isotropic else sigmas.shape[1]
        axes = self.pixels.array.ndim
        if not self.pixels.array.size:
            return np.empty((0, axes + columns))
        points = peak_local_max(
            np.stack(responses, axis=-1),
            threshold_abs=None if self.threshold is None else self.threshold * self.span,
            threshold_rel=self.relative,
            exclude_border=(*self.border, 0),
            footprint=3,
        )
        found = np.concatenate([points[:, :-1].astype(np.float64), sigmas[points[:, -1], :columns]], axis=1)
        return _without_overlaps(found, columns, self.overlap) if len(found) else found


def _as_widths(exclude_border: Any, axes: int) -> tuple[int, ...]:
    if exclude_border is False:
        return (0,) * axes
    if exclude_border is True:
        raise ValueError("exclude_border must be False, a width or one for each axis; got True.")
    if is_several(exclude_border):
        if len(exclude_border) != axes:
            raise ValueError(
                f"exclude_border must be one width or {axes}, one for each axis; got {len(exclude_border)}."
            )
        return tuple(integer("exclude_border", width, low=0) for width in exclude_border)
    return (integer("exclude_border", exclude_border, low=0),) * axes


def _without_overlaps(blobs: NDArray[np.float64], columns: int, most: float) -> NDArray[np.float64]:
    """Return the blobs, in their order, that do not overlap with a larger one by more than a fraction.

    Pairs are compared in the order of the blobs; of two equal ones the first is left out, as in scikit-image.
    """
    from scipy.spatial import cKDTree

    axes = blobs.shape[1] - columns
    if axes > 3:
        return blobs
    sigma = blobs[:, -1]
    tree = cKDTree(blobs[:, :axes])
    reach = 2 * float(blobs[:, axes:].max()) * math.sqrt(axes)
    kept = np.ones(len(blobs), bool)
    for k in iterations(len(blobs)):
        if not kept[k]:
            continue
        near = np.sort(np.array(tree.query_ball_point(blobs[k, :axes], reach), np.intp))
        near = near[(near > k) & kept[near]]
        near = near[_overlaps(blobs[k], blobs[near], axes) > most]
        larger = np.flatnonzero(sigma[near] >= sigma[k])
        if larger.size:
            kept[k] = False
            near = near[: larger[0]]
        kept[near] = False
    return blobs[kept]


def _overlaps(blob: NDArray[np.float64], others: NDArray[np.float64], axes: int) -> NDArray[np.float64]:
    """Return the fraction of the smaller one of a blob and each of the others that the larger one covers."""
    is_smaller = (blob[-1] <= others[:, -1])[:, None]
    scale = np.where(is_smaller, others[:, axes:], blob[axes:]) * math.sqrt(axes)
    distance = np.sqrt((((others[:, :axes] - blob[:axes]) / scale) ** 2).sum(axis=1))
    # The radius of the larger one is 1.
    radius = np.minimum(others[:, -1] / blob[-1], blob[-1] / others[:, -1])
    inside, apart = distance <= 1 - radius, distance > 1 + radius
    d, r = np.where(inside | apart, 1.0, distance), np.where(inside | apart, 0.5, radius)
    if axes == 1:
        part = (1 + r - d) / (2 * r)
    elif axes == 2:
        near = np.arccos(np.clip((d * d + r * r - 1) / (2 * d * r), -1, 1))
        far = np.arccos(np.clip((d * d + 1 - r * r) / (2 * d), -1, 1))
        kite = np.sqrt(np.abs((-d + r + 1) * (d + r - 1) * (d - r + 1) * (d + r + 1))) / 2
        part = (r * r * near + far - kite) / (math.pi * r * r)
    else:
        volume = math.pi / (12 * d) * (1 + r - d) ** 2 * (d * d + 2 * d * (1 + r) - 3 * (1 + r * r) + 6 * r)
        part = volume / (4 / 3 * math.pi * r**3)
    result: NDArray[np.float64] = np.where(apart, 0.0, np.where(inside, 1.0, part))
    return result
