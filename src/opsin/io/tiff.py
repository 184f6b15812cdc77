"""TIFF and BigTIFF: every dtype, any number of pages.

tifffile reads what it can decode. Pillow reads the rest (CMYK, YCbCr, Lab, and
compressions for which the codecs are not installed), unless it gives another
dtype than the file has: Pillow reduces some deep pixels to 8 bits.
"""

from __future__ import annotations

import lzma
import struct
import zlib
from typing import Any, BinaryIO

import numpy as np
import tifffile
from numpy.typing import NDArray

from .._errors import missing_extra
from .metadata import EXIF_IFD, Metadata, as_stored
from .opened import Opened, oriented, swaps_sides
from .pillow import BROKEN_EXIF, open_pillow
from .tiff_tags import check_end, check_pages

_PHOTOMETRIC = tifffile.PHOTOMETRIC
_PLAIN = (_PHOTOMETRIC.MINISWHITE, _PHOTOMETRIC.MINISBLACK, _PHOTOMETRIC.RGB, _PHOTOMETRIC.PALETTE)
_REDUCED = 1
# Compressions that tifffile expands without a limit if the codecs are not installed.
_EXPANDERS: dict[int, Any] = {8: zlib.decompressobj, 32946: zlib.decompressobj, 34925: lzma.LZMADecompressor}
# Texts of the first directory that describe the image: make and model of the camera, date, host, artist, copyright.
_DESCRIPTIVE = (0x010F, 0x0110, 0x0132, 0x013C, 0x013B, 0x8298)
_GPS_IFD = 0x8825
# tifffile does not write the tags of these directories: unused ones of the same order stand for them.
_PLACEHOLDERS = {EXIF_IFD: EXIF_IFD - 1, _GPS_IFD: _GPS_IFD + 1}
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = "XResolution", "YResolution", "ResolutionUnit"
# The orientations that undo one another; every other undoes itself.
_BACK = {6: 8, 8: 6}


def open_tiff(file: BinaryIO, page: int | None, apply_orientation: bool) -> Opened:
    """Read the tags of a TIFF.

    Parameters
    ----------
    file : binary file
    page : int, optional
        Which page; None is all of them.
    apply_orientation : bool
        Whether to turn the image upright.

    Returns
    -------
    opened : Opened
    """
    tiff, source, first, pages = _selected(file, page)
    check_pages(file, tiff, [first] if page is not None else source.pages, first)

    axes, shape = source.axes, tuple(source.shape)
    if source.dtype is None or source.dtype.kind not in "biufc" or not shape or 0 in shape:
        raise ValueError(f"its pixels have the shape {shape} and the type {source.dtype}")
    dtype = source.dtype
    if first.photometric not in _PLAIN or not _decodable(first):
        return _through_pillow(file, first, page, pages, apply_orientation)

    order = list(range(len(axes)))
    channels = 0
    if "S" in axes:
        samples = axes.index("S")
        order.append(order.pop(samples))
        channels = shape[samples] if shape[samples] <= 4 else 0  # more are not colours
    spatial = "".join(axes[i] for i in order)
    rows_axis = spatial.find("YX")
    orientation = 1
    tag = first.tags.get("Orientation")
    if apply_orientation and tag is not None and rows_axis >= 0:
        orientation = tag.value if tag.value in range(1, 9) else 1
    stored = shape
    shape = tuple(stored[i] for i in order)
    if swaps_sides(orientation):
        r = rows_axis
        shape = (*shape[:r], shape[r + 1], shape[r], *shape[r + 2 :])
    palette = None
    if first.photometric == _PHOTOMETRIC.PALETTE and first.colormap is not None and dtype.kind == "u":
        palette = np.ascontiguousarray(first.colormap.T >> 8, np.uint8)
        shape, channels, dtype = (*shape, 3), 3, np.dtype(np.uint8)
    white_is_zero = first.photometric == _PHOTOMETRIC.MINISWHITE and dtype.kind in "bu"

    def decode() -> NDArray[Any]:
        for one in [source] if page is not None else source.pages:
            if isinstance(one, tifffile.TiffPage) and one.compression in _EXPANDERS:
                _limit(one)
        image = np.asarray(source.asarray())
        if image.shape != stored:
            raise ValueError(f"its pixels have the shape {image.shape}, and its tags declare {stored}")
        if white_is_zero:
            image = ~image if image.dtype == bool else _top(first) - image
        if palette is not None:
            if int(image.max()) >= len(palette):
                raise ValueError(f"a pixel has the color {image.max()} of a palette of {len(palette)}")
            image = palette[image]
        else:
            image = image.transpose(order)
        image = oriented(image, orientation, max(rows_axis, 0))
        return np.ascontiguousarray(image, dtype.newbyteorder("="))

    plain = palette is None and not white_is_zero and orientation == 1 and order == sorted(order)
    offset = None
    if plain and first.is_final and dtype.newbyteorder(tiff.byteorder).isnative and first.bitspersample >= 8:
        offset = first.dataoffsets[0] if page is not None or len(source.pages) == 1 else source.dataoffset
        if offset is not None and offset + source.nbytes > file.seek(0, 2):
            raise ValueError("the file is cut off: it declares more pages than it holds")
    whole = page is None and len(source.pages) > 1
    in_parts = plain and not whole and spatial in ("YX", "YXS") and stored == shape
    return Opened(
        "TIFF", shape, dtype.newbyteorder("="), channels, pages, decode,
        lambda: _metadata(file, first, orientation), offset,
        parts=(lambda rows, columns: _window(file, first, shape, rows, columns)) if in_parts else None,
    )  # fmt: skip


