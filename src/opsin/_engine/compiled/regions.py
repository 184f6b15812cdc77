"""What there is to know of every region of a label image, in one pass.

A row of labels is a sequence of runs, stretches of one label. A run adds to its region's row of the table in
one go: its pixels, the sum of their coordinates (an arithmetic series along the row), its place in the
bounding box, and the intensities under it, which are next to each other in memory. Each strip fills a table
of its own.

References
----------
.. [1] R. M. Haralick and L. G. Shapiro, "Computer and Robot Vision", vol. 1, Addison-Wesley, 1992, chapter 3.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.runtime import for_each_strip

Unsigned = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)
Intensity = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

# Strips of fewer pixels cost more to hand out than they save.
STRIP_PIXELS = 65536


@cython.final
@cython.cclass
class Regions:
    """A label image, its intensities, and what the strips find out."""

    rows: cython.Py_ssize_t
    columns: cython.Py_ssize_t
    strips: cython.Py_ssize_t
    label_bytes: cython.int  # which of the four views of the labels is set
    labels1: cython.const[cython.uchar][:, ::1]
    labels2: cython.const[cython.ushort][:, ::1]
    labels4: cython.const[cython.uint][:, ::1]
    labels8: cython.const[cython.ulonglong][:, ::1]
    intensity_code: cython.int  # which of the four views of the intensities is set; 0: none
    intensity1: cython.const[cython.uchar][:, ::1]
    intensity2: cython.const[cython.ushort][:, ::1]
    intensity3: cython.const[cython.float][:, ::1]
    intensity4: cython.const[cython.double][:, ::1]
    channels: cython.Py_ssize_t
    largest: cython.ulonglong[::1]  # label, of each strip
    shape: cython.Py_ssize_t[::1]
    position: cython.Py_ssize_t[:, ::1]  # of each strip: the coordinates of a run's first pixel
    run_count: cython.Py_ssize_t[::1]  # of each strip, in one row
    runs: cython.Py_ssize_t[:, :, ::1]  # of each strip: label, first column and column after the last
    # Of each strip and label: the pixels; along all axes the sums of coordinates; how far from the end the
    # first is; and the last + 1. So all is 0 where there are no pixels, and labels not met cost no memory.
    places: cython.longlong[:, :, ::1]
    # Of each strip, label and channel: the sum, the lowest, the highest, and how many are not a number.
    intensities: cython.double[:, :, :, ::1]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    @cython.inline
    def begin(self, strip: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return the first row of a strip."""
        return self.rows * strip // self.strips


