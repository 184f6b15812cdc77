# cython: infer_types=True
"""Resampling of arrays of any number of axes through a map from pixels of the result to coordinates in the source.

Entry point: ``warp_nd(source, target, mapping, order, border, cval)``. The map is affine or an array of coordinates.

Every pixel is the weighted sum of the samples around its coordinates: 1, 2 or 4 along each axis, and all combinations
of these. The combinations are listed axis by axis, as offsets and products of weights, without samples of weight
zero. Sums are in double precision.

A coordinate that is NaN or infinite gives `cval`, whatever the border. Finite coordinates may have any size.

Pointers are used instead of memoryviews because the number of axes is not known.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import floor
from cython.cimports.opsin._engine.compiled._memory import address
from cython.cimports.opsin._engine.compiled.taps import weigh
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

PIXELS = tuple([np.dtype(name) for name in ("uint8", "uint16", "float32", "float64")])
MAX_AXES = 6
STRIP_PIXELS = 4096


@cython.final
@cython.cclass
class WarpND:
    """The arrays, the map and the settings; strides are in elements."""

    source: cython.p_void
    target: cython.p_void
    pixel: cython.int  # the dtype's index in PIXELS
    axes: Index
    shape: cython.const[Index][::1]  # of the source
    strides: cython.const[Index][::1]
    channels: Index
    target_shape: cython.const[Index][::1]
    rows: Index  # of the target, along its last axis
    strip_rows: Index
    matrix: cython.const[cython.double][:, ::1]  # affine; without rows if there are coordinates
    coordinates: cython.const[cython.double][:, ::1]  # of each axis, for all pixels of the target
    order: cython.int
    border: cython.int
    cval: cython.double
    top: cython.double  # the largest integer, or 0 for floats


def warp_nd(source, target, mapping, order, border, cval):
    """Write to `target` the values of `source` at the coordinates that `mapping` gives for each pixel.

    Parameters
    ----------
    source : (..., channels) ndarray
        uint8, uint16, float32 or float64, C-contiguous, with 1 to 6 axes besides that of the channels, none empty.
    target : (..., channels) ndarray
        The result, C-contiguous, of the same dtype and as many axes; it shares no memory with `source`.
    mapping : ndarray of float64
        (axes, axes + 1): the affine matrix that takes the target's indices and 1 to coordinates in the source.
        (axes, ...), the rest being the target's shape without channels: the coordinates of each pixel. One of shape
        (1, 2) is affine.
    order : {0, 1, 3}
        Nearest, linear or cubic.
    border : int
        How the source is extended, as an index in ``warp.BORDERS``.
    cval : float
        The value outside of a constant border, and where a coordinate is NaN or infinite.
    """
    job = WarpND()
    *shape, job.channels = source.shape
    *target_shape, _ = target.shape
    axes = len(shape)
    if not 1 <= axes <= MAX_AXES:
        raise ValueError(f"source must have 1 to {MAX_AXES} axes and channels, not {axes}")
    job.axes = axes
    job.pixel = PIXELS.index(source.dtype)
    job.source, job.target = address(source), address(target)
    job.shape = np.array(shape, np.intp)
    job.strides = np.array(source.strides[:axes], np.intp) // source.itemsize
    job.target_shape = np.array(target_shape, np.intp)
    job.order, job.border, job.cval = order, border, cval
    job.top = (255, 65535, 0, 0)[job.pixel]
    if mapping.shape == (axes, *target_shape) and not (axes == 1 and mapping.shape == (1, 2)):
        job.matrix = np.empty((0, axes + 1))
        job.coordinates = np.ascontiguousarray(mapping, np.float64).reshape(axes, -1)
    elif mapping.shape == (axes, axes + 1):
        job.matrix = np.ascontiguousarray(mapping, np.float64)
    else:
        raise ValueError(f"mapping must have shape {(axes, axes + 1)} or {(axes, *target_shape)}, not {mapping.shape}")
    pixels = target.size // job.channels
    columns = target_shape[axes - 1]
    job.rows = pixels // columns
    job.strip_rows = max(1, STRIP_PIXELS // columns)
    strips = (job.rows + job.strip_rows - 1) // job.strip_rows
    cost = target.size * 3.0 * (1, 2, 0, 4)[order] ** axes
    parallel_for(cython.cast(strip_type, warp_strip), strips, job, cost)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def warp_strip(job: WarpND, number: cython.int) -> cython.void:
    """Compute some rows of the target, for the dtype of the arrays."""
    if job.pixel == 0:
        warp_rows(job, cython.cast(cython.p_uchar, job.source), cython.cast(cython.p_uchar, job.target), number)
    elif job.pixel == 1:
        warp_rows(job, cython.cast(cython.p_ushort, job.source), cython.cast(cython.p_ushort, job.target), number)
    elif job.pixel == 2:
        warp_rows(job, cython.cast(cython.p_float, job.source), cython.cast(cython.p_float, job.target), number)
    else:
        warp_rows(job, cython.cast(cython.p_double, job.source), cython.cast(cython.p_double, job.target), number)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def warp_rows(job: WarpND, source: cython.pointer(Pixel), target: cython.pointer(Pixel), number: Index) -> cython.void:
    """Compute one strip of rows."""
    position: cython.double[6]
    index: Index[6]
    offsets: Index[4096]
    weights: cython.double[4096]
    if not cython.compiled:
        position, index, offsets, weights = [0.0] * 6, [0] * 6, [0] * 4096, [0.0] * 4096
    axes = job.axes
    columns = job.target_shape[axes - 1]
    first = number * job.strip_rows
    for row in range(first, min(first + job.strip_rows, job.rows)):
        rest = row
        for k in range(axes - 1):
            axis = axes - 2 - k
            index[axis] = rest % job.target_shape[axis]
            rest = rest // job.target_shape[axis]
        for x in range(columns):
            index[axes - 1] = x
            for axis in range(axes):
                if job.matrix.shape[0] == 0:
                    position[axis] = job.coordinates[axis, row * columns + x]
                else:
                    position[axis] = job.matrix[axis, axes]
                    for k in range(axes):
                        position[axis] += job.matrix[axis, k] * index[k]
            count = list_samples(job, position, offsets, weights)
            weigh_samples(job, source, target, (row * columns + x) * job.channels, count, offsets, weights)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def list_samples(
    job: WarpND, position: cython.p_double, offsets: cython.pointer(Index), weights: cython.p_double
) -> Index:
    """Write the offset, -1 for the constant, and the weight of each sample around a position; return how many.

    There are none if the position is not finite.
    """
    axis_indices: Index[4]
    axis_weights: cython.double[4]
    if not cython.compiled:
        axis_indices, axis_weights = [0] * 4, [0.0] * 4
    count: Index = 1
    offsets[0] = 0
    weights[0] = 1
    for axis in range(job.axes):
        if position[axis] - position[axis] != 0:  # NaN or infinite
            return 0
        taps = weigh(position[axis], job.order, job.border, job.shape[axis], axis_indices, axis_weights)
        # The samples so far times those along this axis, from the last, so that the first are overwritten last.
        total: Index = 0
        for i in range(taps):
            if axis_weights[i] != 0:
                total += 1
        last = total * count
        for i in range(taps - 1, -1, -1):
            if axis_weights[i] == 0:
                continue
            last -= count
            for k in range(count):
                inside: cython.bint = offsets[k] >= 0 and axis_indices[i] >= 0
                offsets[last + k] = offsets[k] + axis_indices[i] * job.strides[axis] if inside else -1
                weights[last + k] = weights[k] * axis_weights[i]
        count *= total
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh_samples(
    job: WarpND,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: Index,
    count: Index,
    offsets: cython.pointer(Index),
    weights: cython.p_double,
) -> cython.void:
    """Write the weighted sum of the samples of one pixel; the constant if there are none."""
    for channel in range(job.channels):
        total: cython.double = 0
        least: cython.double = 0
        greatest: cython.double = 0
        for k in range(count):
            value = job.cval
            if offsets[k] >= 0:
                value = source[offsets[k] + channel]
            total += value * weights[k]
            least = value if k == 0 or value < least else least
            greatest = value if k == 0 or value > greatest else greatest
        if count == 0:
            total = job.cval
        elif job.order < 3 or least == greatest:
            # Rounding takes the result neither out of the range of the samples nor off their common value.
            total = least if total < least else greatest if total > greatest else total
        if job.top > 0:
            total = floor(min(max(total, 0.0), job.top) + 0.5)
        target[at + channel] = cython.cast(cython.typeof(target[0]), total)
