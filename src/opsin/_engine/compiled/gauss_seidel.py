# cython: infer_types=True
"""Total variation by split Bregman iterations: one Gauss-Seidel sweep for all channels.

A pixel is computed from its neighbors, of which those before it have been computed in the same sweep; so the pixels of
a channel are in sequence, and only the channels are strips of work. The image is extended by one pixel on every side,
which stays as it is. Pixels are places in flat arrays, and the neighbors along an axis are `steps[axis]` away, so there
is one loop for any number of axes.

References
----------
.. [1] T. Goldstein and S. Osher, "The Split Bregman Method for L1 Regularized Problems", SIAM Journal on Imaging
   Sciences 2 (2), 2009, pp. 323-343.
.. [2] P. Getreuer, "Rudin-Osher-Fatemi Total Variation Denoising using Split Bregman", Image Processing On Line 2,
   2012, pp. 74-95.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

MAX_AXES = 32
POLL_ROWS = 65536  # pixels between two polls


@cython.final
@cython.cclass
class Job:
    """Channels and their split variables, extended; rows start at `starts` and have `columns` pixels."""

    image: cython.double[:, ::1]
    u: cython.double[:, ::1]
    d: cython.double[:, :, ::1]
    b: cython.double[:, :, ::1]
    steps: Index[::1]
    starts: Index[::1]
    columns: Index
    first: Index  # the rows of this call
    last: Index
    active: cython.uchar[::1]
    changes: cython.double[::1]
    weight: cython.double
    isotropic: cython.bint


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def update(
    image: cython.double[:, ::1],
    u: cython.double[:, ::1],
    d: cython.double[:, :, ::1],
    b: cython.double[:, :, ::1],
    steps: Index[::1],
    axes: Index,
    weight: cython.double,
    isotropic: cython.bint,
    channel: Index,
    pixel: Index,
) -> cython.double:
    """Compute a pixel; return the square of its change.

    The views are arguments: as locals taken from a job they would be counted at each pixel, in four times the time.
    """
    double = 2 * weight
    share: cython.double = 1 / (weight + 2 * axes * double)
    inverse: cython.double = 1 / double
    shifted = cython.declare(cython.double[32])
    if not cython.compiled:
        shifted = [0.0] * 32
    before = u[channel, pixel]
    around: cython.double = 0
    length: cython.double = 0
    for axis in range(axes):
        step = steps[axis]
        around += (
            u[channel, pixel + step]
            + u[channel, pixel - step]
            + d[channel, axis, pixel - step]
            - d[channel, axis, pixel]
            - b[channel, axis, pixel - step]
            + b[channel, axis, pixel]
        )
        shifted[axis] = u[channel, pixel + step] - before + b[channel, axis, pixel]
        length += shifted[axis] * shifted[axis]
    now: cython.double = (double * around + weight * image[channel, pixel]) * share
    u[channel, pixel] = now
    scaled: cython.double = sqrt(length) * double
    scaled = scaled / (scaled + 1)
    for axis in range(axes):
        moved: cython.double = shifted[axis]
        shrunk: cython.double
        if isotropic:
            shrunk = scaled * moved
        elif moved > inverse:
            shrunk = moved - inverse
        elif moved < -inverse:
            shrunk = moved + inverse
        else:
            # NaN is in none of these ranges.
            shrunk = 0 if moved == moved else moved
        d[channel, axis, pixel] = shrunk
        b[channel, axis, pixel] = moved - shrunk
    return (now - before) * (now - before)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sweep(job: Job, channel: cython.int) -> cython.void:
    """Compute the pixels of some rows of a channel.

    A pixel waits for the one before it in its row, and for those before it along the other axes, which are in rows
    above. So a row may follow the row above by one column, and four rows advance together: the processor computes their
    pixels at the same time.
    """
    if not job.active[channel]:
        return
    image, u, d, b, steps, starts = job.image, job.u, job.d, job.b, job.steps, job.starts
    weight, isotropic = job.weight, job.isotropic
    axes = steps.shape[0]
    total: cython.double = 0
    for row in range(job.first, job.last, 4):
        together = min(4, job.last - row)
        for ahead in range(job.columns + together - 1):
            for k in range(together):
                column = ahead - k
                if 0 <= column < job.columns:
                    pixel = starts[row + k] + column
                    if axes == 2:  # so that C unrolls the loops
                        total += update(image, u, d, b, steps, 2, weight, isotropic, channel, pixel)
                    else:
                        total += update(image, u, d, b, steps, axes, weight, isotropic, channel, pixel)
    job.changes[channel] += total


def prepare(image, u, steps, starts, columns, weight, isotropic):
    """Return the job of sweeps.

    Parameters
    ----------
    image, u : (channels, N) ndarray of float64
        The extended channels, and the result, which starts as they are.
    steps : (axes,) ndarray of intp
        How far the next pixel along each axis is.
    starts : (rows,) ndarray of intp
        Where the rows start that are computed.
    columns : int
        The pixels of a row.
    weight : float
        The weight of the image.
    isotropic : bool
        Whether the length of the gradient is Euclidean.
    """
    channels, length = image.shape
    job: Job = Job()
    job.image, job.u = image, u
    job.steps, job.starts, job.columns = steps, starts, columns
    job.d = np.zeros((channels, len(steps), length))
    job.b = np.zeros((channels, len(steps), length))
    job.active = np.ones(channels, np.uint8)
    job.changes = np.zeros(channels)
    job.weight, job.isotropic = weight, isotropic
    return job


def advance(job: Job):
    """Make one sweep; return for each channel the sum of the squared changes."""
    job.changes = np.zeros(job.active.shape[0])
    channels: Index = job.active.shape[0]
    rows: Index = job.starts.shape[0]
    some: Index = max(1, POLL_ROWS // max(1, job.columns))
    job.first = 0
    while job.first < rows:
        poll()
        job.last = min(rows, job.first + some)
        pixels = (job.last - job.first) * job.columns * channels
        parallel_for(cython.cast(strip_type, sweep), channels, job, 10.0 * job.steps.shape[0] * pixels)
        job.first = job.last
    return np.asarray(job.changes)


def leave(job: Job, finished):
    """Do not change the channels again that are finished, an array of bool."""
    active = np.asarray(job.active)
    active[finished] = 0
