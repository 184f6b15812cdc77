"""Check the tags of a TIFF that determine the size and the place of its data.

tifffile replaces tags that cannot be read by their defaults, fills strips that
are missing with zeros, and leaves memory as it is where tags contradict each
other. Here, all of these are errors before anything is decoded.

References
----------
.. [1] Adobe Developers Association, TIFF Revision 6.0, 1992.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np
import tifffile
from numpy.typing import NDArray

(
    WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP,
    STRIP_BYTE_COUNTS, PLANAR_CONFIGURATION, PREDICTOR, COLOR_MAP, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS,
    TILE_BYTE_COUNTS, SAMPLE_FORMAT, SUBSAMPLING, IMAGE_DEPTH, TILE_DEPTH,
) = (
    256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 339, 530, 32997, 32998
)  # fmt: skip
_PLACES = frozenset({STRIP_OFFSETS, STRIP_BYTE_COUNTS, TILE_OFFSETS, TILE_BYTE_COUNTS})
_SIZES = _PLACES | {
    WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, SAMPLES, ROWS_PER_STRIP, PLANAR_CONFIGURATION,
    PREDICTOR, COLOR_MAP, TILE_WIDTH, TILE_LENGTH, SAMPLE_FORMAT, SUBSAMPLING, IMAGE_DEPTH, TILE_DEPTH,
}  # fmt: skip
# Tags that the pages of one array share. A page that tifffile reads with the tags of the first shares all but places.
_FORM = frozenset({WIDTH, LENGTH, BITS, PHOTOMETRIC, SAMPLES, COLOR_MAP, SAMPLE_FORMAT, IMAGE_DEPTH})
# Types of whole numbers: BYTE, SHORT, LONG, LONG8.
_TYPES = {1: "u1", 3: "u2", 4: "u4", 16: "u8"}
_JPEG, _YCBCR = 7, 6
# Tiles may be larger than the image, by so many pixels.
_MAX_TILE = 1 << 24
# Formats of microscopes and scanners whose tags tifffile corrects.
_CORRECTED = ("is_lsm", "is_stk", "is_ndpi", "is_eer", "is_vista", "is_philips")


def check_pages(file: BinaryIO, tiff: tifffile.TiffFile, pages: Any, first: Any) -> None:
    """Raise unless each page has all data that its tags declare, and the same form as the first.

    Parameters
    ----------
    file : binary file
    tiff : TiffFile
    pages : iterable of TiffPage, TiffFrame or None
        The pages that will be decoded.
    first : TiffPage
        The page whose tags tifffile uses for all of them.
    """
    size = file.seek(0, 2)
    if any(getattr(first, name) for name in _CORRECTED):
        _check_corrected(pages, first, size)
        return
    expected = None
    for page in pages:
        if page is None:
            raise ValueError("one of its pages is missing")
        if page.is_virtual:
            continue
        tags = _read(file, tiff, page.offset, size)
        _check_data(file, tags, size)
        form = {tag: values.tolist() for tag, values in tags.items() if tag not in _PLACES}
        expected = expected or form
        shared = _SIZES - _PLACES if isinstance(page, tifffile.TiffFrame) else _FORM
        different = sorted(tag for tag in shared if form.get(tag) != expected.get(tag))
        if different:
            raise ValueError(f"its pages differ in the tags {different}; read one with page=")
    found = (first.imagewidth, first.imagelength, first.imagedepth, first.samplesperpixel, first.planarconfig)
    if expected and found != tuple(
        expected.get(tag, [1])[0] for tag in (WIDTH, LENGTH, IMAGE_DEPTH, SAMPLES, PLANAR_CONFIGURATION)
    ):
        raise ValueError(f"its tags contradict each other; it seems to have {found[1]} rows and {found[0]} columns")


def check_end(file: BinaryIO, tiff: tifffile.TiffFile) -> None:
    """Raise unless the last page that tifffile found is the last one of the file."""
    last: Any = tiff.pages[-1]
    if any(getattr(tiff.pages.first, name) for name in _CORRECTED):
        return
    size = file.seek(0, 2)
    _, following = _directory(file, tiff, last.offset, size)
    if following != 0:
        raise ValueError(f"the file is cut off: it has more pages than the {len(tiff.pages)} that can be read")


def _check_corrected(pages: Any, first: Any, size: int) -> None:
    if first.planarconfig not in (1, 2):
        raise ValueError(f"its tag 284 (planar configuration) is {first.planarconfig}, not 1 or 2")
    for page in pages:
        if page is None:
            raise ValueError("one of its pages is missing")
        segments = int(np.prod(first.chunked, dtype=np.float64))
        if min(len(page.dataoffsets), len(page.databytecounts)) < min(segments, 1 << 53):
            raise ValueError(f"it lists {len(page.dataoffsets)} of the {segments} strips or tiles that it needs")
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False):
            if offset + count > size:
                raise ValueError(f"the file is cut off: it holds {size} bytes, and its data end later")


def _directory(file: BinaryIO, tiff: tifffile.TiffFile, offset: int, size: int) -> tuple[bytes, int]:
    """Return the entries of a directory as they are stored, and the position of the next one."""
    number, step, pointer = ("Q", 20, "Q") if tiff.is_bigtiff else ("H", 12, "I")
    file.seek(offset)
    head = file.read(struct.calcsize(number))
    length = int.from_bytes(head, "little" if tiff.byteorder == "<" else "big")
    if length == 0 or file.tell() + length * step + struct.calcsize(pointer) > size:
        raise ValueError("the file is cut off: a directory of its tags lies outside")
    entries = file.read(length * step)
    (following,) = struct.unpack(tiff.byteorder + pointer, file.read(struct.calcsize(pointer)))
    return entries, following


def _read(file: BinaryIO, tiff: tifffile.TiffFile, offset: int, size: int) -> dict[int, NDArray[Any]]:
    """Return the values of the tags that determine size and place, by tag."""
    order = tiff.byteorder
    entry, inline = ("HHQ", 8) if tiff.is_bigtiff else ("HHI", 4)
    step = struct.calcsize(order + entry) + inline
    directory, _ = _directory(file, tiff, offset, size)
    found: dict[int, NDArray[Any]] = {}
    for position in range(0, len(directory), step):
        tag, kind, count = struct.unpack_from(order + entry, directory, position)
        if tag not in _SIZES:
            continue
        if tag in found:
            raise ValueError(f"it has the tag {tag} twice")
        if kind not in _TYPES or count == 0:
            raise ValueError(f"its tag {tag} holds {count} values of type {kind}, not whole numbers")
        dtype = np.dtype(order + _TYPES[kind])
        value = directory[position + step - inline : position + step]
        if count * dtype.itemsize > inline:
            (place,) = struct.unpack(order + ("Q" if tiff.is_bigtiff else "I"), value)
            if place + count * dtype.itemsize > size:
                raise ValueError(f"the file is cut off: the values of its tag {tag} lie outside")
            file.seek(place)
            value = file.read(count * dtype.itemsize)
        found[tag] = np.frombuffer(value, dtype, count)
    return found


def _check_data(file: BinaryIO, tags: dict[int, NDArray[Any]], size: int) -> None:
    """Raise unless the tags fit each other, and all strips or tiles lie in the file."""

    def value(tag: int, default: int, allowed: tuple[int, ...] = ()) -> int:
        result = int(tags[tag][0]) if tag in tags else default
        if result < 1 or (allowed and result not in allowed):
            raise ValueError(f"its tag {tag} is {result}{', not ' + ' or '.join(map(str, allowed)) if allowed else ''}")
        return result

    for tag in (WIDTH, LENGTH):
        if tag not in tags:
            raise ValueError(f"it lacks the tag {tag}")
    samples = value(SAMPLES, 1)
    planes = samples if value(PLANAR_CONFIGURATION, 1, (1, 2)) == 2 else 1
    value(FILL_ORDER, 1, (1, 2))
    width, length, depth = value(WIDTH, 0), value(LENGTH, 0), value(IMAGE_DEPTH, 1)
    bits = tags.get(BITS, np.ones(1, np.uint16))
    if len(bits) not in (1, samples) or not bits.all():
        raise ValueError(f"its tag {BITS} (bits per sample) holds {len(bits)} values for {samples} samples")
    bits_per_pixel = int(bits[0]) if planes > 1 else int(bits.sum()) if len(bits) > 1 else int(bits[0]) * samples

    tiled = TILE_WIDTH in tags
    if tiled:
        tile_width, tile_length, tile_depth = value(TILE_WIDTH, 0), value(TILE_LENGTH, 0), value(TILE_DEPTH, 1)
        if tile_width * tile_length * tile_depth > max(width * length * depth, _MAX_TILE):
            raise ValueError(f"its tiles of {tile_length} x {tile_width} pixels are larger than the image")
        segments = -(-width // tile_width) * -(-length // tile_length) * -(-depth // tile_depth) * planes
    else:
        rows = min(value(ROWS_PER_STRIP, length), length)
        segments = -(-length // rows) * depth * planes
    offsets = tags.get(TILE_OFFSETS, tags.get(STRIP_OFFSETS, np.empty(0, np.uint32)))
    photometric = int(tags[PHOTOMETRIC][0]) if PHOTOMETRIC in tags else 0
    plain = value(COMPRESSION, 1) == 1 and photometric != _YCBCR
    counts = tags.get(TILE_BYTE_COUNTS, tags.get(STRIP_BYTE_COUNTS))
    what = "tiles" if tiled else "strips"
    if len(offsets) < segments or (counts is not None and len(counts) < segments):
        listed = min(len(offsets), len(offsets) if counts is None else len(counts))
        raise ValueError(f"it lists {listed} of the {segments} {what} that its size needs")
    offsets = offsets[:segments].astype(np.uint64)
    needed: Any = 0
    if plain and not tiled:
        starts = np.arange(segments) % -(-length // rows) * rows
        needed = np.minimum(rows, length - starts) * -(-width * bits_per_pixel // 8)
    if counts is None:
        if not plain or segments != 1 or tiled:
            raise ValueError(f"it does not tell the sizes of its {what}")
        counts = np.asarray(needed)
    counts = counts[:segments].astype(np.uint64)
    if not (offsets.all() and counts.all()):
        raise ValueError(f"some of its {what} are empty")
    if (offsets > size).any() or (counts > size).any() or (offsets + counts > size).any():
        raise ValueError(f"the file is cut off: it holds {size} bytes, and its {what} end later")
    if (counts < needed).any():
        raise ValueError(f"some of its {what} hold fewer bytes than their rows need")
    if value(COMPRESSION, 1) == _JPEG:
        for offset, count in zip(offsets.tolist(), counts.tolist(), strict=True):
            file.seek(offset + max(0, count - 16))
            if not file.read(min(count, 16)).rstrip(b"\0").endswith(b"\xff\xd9"):
                raise ValueError(f"some of its {what} are cut off: they lack the end marker of JPEG")
