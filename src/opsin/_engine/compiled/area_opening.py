# cython: infer_types=True
"""Openings by area: bright regions of fewer pixels than a number are lowered until they are large enough.

Pixels are visited from the highest to the lowest, and those that are neighbors join sets, whose paths are halved. A set
that is large enough keeps the value at which it became so; smaller ones join what reaches them. Then the pixels take
the values of their sets, in the opposite order.

Entry: ``open_by_area(values, order, offsets, least, parents, areas)``.

References
----------
.. [1] A. Meijster and M. H. F. Wilkinson, "A Comparison of Algorithms for Connected Set Openings and Closings", IEEE
   Transactions on Pattern Analysis and Machine Intelligence 24 (4), 2002, pp. 484-494.
"""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._forest import root
from cython.cimports.opsin._engine.runtime import poll

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)

PIECE = cython.declare(Index, 1 << 18)  # pixels between two polls


@cython.final
@cython.cclass
class Job:
    """An image with a margin, and the sets of its pixels."""

    pixel_bytes: cython.int  # which of the views of the image is set
    values1: cython.uchar[::1]
    values2: cython.ushort[::1]
    values4: cython.uint[::1]
    values8: cython.ulonglong[::1]
    order: cython.const[cython.longlong][::1]
    offsets: cython.const[cython.longlong][::1]
    parents: cython.longlong[::1]  # -1: not visited
    areas: cython.longlong[::1]  # of a root; at most `least`
    least: cython.longlong


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def visit(job: Job, first: Index, last: Index, joins: cython.bint) -> cython.void:
    """Join the sets of some of the pixels, or give them the values of their sets, for the image's dtype."""
    if job.pixel_bytes == 1:
        visit_pixels(job.values1, job, first, last, joins)
    elif job.pixel_bytes == 2:
        visit_pixels(job.values2, job, first, last, joins)
    elif job.pixel_bytes == 4:
        visit_pixels(job.values4, job, first, last, joins)
    else:
        visit_pixels(job.values8, job, first, last, joins)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def visit_pixels(values: Pixel[::1], job: Job, first: Index, last: Index, joins: cython.bint) -> cython.void:
    if joins:
        join(values, job, job.parents, job.areas, first, last)
    else:
        spread(values, job, first, last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def join(
    values: Pixel[::1], job: Job, parents: cython.longlong[::1], areas: cython.longlong[::1], first: Index, last: Index
) -> cython.void:
    """Join the sets of some of the pixels, from high to low."""
    for k in range(first, last):
        pixel: cython.longlong = job.order[k]
        parents[pixel] = pixel
        area: cython.longlong = 1
        for n in range(job.offsets.shape[0]):
            neighbor: cython.longlong = pixel + job.offsets[n]
            if parents[neighbor] < 0:
                continue
            other = root(parents, neighbor)
            if other == pixel:
                continue
            if areas[other] < job.least or values[other] == values[pixel]:
                parents[other] = pixel
                area = min(job.least, area + areas[other])
            else:
                area = job.least
        areas[pixel] = area


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def spread(values: Pixel[::1], job: Job, first: Index, last: Index) -> cython.void:
    """Give some of the pixels the values of their sets, from low to high."""
    for k in range(last - 1, first - 1, -1):
        pixel = job.order[k]
        # A parent is visited before: it has been reached later, or it is the pixel itself.
        values[pixel] = values[job.parents[pixel]]


def open_by_area(values, order, offsets, least, parents, areas):
    """Lower the bright regions of few pixels.

    Parameters
    ----------
    values : (N,) ndarray of uint8, uint16, uint32 or uint64
        The image with a margin, flattened; it is changed.
    order : (M,) ndarray of int64
        The indices of its pixels, from the highest to the lowest; others are not reached.
    offsets : (K,) ndarray of int64
        From a pixel to its neighbors.
    least : int
        The number of pixels of a region that stays.
    parents : (N,) ndarray of int64
        Scratch, -1.
    areas : (N,) ndarray of int64
        Scratch.
    """
    job: Job = Job()
    job.pixel_bytes = values.itemsize
    job.values1 = values if job.pixel_bytes == 1 else None
    job.values2 = values if job.pixel_bytes == 2 else None
    job.values4 = values if job.pixel_bytes == 4 else None
    job.values8 = values if job.pixel_bytes == 8 else None
    job.order, job.offsets, job.least = order, offsets, least
    job.parents, job.areas = parents, areas
    for first in range(0, order.size, PIECE):
        poll()
        visit(job, first, min(first + PIECE, order.size), True)
    for last in range(order.size, 0, -PIECE):
        poll()
        visit(job, max(last - PIECE, 0), last, False)
