# cython: infer_types=True
"""Contours of a level by marching squares.

Each square of four pixels is crossed by no segment, by one or by two; the ends are on its edges, interpolated linearly.
A segment has the pixels above the level on its right. The squares are visited row by row, and each segment is joined
to the contours that end where it begins or begin where it ends.

A point is known by its edge, or by its pixel if it falls onto one exactly. Only the points of two rows of pixels can be
met again, so the open ends are found in a table of two rows, which holds the row of each. A contour is a list of
points, each with the next.

Entry: ``find(pixels, level, mask, high)``.

References
----------
.. [1] W. E. Lorensen and H. E. Cline, "Marching Cubes: A High Resolution 3D Surface Construction Algorithm", Computer
   Graphics (SIGGRAPH) 21 (4), 1987, pp. 163-169.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import poll

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

PIECE = cython.declare(Index, 1 << 14)
TOP = cython.declare(cython.int, 0)  # the edges of a square
BOTTOM = cython.declare(cython.int, 1)
LEFT = cython.declare(cython.int, 2)
RIGHT = cython.declare(cython.int, 3)

Square = cython.struct(
    row=Index,
    column=Index,
    upper_left=cython.double,
    upper_right=cython.double,
    lower_left=cython.double,
    lower_right=cython.double,
)


# For each pattern of pixels above the level, bits 0 to 3 for the upper and the lower ones from the left: the edges that
# its segments come from and go to. Two patterns have two, which depend on whether pixels below the level are connected
# by corners or those above it.
LOW = ["", "TL", "RT", "RL", "LB", "TB", "RTLB", "RB", "BR", "TLBR", "BT", "BL", "LR", "TR", "LT", ""]
HIGH = [*LOW[:6], "LTRB", *LOW[7:9], "TRBL", *LOW[10:]]
LOW_EDGES, HIGH_EDGES = (
    np.array([["TBLR".find(edge) for edge in edges.ljust(4)] for edges in patterns], np.int8)
    for patterns in (LOW, HIGH)
)


@cython.final
@cython.cclass
class Contours:
    """An image, a level, and the contours so far."""

    pixel_code: cython.int  # which of the views of the pixels is set
    pixels1: cython.const[cython.uchar][:, ::1]
    pixels2: cython.const[cython.ushort][:, ::1]
    pixels3: cython.const[cython.float][:, ::1]
    pixels4: cython.const[cython.double][:, ::1]
    mask: cython.const[cython.uchar][:, ::1]
    masked: cython.bint
    level: cython.double
    limit: cython.double  # the greatest number of the image's dtype that is not above the level
    every: cython.uchar  # whether every pixel is above the level
    edges: cython.const[cython.schar][:, ::1]  # of each pattern: the edges of two segments, or -1
    above: cython.uchar[:, ::1]  # of two rows: whether a pixel is above the level
    crossed: cython.uchar[::1]  # of one row of squares: whether the level crosses it
    crossed_words: cython.const[cython.ulonglong][::1]  # the same bytes, eight at a time
    # Points
    chains: cython.double[:, ::1]  # of each point: row, column and the next point, or -1
    points: Index
    # Contours
    heads: Index[::1]  # the first point; -1 if the contour was joined to another
    tails: Index[::1]  # the last point
    contours: Index
    ended: Index  # how many were collected
    # Of the place of a point: the contour that begins or ends there, or -1, and the row of the point
    starts: Index[:, ::1]
    ends: Index[:, ::1]
    width: Index
    # The two ends of an edge or a segment: coordinates and place
    row: cython.double
    column: cython.double
    place: Index
    place_row: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def scan(job: Contours, pixels: cython.const[Pixel][:, ::1], first: Index, last: Index) -> cython.void:
    """Add the segments of the squares from row `first` to before row `last`."""
    if first == 0:
        compare(job, pixels, job.above, 0)
    for row in range(first, last):
        compare(job, pixels, job.above, row + 1)
        upper = row & 1
        lower = 1 - upper
        cross(job.above, job.crossed, job.width - 1)
        for word in range(job.crossed_words.shape[0]):
            if job.crossed_words[word] == 0:
                continue
            for column in range(8 * word, 8 * word + 8):
                if job.crossed[column] != 0:
                    square = cython.declare(Square)
                    square.row = row
                    square.column = column
                    square.upper_left = pixels[row, column]
                    square.upper_right = pixels[row, column + 1]
                    square.lower_left = pixels[row + 1, column]
                    square.lower_right = pixels[row + 1, column + 1]
                    if is_known(job, square):
                        case = (
                            job.above[upper, column]
                            | job.above[upper, column + 1] << 1
                            | job.above[lower, column] << 2
                            | job.above[lower, column + 1] << 3
                        )
                        add(job, square, job.edges[case, 0], job.edges[case, 1])
                        if job.edges[case, 2] >= 0:
                            add(job, square, job.edges[case, 2], job.edges[case, 3])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cross(above: cython.const[cython.uchar][:, ::1], crossed: cython.uchar[::1], squares: Index) -> cython.void:
    """Write which squares of a row have pixels on both sides of the level."""
    for column in range(squares):
        some = above[0, column] | above[0, column + 1] | above[1, column] | above[1, column + 1]
        each = above[0, column] & above[0, column + 1] & above[1, column] & above[1, column + 1]
        crossed[column] = some ^ each


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare(job: Contours, pixels: cython.const[Pixel][:, ::1], above: cython.uchar[:, ::1], row: Index) -> cython.void:
    """Write which pixels of a row are above the level."""
    limit: Pixel = cython.cast(cython.typeof(pixels[0, 0]), job.limit)
    every = job.every
    for column in range(pixels.shape[1]):
        above[row & 1, column] = (pixels[row, column] > limit) | every


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_known(job: Contours, square: Square) -> cython.bint:
    """Return whether the pixels of a square are numbers, and in the mask."""
    if square.upper_left != square.upper_left or square.upper_right != square.upper_right:
        return False
    if square.lower_left != square.lower_left or square.lower_right != square.lower_right:
        return False
    if job.masked:
        for row in range(square.row, square.row + 2):
            if job.mask[row, square.column] == 0 or job.mask[row, square.column + 1] == 0:
                return False
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def locate(job: Contours, square: Square, edge: cython.int) -> cython.void:
    """Find the point on one edge of a square."""
    r: Index = square.row + (edge == BOTTOM)
    c: Index = square.column + (edge == RIGHT)
    down: Index = edge >= LEFT
    before = square.lower_left if edge == BOTTOM else square.upper_right if edge == RIGHT else square.upper_left
    after = square.upper_right if edge == TOP else square.lower_left if edge == LEFT else square.lower_right
    fraction: cython.double = (job.level - before) / (after - before)
    if fraction != fraction:  # both are infinite, or the first is
        fraction = 0.5 if after - after != 0 else 1
    # Always so, unless another thread writes the pixels meanwhile; the point decides on a place in the tables.
    fraction = min(max(fraction, 0.0), 1.0)
    start: Index = r if down else c
    position: cython.double = start + fraction
    job.row = position if down else r
    job.column = c if down else position
    # Whether the point is a pixel, and which, is a question of its rounded coordinates.
    kind: Index = 1 + down
    if position == start:
        kind = 0
    elif position == start + 1:
        kind = 0
        r += down
        c += 1 - down
    job.place = ((r & 1) * 3 + kind) * job.width + c
    job.place_row = r


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add(job: Contours, square: Square, edge: cython.int, other: cython.int) -> cython.void:
    """Add the segment from one edge of a square to another."""
    row = square.row
    locate(job, square, edge)
    from_row = job.row
    from_column = job.column
    origin = job.place
    origin_row = job.place_row
    locate(job, square, other)
    target = job.place
    target_row = job.place_row
    if origin == target:
        return
    after = job.starts[target, 0] if job.starts[target, 1] == target_row else -1
    before = job.ends[origin, 0] if job.ends[origin, 1] == origin_row else -1
    job.starts[target, 0] = -1
    job.ends[origin, 0] = -1
    if after >= 0 and after == before:
        append(job, before)
    elif after >= 0 and before >= 0:
        # The contour that was begun first keeps its number.
        kept = min(after, before)
        gone = max(after, before)
        job.chains[job.tails[before], 2] = job.heads[after]
        head = job.heads[before]
        tail = job.tails[after]
        job.heads[kept] = head
        job.tails[kept] = tail
        job.heads[gone] = -1
        remember(job, head, job.starts, kept, row)
        remember(job, tail, job.ends, kept, row)
    elif before >= 0:
        append(job, before)
        enter(job.ends, target, target_row, before)
    elif after >= 0:
        put(job, from_row, from_column)
        job.chains[job.points - 1, 2] = job.heads[after]
        job.heads[after] = job.points - 1
        enter(job.starts, origin, origin_row, after)
    else:
        put(job, from_row, from_column)
        job.heads[job.contours] = job.points - 1
        job.tails[job.contours] = job.points - 1
        append(job, job.contours)
        enter(job.starts, origin, origin_row, job.contours)
        enter(job.ends, target, target_row, job.contours)
        job.contours += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def put(job: Contours, row: cython.double, column: cython.double) -> cython.void:
    """Add a point."""
    job.chains[job.points, 0] = row
    job.chains[job.points, 1] = column
    job.chains[job.points, 2] = -1
    job.points += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def append(job: Contours, contour: Index) -> cython.void:
    """Add the point that was located last to the end of a contour."""
    put(job, job.row, job.column)
    job.chains[job.tails[contour], 2] = job.points - 1
    job.tails[contour] = job.points - 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def remember(job: Contours, point: Index, table: Index[:, ::1], contour: Index, row: Index) -> cython.void:
    """Enter a contour in a table at one of its points, if that can be met again."""
    r: Index = cython.cast(Index, job.chains[point, 0])
    if r >= row:
        c: Index = cython.cast(Index, job.chains[point, 1])
        kind: Index = 2 if job.chains[point, 0] != r else 1 if job.chains[point, 1] != c else 0
        enter(table, ((r & 1) * 3 + kind) * job.width + c, r, contour)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def enter(table: Index[:, ::1], place: Index, row: Index, contour: Index) -> cython.void:
    """Enter a contour in a table at a place in a row."""
    table[place, 0] = contour
    table[place, 1] = row


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def collect(job: Contours, points: cython.double[:, ::1], offsets: Index[::1], first: Index, last: Index) -> Index:
    """Write the points of the contours from `first` to before `last`, and where each ends; return how many ended."""
    ended: Index = job.ended
    count = offsets[ended]
    for contour in range(first, last):
        point: Index = job.heads[contour]
        ended += point >= 0
        while point >= 0:
            points[count, 0] = job.chains[point, 0]
            points[count, 1] = job.chains[point, 1]
            count += 1
            point = cython.cast(Index, job.chains[point, 2])
        offsets[ended] = count
    return ended


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def scan_rows(job: Contours, first: Index, last: Index) -> cython.void:
    """Add the segments of some rows of squares, for the image's dtype."""
    if job.pixel_code == 1:
        scan(job, job.pixels1, first, last)
    elif job.pixel_code == 2:
        scan(job, job.pixels2, first, last)
    elif job.pixel_code == 3:
        scan(job, job.pixels3, first, last)
    else:
        scan(job, job.pixels4, first, last)


