# cython: infer_types=True
"""The sum of the pixels in each window of one size, and what normalizes them: the root of their spread.

The spread is the sum of the squared deviations of the pixels from the mean of the window.

A window of any number of axes stands on some rows, each with the same columns. The sums of each column over the rows
of a window follow from those of the window a row above: one row enters in each plane and one leaves. The sums over
the columns slide along a row in the same way. Sums are of float64: those of pixels of 8 and 16 bits are exact.

Entry: ``window_spreads(image, center, factor, least, planes, around, height, width, rows)``.
"""

import cython
import numpy as np
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

INFINITY = cython.declare(cython.double, float("inf"))

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)


@cython.final
@cython.cclass
class Job:
    """The rows of an image, the windows, and their sums."""

    pixel_code: cython.int  # which of the views of the image is set
    pixels1: cython.const[cython.uchar][:, ::1]
    pixels2: cython.const[cython.ushort][:, ::1]
    pixels3: cython.const[cython.float][:, ::1]
    pixels4: cython.const[cython.double][:, ::1]
    center: cython.double
    factor: cython.double  # of the spreads
    least: cython.double  # windows with a smaller spread are flat
    planes: cython.const[cython.Py_ssize_t][::1]  # of each plane of windows the first row
    around: cython.const[cython.Py_ssize_t][::1]  # the rows of a window, counted from its first, in each of its planes
    height: cython.Py_ssize_t  # the size of a window in a plane
    width: cython.Py_ssize_t
    rows: cython.Py_ssize_t  # the rows of windows in a plane
    sums: cython.double[:, ::1]
    roots: cython.double[:, ::1]
    columns: cython.double[:, ::1]  # of each strip, the sums of the columns, and the running sums along the row
    squares: cython.double[:, ::1]
    strips: cython.Py_ssize_t  # of a plane


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure(job: Job, strip: cython.int) -> cython.void:
    """Measure the windows of one strip, for the image's dtype."""
    if job.pixel_code == 1:
        measure_rows(job, job.pixels1, job.columns, job.squares, strip)
    elif job.pixel_code == 2:
        measure_rows(job, job.pixels2, job.columns, job.squares, strip)
    elif job.pixel_code == 3:
        measure_rows(job, job.pixels3, job.columns, job.squares, strip)
    else:
        measure_rows(job, job.pixels4, job.columns, job.squares, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure_rows(
    job: Job,
    pixels: cython.const[Pixel][:, ::1],
    columns: cython.double[:, ::1],
    squares: cython.double[:, ::1],
    strip: cython.int,
) -> cython.void:
    """Measure the windows of one strip."""
    plane: cython.Py_ssize_t = strip // job.strips
    number: cython.Py_ssize_t = strip % job.strips
    first = strip_start(job.rows, job.strips, number)
    for x in range(pixels.shape[1]):
        columns[strip, x] = 0
        squares[strip, x] = 0
    for y in range(first, first + job.height):
        change(job, pixels, columns, squares, strip, job.planes[plane] + y, 1)
    for y in range(first, strip_start(job.rows, job.strips, number + 1)):
        if y > first:
            change(job, pixels, columns, squares, strip, job.planes[plane] + y - 1, -1)
            change(job, pixels, columns, squares, strip, job.planes[plane] + y + job.height - 1, 1)
        slide(job, columns, squares, job.sums, job.roots, strip, plane * job.rows + y)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def change(
    job: Job,
    pixels: cython.const[Pixel][:, ::1],
    columns: cython.double[:, ::1],
    squares: cython.double[:, ::1],
    strip: cython.int,
    row: cython.Py_ssize_t,
    sign: cython.double,
) -> cython.void:
    """Add a row, or subtract it, in each plane of a window."""
    center = job.center
    for k in range(job.around.shape[0]):
        y = row + job.around[k]
        for x in range(pixels.shape[1]):
            value = cython.cast(cython.double, pixels[y, x]) - center
            columns[strip, x] += sign * value
            squares[strip, x] += sign * value * value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def slide(
    job: Job,
    columns: cython.const[cython.double][:, ::1],
    squares: cython.const[cython.double][:, ::1],
    sums: cython.double[:, ::1],
    roots: cython.double[:, ::1],
    strip: cython.int,
    row: cython.Py_ssize_t,
) -> cython.void:
    """Sum the columns of each window of a row."""
    width = job.width
    factor = job.factor
    least = job.least
    share: cython.double = 1.0 / (cython.cast(cython.double, job.height * width) * job.around.shape[0])
    total: cython.double = 0
    power: cython.double = 0
    for x in range(width):
        total += columns[strip, x]
        power += squares[strip, x]
    sums[row, 0] = total
    roots[row, 0] = power
    for x in range(1, sums.shape[1]):
        total += columns[strip, x + width - 1] - columns[strip, x - 1]
        power += squares[strip, x + width - 1] - squares[strip, x - 1]
        sums[row, x] = total
        roots[row, x] = power
    for x in range(sums.shape[1]):
        spread = roots[row, x] - sums[row, x] * sums[row, x] * share
        root: cython.double = sqrt(max(factor * spread, 0.0))
        roots[row, x] = root if spread > least else INFINITY


def window_spreads(image, center, factor, least, planes, around, height, width, rows):
    """Return the sum of each window, and the root of its spread.

    Parameters
    ----------
    image : (R, C) ndarray of uint8, uint16, float32 or float64
        The rows of all planes, C-contiguous.
    center : float
        What is subtracted from each pixel first.
    factor : float
        What spreads are multiplied by, 0 or more.
    least : float
        Spreads that are not above this are taken for infinite: they are rounding errors.
    planes : (P,) ndarray of intp
        For each plane of windows the row in which the first one begins.
    around : (K,) ndarray of intp
        How many rows further each plane of a window begins.
    height, width : int
        The size of a window in a plane, at least 1.
    rows : int
        The rows of windows in a plane.

    Returns
    -------
    sums, roots : (P, rows, C - width + 1) ndarray of float64
        The sums of the pixels, and the roots of the spreads times the factor.
    """
    columns = image.shape[1]
    last = max(planes) + max(around) + rows + height - 1
    if min(height, width, rows) < 1 or width > columns or min(planes) + min(around) < 0 or last > len(image):
        raise ValueError("windows must be inside of the image.")
    job: Job = Job()
    job.pixel_code = ("B", "H", "f", "d").index(image.dtype.char) + 1
    job.pixels1 = image if job.pixel_code == 1 else None
    job.pixels2 = image if job.pixel_code == 2 else None
    job.pixels3 = image if job.pixel_code == 3 else None
    job.pixels4 = image if job.pixel_code == 4 else None
    job.center, job.factor, job.least = center, factor, least
    job.planes, job.around = planes, around
    job.height, job.width, job.rows = height, width, rows
    shape = (len(planes) * rows, columns - width + 1)
    sums, roots = np.empty(shape), np.empty(shape)
    job.sums, job.roots = sums, roots
    job.strips = strip_count(rows, sums.size)
    job.columns = np.empty((len(planes) * job.strips, columns))
    job.squares = np.empty((len(planes) * job.strips, columns))
    parallel_for(cython.cast(strip_type, measure), len(planes) * job.strips, job, (2.0 + len(around)) * sums.size)
    return sums.reshape(len(planes), rows, -1), roots.reshape(len(planes), rows, -1)
