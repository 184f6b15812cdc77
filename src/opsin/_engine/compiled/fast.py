# cython: infer_types=True
"""The FAST test: whether enough consecutive pixels of a circle are all brighter than its center, or all darker.

First a row of pixels is tested at once, in vectors: of consecutive pixels that are at least half of the circle, one is
in each pair of opposite ones. The circles of the pixels that are left are read one by one, and two words of 16 bits say
which of their pixels are brighter and darker.

Entry: ``fast_response(image, response, count, margin)``.

References
----------
.. [1] E. Rosten and T. Drummond, "Machine Learning for High-Speed Corner Detection", European Conference on Computer
   Vision, 2006, pp. 430-443.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.float, cython.double)

RADIUS = cython.declare(cython.Py_ssize_t, 3)


@cython.final
@cython.cclass
class Job:
    """An image and its response."""

    pixel_code: cython.int  # which of the views of the image is set
    pixels1: cython.const[cython.uchar][:, ::1]
    pixels2: cython.const[cython.ushort][:, ::1]
    pixels3: cython.const[cython.float][:, ::1]
    pixels4: cython.const[cython.double][:, ::1]
    floats: cython.float[:, ::1]
    doubles: cython.double[:, ::1]
    count: cython.int  # how many pixels are consecutive
    margin: cython.double
    least: cython.double  # the range of the pixels
    largest: cython.double
    passed: cython.uchar[:, ::1]  # of a row of each strip: whether the first test is passed
    words: cython.const[cython.ulonglong][:, ::1]  # the same bytes, eight at a time
    places: cython.int[:, ::1]  # of a row of each strip: the columns that are left
    strips: cython.Py_ssize_t


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def test(job: Job, strip: cython.int) -> cython.void:
    """Test the pixels of one strip, for the image's dtype."""
    if job.pixel_code == 1:
        test_rows(job, job.pixels1, job.floats, job.passed, job.places, strip)
    elif job.pixel_code == 2:
        test_rows(job, job.pixels2, job.floats, job.passed, job.places, strip)
    elif job.pixel_code == 3:
        test_rows(job, job.pixels3, job.floats, job.passed, job.places, strip)
    else:
        test_rows(job, job.pixels4, job.doubles, job.passed, job.places, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def test_rows(
    job: Job,
    pixels: cython.const[Pixel][:, ::1],
    response: Real[:, ::1],
    passed: cython.uchar[:, ::1],
    places: cython.int[:, ::1],
    strip: cython.int,
) -> cython.void:
    """Test the pixels of one strip."""
    rows = pixels.shape[0]
    columns = pixels.shape[1]
    for y in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        for x in range(columns):
            response[y, x] = 0
        if y < RADIUS or y >= rows - RADIUS:
            continue
        if job.count >= 8:
            test_pairs(job, pixels, passed, strip, y)
        # Whether a pixel is taken is a number that is added, not a branch that the processor would guess wrong.
        count: cython.Py_ssize_t = 0
        for word in range(job.words.shape[1]):
            if job.words[strip, word] != 0:
                for x in range(8 * word, 8 * word + 8):
                    places[strip, count] = x
                    count += passed[strip, x]
        corners: cython.Py_ssize_t = 0
        for k in range(count):
            x = places[strip, k]
            places[strip, corners] = x
            corners += is_corner(job, pixels, y, x)
        for k in range(corners):
            x = places[strip, k]
            response[y, x] = difference(pixels, response, y, x)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def test_pairs(
    job: Job,
    pixels: cython.const[Pixel][:, ::1],
    passed: cython.uchar[:, ::1],
    strip: cython.int,
    y: cython.Py_ssize_t,
) -> cython.void:
    """Write for each pixel of a row whether of each pair of opposite pixels one is brighter, or one darker."""
    # Sums that saturate, so that vectors of small integers suffice.
    margin: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.margin)
    largest: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.largest)
    least: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.least)
    above_least: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.least + job.margin)
    below_largest: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.largest - job.margin)
    for x in range(RADIUS, pixels.shape[1] - RADIUS):
        middle = pixels[y, x]
        high: Pixel = cython.cast(cython.typeof(pixels[0, 0]), middle + margin) if middle <= below_largest else largest
        low: Pixel = cython.cast(cython.typeof(pixels[0, 0]), middle - margin) if middle >= above_least else least
        first = pixels[y, x + 3]
        second = pixels[y, x - 3]
        brighter: cython.uchar = (first > high) | (second > high)
        darker: cython.uchar = (first < low) | (second < low)
        first = pixels[y + 1, x + 3]
        second = pixels[y - 1, x - 3]
        brighter &= (first > high) | (second > high)
        darker &= (first < low) | (second < low)
        first = pixels[y + 2, x + 2]
        second = pixels[y - 2, x - 2]
        brighter &= (first > high) | (second > high)
        darker &= (first < low) | (second < low)
        first = pixels[y + 3, x + 1]
        second = pixels[y - 3, x - 1]
        brighter &= (first > high) | (second > high)
        darker &= (first < low) | (second < low)
        first = pixels[y + 3, x]
        second = pixels[y - 3, x]
        brighter &= (first > high) | (second > high)
        darker &= (first < low) | (second < low)
        first = pixels[y + 3, x - 1]
        second = pixels[y - 3, x + 1]
        brighter &= (first > high) | (second > high)
        darker &= (first < low) | (second < low)
        first = pixels[y + 2, x - 2]
        second = pixels[y - 2, x + 2]
        brighter &= (first > high) | (second > high)
        darker &= (first < low) | (second < low)
        first = pixels[y + 1, x - 3]
        second = pixels[y - 1, x + 3]
        brighter &= (first > high) | (second > high)
        darker &= (first < low) | (second < low)
        passed[strip, x] = brighter | darker


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_corner(job: Job, pixels: cython.const[Pixel][:, ::1], y: cython.Py_ssize_t, x: cython.Py_ssize_t) -> cython.bint:
    """Return whether enough consecutive pixels of the circle are brighter, or darker."""
    margin: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.margin)
    largest: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.largest)
    least: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.least)
    above_least: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.least + job.margin)
    below_largest: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.largest - job.margin)
    middle = pixels[y, x]
    high: Pixel = cython.cast(cython.typeof(pixels[0, 0]), middle + margin) if middle <= below_largest else largest
    low: Pixel = cython.cast(cython.typeof(pixels[0, 0]), middle - margin) if middle >= above_least else least
    bits: cython.uint = 0
    bits = compared(bits, pixels[y, x + 3], low, high)
    bits = compared(bits, pixels[y + 1, x + 3], low, high)
    bits = compared(bits, pixels[y + 2, x + 2], low, high)
    bits = compared(bits, pixels[y + 3, x + 1], low, high)
    bits = compared(bits, pixels[y + 3, x], low, high)
    bits = compared(bits, pixels[y + 3, x - 1], low, high)
    bits = compared(bits, pixels[y + 2, x - 2], low, high)
    bits = compared(bits, pixels[y + 1, x - 3], low, high)
    bits = compared(bits, pixels[y, x - 3], low, high)
    bits = compared(bits, pixels[y - 1, x - 3], low, high)
    bits = compared(bits, pixels[y - 2, x - 2], low, high)
    bits = compared(bits, pixels[y - 3, x - 1], low, high)
    bits = compared(bits, pixels[y - 3, x], low, high)
    bits = compared(bits, pixels[y - 3, x + 1], low, high)
    bits = compared(bits, pixels[y - 2, x + 2], low, high)
    bits = compared(bits, pixels[y - 1, x + 3], low, high)
    return are_consecutive(bits & 0xFFFF, job.count) | are_consecutive(bits >> 16, job.count)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def compared(bits: cython.uint, value: Pixel, low: Pixel, high: Pixel) -> cython.uint:
    """Return 16 bits of the brighter pixels, and above them 16 of the darker ones, with those of one pixel more."""
    return (bits << 1) + (value > high) + (cython.cast(cython.uint, value < low) << 16)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def difference(
    pixels: cython.const[Pixel][:, ::1], response: Real[:, ::1], y: cython.Py_ssize_t, x: cython.Py_ssize_t
) -> Real:
    """Return the sum of the differences of a pixel and those of the circle."""
    circle = cython.declare(cython.double[16])
    circle[0] = pixels[y, x + 3]
    circle[1] = pixels[y + 1, x + 3]
    circle[2] = pixels[y + 2, x + 2]
    circle[3] = pixels[y + 3, x + 1]
    circle[4] = pixels[y + 3, x]
    circle[5] = pixels[y + 3, x - 1]
    circle[6] = pixels[y + 2, x - 2]
    circle[7] = pixels[y + 1, x - 3]
    circle[8] = pixels[y, x - 3]
    circle[9] = pixels[y - 1, x - 3]
    circle[10] = pixels[y - 2, x - 2]
    circle[11] = pixels[y - 3, x - 1]
    circle[12] = pixels[y - 3, x]
    circle[13] = pixels[y - 3, x + 1]
    circle[14] = pixels[y - 2, x + 2]
    circle[15] = pixels[y - 1, x + 3]
    middle: Real = cython.cast(cython.double, pixels[y, x])
    total: Real = 0
    for k in range(16):
        value: Real = circle[k]
        total += value - middle if value > middle else middle - value
    return total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def are_consecutive(bits: cython.uint, count: cython.int) -> cython.bint:
    """Return whether so many consecutive bits of a circle of 16 are set: runs of 2, 4, ... and the rest."""
    bits |= bits << 16
    length: cython.int = 1
    while length < count:
        step: cython.int = min(length, count - length)
        bits &= bits >> step
        length += step
    return (bits & 0xFFFF) != 0