def _window(file: BinaryIO, page: Any, shape: tuple[int, ...], rows: slice, columns: slice) -> NDArray[Any]:
    """Decode the strips or tiles of a page that a window touches."""
    if page.compression in _EXPANDERS:
        _limit(page)
    height, width = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, page.imagewidth)
    across = -(-page.imagewidth // width)
    result = np.zeros((rows.stop - rows.start, columns.stop - columns.start, *shape[2:]), page.dtype)
    for down in range(rows.start // height, -(-rows.stop // height)):
        for right in range(columns.start // width, -(-columns.stop // width)):
            index = down * across + right
            if index >= len(page.dataoffsets) or index >= len(page.databytecounts):
                raise ValueError("its table of strips or tiles is too short")
            count = page.databytecounts[index]
            file.seek(page.dataoffsets[index])
            data = file.read(count) if count else None
            if data is not None and len(data) < count:
                raise ValueError("the file is cut off within a strip or tile")
            segment, _, _ = page.decode(data, index, jpegtables=page.jpegtables)
            if segment is None:  # which stands for zeros
                continue
            segment = segment[0]  # of one plane in depth
            top, left = down * height, right * width
            place = (
                slice(max(rows.start, top), min(rows.stop, top + segment.shape[0])),
                slice(max(columns.start, left), min(columns.stop, left + segment.shape[1])),
            )
            piece = segment[place[0].start - top : place[0].stop - top, place[1].start - left : place[1].stop - left]
            target = result[
                place[0].start - rows.start : place[0].stop - rows.start,
                place[1].start - columns.start : place[1].stop - columns.start,
            ]
            target[...] = piece.reshape(target.shape)
    return result.astype(page.dtype.newbyteorder("="), copy=False)


def _selected(file: BinaryIO, page: int | None) -> tuple[tifffile.TiffFile, Any, Any, int]:
    """Return the file, what to decode (a page or a series of them), its first page, and the number of pages."""
    file.seek(0)
    try:
        tiff = tifffile.TiffFile(file)
        pages = len(tiff.pages)
        if page is not None and page < pages:
            one = tiff.pages.get(page, cache=False, aspage=True)  # with its own tags, not those of the first
            return tiff, one, one, pages
        if page is None:
            check_end(file, tiff)
            series = [one for one in tiff.series if not int(one.keyframe.subfiletype) & _REDUCED] or list(tiff.series)
    except (OSError, ValueError, MemoryError):
        raise
    except Exception as error:  # what tifffile does with values of the wrong type or number
        raise ValueError("its tags are damaged") from error
    if page is not None:
        raise ValueError(f"page must be at most {pages - 1}; got {page}")
    if len(series) != 1:
        shapes = ", ".join(str(one.shape) for one in series[:5])
        raise ValueError(f"its {pages} pages are of different shapes ({shapes}); read one with page=")
    return tiff, series[0], series[0].keyframe, pages


def _limit(page: tifffile.TiffPage) -> None:
    """Make tifffile expand the strips or tiles of a page no further than their size, and verify their end."""
    samples = page.samplesperpixel if page.planarconfig == 1 else 1
    rows, columns = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, page.imagewidth)
    bits = int(np.sum(page.bitspersample)) * (1 if np.ndim(page.bitspersample) else samples)
    most = -(-bits * columns // 8) * rows * (page.tiledepth if page.is_tiled else 1)
    expander = _EXPANDERS[page.compression]
    compression, page.compression = page.compression, 1
    expanded = page.decode  # the rest of the work: byte order, predictor, shape
    page.compression = compression

    def decode(data: bytes | None, index: int, **options: Any) -> Any:
        if data is not None:
            expand = expander()
            data = expand.decompress(data, most + 1)
            if not expand.eof:
                raise ValueError("its compressed data are damaged or not complete")
        return expanded(data, index, **options)

    page.__dict__["decode"] = decode


def _top(page: Any) -> Any:
    return page.dtype.type((1 << page.bitspersample) - 1)


def _decodable(page: Any) -> bool:
    try:
        tifffile.TIFF.DECOMPRESSORS[page.compression]
        if page.predictor > 1:
            tifffile.TIFF.UNPREDICTORS[page.predictor]
    except KeyError:
        return False
    return True


def _through_pillow(file: BinaryIO, first: Any, page: int | None, pages: int, apply_orientation: bool) -> Opened:
    compression = getattr(first.compression, "name", str(first.compression))
    if page is None and pages > 1:
        raise missing_extra(f"Reading all pages of a TIFF compressed with {compression}", "codecs")
    try:
        # Pillow turns a TIFF upright by itself. This is undone where it is not wanted.
        tag = first.tags.get("Orientation")
        back = 1 if apply_orientation or tag is None else _BACK.get(tag.value, tag.value)
        opened = open_pillow(file, "TIFF", page, True, back)
    except Exception as error:
        raise missing_extra(f"Reading a TIFF compressed with {compression}", "codecs") from error
    if first.photometric in _PLAIN and opened.dtype != np.dtype(first.dtype):
        raise missing_extra(f"Reading {first.dtype} TIFF compressed with {compression}", "codecs")
    return opened


def _metadata(file: BinaryIO, page: Any, orientation: int) -> Metadata:
    """Return the metadata of a page. Its EXIF is built from the entries of the page that describe the image."""
    from PIL import Image

    try:
        stored, kept = Image.Exif(), Image.Exif()
        stored.endian = kept.endian = page.parent.byteorder
        stored.bigtiff = page.parent.is_bigtiff
        stored.load_from_fp(file, page.offset)
        for tag in _DESCRIPTIVE:
            if tag in stored:
                kept[tag] = stored[tag]
        for tag in (EXIF_IFD, _GPS_IFD):
            directory = stored.get_ifd(tag)
            if directory:
                kept[tag] = directory
        exif = kept.tobytes() if len(kept) else None
    except BROKEN_EXIF:
        exif = None
    scale = {2: 1.0, 3: 2.54}.get(int(page.tags.valueof(_RESOLUTION_UNIT, 2)))
    dpi = None
    if scale is not None and _X_RESOLUTION in page.tags and _Y_RESOLUTION in page.tags:
        dpi = tuple(scale * one for one in page.get_resolution())
    return as_stored(exif, page.iccprofile, dpi, orientation)


def write(file: BinaryIO, image: NDArray[Any], level: int, metadata: Metadata) -> None:
    """Write an array of two or more dimensions and any number type.

    Parameters
    ----------
    file : binary file
        Open for reading and writing.
    image : array
        Rows and columns last, or rows, columns and 2 to 4 channels.
    level : int
        Effort of the deflate compression, 0 (none) to 9.
    metadata : Metadata
    """
    options: dict[str, Any] = {"photometric": "minisblack"}
    last = image.shape[-1]
    if image.dtype.kind in "uif" and image.ndim >= 3 and (last in (3, 4) or (last == 2 and image.ndim == 3)):
        options["planarconfig"] = "contig"
        options["photometric"] = "rgb" if last > 2 else "minisblack"
        if last in (2, 4):
            options["extrasamples"] = ["unassalpha"]
    if level:
        options["compression"] = "zlib"
        options["compressionargs"] = {"level": level}
    if metadata.icc_profile is not None:
        options["iccprofile"] = metadata.icc_profile
    if metadata.resolution is not None:
        options["resolution"] = (metadata.resolution[1], metadata.resolution[0])
        options["resolutionunit"] = "INCH"
    texts, directories = _exif_parts(metadata.exif)
    options["extratags"] = [(tag, "s", 0, text, True) for tag, text in texts.items()]
    options["extratags"] += [(_PLACEHOLDERS[tag], "I", 1, 0, True) for tag in directories]
    tifffile.imwrite(file, image, **options)
    if directories:
        _append(file, directories)


def _exif_parts(exif: bytes | None) -> tuple[dict[int, str], dict[int, dict[int, Any]]]:
    """Return the texts that describe the image, and the directories of the camera's settings and of the place."""
    if exif is None:
        return {}, {}
    from PIL import Image

    stored = Image.Exif()
    try:
        stored.load(exif)
        texts = {tag: str(stored[tag]) for tag in _DESCRIPTIVE if stored.get(tag)}
    except BROKEN_EXIF:
        return {}, {}
    directories = {}
    for tag in (EXIF_IFD, _GPS_IFD):
        try:
            content = dict(stored.get_ifd(tag))
            if content and _encoded(content, "<", 0):
                directories[tag] = content
        except BROKEN_EXIF:  # a damaged directory is left out
            continue
    return {tag: text for tag, text in texts.items() if text.isascii()}, directories


def _encoded(content: dict[int, Any], byte_order: str, start: int) -> bytes:
    """Return a directory as it is stored at the position `start`."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    directory = ImageFileDirectory_v2(b"II*\0\0\0\0\0" if byte_order == "<" else b"MM\0*\0\0\0\0")
    directory.update(content)
    return directory.tobytes(start)


def _append(file: BinaryIO, directories: dict[int, dict[int, Any]]) -> None:
    """Write the directories at the end of the file, and their positions into the first page."""
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        if tiff.is_bigtiff:  # which has directories of another form
            return
        tags = tiff.pages.first.tags
        for tag, content in directories.items():
            start = file.seek(0, 2)
            start += file.write(bytes(start % 2))
            file.write(_encoded(content, tiff.byteorder, start))
            file.seek(tags[_PLACEHOLDERS[tag]].offset)
            file.write(struct.pack(f"{tiff.byteorder}HHII", tag, 4, 1, start))
