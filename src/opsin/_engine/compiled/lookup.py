# cython: infer_types=True
"""Rows of a table by their numbers: a load and a store for each element; for tables of 256 bytes many at once."""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._memory import address
from cython.cimports.opsin._engine.compiled._permute import permute
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Number = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)
Entry = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)


@cython.final
@cython.cclass
class Job:
    """Numbers of rows, a table and the result; of the views of each, the one of the size of its elements is set."""

    index_bytes: cython.int
    entry_bytes: cython.int
    indices1: cython.const[cython.uchar][::1]
    indices2: cython.const[cython.ushort][::1]
    indices4: cython.const[cython.uint][::1]
    indices8: cython.const[cython.ulonglong][::1]
    table1: cython.const[cython.uchar][:, ::1]
    table2: cython.const[cython.ushort][:, ::1]
    table4: cython.const[cython.uint][:, ::1]
    table8: cython.const[cython.ulonglong][:, ::1]
    target1: cython.uchar[:, ::1]
    target2: cython.ushort[:, ::1]
    target4: cython.uint[:, ::1]
    target8: cython.ulonglong[:, ::1]
    # A table of 256 bytes, and what it is for; without such a table `bytes` is False.
    bytes: cython.bint
    numbers: cython.p_uchar
    entries: cython.p_uchar
    results: cython.p_uchar
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def look_up(job: Job, strip: cython.int) -> cython.void:
    """Look up the numbers of one strip."""
    if job.bytes:
        length = job.indices1.shape[0]
        first = strip_start(length, job.strips, strip)
        permute(job.numbers, job.entries, job.results, first, strip_start(length, job.strips, strip + 1))
    elif job.index_bytes == 1:
        look_up_by(job.indices1, job, strip)
    elif job.index_bytes == 2:
        look_up_by(job.indices2, job, strip)
    elif job.index_bytes == 4:
        look_up_by(job.indices4, job, strip)
    else:
        look_up_by(job.indices8, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def look_up_by(indices: cython.const[Number][::1], job: Job, strip: cython.int) -> cython.void:
    if job.entry_bytes == 1:
        copy_entries(indices, job.table1, job.target1, job, strip)
    elif job.entry_bytes == 2:
        copy_entries(indices, job.table2, job.target2, job, strip)
    elif job.entry_bytes == 4:
        copy_entries(indices, job.table4, job.target4, job, strip)
    else:
        copy_entries(indices, job.table8, job.target8, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def copy_entries(
    indices: cython.const[Number][::1],
    table: cython.const[Entry][:, ::1],
    target: Entry[:, ::1],
    job: Job,
    strip: cython.int,
) -> cython.void:
    width = table.shape[1]
    length = indices.shape[0]
    first = strip_start(length, job.strips, strip)
    last = strip_start(length, job.strips, strip + 1)
    if width == 1:
        for i in range(first, last):
            target[i, 0] = table[indices[i], 0]
    elif width == 3:
        for i in range(first, last):
            target[i, 0] = table[indices[i], 0]
            target[i, 1] = table[indices[i], 1]
            target[i, 2] = table[indices[i], 2]
    else:
        for i in range(first, last):
            for k in range(width):
                target[i, k] = table[indices[i], k]


def rows_of_table(indices, table, target):
    """Fill `target` with rows of `table`.

    Parameters
    ----------
    indices : (N,) ndarray of uint8, uint16, uint32 or uint64
        Numbers of rows, less than M.
    table : (M, K) ndarray of uint8, uint16, uint32 or uint64
        The table.
    target : (N, K) ndarray of the dtype of the table
        The result.
    """
    job: Job = Job()
    job.index_bytes = indices.itemsize
    job.indices1 = indices if job.index_bytes == 1 else None
    job.indices2 = indices if job.index_bytes == 2 else None
    job.indices4 = indices if job.index_bytes == 4 else None
    job.indices8 = indices if job.index_bytes == 8 else None
    job.entry_bytes = table.itemsize
    job.table1 = table if job.entry_bytes == 1 else None
    job.table2 = table if job.entry_bytes == 2 else None
    job.table4 = table if job.entry_bytes == 4 else None
    job.table8 = table if job.entry_bytes == 8 else None
    job.target1 = target if job.entry_bytes == 1 else None
    job.target2 = target if job.entry_bytes == 2 else None
    job.target4 = target if job.entry_bytes == 4 else None
    job.target8 = target if job.entry_bytes == 8 else None
    job.bytes = job.index_bytes == 1 and job.entry_bytes == 1 and table.shape == (256, 1)
    if job.bytes:
        job.numbers = cython.cast(cython.p_uchar, address(indices))
        job.entries = cython.cast(cython.p_uchar, address(table))
        job.results = cython.cast(cython.p_uchar, address(target))
    job.strips = strip_count(indices.size, target.size)
    parallel_for(cython.cast(strip_type, look_up), job.strips, job, (0.1 if job.bytes else 0.4) * target.size)