def fast_response(image, response, count, margin):
    """Write the response of each pixel.

    Parameters
    ----------
    image : (R, C) ndarray of uint8, uint16, float32 or float64
        C-contiguous.
    response : (R, C) ndarray of float32, or float64 for images of float64
        C-contiguous. It is 0 where the circle is not in the image.
    count : int
        How many pixels must be consecutive, 1 to 16.
    margin : float
        By how much they must be brighter or darker; for integers one in the range of the dtype.
    """
    rows, columns = image.shape
    if response.shape != (rows, columns):
        raise ValueError("response must have the shape of the image.")
    job: Job = Job()
    job.pixel_code = ("B", "H", "f", "d").index(image.dtype.char) + 1
    job.pixels1 = image if job.pixel_code == 1 else None
    job.pixels2 = image if job.pixel_code == 2 else None
    job.pixels3 = image if job.pixel_code == 3 else None
    job.pixels4 = image if job.pixel_code == 4 else None
    job.floats = None if job.pixel_code == 4 else response
    job.doubles = response if job.pixel_code == 4 else None
    job.count, job.margin = count, margin
    job.least = 0 if job.pixel_code < 3 else -np.inf
    job.largest = (2**8 - 1, 2**16 - 1, np.inf, np.inf)[job.pixel_code - 1]
    job.strips = strip_count(rows, image.size)
    words = np.zeros((job.strips, (columns + 7) // 8), np.uint64)
    passed = words.view(np.uint8)
    passed[:, RADIUS : max(columns - RADIUS, RADIUS)] = 1
    job.words, job.passed = words, passed
    job.places = np.empty((job.strips, 8 * words.shape[1] + 1), np.int32)
    parallel_for(cython.cast(strip_type, test), job.strips, job, 2.0 * image.size)
