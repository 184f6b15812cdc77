"""Canny's edge detector."""

from __future__ import annotations

import math
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import BOOL, FLOAT64, UINT8, Output, Pixels, as_data_range, as_pixels, converted, per_axis, planes
from .._engine.borders import Border, as_border
from .._engine.edges import can_smooth, edge_candidates
from .._engine.footprints import as_footprint
from .._engine.hysteresis import framed, grow
from .._engine.labels import as_mask
from .._engine.minmax import minmax
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._engine.window import gradient
from .._errors import Allowed, flag, number
from .._operation import Typical, operation
from .._types import PLANE, POSITIVE, SIGMA, ChannelAxis, ImageLike, Mask, MaskLike, Modes, Out, Sigma
from ..filters.gaussian import gaussian_filter

TRUNCATE = 4.0
SOBEL = (1.0, 2.0)

THRESHOLD = Allowed(0)

Threshold: TypeAlias = Annotated[float, THRESHOLD, Typical(0, 1)]
"""A magnitude of the gradient, as a fraction of the range of the data."""


@operation(kind="global", dimensions=PLANE, since="0.1")
def canny(
    image: ImageLike,
    sigma: Sigma = 1.0,
    *,
    low_threshold: Threshold = 0.1,
    high_threshold: Threshold = 0.2,
    mask: MaskLike | None = None,
    use_quantiles: bool = False,
    mode: Modes = "constant",
    cval: float = 0.0,
    data_range: Annotated[float, POSITIVE] | None = None,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Mask:
    """Find edges with the Canny detector: thin lines where the gradient is greatest.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
    sigma : float or sequence of float
        Standard deviation in pixels of the Gaussian that smooths the image first, one for both axes or one for each.
    low_threshold : float
        Edges are followed where the magnitude of the gradient is at least this fraction of `data_range`. The gradient
        is that of the Sobel operator (1, 2, 1) times (-1, 0, 1): a ramp over the whole range within 8 pixels has the
        magnitude 1.
    high_threshold : float
        An edge is kept if the magnitude is at least this fraction of `data_range` somewhere along it.
    mask : array_like of bool, optional
        Array with the spatial shape of the image: pixels outside the mask do not contribute, and there are no edges
        next to them.
    use_quantiles : bool
        Whether the thresholds are quantiles of the magnitudes of all pixels, from 0 to 1.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    data_range : float, optional
        Range of the data; by default the greatest value of the dtype for integers, and 1 for floats and bool.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray of bool
        Where the edges are.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    With ``mode="constant"`` and with a mask, the Gaussian is normalized by the pixels of the image within its window,
    so that a border of zeros is no edge. There are no edges in the first and the last row and column.

    Integers are computed in float64.

    References
    ----------
    .. [1] J. Canny, "A Computational Approach to Edge Detection", IEEE Transactions on Pattern Analysis and Machine
       Intelligence 8 (6), 1986, pp. 679-698.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((9, 9), np.uint8)
    >>> image[:, 5:] = 200
    >>> opsin.feature.canny(image)[4].astype(int)
    array([0, 0, 0, 0, 1, 0, 0, 0, 0])
    """
    pixels = as_pixels(image, channel_axis, dimensions=PLANE)
    sigmas = per_axis("sigma", sigma, 2, SIGMA)
    border = as_border(mode, cval, pixels)
    quantiles = flag("use_quantiles", use_quantiles)
    low, high = number("low_threshold", low_threshold, THRESHOLD), number("high_threshold", high_threshold, THRESHOLD)
    for name, value in (("low_threshold", low), ("high_threshold", high)):
        if quantiles and value > 1:
            raise ValueError(f"{name} must be at most 1, as a quantile; got {value:g}.")
    if high < low:
        raise ValueError(f"high_threshold must be at least low_threshold, {low:g}; got {high:g}.")
    span = as_data_range(data_range, pixels.dtype)
    inside = None if mask is None else as_mask("mask", mask, pixels.spatial_shape)
    output = Output(pixels.shape, np.dtype(np.bool_), np.dtype(np.bool_), out, pixels.array)
    if not pixels.array.size:
        return output.finish()

    # Integers are scaled to 0 to 1, so that they have the rounding errors, and the edges, of the image in floats.
    unit = as_data_range(None, pixels.dtype)
    filters = tuple(gaussian_filter(value, 0, TRUNCATE) for value in sigmas)
    fused = inside is None and not quantiles and can_smooth(filters, border)
    region = None if inside is None else _whole(inside)
    for plane, target in zip(
        planes(pixels.array, pixels.channel_axis), planes(output.array, pixels.channel_axis), strict=True
    ):
        interior, states = framed(plane.shape)
        limits = low * (span / unit), high * (span / unit)
        if fused and plane.dtype in (BOOL, UINT8) and border.cval.is_integer():
            source = as_pixels(plane)
            edge_candidates(source, *limits, filters=filters, cval=border.cval, factor=1 / unit, out=interior)
        else:
            cval = border.cval * (1 / unit)
            if plane.dtype.kind in "biu":
                source = as_pixels(evaluate(lambda part: part * (1 / unit), [plane], dtype=FLOAT64))
            else:
                source = as_pixels(converted(plane, pixels.float_dtype))
            if fused:
                edge_candidates(source, *limits, filters=filters, cval=cval, out=interior)
            else:
                smoothed = source.like(_smoothed(source, filters, border.filled(cval), inside))
                edge_candidates(smoothed, *(_quantiles(smoothed, low, high) if quantiles else limits), out=interior)
        for border_line in (interior[0], interior[-1], interior[:, 0], interior[:, -1]):
            border_line[...] = 0
        if region is not None:
            interior *= region
        grow(states, 2)
        np.equal(interior, 2, out=target)
    return output.finish()


def _whole(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where all pixels of 3 x 3 are inside."""
    window = as_pixels(inside)
    return minmax(window, as_footprint(3, 2), (False,), border=as_border("constant", 0, window))


def _smoothed(
    pixels: Pixels, filters: tuple[Any, ...], border: Border, inside: NDArray[np.bool_] | None
) -> NDArray[Any]:
    """Return a plane under a Gaussian that is normalized by the pixels within its window."""
    dtype = pixels.dtype
    if inside is None:
        smoothed = separable(pixels, filters, border=border)
        if "constant" not in border.modes:
            return smoothed
        region = np.ones(pixels.spatial_shape, bool)
    else:
        region = inside
        smoothed = separable(pixels.like(np.where(region, pixels.array, dtype.type(0))), filters, border=border)
    weights = separable(as_pixels(region.astype(dtype)), filters, border=border)
    weights += np.finfo(dtype).eps
    return evaluate(np.divide, [smoothed, weights], dtype=dtype, out=smoothed)


def _quantiles(smoothed: Pixels, low: float, high: float) -> tuple[float, float]:
    """Return the quantiles of the magnitudes of the gradient."""
    border = as_border("reflect", 0, smoothed)
    rows, columns = (gradient(smoothed, (axis,), SOBEL, border=border) for axis in smoothed.axes)
    magnitudes = evaluate(
        lambda row, column: np.sqrt(row * row + column * column), [rows, columns], dtype=smoothed.dtype
    )
    with np.errstate(invalid="ignore"):
        first, last = np.quantile(magnitudes, [low, high]).tolist()
    return (first, last) if math.isfinite(first) and math.isfinite(last) else (math.inf, math.inf)
