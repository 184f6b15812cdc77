# cython: infer_types=True
"""Thinning of masks by two alternating steps.

Each step removes at once all pixels whose eight neighbors allow it, by a table. A pixel is a bit, so that the pixels at
an edge are found 64 at a time; only these are looked up. Rows near which nothing has changed in the last two steps are
left out.

References
----------
.. [1] T. Y. Zhang and C. Y. Suen, "A Fast Parallel Algorithm for Thinning Digital Patterns", Communications of the ACM
   27 (3), 1984, pp. 236-239.
.. [2] Z. Guo and R. W. Hall, "Parallel Thinning with Two-Subiteration Algorithms", Communications of the ACM 32 (3),
   1989, pp. 359-373.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._bits import trailing_zeros
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type


@cython.final
@cython.cclass
class Job:
    """Two copies of a mask, of which one is read and one is written, and when the rows have changed."""

    words: cython.ulonglong[:, :, ::1]  # (copy, row, word), with a margin of zeros
    changes: cython.longlong[::1]  # the last step that has changed a row
    table: cython.const[cython.uchar][::1]  # what becomes of a pixel with these neighbors
    step: cython.longlong
    rows: Index
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def thin_strip(job: Job, strip: cython.int) -> cython.void:
    """Take one step in one strip."""
    odd = job.step % 2
    for row in range(1 + strip_start(job.rows, job.strips, strip), 1 + strip_start(job.rows, job.strips, strip + 1)):
        # The row of this step is written below, and the others are read here: only steps before this one count.
        recent: cython.longlong = max(job.changes[row - 1], max(job.changes[row], job.changes[row + 1]))
        if recent < job.step - 2:
            continue
        if thin_row(job.words, job.table, row, odd):
            job.changes[row] = job.step


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def thin_row(
    words: cython.ulonglong[:, :, ::1], table: cython.const[cython.uchar][::1], row: Index, odd: Index
) -> cython.bint:
    """Thin one row; return whether it has changed."""
    removed: cython.ulonglong = 0
    one: cython.ulonglong = 1
    for k in range(1, words.shape[2] - 1):
        pixels = words[odd, row, k]
        north = words[odd, row - 1, k]
        south = words[odd, row + 1, k]
        west = before(words, odd, row, k)
        east = behind(words, odd, row, k)
        edge: cython.ulonglong = pixels & ~(north & south & west & east)
        delete: cython.ulonglong = 0
        if edge != 0:
            north_west = before(words, odd, row - 1, k)
            north_east = behind(words, odd, row - 1, k)
            south_west = before(words, odd, row + 1, k)
            south_east = behind(words, odd, row + 1, k)
            while edge != 0:
                x = trailing_zeros(edge)
                edge &= edge - 1
                code: cython.int = (north_west >> x & 1) | (north >> x & 1) << 1 | (north_east >> x & 1) << 2
                code |= (east >> x & 1) << 3 | (south_east >> x & 1) << 4 | (south >> x & 1) << 5
                code |= (south_west >> x & 1) << 6 | (west >> x & 1) << 7
                if table[code] >> odd & 1:
                    delete |= one << x
        words[1 - odd, row, k] = pixels ^ delete
        removed |= delete
    return removed != 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def before(words: cython.ulonglong[:, :, ::1], copy: Index, row: Index, k: Index) -> cython.ulonglong:
    """Return for each pixel of a word the one to the left."""
    return words[copy, row, k] << 1 | words[copy, row, k - 1] >> 63


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def behind(words: cython.ulonglong[:, :, ::1], copy: Index, row: Index, k: Index) -> cython.ulonglong:
    """Return for each pixel of a word the one to the right."""
    return words[copy, row, k] >> 1 | words[copy, row, k + 1] << 63


def thin_words(words, table, limit):
    """Thin a mask.

    Parameters
    ----------
    words : (2, R + 2, W + 2) ndarray of uint64
        Two copies of the mask, the first pixel of a word lowest, with a margin of zeros; both are changed.
    table : (256,) ndarray of uint8
        For each neighborhood whether the first step removes the pixel (1), the second (2), both (3) or none. The bits
        of a neighborhood go around the pixel clockwise, the pixel above to the left first. Pixels that have all four
        neighbors along the axes are never removed.
    limit : int
        The largest number of pairs of steps.
    """
    job: Job = Job()
    job.words, job.table = words, table
    job.rows = words.shape[1] - 2
    job.changes = np.zeros(words.shape[1], np.int64)
    job.strips = strip_count(job.rows, 32 * words[0].size)
    job.step = 0
    while job.step < 2 * limit:
        changed = rows_changed_since(job.changes, job.step - 2)
        parallel_for(cython.cast(strip_type, thin_strip), job.strips, job, 4.0 * changed * words.shape[2])
        job.step += 1
        if job.step % 2 == 0 and rows_changed_since(job.changes, job.step - 2) == 0:
            return


@cython.cfunc
@cython.exceptval(check=False)
def rows_changed_since(changes: cython.longlong[::1], step: cython.longlong) -> Index:
    """Count the rows that have changed in a step, or after it."""
    count: Index = 0
    for k in range(changes.shape[0]):
        count += changes[k] >= step
    return count
