# cython: infer_types=True
"""Thinning of volumes from six sides in turn, and of planes from four.

From each side the border voxels are listed that may be removed: they are no end of a line, their removal changes
neither the number of objects nor that of holes and tunnels, and the voxels around them stay connected. Then they are
removed one after the other, unless the removal of those before has made them necessary.

The 26 voxels around a voxel, or the 8 in a plane, are bits of a number; what holds for the 8 is kept in tables. The
Euler number is that of the union of closed cubes: with the voxel go the corners, edges and faces that it shares with no
other.

References
----------
.. [1] T.-C. Lee, R. L. Kashyap and C.-N. Chu, "Building Skeleton Models via 3-D Medial Surface/Axis Thinning
   Algorithms", CVGIP: Graphical Models and Image Processing 56 (6), 1994, pp. 462-478.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._bits import ones, trailing_zeros
from cython.cimports.opsin._engine.runtime import poll

PIECE = cython.declare(Index, 1 << 18)  # voxels between two polls


@cython.final
@cython.cclass
class Job:
    """A volume with its margin as one row, and what is known of neighborhoods."""

    voxels: cython.uchar[::1]
    steps: cython.const[Index][::1]  # to the neighbors
    touching: cython.const[cython.uint][::1]  # of each of them: the others that touch it
    parts: cython.const[cython.uint][::1]  # of each corner, edge and face: the voxels that share it
    signs: cython.const[cython.int][::1]  # what each adds to the Euler number
    has_tables: cython.bint
    connected: cython.uchar[::1]  # of each neighborhood in a plane
    removable: cython.uchar[::1]
    objects: Index[::1]  # the voxels that are left, and others that have been removed lately
    candidates: Index[::1]
    count: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def neighborhood(job: Job, x: Index) -> cython.uint:
    """Return the neighbors of a voxel as bits."""
    bits: cython.uint = 0
    one: cython.uint = 1
    for k in range(job.steps.shape[0]):
        if job.voxels[x + job.steps[k]] != 0:
            bits |= one << k
    return bits


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def keeps_euler_number(job: Job, bits: cython.uint) -> cython.bint:
    change: cython.int = -1
    for k in range(job.parts.shape[0]):
        if bits & job.parts[k] == 0:
            change += job.signs[k]
    return change == 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_connected(job: Job, bits: cython.uint) -> cython.bint:
    """Return whether neighbors are connected without the voxel."""
    if job.has_tables:
        return job.connected[bits] != 0
    reached: cython.uint = bits & (bits ^ (bits - 1))
    before: cython.uint = 0
    while reached != before:
        fresh: cython.uint = reached ^ before
        before = reached
        while fresh:
            reached |= job.touching[trailing_zeros(fresh)] & bits
            fresh &= fresh - 1
    return reached == bits


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_removable(job: Job, bits: cython.uint) -> cython.bint:
    if job.has_tables:
        return job.removable[bits] != 0
    return ones(bits) != 1 and keeps_euler_number(job, bits) and is_connected(job, bits)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def list_candidates(job: Job, side: Index, first: Index, last: Index, kept: Index) -> Index:
    """List the voxels that may be removed from a side; return how many voxels of the objects are left so far."""
    for k in range(first, last):
        x = job.objects[k]
        if job.voxels[x] == 0:
            continue
        job.objects[kept] = x
        kept += 1
        if job.voxels[x + side] == 0:
            bits = neighborhood(job, x)
            if is_removable(job, bits):
                job.candidates[job.count] = x
                job.count += 1
    return kept


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def remove_candidates(job: Job, first: Index, last: Index) -> cython.bint:
    """Remove the listed voxels that are not necessary by now; return whether there was one."""
    removed: cython.bint = False
    for k in range(first, last):
        if is_connected(job, neighborhood(job, job.candidates[k])):
            job.voxels[job.candidates[k]] = 0
            removed = True
    return removed


def thin_volume(voxels, steps, sides, touching, parts, signs):
    """Thin a volume.

    Parameters
    ----------
    voxels : (N,) ndarray of uint8
        The volume with its margin of zeros as one row, 0 and 1; it is changed.
    steps : (26,) or (8,) ndarray of intp
        The steps along the row to the neighbors of a voxel, in a volume or in a plane.
    sides : sequence of int
        The steps to the neighbors on the sides from which voxels are removed, in turn.
    touching : ndarray of uint32
        Of each neighbor, as bits, the others that touch it.
    parts : (26,) ndarray of uint32
        Of each corner, edge and face of a voxel, as bits, the neighbors that share it.
    signs : (26,) ndarray of int32
        What each corner, edge and face adds to the Euler number.
    """
    job: Job = Job()
    job.voxels, job.steps, job.touching, job.parts, job.signs = voxels, steps, touching, parts, signs
    job.has_tables = False
    job.connected, job.removable = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    for bits in range(256 if len(steps) == 8 else 0):
        job.connected[bits] = is_connected(job, bits)
        job.removable[bits] = is_removable(job, bits)
    job.has_tables = len(steps) == 8
    job.objects = np.flatnonzero(voxels)
    left: Index = job.objects.shape[0]
    job.candidates = np.empty(left, np.intp)
    unchanged: cython.int = 0
    while unchanged < len(sides):
        unchanged = 0
        for side in sides:
            job.count = 0
            kept: Index = 0
            for first in range(0, left, PIECE):
                poll()
                kept = list_candidates(job, side, first, min(first + PIECE, left), kept)
            left = kept
            removed: cython.bint = False
            for first in range(0, job.count, PIECE):
                poll()
                removed |= remove_candidates(job, first, min(first + PIECE, job.count))
            unchanged += not removed
