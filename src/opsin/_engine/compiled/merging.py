# cython: infer_types=True
"""Felzenszwalb's regions: edges of a graph in increasing order join regions that are as alike inside as between.

A region is a tree of pixels; its root knows how many pixels it has, and the largest weight that has joined it. An edge
joins two regions if its weight is not more than that of both, each with an allowance that decreases with the size. Then
small regions are joined along the same edges, and the regions are numbered in raster order.

References
----------
.. [1] P. F. Felzenszwalb and D. P. Huttenlocher, "Efficient Graph-Based Image Segmentation", International Journal of
   Computer Vision 59 (2), 2004, pp. 167-181.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.runtime import poll


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def root(parents: cython.int[::1], pixel: cython.int) -> cython.int:
    """Return the root of a pixel's tree, and shorten the way to it."""
    while parents[pixel] != pixel:
        parents[pixel] = parents[parents[pixel]]
        pixel = parents[pixel]
    return pixel


@cython.cfunc
def join_all(
    first: cython.const[cython.int][::1],
    second: cython.const[cython.int][::1],
    weights: cython.const[cython.double][::1],
    parents: cython.int[::1],
    sizes: cython.int[::1],
    inside: cython.double[::1],
    scale: cython.double,
    min_size: cython.int,
) -> cython.int:
    """Join along the edges twice: what is alike, and then what is small."""
    for edge in range(first.shape[0]):
        if edge % 262144 == 0:
            poll()
        a = root(parents, first[edge])
        b = root(parents, second[edge])
        if a == b:
            continue
        weight = weights[edge]
        if weight < inside[a] + scale / sizes[a] and weight < inside[b] + scale / sizes[b]:
            low = min(a, b)
            parents[max(a, b)] = low
            sizes[low] = sizes[a] + sizes[b]
            inside[low] = weight
    for edge in range(first.shape[0]):
        if edge % 262144 == 0:
            poll()
        a = root(parents, first[edge])
        b = root(parents, second[edge])
        if a != b and (sizes[a] < min_size or sizes[b] < min_size):
            low = min(a, b)
            parents[max(a, b)] = low
            sizes[low] = sizes[a] + sizes[b]
    return 0


@cython.cfunc
def number(parents: cython.int[::1], labels: cython.int[::1]) -> cython.int:
    """Number the regions from 1. The root of a region is its first pixel."""
    count: cython.int = 0
    for pixel in range(parents.shape[0]):
        if pixel % 262144 == 0:
            poll()
        top = root(parents, pixel)
        if top == pixel:
            count += 1
            labels[pixel] = count
        else:
            labels[pixel] = labels[top]
    return count


def merge(first, second, weights, pixels, scale, min_size):
    """Return the regions of the pixels, from 1.

    Parameters
    ----------
    first, second : (edges,) ndarray of int32
        The pixels that edges connect, from 0 to before `pixels`, by increasing weight.
    weights : (edges,) ndarray of float64
        The weights.
    pixels : int
        How many pixels there are.
    scale : float
        The allowance of a region of one pixel.
    min_size : int
        Smaller regions are joined.

    Returns
    -------
    (pixels,) ndarray of int32
    """
    parents = np.arange(pixels, dtype=np.int32)
    join_all(first, second, weights, parents, np.ones(pixels, np.int32), np.zeros(pixels), scale, min_size)
    labels = np.empty(pixels, np.int32)
    number(parents, labels)
    return labels
