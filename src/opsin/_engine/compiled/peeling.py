# cython: infer_types=True
"""Thinning of a mask by one pixel after the other, in a given order.

A pixel is removed if the eight neighbors that are left allow it, by a table.

Entry: ``peel(pixels, places, width, table)``.
"""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import poll

PIECE = cython.declare(Index, 1 << 20)  # pixels between two polls


@cython.final
@cython.cclass
class Job:
    """A mask with a margin, the order of its pixels, and which of them go."""

    pixels: cython.uchar[::1]
    places: cython.const[cython.longlong][::1]
    table: cython.const[cython.uchar][::1]  # whether a pixel with these neighbors goes
    width: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def peel_piece(job: Job, pixels: cython.uchar[::1], first: Index, last: Index) -> cython.void:
    """Visit some of the pixels."""
    width = job.width
    for k in range(first, last):
        place: Index = job.places[k]
        north = place - width
        south = place + width
        code: cython.int = pixels[north - 1] | pixels[north] << 1 | pixels[north + 1] << 2
        code |= pixels[place + 1] << 3 | pixels[south + 1] << 4 | pixels[south] << 5
        code |= pixels[south - 1] << 6 | pixels[place - 1] << 7
        if job.table[code]:
            pixels[place] = 0


def peel(pixels, places, width, table):
    """Remove pixels of a mask.

    Parameters
    ----------
    pixels : (N,) ndarray of uint8
        The mask, 0 and 1, with a margin of zeros, flattened; it is changed.
    places : (M,) ndarray of int64
        The indices of its pixels, none in the margin, in the order in which they are visited.
    width : int
        The number of columns, with the margin.
    table : (256,) ndarray of uint8
        Whether a pixel goes, by its neighbors: bits clockwise, the pixel above to the left first.
    """
    job: Job = Job()
    job.pixels, job.places, job.width, job.table = pixels, places, width, table
    for first in range(0, places.size, PIECE):
        poll()
        peel_piece(job, job.pixels, first, min(first + PIECE, places.size))
