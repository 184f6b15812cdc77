# cython: infer_types=True
"""The FAST test: whether enough consecutive pixels of a circle are all brighter than its center, or all darker.

Two words of 16 bits say which pixels of the circle are brighter, and which are darker. They are made of a row of pixels
at once, in vectors, and so is the test of both: the bits that begin a run of two are those that are set with the next
one, those that begin a run of four begin one of two with the next but one, and so on.

Entry: ``fast_response(image, response, count, margin, border)``.

References
----------
.. [1] E. Rosten and T. Drummond, "Machine Learning for High-Speed Corner Detection", European Conference on Computer
   Vision, 2006, pp. 430-443.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.float, cython.double)

RADIUS = cython.declare(Index, 3)

LANES = cython.declare(Index, 64)
"""Rows of words are a multiple of so many, which are bytes of a vector at most."""


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
    steps: cython.const[cython.int][::1]  # by how much runs grow, until they are long enough
    margin: cython.double
    border: Index  # so many pixels are not tested
    least: cython.double  # the range of the pixels
    largest: cython.double
    brighter: cython.uint[:, ::1]  # of a row of each strip, the words
    darker: cython.uint[:, ::1]
    passed: cython.uchar[:, ::1]  # whether the test is passed
    words: cython.const[cython.ulonglong][:, ::1]  # the same bytes, eight at a time
    places: cython.int[:, ::1]  # the columns that pass it
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def test(job: Job, strip: cython.int) -> cython.void:
    """Test the pixels of one strip, for the image's dtype."""
    if job.pixel_code == 1:
        test_rows(job, job.pixels1, job.floats, job.places, strip)
    elif job.pixel_code == 2:
        test_rows(job, job.pixels2, job.floats, job.places, strip)
    elif job.pixel_code == 3:
        test_rows(job, job.pixels3, job.floats, job.places, strip)
    else:
        test_rows(job, job.pixels4, job.doubles, job.places, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def test_rows(
    job: Job, pixels: cython.const[Pixel][:, ::1], response: Real[:, ::1], places: cython.int[:, ::1], strip: cython.int
) -> cython.void:
    """Test the pixels of one strip."""
    rows = pixels.shape[0]
    columns = pixels.shape[1]
    for y in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        for x in range(columns):
            response[y, x] = 0
        if y < job.border or y >= rows - job.border:
            continue
        # Of several vectors the last one overlaps the one before.
        first: Index = job.border
        last: Index = columns - job.border
        whole: Index = last - (last - first) % LANES if last >= first + LANES else last
        compare(job, pixels, job.brighter, job.darker, strip, y, first, whole)
        if whole < last:
            compare(job, pixels, job.brighter, job.darker, strip, y, last - LANES, last)
        find_runs(job, job.brighter, job.darker, job.passed, strip)
        # Whether a pixel is taken is a number that is added, not a branch that the processor would guess wrong.
        count: Index = 0
        for word in range(job.words.shape[1]):
            if job.words[strip, word] != 0:
                for x in range(8 * word, 8 * word + 8):
                    places[strip, count] = x
                    count += job.passed[strip, x]
        for k in range(count):
            x = places[strip, k]
            response[y, x] = difference(pixels, response, y, x)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare(
    job: Job,
    pixels: cython.const[Pixel][:, ::1],
    brighter: cython.uint[:, ::1],
    darker: cython.uint[:, ::1],
    strip: cython.int,
    y: Index,
    first: Index,
    last: Index,
) -> cython.void:
    """Write for some pixels of a row the words of the circle, each twice, so that runs go around it."""
    # Sums that saturate, so that vectors of small integers suffice.
    margin: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.margin)
    largest: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.largest)
    least: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.least)
    above_least: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.least + job.margin)
    below_largest: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.largest - job.margin)
    for x in range(first, last):
        middle = pixels[y, x]
        high: Pixel = cython.cast(cython.typeof(pixels[0, 0]), middle + margin) if middle <= below_largest else largest
        low: Pixel = cython.cast(cython.typeof(pixels[0, 0]), middle - margin) if middle >= above_least else least
        first_up: cython.uchar = pixels[y, x + 3] > high
        first_down: cython.uchar = pixels[y, x + 3] < low
        first_up = append(first_up, pixels[y + 1, x + 3] > high)
        first_down = append(first_down, pixels[y + 1, x + 3] < low)
        first_up = append(first_up, pixels[y + 2, x + 2] > high)
        first_down = append(first_down, pixels[y + 2, x + 2] < low)
        first_up = append(first_up, pixels[y + 3, x + 1] > high)
        first_down = append(first_down, pixels[y + 3, x + 1] < low)
        first_up = append(first_up, pixels[y + 3, x] > high)
        first_down = append(first_down, pixels[y + 3, x] < low)
        first_up = append(first_up, pixels[y + 3, x - 1] > high)
        first_down = append(first_down, pixels[y + 3, x - 1] < low)
        first_up = append(first_up, pixels[y + 2, x - 2] > high)
        first_down = append(first_down, pixels[y + 2, x - 2] < low)
        first_up = append(first_up, pixels[y + 1, x - 3] > high)
        first_down = append(first_down, pixels[y + 1, x - 3] < low)
        last_up: cython.uchar = pixels[y, x - 3] > high
        last_down: cython.uchar = pixels[y, x - 3] < low
        last_up = append(last_up, pixels[y - 1, x - 3] > high)
        last_down = append(last_down, pixels[y - 1, x - 3] < low)
        last_up = append(last_up, pixels[y - 2, x - 2] > high)
        last_down = append(last_down, pixels[y - 2, x - 2] < low)
        last_up = append(last_up, pixels[y - 3, x - 1] > high)
        last_down = append(last_down, pixels[y - 3, x - 1] < low)
        last_up = append(last_up, pixels[y - 3, x] > high)
        last_down = append(last_down, pixels[y - 3, x] < low)
        last_up = append(last_up, pixels[y - 3, x + 1] > high)
        last_down = append(last_down, pixels[y - 3, x + 1] < low)
        last_up = append(last_up, pixels[y - 2, x + 2] > high)
        last_down = append(last_down, pixels[y - 2, x + 2] < low)
        last_up = append(last_up, pixels[y - 1, x + 3] > high)
        last_down = append(last_down, pixels[y - 1, x + 3] < low)
        brighter[strip, x] = (
            cython.cast(cython.uint, first_up) * 0x1000100 + cython.cast(cython.uint, last_up) * 0x10001
        )
        darker[strip, x] = (
            cython.cast(cython.uint, first_down) * 0x1000100 + cython.cast(cython.uint, last_down) * 0x10001
        )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def append(bits: cython.uchar, bit: cython.uchar) -> cython.uchar:
    """Return a byte with one bit more."""
    return cython.cast(cython.uchar, 2 * bits + bit)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_runs(
    job: Job,
    brighter: cython.uint[:, ::1],
    darker: cython.uint[:, ::1],
    passed: cython.uchar[:, ::1],
    strip: cython.int,
) -> cython.void:
    """Write for each pixel of a row whether there are enough consecutive bits in one of its words."""
    columns = brighter.shape[1]
    for k in range(job.steps.shape[0]):
        step = job.steps[k]
        for x in range(columns):
            brighter[strip, x] &= brighter[strip, x] >> step
            darker[strip, x] &= darker[strip, x] >> step
    for x in range(columns):
        passed[strip, x] = ((brighter[strip, x] | darker[strip, x]) & 0xFFFF) != 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def difference(pixels: cython.const[Pixel][:, ::1], response: Real[:, ::1], y: Index, x: Index) -> Real:
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


