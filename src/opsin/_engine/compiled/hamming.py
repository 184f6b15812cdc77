# cython: infer_types=True
"""The nearest ones of two sets of bit strings, by the number of bits that differ.

Each strip compares some strings of the first set with all of the second. Strips keep the nearest ones of the second
set for themselves, and are merged in their order.

Entry: ``nearest(first, second)``.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._bits import ones
from cython.cimports.opsin._engine.compiled._strips import strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

STRIPS = 64

FAR = cython.declare(cython.int, 0x7FFFFFFF)


@cython.final
@cython.cclass
class Job:
    """Two sets of strings of words, and what is nearest."""

    first: cython.const[cython.ulonglong][:, ::1]
    second: cython.const[cython.ulonglong][:, ::1]
    nearest: Index[::1]
    distances: cython.int[::1]
    following: cython.int[::1]  # the second least distance
    backward: Index[:, ::1]  # of each strip, for the second set
    least: cython.int[:, ::1]
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def match(job: Job, strip: cython.int) -> cython.void:
    """Compare the strings of one strip."""
    count = job.first.shape[0]
    for k in range(job.second.shape[0]):
        job.least[strip, k] = FAR
    for i in range(strip_start(count, job.strips, strip), strip_start(count, job.strips, strip + 1)):
        match_one(job, job.first, job.second, job.least, job.backward, strip, i)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def match_one(
    job: Job,
    first: cython.const[cython.ulonglong][:, ::1],
    second: cython.const[cython.ulonglong][:, ::1],
    least: cython.int[:, ::1],
    backward: Index[:, ::1],
    strip: cython.int,
    i: Index,
) -> cython.void:
    """Compare one string with all of the second set."""
    best: cython.int = FAR
    following: cython.int = FAR
    closest: Index = 0
    words = first.shape[1]
    for k in range(second.shape[0]):
        distance: cython.int = 0
        for word in range(words):
            distance += ones(first[i, word] ^ second[k, word])
        if distance < following:
            if distance < best:
                following = best
                best = distance
                closest = k
            else:
                following = distance
        if distance < least[strip, k]:
            least[strip, k] = distance
            backward[strip, k] = i
    job.nearest[i] = closest
    job.distances[i] = best
    job.following[i] = following


def nearest(first, second):
    """Return the nearest strings.

    Parameters
    ----------
    first : (N, W) ndarray of uint64
        Strings of bits, C-contiguous.
    second : (M, W) ndarray of uint64
        The other set; it is not empty.

    Returns
    -------
    nearest : (N,) ndarray of intp
        For each string of the first set the nearest one of the second, of equal ones the first.
    distances : (N,) ndarray of int32
        How many bits differ.
    following : (N,) ndarray of int32
        As many for the second nearest one; 2**31 - 1 if there is none.
    backward : (M,) ndarray of intp
        For each string of the second set the nearest one of the first.
    """
    if first.shape[1] != second.shape[1]:
        raise ValueError("strings must have the same number of words.")
    job: Job = Job()
    job.first, job.second = first, second
    count, others = len(first), len(second)
    job.strips = max(1, min(STRIPS, count, count * others // 16384))
    found, distances, following = np.empty(count, np.intp), np.empty(count, np.int32), np.empty(count, np.int32)
    job.nearest, job.distances, job.following = found, distances, following
    backward, least = np.zeros((job.strips, others), np.intp), np.empty((job.strips, others), np.int32)
    job.backward, job.least = backward, least
    parallel_for(cython.cast(strip_type, match), job.strips, job, (1.0 + 0.4 * first.shape[1]) * count * others)
    # Of equal distances the first strip counts.
    return found, distances, following, backward[least.argmin(axis=0), np.arange(others)]
