"""Regions that cut a graph of pixels where it is weakest."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, as_pixels, extreme_exponent
from .._engine.channels import channels_first
from .._engine.graph import edges, numbered, weighted
from .._engine.labels import as_mask
from .._engine.randomness import as_generator
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import ColorAxis, ImageLike, Labels, MaskLike, Rng
from .kmeans import clusters_of

SEGMENTS = Allowed(1, 1024)
BETA = Allowed(0)

Segments: TypeAlias = Annotated[int, SEGMENTS, Typical(2, 16)]
"""The number of regions."""

Beta: TypeAlias = Annotated[float, BETA, Typical(0, 10)]
"""How much differences of colors separate."""

DENSE = 200
"""Graphs of fewer pixels are solved without SciPy's iterations, which need more than a few."""

ITERATIONS = 300


@operation(kind="global", since="0.1")
def spectral(
    image: ImageLike,
    n_segments: Segments,
    *,
    mask: MaskLike | None = None,
    beta: Beta = 1.0,
    rng: Rng = None,
    channel_axis: ColorAxis = "auto",
) -> Labels:
    """Divide an image into regions of similar size where its pixels are most different: the normalized cut.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

        Its values are finite inside the mask.
    n_segments : int
        Number of regions.
    mask : array_like of bool, optional
        True for the pixels to divide, with the spatial shape of the image. By default all.
    beta : float
        How much differences of colors separate, against the shape of the mask. 0: only the shape counts.
    rng : int or numpy.random.Generator, optional
        Seed or generator of random numbers. By default every call draws others.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray of int32
        Labels from 1 in the order of their first pixels, and 0 outside the mask, with the spatial shape of `image`.
        Fewer than `n_segments` if there are fewer pixels.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if values inside the mask are not finite.

    Notes
    -----
    Pixels are nodes of a graph, and neighbors along the axes are connected with the weight ``exp(-beta * d / s)``,
    where d is the distance of their colors and s the standard deviation of all distances. The eigenvectors of the
    normalized Laplacian with the least eigenvalues, found by SciPy, place each pixel in a space, in which `kmeans`
    finds the regions. The time grows faster than the number of pixels: masks of more than a few hundred thousand take
    minutes.

    References
    ----------
    .. [1] J. Shi and J. Malik, "Normalized Cuts and Image Segmentation", IEEE Transactions on Pattern Analysis and
       Machine Intelligence 22 (8), 2000, pp. 888-905.
    .. [2] U. von Luxburg, "A Tutorial on Spectral Clustering", Statistics and Computing 17 (4), 2007, pp. 395-416.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.ones((4, 9))
    >>> mask = image > 0
    >>> mask[[0, 1, 3], 4] = False
    >>> opsin.segmentation.spectral(image, 2, mask=mask, rng=0)
    array([[1, 1, 1, 1, 0, 2, 2, 2, 2],
           [1, 1, 1, 1, 0, 2, 2, 2, 2],
           [1, 1, 1, 1, 1, 2, 2, 2, 2],
           [1, 1, 1, 1, 0, 2, 2, 2, 2]], dtype=int32)
    """
    pixels = as_pixels(image, channel_axis)
    segments = integer("n_segments", n_segments, SEGMENTS)
    beta = number("beta", beta, BETA)
    generator = as_generator(rng)
    inside = np.ones(pixels.spatial_shape, bool) if mask is None else as_mask("mask", mask, pixels.spatial_shape)
    labels = np.zeros(pixels.spatial_shape, np.int32)
    count = int(inside.sum())
    if not count:
        return labels
    colors = channels_first(pixels, FLOAT64)
    if not np.isfinite(colors[:, inside]).all():
        raise ValueError("image must have finite values inside the mask; got NaN or infinity.")
    numbers = numbered(inside)
    colors = np.ldexp(colors, -extreme_exponent(float(np.abs(colors[:, inside]).max())))
    with np.errstate(invalid="ignore", over="ignore"):
        first, second, squares = (np.concatenate(part) for part in zip(*edges(numbers, colors), strict=True))
    distances = np.sqrt(squares)
    spread = distances.std() if distances.size else 0.0
    # The scale of the distances does not matter; their differences underflow before they are lost otherwise.
    weights = np.exp(-beta * distances / spread) if spread > 0 else np.ones(len(distances))
    places = _places(weighted(count, first, second, weights), min(segments, count), generator)
    found, _ = clusters_of(places, min(segments, count), generator, ITERATIONS, 0.0)
    _, starts, inverse = np.unique(found, return_index=True, return_inverse=True)
    ranks = np.empty(len(starts), np.int32)
    ranks[np.argsort(starts)] = np.arange(1, len(starts) + 1, dtype=np.int32)
    labels[inside] = ranks[inverse.reshape(-1)]
    return labels


def _places(weights: Any, wanted: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return the eigenvectors of a graph with the least eigenvalues as rows, scaled by the degrees of the pixels."""
    from scipy import sparse
    from scipy.sparse.linalg import eigsh

    count = weights.shape[0]
    degrees = weights.sum(axis=0)
    scale = 1 / np.sqrt(np.where(degrees > 0, degrees, 1.0))
    scaled = sparse.diags_array(scale) @ weights @ sparse.diags_array(scale)
    operator = sparse.diags_array(np.where(degrees > 0, 1.0, 0.0)) - scaled
    if count <= max(DENSE, 2 * wanted):
        _, vectors = np.linalg.eigh(operator.toarray())
        vectors = vectors[:, :wanted]
    else:
        start = generator.uniform(-1, 1, count)
        # Solved about a number below all eigenvalues, so that the matrix is regular.
        _, vectors = eigsh(operator.tocsc(), wanted, sigma=-1e-3, which="LM", v0=start)
    return np.ascontiguousarray((vectors * scale[:, None]).T)
