# cython: infer_types=True
"""Give the pixels of chosen regions one value: a table lookup for each pixel, and a choice without a branch."""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)


@cython.final
@cython.cclass
class Job:
    """An image, its regions, and what becomes of them."""

    pixel_bytes: cython.int  # which of the views of the image is set
    pixels1: cython.uchar[::1]
    pixels2: cython.ushort[::1]
    pixels4: cython.uint[::1]
    pixels8: cython.ulonglong[::1]
    labels: cython.const[cython.int][::1]
    chosen: cython.const[cython.uchar][::1]
    value: cython.ulonglong
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def overwrite(job: Job, strip: cython.int) -> cython.void:
    """Overwrite the pixels of one strip."""
    if job.pixel_bytes == 1:
        overwrite_pixels(job.pixels1, job.labels, job, strip)
    elif job.pixel_bytes == 2:
        overwrite_pixels(job.pixels2, job.labels, job, strip)
    elif job.pixel_bytes == 4:
        overwrite_pixels(job.pixels4, job.labels, job, strip)
    else:
        overwrite_pixels(job.pixels8, job.labels, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def overwrite_pixels(
    pixels: Pixel[::1], labels: cython.const[cython.int][::1], job: Job, strip: cython.int
) -> cython.void:
    value: Pixel = job.value
    length = labels.shape[0]
    for x in range(strip_start(length, job.strips, strip), strip_start(length, job.strips, strip + 1)):
        pixels[x] = value if job.chosen[labels[x]] else pixels[x]


def overwrite_regions(pixels, labels, chosen, value):
    """Give the pixels of the chosen regions one value.

    Parameters
    ----------
    pixels : (N,) ndarray of uint8, uint16, uint32 or uint64
        The image, C-contiguous; it is changed.
    labels : (N,) ndarray of int32
        The region of each pixel, from 0 to `count`.
    chosen : (count + 1,) ndarray of uint8
        For each region whether it is overwritten.
    value : int
        What its pixels become.
    """
    job: Job = Job()
    job.pixel_bytes = pixels.itemsize
    job.pixels1 = pixels if job.pixel_bytes == 1 else None
    job.pixels2 = pixels if job.pixel_bytes == 2 else None
    job.pixels4 = pixels if job.pixel_bytes == 4 else None
    job.pixels8 = pixels if job.pixel_bytes == 8 else None
    job.labels, job.chosen, job.value = labels, chosen, value
    job.strips = strip_count(labels.size, labels.size)
    parallel_for(cython.cast(strip_type, overwrite), job.strips, job, 0.5 * labels.size)