# 1. The largest label, which tells how long the table is.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_largest(job: cython.p_void, strip: cython.int) -> cython.void:
    find_largest_of(cython.cast(Regions, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_largest_of(job: Regions, strip: cython.int) -> cython.void:
    if job.label_bytes == 1:
        job.largest[strip] = largest_in_rows(job.labels1, job.begin(strip), job.begin(strip + 1))
    elif job.label_bytes == 2:
        job.largest[strip] = largest_in_rows(job.labels2, job.begin(strip), job.begin(strip + 1))
    elif job.label_bytes == 4:
        job.largest[strip] = largest_in_rows(job.labels4, job.begin(strip), job.begin(strip + 1))
    else:
        job.largest[strip] = largest_in_rows(job.labels8, job.begin(strip), job.begin(strip + 1))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def largest_in_rows(
    labels: cython.const[Unsigned][:, ::1], begin: cython.Py_ssize_t, stop: cython.Py_ssize_t
) -> cython.ulonglong:
    row: cython.Py_ssize_t
    x: cython.Py_ssize_t
    largest: Unsigned = 0
    for row in range(begin, stop):
        for x in range(labels.shape[1]):
            largest = max(largest, labels[row, x])
    return largest


# 2. The table.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure_rows(job: cython.p_void, strip: cython.int) -> cython.void:
    measure_rows_of(cython.cast(Regions, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure_rows_of(job: Regions, strip: cython.int) -> cython.void:
    row: cython.Py_ssize_t
    rest: cython.Py_ssize_t
    axis: cython.Py_ssize_t
    last: cython.Py_ssize_t = job.shape.shape[0] - 1
    for row in range(job.begin(strip), job.begin(strip + 1)):
        if job.label_bytes == 1:
            list_runs(job.labels1, job.runs, job.run_count, row, strip)
        elif job.label_bytes == 2:
            list_runs(job.labels2, job.runs, job.run_count, row, strip)
        elif job.label_bytes == 4:
            list_runs(job.labels4, job.runs, job.run_count, row, strip)
        else:
            list_runs(job.labels8, job.runs, job.run_count, row, strip)
        rest = row
        for axis in range(last - 1, -1, -1):
            job.position[strip, axis] = rest % job.shape[axis]
            rest = rest // job.shape[axis]
        add_places(job, strip)
        if job.intensity_code == 1:
            add_intensities(job, job.intensity1, row, strip)
        elif job.intensity_code == 2:
            add_intensities(job, job.intensity2, row, strip)
        elif job.intensity_code == 3:
            add_intensities(job, job.intensity3, row, strip)
        elif job.intensity_code == 4:
            add_intensities(job, job.intensity4, row, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def list_runs(
    labels: cython.const[Unsigned][:, ::1],
    runs: cython.Py_ssize_t[:, :, ::1],
    run_count: cython.Py_ssize_t[::1],
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """List the runs of one row that are not 0."""
    x: cython.Py_ssize_t = 0
    begin: cython.Py_ssize_t
    count: cython.Py_ssize_t = 0
    label: Unsigned
    while x < labels.shape[1]:
        label = labels[row, x]
        begin = x
        x += 1
        while x < labels.shape[1] and labels[row, x] == label:
            x += 1
        if label != 0:
            runs[strip, count, 0] = label
            runs[strip, count, 1] = begin
            runs[strip, count, 2] = x
            count += 1
    run_count[strip] = count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def stretch(
    places: cython.longlong[:, :, ::1],
    strip: cython.int,
    label: cython.Py_ssize_t,
    axis: cython.Py_ssize_t,
    axes: cython.Py_ssize_t,
    begin: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    length: cython.Py_ssize_t,
) -> cython.void:
    """Stretch a region's box along one axis."""
    first: cython.Py_ssize_t = 1 + axes + axis
    last: cython.Py_ssize_t = first + axes
    places[strip, label, first] = max(places[strip, label, first], length - begin)
    places[strip, label, last] = max(places[strip, label, last], end)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_places(job: Regions, strip: cython.int) -> cython.void:
    """Add the pixels of a row's runs, and where they are."""
    k: cython.Py_ssize_t
    label: cython.Py_ssize_t
    begin: cython.Py_ssize_t
    end: cython.Py_ssize_t
    axis: cython.Py_ssize_t
    position: cython.Py_ssize_t
    axes: cython.Py_ssize_t = job.shape.shape[0]
    for k in range(job.run_count[strip]):
        label = job.runs[strip, k, 0]
        begin = job.runs[strip, k, 1]
        end = job.runs[strip, k, 2]
        job.places[strip, label, 0] += end - begin
        for axis in range(axes - 1):
            position = job.position[strip, axis]
            job.places[strip, label, 1 + axis] += (end - begin) * position
            stretch(job.places, strip, label, axis, axes, position, position + 1, job.shape[axis])
        job.places[strip, label, axes] += (end - begin) * (begin + end - 1) // 2
        stretch(job.places, strip, label, axes - 1, axes, begin, end, job.columns)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_intensities(
    job: Regions, pixels: cython.const[Intensity][:, ::1], row: cython.Py_ssize_t, strip: cython.int
) -> cython.void:
    """Add the intensities under a row's runs."""
    k: cython.Py_ssize_t
    x: cython.Py_ssize_t
    channel: cython.Py_ssize_t
    channels: cython.Py_ssize_t = job.channels
    label: cython.Py_ssize_t
    begin: cython.Py_ssize_t
    end: cython.Py_ssize_t
    value: Intensity
    lowest: Intensity
    highest: Intensity
    total: cython.double
    count: cython.ulonglong
    unknown: cython.Py_ssize_t
    for k in range(job.run_count[strip]):
        label = job.runs[strip, k, 0]
        begin = job.runs[strip, k, 1]
        end = job.runs[strip, k, 2]
        for channel in range(channels):
            lowest = pixels[row, begin * channels + channel]
            highest = lowest
            total = 0
            unknown = 0
            if Intensity is cython.uchar or Intensity is cython.ushort:
                # A sum of integers may be taken in any order, and so in vectors.
                count = 0
                for x in range(begin, end):
                    value = pixels[row, x * channels + channel]
                    count += value
                    lowest = min(lowest, value)
                    highest = max(highest, value)
                total = count
            else:
                for x in range(begin, end):
                    value = pixels[row, x * channels + channel]
                    total += cython.cast(cython.double, value)
                    unknown += value != value
                    lowest = min(lowest, value)
                    highest = max(highest, value)
            job.intensities[strip, label, channel, 0] += total
            job.intensities[strip, label, channel, 1] = min(job.intensities[strip, label, channel, 1], lowest)
            job.intensities[strip, label, channel, 2] = max(job.intensities[strip, label, channel, 2], highest)
            job.intensities[strip, label, channel, 3] += unknown


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def collect(
    job: Regions,
    count: cython.Py_ssize_t,
    found: cython.longlong[::1],
    places: cython.longlong[:, ::1],
    intensities: cython.double[:, :, ::1],
) -> cython.Py_ssize_t:
    """Write the labels that have pixels, and the columns of the table; return how many there are."""
    row: cython.Py_ssize_t = 0
    label: cython.Py_ssize_t
    strip: cython.Py_ssize_t
    k: cython.Py_ssize_t
    channel: cython.Py_ssize_t
    axes: cython.Py_ssize_t = job.shape.shape[0]
    pixels: cython.longlong
    for label in range(1, count + 1):
        pixels = 0
        for strip in range(job.strips):
            pixels += job.places[strip, label, 0]
        if pixels == 0:
            continue
        found[row] = label
        for k in range(1 + 3 * axes):
            places[k, row] = job.places[0, label, k]
        for strip in range(1, job.strips):
            if job.places[strip, label, 0] > 0:
                for k in range(1 + axes):
                    places[k, row] += job.places[strip, label, k]
                for k in range(1 + axes, 1 + 3 * axes):
                    places[k, row] = max(places[k, row], job.places[strip, label, k])
        for k in range(axes):
            places[1 + axes + k, row] = job.shape[k] - places[1 + axes + k, row]
        for channel in range(job.channels):
            for k in range(4):
                intensities[channel, k, row] = job.intensities[0, label, channel, k]
            for strip in range(1, job.strips):
                intensities[channel, 0, row] += job.intensities[strip, label, channel, 0]
                intensities[channel, 1, row] = min(
                    intensities[channel, 1, row], job.intensities[strip, label, channel, 1]
                )
                intensities[channel, 2, row] = max(
                    intensities[channel, 2, row], job.intensities[strip, label, channel, 2]
                )
                intensities[channel, 3, row] += job.intensities[strip, label, channel, 3]
        row += 1
    return row


def new_regions(labels, shape, strips):
    """Return a job for labels, given as C-contiguous rows of unsigned integers."""
    job: Regions = Regions()
    job.rows, job.columns = labels.shape
    job.strips = max(1, min(strips, job.rows, labels.size // STRIP_PIXELS))
    job.label_bytes = labels.itemsize
    if job.label_bytes == 1:
        job.labels1 = labels
    elif job.label_bytes == 2:
        job.labels2 = labels
    elif job.label_bytes == 4:
        job.labels4 = labels
    else:
        job.labels8 = labels
    job.shape = np.array(shape, np.intp)
    return job


def largest_label(labels, threads):
    """Return the largest of labels, given as C-contiguous rows of unsigned integers."""
    job: Regions = new_regions(labels, labels.shape, threads)
    largest = np.zeros(job.strips, np.uint64)
    job.largest = largest
    for_each_strip(find_largest, job.strips, job, job.strips == 1)
    return int(largest.max())


def measure_regions(labels, shape, count, intensity, channels, threads):
    """Measure the regions of a label image.

    Parameters
    ----------
    labels : (R, C) ndarray of uint8, uint16, uint32 or uint64
        The labels as rows, C-contiguous; R and C are not 0.
    shape : tuple of int
        The image's shape.
    count : int
        The largest label.
    intensity : (R, C * channels) ndarray of uint8, uint16, float32 or float64, or None
        The intensities as rows, C-contiguous.
    channels : int
        How many intensities a pixel has; 0 if there are none.
    threads : int
        How many threads share the work.

    Returns
    -------
    found : (N,) ndarray of int64
        The labels that have pixels.
    places : (1 + 3 * len(shape), N) ndarray of int64
        The columns of the table: the pixels; along all axes the sums of coordinates, the first, the last + 1.
    intensities : (channels, 4, N) ndarray of float64
        For each channel the sum, the lowest, the highest, and how many are not a number.
    """
    # Each strip has a table. Do not let the tables outgrow the image.
    job: Regions = new_regions(labels, shape, min(threads, 1 + labels.size // (8 * (count + 1))))
    axes: cython.Py_ssize_t = len(shape)
    job.places = np.zeros((job.strips, count + 1, 1 + 3 * axes), np.int64)
    job.position = np.zeros((job.strips, axes), np.intp)
    job.run_count = np.zeros(job.strips, np.intp)
    job.runs = np.empty((job.strips, job.columns, 3), np.intp)
    job.channels = channels
    sums = np.zeros((job.strips, count + 1, channels, 4))
    sums[..., 1] = np.inf
    sums[..., 2] = -np.inf
    job.intensities = sums
    job.intensity_code = 0 if intensity is None else ("B", "H", "f", "d").index(intensity.dtype.char) + 1
    if job.intensity_code == 1:
        job.intensity1 = intensity
    elif job.intensity_code == 2:
        job.intensity2 = intensity
    elif job.intensity_code == 3:
        job.intensity3 = intensity
    elif job.intensity_code == 4:
        job.intensity4 = intensity
    for_each_strip(measure_rows, job.strips, job, job.strips == 1)
    found = np.empty(count, np.int64)
    places = np.empty((1 + 3 * axes, count), np.int64)
    intensities = np.empty((channels, 4, count))
    rows = collect(job, count, found, places, intensities)
    return found[:rows], places[:, :rows], intensities[..., :rows]


# Clearing regions.


@cython.final
@cython.cclass
class Clearing:
    """An image some of whose regions are to be overwritten."""

    strips: cython.Py_ssize_t
    labels: cython.const[cython.int][::1]
    chosen: cython.const[cython.uchar][::1]
    value: cython.ulonglong
    pixel_bytes: cython.int  # which of the four views of the image is set
    pixels1: cython.uchar[::1]
    pixels2: cython.ushort[::1]
    pixels4: cython.uint[::1]
    pixels8: cython.ulonglong[::1]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def overwrite_strip(job: cython.p_void, strip: cython.int) -> cython.void:
    overwrite_strip_of(cython.cast(Clearing, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def overwrite_strip_of(job: Clearing, strip: cython.int) -> cython.void:
    begin: cython.Py_ssize_t = job.labels.shape[0] * strip // job.strips
    stop: cython.Py_ssize_t = job.labels.shape[0] * (strip + 1) // job.strips
    if job.pixel_bytes == 1:
        overwrite_pixels(job.pixels1, job.labels, job.chosen, job.value, begin, stop)
    elif job.pixel_bytes == 2:
        overwrite_pixels(job.pixels2, job.labels, job.chosen, job.value, begin, stop)
    elif job.pixel_bytes == 4:
        overwrite_pixels(job.pixels4, job.labels, job.chosen, job.value, begin, stop)
    else:
        overwrite_pixels(job.pixels8, job.labels, job.chosen, job.value, begin, stop)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def overwrite_pixels(
    pixels: Unsigned[::1],
    labels: cython.const[cython.int][::1],
    chosen: cython.const[cython.uchar][::1],
    value: cython.ulonglong,
    begin: cython.Py_ssize_t,
    stop: cython.Py_ssize_t,
) -> cython.void:
    x: cython.Py_ssize_t
    new: Unsigned = value
    for x in range(begin, stop):
        pixels[x] = new if chosen[labels[x]] else pixels[x]


def overwrite_regions(pixels, labels, chosen, value, threads):
    """Give the pixels of the chosen regions one value.

    Parameters
    ----------
    pixels : (N,) ndarray of uint8, uint16, uint32 or uint64
        The image, C-contiguous; it is changed.
    labels : (N,) ndarray of int32
        The region of each pixel.
    chosen : (count + 1,) ndarray of uint8
        For each region whether it is overwritten.
    value : int
        What its pixels become.
    threads : int
        How many threads share the work.
    """
    job: Clearing = Clearing()
    job.strips = max(1, min(threads, labels.size // STRIP_PIXELS))
    job.labels, job.chosen, job.value = labels, chosen, value
    job.pixel_bytes = pixels.itemsize
    if job.pixel_bytes == 1:
        job.pixels1 = pixels
    elif job.pixel_bytes == 2:
        job.pixels2 = pixels
    elif job.pixel_bytes == 4:
        job.pixels4 = pixels
    else:
        job.pixels8 = pixels
    for_each_strip(overwrite_strip, job.strips, job, job.strips == 1)
