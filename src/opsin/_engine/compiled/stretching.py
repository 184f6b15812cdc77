# cython: infer_types=True
"""Values changed by a line, clipped and rounded where the result is of integers, or by a table of equal steps.

A line is computed in double precision. Floats of 32 bits that are stretched from 0 upwards, from limits that are such
floats, are computed as they are; their factor is rounded up, so that the upper limit becomes what it should, exactly.

The least and the greatest of them, in as many places as some vectors hold.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Value = cython.fused_type(cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.float, cython.double)
LANES = cython.declare(Index, 32)
INFINITY = cython.declare(cython.double, float("inf"))

Result = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)


@cython.final
@cython.cclass
class Job:
    """Values and where the results go; of the views of each, the one of its dtype is set."""

    value_bytes: cython.int
    result_bytes: cython.int
    values2: cython.const[cython.ushort][::1]
    values4: cython.const[cython.float][::1]
    values8: cython.const[cython.double][::1]
    results1: cython.uchar[::1]
    results2: cython.ushort[::1]
    results4: cython.float[::1]
    results8: cython.double[::1]
    low: cython.double
    high: cython.double
    first: cython.double
    last: cython.double
    factor: cython.float  # of floats that are computed as they are, or 0
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def stretch(job: Job, strip: cython.int) -> cython.void:
    """Stretch the values of one strip."""
    if job.factor > 0:
        stretch_floats(job.values4, job.results4, job, strip)
    elif job.value_bytes == 2:
        stretch_to(job.values2, job, strip)
    elif job.value_bytes == 4:
        stretch_to(job.values4, job, strip)
    else:
        stretch_to(job.values8, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def stretch_to(values: cython.const[Value][::1], job: Job, strip: cython.int) -> cython.void:
    if job.result_bytes == 1:
        stretch_all(values, job.results1, job, strip)
    elif job.result_bytes == 2:
        stretch_all(values, job.results2, job, strip)
    elif job.result_bytes == 4:
        stretch_all(values, job.results4, job, strip)
    else:
        stretch_all(values, job.results8, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def stretch_all(values: cython.const[Value][::1], results: Result[::1], job: Job, strip: cython.int) -> cython.void:
    low = job.low
    high = job.high
    first = job.first
    span = high - low
    length = job.last - first
    factor = length / span
    # Halves of integers are rounded up, whatever the rounding of the factor.
    half: cython.double = 0.5 + 1.0 / (1 << 20)
    rounds: cython.bint = job.result_bytes <= 2
    top: cython.double = 255 if job.result_bytes == 1 else 65535
    for i in range(
        strip_start(values.shape[0], job.strips, strip), strip_start(values.shape[0], job.strips, strip + 1)
    ):
        value = cython.cast(cython.double, values[i])
        # Comparisons with NaN are false, so that it stays.
        value = low if value < low else value
        value = high if value > high else value
        if rounds:
            value = (value - low) * factor + first + half
            value = 0 if value < 0 else value
            value = top if value > top else value
            results[i] = cython.cast(cython.int, value)
        elif Result is cython.uchar or Result is cython.ushort:
            pass  # these are rounded
        elif Result is cython.float:
            results[i] = (value - low) * factor + first
        else:
            results[i] = (value - low) / span * length + first


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def stretch_floats(
    values: cython.const[cython.float][::1], results: cython.float[::1], job: Job, strip: cython.int
) -> cython.void:
    low: cython.float = cython.cast(cython.float, job.low)
    last: cython.float = cython.cast(cython.float, job.last)
    factor = job.factor
    for i in range(
        strip_start(values.shape[0], job.strips, strip), strip_start(values.shape[0], job.strips, strip + 1)
    ):
        # Comparisons with NaN are false, so that it stays.
        value: cython.float = values[i]
        value = low if value < low else value
        value = (value - low) * factor
        results[i] = last if value > last else value


@cython.cfunc
@cython.exceptval(check=False)
def single_factor(low: cython.double, high: cython.double, first: cython.double, last: cython.double) -> cython.float:
    """Return the factor of floats of 32 bits that takes `high` to `last` or just beyond; 0 if doubles are needed."""
    single_low: cython.float = cython.cast(cython.float, low)
    single_high: cython.float = cython.cast(cython.float, high)
    single_last: cython.float = cython.cast(cython.float, last)
    if first != 0 or single_low != low or single_high != high or single_last != last:
        return 0
    span: cython.float = single_high - single_low
    if not (1e-15 < span < 1e15 and 1e-15 < last < 1e15):
        return 0
    factor: cython.float = single_last / span
    step: cython.float = 1 + 1.0 / (1 << 23)
    found: cython.float = span * factor
    while found < single_last:
        factor = factor * step
        found = span * factor
    return factor


def stretched(values, results, low, high, first, last):
    """Fill `results` with values stretched from `low` and `high` to `first` and `last`, those outside clipped.

    Parameters
    ----------
    values : (N,) ndarray of uint16, float32 or float64
        The values; with results of integers there is no NaN.
    results : (N,) ndarray of uint8, uint16, float32 or float64
        The results, rounded to nearest and saturated.
    low, high : float
        Two values, the lower one first.
    first, last : float
        What they become.
    """
    job: Job = Job()
    job.value_bytes, job.result_bytes = values.itemsize, results.itemsize
    job.values2 = values if job.value_bytes == 2 else None
    job.values4 = values if job.value_bytes == 4 else None
    job.values8 = values if job.value_bytes == 8 else None
    job.results1 = results if job.result_bytes == 1 else None
    job.results2 = results if job.result_bytes == 2 else None
    job.results4 = results if job.result_bytes == 4 else None
    job.results8 = results if job.result_bytes == 8 else None
    job.low, job.high, job.first, job.last = low, high, first, last
    job.factor = single_factor(low, high, first, last) if job.value_bytes == 4 == job.result_bytes else 0
    job.strips = strip_count(len(values), len(values))
    each = 0.05 if job.factor > 0 else 0.15 if job.value_bytes > 2 else 0.36
    parallel_for(cython.cast(strip_type, stretch), job.strips, job, each * len(values))


@cython.final
@cython.cclass
class Curve:
    """Values, a table and where the results go; of the views by dtype two are set."""

    is_double: cython.bint
    values4: cython.const[cython.float][::1]
    values8: cython.const[cython.double][::1]
    results4: cython.float[::1]
    results8: cython.double[::1]
    table: cython.const[cython.double][::1]
    first: cython.double
    step: cython.double
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def interpolate(job: Curve, strip: cython.int) -> cython.void:
    """Interpolate the values of one strip."""
    if job.is_double:
        interpolate_all(job.values8, job.results8, job, strip)
    else:
        interpolate_all(job.values4, job.results4, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def interpolate_all(values: cython.const[Real][::1], results: Real[::1], job: Curve, strip: cython.int) -> cython.void:
    first = job.first
    share = 1 / job.step
    last: cython.double = job.table.shape[0] - 1
    start = strip_start(values.shape[0], job.strips, strip)
    for i in range(start, strip_start(values.shape[0], job.strips, strip + 1)):
        position = (cython.cast(cython.double, values[i]) - first) * share
        # A comparison with NaN is false, so that its place is 0.
        position = position if position > 0 else 0
        position = position if position < last else last
        before: cython.int = cython.cast(cython.int, position)
        after: cython.int = cython.cast(cython.int, min(position + 1, last))
        low = job.table[before]
        found = low + (job.table[after] - low) * (position - before)
        results[i] = found if values[i] == values[i] else values[i]


def interpolated(values, results, first, step, table):
    """Fill `results` with the values of a table, linearly between its entries; NaN stays.

    Parameters
    ----------
    values, results : (N,) ndarray of float32 or float64
        Arrays of one dtype.
    first, step : float
        The value that the first entry is for, and the distance to the next one, which is more than 0.
    table : (M,) ndarray of float64
        What the values become; those outside become the first or the last entry.
    """
    job: Curve = Curve()
    job.is_double = values.itemsize == 8
    job.values4, job.results4 = (None, None) if job.is_double else (values, results)
    job.values8, job.results8 = (values, results) if job.is_double else (None, None)
    job.table, job.first, job.step = table, first, step
    job.strips = strip_count(len(values), len(values))
    parallel_for(cython.cast(strip_type, interpolate), job.strips, job, 1.0 * len(values))


@cython.final
@cython.cclass
class Limits:
    """Values, and the least and the greatest of each strip."""

    values: cython.const[cython.float][::1]
    found: cython.float[:, ::1]
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_limits(job: Limits, strip: cython.int) -> cython.void:
    """Find the limits of one strip."""
    limits_of(job.values, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def limits_of(values: cython.const[cython.float][::1], job: Limits, strip: cython.int) -> cython.void:
    lows = cython.declare(cython.float[32])
    highs = cython.declare(cython.float[32])
    position = strip_start(values.shape[0], job.strips, strip)
    end = strip_start(values.shape[0], job.strips, strip + 1)
    job.found[strip, 0] = cython.cast(cython.float, INFINITY)
    job.found[strip, 1] = cython.cast(cython.float, -INFINITY)
    for lane in range(32):
        lows[lane] = job.found[strip, 0]
        highs[lane] = job.found[strip, 1]
    # Comparisons with NaN are false, so that it is left out.
    while position + LANES <= end:
        for lane in range(32):
            value: cython.float = values[position + lane]
            lows[lane] = value if value < lows[lane] else lows[lane]
            highs[lane] = value if value > highs[lane] else highs[lane]
        position += LANES
    for i in range(position, end):
        last: cython.float = values[i]
        lows[0] = last if last < lows[0] else lows[0]
        highs[0] = last if last > highs[0] else highs[0]
    for lane in range(32):
        job.found[strip, 0] = lows[lane] if lows[lane] < job.found[strip, 0] else job.found[strip, 0]
        job.found[strip, 1] = highs[lane] if highs[lane] > job.found[strip, 1] else job.found[strip, 1]


def limits(values):
    """Return the least and the greatest value that is a number; infinity and minus infinity if there is none.

    Parameters
    ----------
    values : (N,) ndarray of float32
        The values.

    Returns
    -------
    tuple of two float32
    """
    job: Limits = Limits()
    job.values = values
    job.strips = strip_count(len(values), len(values))
    job.found = np.empty((job.strips, 2), np.float32)
    parallel_for(cython.cast(strip_type, find_limits), job.strips, job, 0.05 * len(values))
    for strip in range(1, job.strips):
        job.found[0, 0] = min(job.found[0, 0], job.found[strip, 0])
        job.found[0, 1] = max(job.found[0, 1], job.found[strip, 1])
    return np.float32(job.found[0, 0]), np.float32(job.found[0, 1])
