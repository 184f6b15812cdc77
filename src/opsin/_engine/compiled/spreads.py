# cython: infer_types=True
"""Products of windows with a template, normalized by the root of the spread of each window.

The spread is the sum of the squared deviations of the pixels from the mean of the window.

A window of any number of axes stands on some rows, each with the same columns. The sums of each column over the rows
of a window follow from those of the window a row above: one row enters in each plane and one leaves. The sums over
the columns slide along a row in the same way. Sums are of float64: those of pixels of 8 and 16 bits are exact.

Entry: ``normalize(image, windows, products, offset, down, across)``.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

INFINITY = cython.declare(cython.double, float("inf"))

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.float, cython.double)


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
    planes: cython.const[Index][::1]  # of each plane of windows the first row
    around: cython.const[Index][::1]  # the rows of a window, counted from its first, in each of its planes
    height: Index  # the size of a window in a plane
    width: Index
    rows: Index  # the rows of windows in a plane
    down: Index  # the rows of windows in a strip
    across: Index  # the windows of a row in a tile
    divides: cython.bint  # whether there are products
    is_double: cython.bint  # which of their views is set
    floats: cython.float[:, ::1]
    doubles: cython.double[:, ::1]
    offset: cython.double
    smallest: cython.double[:, ::1]  # of each strip and tile
    # Of each strip: the sums of the columns and of their squares, and those of the windows.
    columns: cython.double[:, ::1]
    squares: cython.double[:, ::1]
    totals: cython.double[:, ::1]
    powers: cython.double[:, ::1]
    strips: Index  # of a plane


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
    plane: Index = strip // job.strips
    first: Index = strip % job.strips * job.down
    for x in range(pixels.shape[1]):
        columns[strip, x] = 0
        squares[strip, x] = 0
    for k in range(job.smallest.shape[1]):
        job.smallest[strip, k] = INFINITY
    for y in range(first, first + job.height):
        change(job, pixels, columns, squares, strip, job.planes[plane] + y, 1)
    for y in range(first, min(first + job.down, job.rows)):
        if y > first:
            change(job, pixels, columns, squares, strip, job.planes[plane] + y - 1, -1)
            change(job, pixels, columns, squares, strip, job.planes[plane] + y + job.height - 1, 1)
        slide(job, columns, squares, job.totals, job.powers, strip)
        if not job.divides:
            find_smallest(job, job.powers, strip)
        elif job.is_double:
            divide(job, job.doubles, job.totals, job.powers, strip, plane * job.rows + y)
        else:
            divide(job, job.floats, job.totals, job.powers, strip, plane * job.rows + y)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def change(
    job: Job,
    pixels: cython.const[Pixel][:, ::1],
    columns: cython.double[:, ::1],
    squares: cython.double[:, ::1],
    strip: cython.int,
    row: Index,
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
    totals: cython.double[:, ::1],
    powers: cython.double[:, ::1],
    strip: cython.int,
) -> cython.void:
    """Find the sum of each window of a row, and its spread, infinite if it is flat."""
    width = job.width
    share: cython.double = 1.0 / (cython.cast(cython.double, job.height * width) * job.around.shape[0])
    total: cython.double = 0
    power: cython.double = 0
    for x in range(width):
        total += columns[strip, x]
        power += squares[strip, x]
    totals[strip, 0] = total
    powers[strip, 0] = power
    for x in range(1, totals.shape[1]):
        total += columns[strip, x + width - 1] - columns[strip, x - 1]
        power += squares[strip, x + width - 1] - squares[strip, x - 1]
        totals[strip, x] = total
        powers[strip, x] = power
    least = job.least
    for x in range(totals.shape[1]):
        spread = powers[strip, x] - totals[strip, x] * totals[strip, x] * share
        powers[strip, x] = spread if spread > least else INFINITY


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_smallest(job: Job, spreads: cython.const[cython.double][:, ::1], strip: cython.int) -> cython.void:
    """Find the smallest spread of a row in each tile."""
    found = cython.declare(cython.double[8])
    for k in range(job.smallest.shape[1]):
        x: Index = k * job.across
        last: Index = min(x + job.across, spreads.shape[1])
        for lane in range(8):
            found[lane] = job.smallest[strip, k]
        while x + 8 <= last:
            for lane in range(8):
                found[lane] = spreads[strip, x + lane] if spreads[strip, x + lane] < found[lane] else found[lane]
            x += 8
        while x < last:
            found[0] = min(found[0], spreads[strip, x])
            x += 1
        for lane in range(8):
            job.smallest[strip, k] = min(job.smallest[strip, k], found[lane])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def divide(
    job: Job,
    products: Real[:, ::1],
    totals: cython.const[cython.double][:, ::1],
    spreads: cython.const[cython.double][:, ::1],
    strip: cython.int,
    row: Index,
) -> cython.void:
    """Divide the products of a row by the roots of the spreads, and limit them to -1 and 1."""
    factor = job.factor
    offset = job.offset
    for x in range(products.shape[1]):
        product: cython.double = products[row, x] - offset * totals[strip, x]
        value: cython.double = product / sqrt(factor * spreads[strip, x])
        value = value if value < 1 else 1
        products[row, x] = cython.cast(cython.typeof(products[0, 0]), value if value > -1 else -1)


def normalize(image, windows, products, offset, down, across):
    """Divide the products of windows by the roots of their spreads, or find the smallest roots.

    Parameters
    ----------
    image : (R, C) ndarray of uint8, uint16, float32 or float64
        The rows of all planes, C-contiguous.
    windows : object
        The windows: ``center`` (float), which is subtracted from each pixel first; ``factor`` (float), more than 0,
        which spreads are multiplied by; ``least`` (float), 0 or more: spreads that are not above it are taken for
        infinite, since they are rounding errors; ``planes`` ((P,) ndarray of intp), for each plane of windows the row
        in which the first one begins; ``around`` ((K,) ndarray of intp), how many rows further each plane of a window
        begins; ``height`` and ``width``, the size of a window in a plane; ``rows``, the rows of windows in a plane.
    products : (P * rows, C - width + 1) ndarray of float32 or float64, optional
        The numbers to divide, in place; without them the smallest roots are found.
    offset : float
        The sum of the pixels of each window times this is subtracted from its product first.
    down, across : int
        How many windows are in a tile of a plane.

    Returns
    -------
    (P * tiles down, tiles across) ndarray of float64
        The smallest root of the spreads in each tile, if there are no products.
    """
    columns = image.shape[1]
    planes, around, height, width, rows = windows.planes, windows.around, windows.height, windows.width, windows.rows
    last = max(planes) + max(around) + rows + height - 1
    if min(height, width, rows) < 1 or width > columns or min(planes) + min(around) < 0 or last > len(image):
        raise ValueError("windows must be inside of the image.")
    places = columns - width + 1
    if min(down, across) < 1 or (products is not None and products.shape != (len(planes) * rows, places)):
        raise ValueError("there must be one product for each window, and windows in a tile.")
    job: Job = Job()
    job.pixel_code = ("B", "H", "f", "d").index(image.dtype.char) + 1
    job.pixels1 = image if job.pixel_code == 1 else None
    job.pixels2 = image if job.pixel_code == 2 else None
    job.pixels3 = image if job.pixel_code == 3 else None
    job.pixels4 = image if job.pixel_code == 4 else None
    job.center, job.factor, job.least = windows.center, windows.factor, windows.least
    job.planes, job.around, job.height, job.width, job.rows = planes, around, height, width, rows
    job.divides = products is not None
    job.is_double = job.divides and products.dtype == np.float64
    job.floats = None if job.is_double else products
    job.doubles = products if job.is_double else None
    job.offset, job.down, job.across = offset, down, across
    job.strips = -(-rows // down)
    strips = len(planes) * job.strips
    smallest = np.empty((strips, -(-places // across)))
    job.smallest = smallest
    job.columns, job.squares = np.empty((2, strips, columns))
    job.totals, job.powers = np.empty((2, strips, places))
    cost = (2.0 + len(around)) * len(planes) * rows * places
    parallel_for(cython.cast(strip_type, measure), strips, job, cost)
    return np.sqrt(windows.factor * smallest)
