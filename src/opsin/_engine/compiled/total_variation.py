# cython: infer_types=True
"""Total variation by Chambolle's dual: one iteration for all channels.

The image u that is sought is ``image + scale * divergence(p)``, where p is a field of vectors no longer than 1. An
iteration computes u, and from its gradient the next p. Two rules for p are here: the semi-implicit step of [1]_, with
an image that ends at its border, and the projection of [2]_, with a periodic image.

Rows run along the last axis; along each of the others, the next row is so many rows away. So there is one loop for any
number of axes. u is written as a whole before p is changed; both loops are vectors, cut into strips of rows.

References
----------
.. [1] A. Chambolle, "An Algorithm for Total Variation Minimization and Applications", Journal of Mathematical Imaging
   and Vision 20, 2004, pp. 89-97.
.. [2] A. Chambolle, "Total Variation Minimization and a Class of Binary MRF Models", Energy Minimization Methods in
   Computer Vision and Pattern Recognition, LNCS 3757, 2005, pp. 136-152.
"""

import math

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Real = cython.fused_type(cython.float, cython.double)


@cython.final
@cython.cclass
class Job:
    """Channels, their dual fields, and the numbers of an iteration; the views of one precision are set."""

    image4: cython.float[:, ::1]
    image8: cython.double[:, ::1]
    u4: cython.float[:, ::1]
    u8: cython.double[:, ::1]
    field4: cython.float[:, :, ::1]
    field8: cython.double[:, :, ::1]
    scratch4: cython.float[:, ::1]
    scratch8: cython.double[:, ::1]
    is_double: cython.bint
    is_periodic: cython.bint
    is_dual: cython.bint  # whether the field advances
    lengths: Index[::1]  # of the axes before the last
    steps: Index[::1]  # rows from a pixel to the next along them
    rows: Index  # of a channel
    columns: Index
    strips: Index  # of a channel
    active: cython.uchar[::1]  # whether a channel still changes
    scale: cython.double  # of the divergence
    step: cython.double  # by which the field moves along the gradient
    factor: cython.double  # by which the length of the gradient shortens it
    divergences: cython.double[::1]  # for each strip: the sum of squares, or of squared changes of u if periodic
    gradients: cython.double[::1]  # for each strip: the sum of the lengths of the gradient


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def beside(job: Job, row: Index, axis: Index, forward: cython.bint) -> Index:
    """Return the row after or before a row along an axis; -1 beyond the border."""
    length = job.lengths[axis]
    step = job.steps[axis]
    position = row // step % length
    if forward:
        if position + 1 < length:
            return row + step
        return row - (length - 1) * step if job.is_periodic else -1
    if position > 0:
        return row - step
    return row + (length - 1) * step if job.is_periodic else -1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(job: Job, strip: cython.int) -> cython.void:
    """Compute u of one strip, or advance its field."""
    if not job.active[strip // job.strips]:
        return
    if job.is_double:
        advance_rows(job.image8, job.u8, job.field8, job.scratch8, job, strip)
    else:
        advance_rows(job.image4, job.u4, job.field4, job.scratch4, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_rows(
    image: Real[:, ::1], u: Real[:, ::1], field: Real[:, :, ::1], scratch: Real[:, ::1], job: Job, strip: cython.int
) -> cython.void:
    if job.is_dual:
        advance_field(u, field, scratch, job, strip)
    else:
        compute_u(image, u, field, scratch, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compute_u(
    image: Real[:, ::1], u: Real[:, ::1], field: Real[:, :, ::1], scratch: Real[:, ::1], job: Job, strip: cython.int
) -> cython.void:
    """Add the divergence of the field to the image."""
    channel = strip // job.strips
    part = strip % job.strips
    columns = image.shape[1]
    axes = field.shape[0]
    scale: Real = job.scale
    total: cython.double = 0
    for row in range(strip_start(job.rows, job.strips, part), strip_start(job.rows, job.strips, part + 1)):
        at = channel * job.rows + row
        # The negative divergence, in the first row of scratch.
        scratch[strip, 0] = field[axes - 1, at, 0]
        if job.is_periodic:
            scratch[strip, 0] -= field[axes - 1, at, columns - 1]
        for x in range(1, columns):
            scratch[strip, x] = field[axes - 1, at, x] - field[axes - 1, at, x - 1]
        for axis in range(axes - 1):
            before = beside(job, row, axis, False)
            if before >= 0:
                before += channel * job.rows
                for x in range(columns):
                    scratch[strip, x] += field[axis, at, x] - field[axis, before, x]
            else:
                for x in range(columns):
                    scratch[strip, x] += field[axis, at, x]
        if job.is_periodic:
            for x in range(columns):
                value: Real = image[at, x] + scale * scratch[strip, x]
                scratch[strip, x] = value - u[at, x]
                u[at, x] = value
        else:
            for x in range(columns):
                u[at, x] = image[at, x] - scale * scratch[strip, x]
        total += sum_of(scratch, strip, columns, True)
    job.divergences[strip] = total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def sum_of(scratch: Real[:, ::1], row: Index, columns: Index, squared: cython.bint) -> cython.double:
    """Return the sum of a row, or of its squares, in 16 parts, which are vectors: the same on every machine."""
    sums = cython.declare(cython.double[16])
    for k in range(16):
        sums[k] = 0
    x: Index = 0
    while x + 16 <= columns:
        for k in range(16):
            value = cython.cast(cython.double, scratch[row, x + k])
            sums[k] += value * value if squared else value
        x += 16
    total: cython.double = 0
    while x < columns:
        last = cython.cast(cython.double, scratch[row, x])
        total += last * last if squared else last
        x += 1
    for k in range(16):
        total += sums[k]
    return total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_field(
    u: Real[:, ::1], field: Real[:, :, ::1], scratch: Real[:, ::1], job: Job, strip: cython.int
) -> cython.void:
    """Move the field along the gradient of u, and shorten it."""
    channel = strip // job.strips
    part = strip % job.strips
    columns = u.shape[1]
    axes = field.shape[0]
    last = axes - 1
    # A row of scratch for the squares, and one for each component of the gradient.
    first = job.active.shape[0] * job.strips + strip * axes
    step: Real = job.step
    factor: Real = job.factor
    one: Real = 1
    total: cython.double = 0
    for row in range(strip_start(job.rows, job.strips, part), strip_start(job.rows, job.strips, part + 1)):
        at = channel * job.rows + row
        for x in range(columns - 1):
            scratch[first + last, x] = u[at, x + 1] - u[at, x]
        scratch[first + last, columns - 1] = u[at, 0] - u[at, columns - 1] if job.is_periodic else 0
        for axis in range(last):
            after = beside(job, row, axis, True)
            if after >= 0:
                after += channel * job.rows
                for x in range(columns):
                    scratch[first + axis, x] = u[after, x] - u[at, x]
            else:
                for x in range(columns):
                    scratch[first + axis, x] = 0
        if job.is_periodic:
            for axis in range(axes):
                for x in range(columns):
                    field[axis, at, x] += step * scratch[first + axis, x]
            squares(field, at, scratch, strip, columns)
            for x in range(columns):
                length: Real = sqrt(scratch[strip, x])
                scratch[strip, x] = one / (length if length > one else one)
            for axis in range(axes):
                for x in range(columns):
                    field[axis, at, x] *= scratch[strip, x]
        else:
            for x in range(columns):
                scratch[strip, x] = scratch[first, x] * scratch[first, x]
            for axis in range(1, axes):
                for x in range(columns):
                    scratch[strip, x] += scratch[first + axis, x] * scratch[first + axis, x]
            for x in range(columns):
                norm: Real = sqrt(scratch[strip, x])
                scratch[strip, x] = norm
            total += sum_of(scratch, strip, columns, False)
            for x in range(columns):
                scratch[strip, x] = one / (one + factor * scratch[strip, x])
            for axis in range(axes):
                for x in range(columns):
                    field[axis, at, x] = (field[axis, at, x] - step * scratch[first + axis, x]) * scratch[strip, x]
    job.gradients[strip] = total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def squares(field: Real[:, :, ::1], at: Index, scratch: Real[:, ::1], strip: cython.int, columns: Index) -> cython.void:
    """Write the squared lengths of the vectors of a row."""
    for x in range(columns):
        scratch[strip, x] = field[0, at, x] * field[0, at, x]
    for axis in range(1, field.shape[0]):
        for x in range(columns):
            scratch[strip, x] += field[axis, at, x] * field[axis, at, x]


def prepare(image, u, field, scale, step, factor, is_periodic):
    """Return the job of iterations, each `advance_primal` and then `advance_dual`.

    Parameters
    ----------
    image : (channels, ...) ndarray of float32 or float64
        The channels, C-contiguous, with pixels.
    u : ndarray
        The result, of the shape and dtype of the image. Where it is periodic, it starts with values.
    field : (axes, channels, ...) ndarray
        The dual field at its start.
    scale, step, factor : float
        u is the image plus the divergence times `scale`. The field moves by `step` times the gradient, and is shortened
        by 1 + `factor` times the length of the gradient, or to the length 1 if it is periodic.
    is_periodic : bool
        Whether the image continues with its other side, and the field is projected.
    """
    channels = image.shape[0]
    *leading, columns = image.shape[1:]
    job: Job = Job()
    job.is_double = image.dtype == np.float64
    job.is_periodic = is_periodic
    job.scale, job.step, job.factor = scale, step, factor
    job.lengths = np.array(leading, np.intp)
    job.steps = np.array([math.prod(leading[axis + 1 :]) for axis in range(len(leading))], np.intp)
    job.rows, job.columns = math.prod(leading), columns
    job.strips = strip_count(job.rows, job.rows * columns)
    job.active = np.ones(channels, np.uint8)
    job.divergences = np.zeros(channels * job.strips)
    job.gradients = np.zeros(channels * job.strips)
    axes = len(leading) + 1
    scratch = np.zeros((channels * job.strips * (1 + axes), columns), image.dtype)
    views = image.reshape(-1, columns), u.reshape(-1, columns), field.reshape(axes, -1, columns), scratch
    if job.is_double:
        job.image8, job.u8, job.field8, job.scratch8 = views
    else:
        job.image4, job.u4, job.field4, job.scratch4 = views
    return job


def run(job: Job, is_dual):
    """Advance all strips."""
    job.is_dual = is_dual
    channels = job.active.shape[0]
    cost = (1.0 if is_dual else 0.5) * (job.lengths.shape[0] + 1) * channels * job.rows * job.columns
    parallel_for(cython.cast(strip_type, advance), channels * job.strips, job, cost)


def advance_primal(job: Job):
    """Compute u; return for each channel the sum of squares of the divergence, or of the changes if it is periodic."""
    run(job, False)
    return np.asarray(job.divergences).reshape(-1, job.strips).sum(axis=1)


def advance_dual(job: Job):
    """Compute the field; return for each channel the sum of the lengths of the gradient, unless it is periodic."""
    run(job, True)
    return np.asarray(job.gradients).reshape(-1, job.strips).sum(axis=1)


def leave(job: Job, finished):
    """Do not change the channels again that are finished, an array of bool."""
    active = np.asarray(job.active)
    active[finished] = 0
