# cython: infer_types=True
"""Counts of the shapes that the border of each region takes: around the corners of its pixels, and along its border.

A corner belongs to four pixels of an image, or eight of a volume. Those of one region make a pattern of bits, and a
table says what each pattern counts for: the Euler number and the lengths of a Crofton perimeter are such counts.

The other perimeter counts the pixels of the border by the directions to their neighbors in it. A pixel is in the border
if one of its four (or eight) neighbors is not of its region; beyond the image there is no region.

The counts are integers, so the order of adding does not matter; each strip has a table of its own.

Entries: ``count_corners(labels, weights, size)`` and ``count_steps(labels, size, diagonals)``.

References
----------
.. [1] J. Ohser and F. Muecklich, "Statistical Analysis of Microstructures in Materials Science", Wiley, 2000.
.. [2] K. Benkrid and D. Crookes, "Design and FPGA Implementation of a Perimeter Estimator", The Queen's University of
   Belfast, 2000.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type


@cython.final
@cython.cclass
class Counting:
    """Labels, what is counted of them, and the tables of the strips."""

    labels: cython.const[cython.int][:, :, ::1]
    weights: cython.const[cython.longlong][:, ::1]  # of each pattern
    border: cython.uchar[:, ::1]  # of each pixel of an image: whether it is in the border of its region
    counts: cython.longlong[:, :, ::1]  # of each strip and label
    strips: Index
    volume: cython.bint
    diagonals: cython.bint  # whether neighbors along diagonals make a pixel one of the border


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def corners(job: Counting, strip: cython.int) -> cython.void:
    """Count around the corners of one strip of planes, or of rows if there is one plane."""
    planes = job.labels.shape[0]
    rows = job.labels.shape[1]
    if job.volume:
        for plane in range(strip_start(planes + 1, job.strips, strip), strip_start(planes + 1, job.strips, strip + 1)):
            for row in range(rows + 1):
                corners_of_row(job, job.counts, plane, row, strip)
    else:
        for row in range(strip_start(rows + 1, job.strips, strip), strip_start(rows + 1, job.strips, strip + 1)):
            corners_of_row(job, job.counts, 0, row, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def corners_of_row(
    job: Counting, counts: cython.longlong[:, :, ::1], plane: Index, row: Index, strip: cython.int
) -> cython.void:
    """Count around the corners before a plane and a row."""
    around = cython.declare(cython.int[8])  # bits: 1 and 2 the column, 2 the row, 4 the plane before
    size: cython.int = 8 if job.volume else 4
    columns = job.labels.shape[2]
    for k in range(8):
        around[k] = 0
    for column in range(columns + 1):
        same: cython.bint = True
        for k in range(0, size, 2):
            around[k + 1] = around[k]
            around[k] = label_at(job.labels, plane - (k >> 2 & 1), row - (k >> 1 & 1), column)
            same = same and around[k] == around[0] and around[k + 1] == around[0]
        if same:
            continue
        for k in range(size):
            label = around[k]
            if label == 0:
                continue
            pattern: cython.int = 0
            met: cython.bint = False
            for i in range(size):
                if around[i] == label:
                    met = met or i < k
                    pattern |= 1 << i
            if not met:
                for column_of in range(counts.shape[2]):
                    counts[strip, label, column_of] += job.weights[pattern, column_of]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def label_at(labels: cython.const[cython.int][:, :, ::1], plane: Index, row: Index, column: Index) -> cython.int:
    """Return a label, 0 beyond the image."""
    inside: cython.bint = 0 <= plane < labels.shape[0] and 0 <= row < labels.shape[1] and 0 <= column < labels.shape[2]
    return labels[plane, row, column] if inside else 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_border(job: Counting, strip: cython.int) -> cython.void:
    """Mark the pixels of one strip that are in the border of their region."""
    labels = job.labels
    border = job.border
    rows = labels.shape[1]
    columns = labels.shape[2]
    for row in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        edge: cython.bint = row == 0 or row == rows - 1
        for column in range(columns):
            label = labels[0, row, column]
            if edge or column == 0 or column == columns - 1:
                border[row, column] = label != 0
            else:
                border[row, column] = label != 0 and (
                    labels[0, row - 1, column] != label
                    or labels[0, row + 1, column] != label
                    or labels[0, row, column - 1] != label
                    or labels[0, row, column + 1] != label
                    or (
                        job.diagonals
                        and (
                            labels[0, row - 1, column - 1] != label
                            or labels[0, row - 1, column + 1] != label
                            or labels[0, row + 1, column - 1] != label
                            or labels[0, row + 1, column + 1] != label
                        )
                    )
                )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def steps(job: Counting, strip: cython.int) -> cython.void:
    """Count the pixels of the borders in one strip by their neighbors."""
    counts = job.counts
    labels = job.labels
    border = job.border
    rows = labels.shape[1]
    columns = labels.shape[2]
    for row in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        for column in range(columns):
            if border[row, column]:
                label = labels[0, row, column]
                straight: cython.int = 0
                diagonal: cython.int = 0
                for r in range(max(row - 1, 0), min(row + 2, rows)):
                    for c in range(max(column - 1, 0), min(column + 2, columns)):
                        if border[r, c] and labels[0, r, c] == label:
                            if r != row and c != column:
                                diagonal += 1
                            elif r != row or c != column:
                                straight += 1
                if (straight == 2 or straight == 3) and diagonal < 3:
                    counts[strip, label, 0] += 1
                elif (straight == 0 and diagonal == 2) or (straight == 1 and diagonal == 3):
                    counts[strip, label, 1] += 1
                elif straight == 1 and (diagonal == 1 or diagonal == 2):
                    counts[strip, label, 2] += 1


def job_of(labels, columns, size, volume):
    """Return a job, in strips that have tables not much larger than the image."""
    job: Counting = Counting()
    if labels.size and not 0 <= labels.min() <= labels.max() < size:
        raise ValueError("labels must be below the size.")
    job.labels = labels
    job.volume = volume
    strips = strip_count(labels.shape[0 if volume else 1], labels.size)
    job.strips = max(1, min(strips, labels.size // (size * columns)))
    job.counts = np.zeros((job.strips, size, columns), np.int64)
    return job


def count_corners(labels, weights, size):
    """Return the sums of weights of the patterns around the corners of each region.

    Parameters
    ----------
    labels : (P, R, C) ndarray of int32
        The region of each pixel, from 0 to before `size`; an image has one plane.
    weights : (16, K) or (256, K) ndarray of int64
        What the patterns of an image, or of a volume, count for. Bit 0 is the pixel after the corner along all axes;
        1, 2 and 4 are added for the pixels before it along the last axis, the rows and the planes. All bits together
        count for nothing.
    size : int
        The number of labels, that of the background included.

    Returns
    -------
    (size, K) ndarray of int64
    """
    job: Counting = job_of(labels, weights.shape[1], size, weights.shape[0] == 256)
    job.weights = weights
    parallel_for(cython.cast(strip_type, corners), job.strips, job, 3.0 * labels.size)
    return np.asarray(job.counts).sum(axis=0)


def count_steps(labels, size, diagonals):
    """Return how many pixels of the border of each region have straight, diagonal and mixed steps to the next.

    Parameters
    ----------
    labels : (1, R, C) ndarray of int32
        The region of each pixel, from 0 to before `size`.
    size : int
        The number of labels, that of the background included.
    diagonals : bool
        Whether all 8 neighbors tell if a pixel is in the border, or 4.

    Returns
    -------
    (size, 3) ndarray of int64
    """
    job: Counting = job_of(labels, 3, size, False)
    job.diagonals = diagonals
    job.border = np.empty(labels.shape[1:], np.uint8)
    parallel_for(cython.cast(strip_type, find_border), job.strips, job, 2.0 * labels.size)
    parallel_for(cython.cast(strip_type, steps), job.strips, job, 2.0 * labels.size)
    return np.asarray(job.counts).sum(axis=0)