def enlarged(array, used, length):
    """Return a copy of the used part of an array with room for `length` elements, and at least half as much again."""
    result = np.empty((max(length, len(array) * 3 // 2), *array.shape[1:]), array.dtype)
    result[:used] = array[:used]
    return result


def find(pixels, level, mask, high):
    """Find the contours of a level.

    Parameters
    ----------
    pixels : (R, C) ndarray of uint8, uint16, float32 or float64
        The image, C-contiguous; R and C are at least 2.
    level : float
        The level.
    mask : (R, C) ndarray of uint8 or None
        Squares with a pixel that is 0 here are left out.
    high : bool
        Whether pixels above the level are connected by corners, instead of those below.

    Returns
    -------
    points : (N, 2) ndarray of float64
        Rows and columns of the points of all contours, one after the other.
    offsets : (M + 1,) ndarray of intp
        Where each contour begins; at last N.
    """
    job: Contours = Contours()
    job.pixel_code = ("B", "H", "f", "d").index(pixels.dtype.char) + 1
    job.pixels1 = pixels if job.pixel_code == 1 else None
    job.pixels2 = pixels if job.pixel_code == 2 else None
    job.pixels3 = pixels if job.pixel_code == 3 else None
    job.pixels4 = pixels if job.pixel_code == 4 else None
    rows, columns = pixels.shape
    if mask is not None and mask.shape != (rows, columns):
        raise ValueError("mask must have the shape of the pixels.")
    job.mask, job.masked = mask, mask is not None
    job.level, job.width = level, columns
    job.edges = HIGH_EDGES if high else LOW_EDGES
    job.limit, job.every = level, 0
    if pixels.dtype.kind == "u":
        job.every = level < 0
        job.limit = min(max(level // 1, 0), 2 ** (8 * pixels.itemsize) - 1)
    elif pixels.itemsize == 4:
        with np.errstate(over="ignore"):
            nearest = np.float32(level)
            job.limit = nearest if float(nearest) <= level else np.nextafter(nearest, np.float32(-np.inf))
    job.points = job.contours = job.ended = 0
    job.above = np.zeros((2, columns), np.uint8)
    words = np.zeros((columns + 7) // 8, np.uint64)
    job.crossed_words, job.crossed = words, words.view(np.uint8)
    job.starts, job.ends = np.full((6 * columns, 2), -1, np.intp), np.full((6 * columns, 2), -1, np.intp)
    chains = np.empty((0, 3))
    heads, tails = np.empty(0, np.intp), np.empty(0, np.intp)
    step = max(1, PIECE // columns)
    for first in range(0, rows - 1, step):
        poll()
        last = min(first + step, rows - 1)
        # A square has at most two segments, and each begins a contour of two points at most.
        segments = 2 * (last - first) * (columns - 1)
        if job.points + 2 * segments > len(chains):
            chains = enlarged(chains, job.points, job.points + 2 * segments)
        if job.contours + segments > len(heads):
            heads, tails = (enlarged(ends, job.contours, job.contours + segments) for ends in (heads, tails))
        job.chains, job.heads, job.tails = chains, heads, tails
        scan_rows(job, first, last)
    points = np.empty((job.points, 2))
    offsets = np.zeros(job.contours + 1, np.intp)
    for first in range(0, job.contours, PIECE):
        poll()
        job.ended = collect(job, points, offsets, first, min(first + PIECE, job.contours))
    return points, offsets[: job.ended + 1]
