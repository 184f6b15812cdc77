"""Clusters of pixels of similar color."""

from __future__ import annotations

import math
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, extreme_exponent
from .._engine.channels import channels_first
from .._engine.compiled import for_this_machine
from .._engine.iterate import iterations
from .._engine.randomness import as_generator
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import MAX_NUM_ITER, ColorAxis, Eps, ImageLike, Labels, MaxNumIter, Rng, Values

CLUSTERS = Allowed(1, 4096)
NOT_NEGATIVE = Allowed(0)

Clusters: TypeAlias = Annotated[int, CLUSTERS, Typical(2, 16)]
"""The number of clusters."""

STARTS = 4
"""How many sets of first centers are tried on a sample of the pixels."""

SAMPLE = 1 << 15
"""The pixels of the sample."""


@operation(kind="global", since="0.1")
def kmeans(
    image: ImageLike,
    n_clusters: Clusters,
    *,
    max_num_iter: MaxNumIter = 300,
    eps: Eps = 2e-3,
    rng: Rng = None,
    channel_axis: ColorAxis = "auto",
) -> tuple[Labels, Values]:
    """Find clusters of pixels of similar color.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

        Its values are finite.
    n_clusters : int
        Number of clusters.
    max_num_iter : int
        Largest number of iterations.
    eps : float
        The iterations end when no center moves farther than this fraction of the standard deviation of the pixels.
    rng : int or numpy.random.Generator, optional
        Seed or generator of random numbers. By default every call draws others.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    labels : ndarray of int32
        The cluster of each pixel, from 0 for the darkest center, with the spatial shape of `image`.
    centers : ndarray
        The colors of the centers, in the units of `image`, shape (clusters, channels), or (clusters,) without
        channels: float32, or float64 for images of float64 and of integers of more than 16 bits. ``centers[labels]``
        is the image in so many colors.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image has no pixels, or values that are not finite.

    Notes
    -----
    The first centers are chosen by k-means++ [2]_ on a sample of the pixels, the best of 4 sets; Lloyd's iterations
    [1]_ on the sample and then on all pixels follow. Each pixel is labeled by the nearest of the centers that are
    returned. Of clusters without pixels, which occur where there are fewer colors than clusters, the center is that of
    another.

    References
    ----------
    .. [1] S. P. Lloyd, "Least Squares Quantization in PCM", IEEE Transactions on Information Theory 28 (2), 1982,
       pp. 129-137.
    .. [2] D. Arthur and S. Vassilvitskii, "k-means++: The Advantages of Careful Seeding", Proceedings of the 18th
       Annual ACM-SIAM Symposium on Discrete Algorithms, 2007, pp. 1027-1035.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[10, 12, 200], [11, 90, 202], [88, 92, 198]], np.uint8)
    >>> labels, centers = opsin.segmentation.kmeans(image, 3, rng=0, channel_axis=None)
    >>> labels
    array([[0, 0, 2],
           [0, 1, 2],
           [1, 1, 2]], dtype=int32)
    >>> centers
    array([ 11.,  90., 200.], dtype=float32)
    """
    pixels = as_pixels(image, channel_axis)
    clusters = integer("n_clusters", n_clusters, CLUSTERS)
    limit = integer("max_num_iter", max_num_iter, MAX_NUM_ITER)
    eps = number("eps", eps, NOT_NEGATIVE)
    generator = as_generator(rng)
    if not pixels.array.size:
        raise ValueError(f"image must have pixels; got shape {pixels.shape}.")
    exponent = 0
    if pixels.dtype.kind == "f":
        greatest = max(float(pixels.array.max()), -float(pixels.array.min()))
        if not math.isfinite(greatest):
            raise ValueError("image must have finite values only; got NaN or infinity.")
        exponent = extreme_exponent(greatest)
    flat = channels_first(pixels, pixels.float_dtype).reshape(pixels.channels, -1)
    if exponent:
        flat = np.ldexp(flat, -exponent)
    # About the middle, squares keep their digits.
    middle = flat.mean(axis=1, dtype=np.float64, keepdims=True).astype(flat.dtype)
    flat -= middle
    labels, centers = clusters_of(flat, clusters, generator, limit, eps)
    order = np.argsort(centers.sum(axis=1), kind="stable")
    ranks = np.empty(clusters, np.int32)
    ranks[order] = np.arange(clusters, dtype=np.int32)
    colors = np.ldexp(centers[order] + middle.T, exponent)
    return ranks[labels].reshape(pixels.spatial_shape), colors if pixels.channel_axis is not None else colors[:, 0]


def clusters_of(
    flat: NDArray[Any], clusters: int, generator: np.random.Generator, limit: int, eps: float
) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Return the cluster of each column of an array of floats, and the centers as rows."""
    every = flat.shape[1] <= SAMPLE
    sample = flat if every else np.take(flat, np.sort(generator.integers(0, flat.shape[1], SAMPLE)), axis=1)
    tolerance = eps * float(sample.std(dtype=np.float64))
    lloyd = for_this_machine("lloyd")
    job = lloyd.prepare(sample)
    tries = [_converged(job, _first(job, sample, clusters, generator), limit, tolerance) for _ in range(STARTS)]
    labels, centers, _ = min(tries, key=lambda found: found[2])
    if not every:
        labels, centers, _ = clustered(flat, centers, limit, tolerance)
    return labels, centers


def _first(job: Any, flat: NDArray[Any], clusters: int, generator: np.random.Generator) -> NDArray[Any]:
    """Return first centers by k-means++: each is a pixel, drawn with the square of the distance to those before."""
    lloyd = for_this_machine("lloyd")
    lloyd.start(job)
    chosen = [int(generator.integers(flat.shape[1]))]
    for _ in iterations(clusters - 1):
        chosen.append(lloyd.draw_center(job, chosen[-1], generator.random()))
    return flat[:, chosen].T.copy()


def clustered(
    flat: NDArray[Any], centers: NDArray[Any], limit: int, tolerance: float
) -> tuple[NDArray[np.int32], NDArray[Any], float]:
    """Return the labels of the pixels, the centers that they are nearest to, and the sum of squared distances."""
    return _converged(for_this_machine("lloyd").prepare(flat), centers.copy(), limit, tolerance)


def _converged(
    job: Any, centers: NDArray[Any], limit: int, tolerance: float
) -> tuple[NDArray[np.int32], NDArray[Any], float]:
    """Move the centers; return the labels of the pixels, the centers, and the sum of squared distances."""
    lloyd = for_this_machine("lloyd")
    lloyd.begin(job, centers)
    cost = np.inf
    for _ in iterations(limit):
        moves, cost = lloyd.advance(job, tolerance)
        if not moves:
            break
    return lloyd.labels_of(job), centers, cost
