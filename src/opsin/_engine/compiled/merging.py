# cython: infer_types=True
"""Felzenszwalb's regions: edges of a graph in increasing order join regions that are as alike inside as between.

A region is a tree of pixels, whose root is its first pixel. An edge joins two regions if its weight is less than the
largest one that has joined either, plus an allowance that decreases with the size of the region. Then small regions are
joined along the same edges, and the regions are numbered in raster order.

References
----------
.. [1] P. F. Felzenszwalb and D. P. Huttenlocher, "Efficient Graph-Based Image Segmentation", International Journal of
   Computer Vision 59 (2), 2004, pp. 167-181.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._forest import root
from cython.cimports.opsin._engine.runtime import poll

PIECE = cython.declare(Index, 1 << 18)  # edges or pixels between two polls


@cython.final
@cython.cclass
class Job:
    """The edges by increasing weight, and the regions of the pixels."""

    first: cython.const[cython.int][::1]
    second: cython.const[cython.int][::1]
    weights: cython.const[cython.double][::1]
    parents: cython.int[::1]
    # Of a root:
    sizes: cython.int[::1]  # how many pixels the region has
    inside: cython.double[::1]  # the largest weight that has joined it
    scale: cython.double
    min_size: cython.int


@cython.cfunc
def join_alike(job: Job) -> cython.int:
    """Join regions that are as alike as their pixels are."""
    for edge in range(job.first.shape[0]):
        if edge % PIECE == 0:
            poll()
        a = root(job.parents, job.first[edge])
        b = root(job.parents, job.second[edge])
        weight = job.weights[edge]
        if a != b and weight < limit(job, a) and weight < limit(job, b):
            job.inside[unite(job, a, b)] = weight
    return 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def limit(job: Job, a: cython.int) -> cython.double:
    """Return the weight that an edge of a region must be less than, to join it."""
    return job.inside[a] + job.scale / job.sizes[a]


@cython.cfunc
def join_small(job: Job) -> cython.int:
    """Join small regions along the same edges."""
    for edge in range(job.first.shape[0]):
        if edge % PIECE == 0:
            poll()
        a = root(job.parents, job.first[edge])
        b = root(job.parents, job.second[edge])
        if a != b and min(job.sizes[a], job.sizes[b]) < job.min_size:
            unite(job, a, b)
    return 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def unite(job: Job, a: cython.int, b: cython.int) -> cython.int:
    """Join the regions of two roots; return the root of both, which is their first pixel."""
    low = min(a, b)
    job.parents[max(a, b)] = low
    job.sizes[low] = job.sizes[a] + job.sizes[b]
    return low


@cython.cfunc
def number(job: Job, labels: cython.int[::1]) -> cython.int:
    """Number the regions from 1."""
    count: cython.int = 0
    for pixel in range(labels.shape[0]):
        if pixel % PIECE == 0:
            poll()
        top = root(job.parents, cython.cast(cython.int, pixel))
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
    job: Job = Job()
    job.first, job.second, job.weights = first, second, weights
    job.parents, job.sizes, job.inside = np.arange(pixels, dtype=np.int32), np.ones(pixels, np.int32), np.zeros(pixels)
    job.scale, job.min_size = scale, min_size
    join_alike(job)
    join_small(job)
    labels = np.empty(pixels, np.int32)
    number(job, labels)
    return labels