def fast_response(image, response, count, margin, border=RADIUS):
    """Write the response of each pixel.

    Parameters
    ----------
    image : (R, C) ndarray of uint8, uint16, float32 or float64
        C-contiguous.
    response : (R, C) ndarray of float32, or float64 for images of float64
        C-contiguous. It is 0 in the border.
    count : int
        How many pixels must be consecutive, 1 to 16.
    margin : float
        By how much they must be brighter or darker; for integers one in the range of the dtype.
    border : int
        How many pixels from the border are not tested, 3 or more.
    """
    rows, columns = image.shape
    if response.shape != (rows, columns):
        raise ValueError("response must have the shape of the image.")
    if border < RADIUS:
        raise ValueError(f"border must be at least {RADIUS}; got {border}.")
    job: Job = Job()
    job.pixel_code = ("B", "H", "f", "d").index(image.dtype.char) + 1
    job.pixels1 = image if job.pixel_code == 1 else None
    job.pixels2 = image if job.pixel_code == 2 else None
    job.pixels3 = image if job.pixel_code == 3 else None
    job.pixels4 = image if job.pixel_code == 4 else None
    job.floats = None if job.pixel_code == 4 else response
    job.doubles = response if job.pixel_code == 4 else None
    job.margin, job.border = margin, min(border, max(rows, columns))
    lengths = [min(2**k, count) for k in range(5)]
    job.steps = np.diff(lengths).astype(np.int32)
    job.least = 0 if job.pixel_code < 3 else -np.inf
    job.largest = (2**8 - 1, 2**16 - 1, np.inf, np.inf)[job.pixel_code - 1]
    job.strips = strip_count(rows, image.size)
    padded = (columns + LANES - 1) // LANES * LANES
    words = np.zeros((job.strips, padded // 8), np.uint64)
    job.words, job.passed = words, words.view(np.uint8)
    job.brighter, job.darker = np.zeros((2, job.strips, padded), np.uint32)
    job.places = np.empty((job.strips, padded + 1), np.int32)
    parallel_for(cython.cast(strip_type, test), job.strips, job, 2.0 * image.size)
