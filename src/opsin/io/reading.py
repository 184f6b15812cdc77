"""Read image files. The content decides the format, and the pixels are returned as they are stored."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from .._errors import flag, integer
from . import netpbm, npy, png
from .metadata import Metadata
from .opened import Opened
from .raw import RawFormat, open_raw
from .sources import Source, opened_source

MAX_PIXELS = 1 << 28
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # in both byte orders, TIFF and BigTIFF


@dataclass(frozen=True)
class ImageInfo:
    """What an image file holds.

    Attributes
    ----------
    format : str
        Name of the file format, from its content.
    shape : tuple of int
        Shape of the array that `imread` returns.
    dtype : numpy.dtype
        Type of the array that `imread` returns.
    pages : int
        Number of pages (TIFF) or frames (GIF, WebP, PNG).
    file_size : int
        Size of the file in bytes.
    metadata : Metadata
        EXIF, ICC profile and resolution, as they describe the array that `imread`
        returns: `imsave` writes them into another file.
    """

    format: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    pages: int
    file_size: int
    metadata: Metadata = field(default_factory=Metadata)


def imread(
    source: Source,
    *,
    as_gray: bool = False,
    page: int | Sequence[int] | Literal["all"] | None = None,
    window: tuple[slice, slice] | None = None,
    apply_orientation: bool = True,
    max_pixels: int | None = MAX_PIXELS,
    mmap: bool = False,
    raw: RawFormat | None = None,
) -> NDArray[Any]:
    """Read an image file into an array.

    The content of the file decides the format, not its name. Values and dtype
    are those of the file: nothing is rescaled. Color is always RGB.

    Parameters
    ----------
    source : path, binary file or bytes-like object
        The file: PNG, JPEG, TIFF, WebP, BMP, GIF, AVIF, JPEG 2000, NPY and more.
        An open file is read from its beginning, or from where it is if it
        cannot be rewound; it is not closed.
    as_gray : bool
        Whether to convert a color image to gray with `opsin.color.rgb2gray`. An
        alpha channel is dropped. Gray images are returned as they are.
    page : int, sequence of int or 'all', optional
        Which page of a TIFF, or frame of an animation, to read, counted from 0;
        several, which must be of one shape; or all of them. Frames of a GIF or
        a WebP are complete pictures, also where the file stores only changes.
        By default all pages of a TIFF, and the first frame of an animation.
    window : (rows, columns) of slice, optional
        The part to read, such as ``np.s_[100:200, 50:]``, in the upright image,
        with steps of 1. Only the strips or tiles that it touches are decoded if
        a TIFF is stored in them.
    apply_orientation : bool
        Whether to rotate and flip a photograph so that it is upright, as the
        orientation in the file says (EXIF and TIFF tag 274).
    max_pixels : int or None
        Largest number of pixels to decode. A file that declares more is refused
        before decoding, unless it is at least as large as the decoded pixels:
        uncompressed files are not limited. None is no limit.
    mmap : bool
        Whether to return a read-only memory map of the pixels, for files larger
        than the memory. It needs a path, and a file that stores the pixels
        uncompressed and in order: NPY, most uncompressed TIFF, PGM and PPM, and
        files without a header.
    raw : RawFormat, optional
        Shape, dtype and offset of the pixels in a file without a header, which
        cannot be recognized by its content.

    Returns
    -------
    image : (rows, columns[, channels]) or (pages, rows, columns[, channels]) array
        A new, writable array in C order, or with ``mmap`` a `numpy.memmap`.
        Several pages have a first axis, also if they are one in a sequence.
        Channels are RGB, RGBA, or gray and alpha. bool for 1 bit; uint8 or
        uint16 for most files; TIFF and NPY have every number type. A palette is
        looked up (RGB, or RGBA if it has transparent colors); CMYK, YCbCr and
        Lab are converted to RGB.

    Raises
    ------
    OSError
        If the file cannot be opened: FileNotFoundError, PermissionError,
        IsADirectoryError.
    ValueError
        If the file is not an image, is damaged or truncated, declares too many
        pixels, has no such page, or has pages of different shapes; or if it
        cannot be memory-mapped and ``mmap`` is True.
    ImportError
        If the file is compressed in a way that needs the extra ``codecs``.
    TypeError
        If a parameter has the wrong type.

    See Also
    --------
    info : Shape, dtype and format without reading the pixels.
    imsave : Write an image.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from opsin import io
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "ramp.png"
    >>> io.imsave(path, np.arange(12, dtype=np.uint16).reshape(3, 4))
    >>> io.imread(path)
    array([[ 0,  1,  2,  3],
           [ 4,  5,  6,  7],
           [ 8,  9, 10, 11]], dtype=uint16)
    """
    as_gray = flag("as_gray", as_gray)
    if max_pixels is not None:
        max_pixels = integer("max_pixels", max_pixels, low=1)
    mmap = flag("mmap", mmap)
    part = None if window is None else _check_window(window)
    if raw is not None and not isinstance(raw, RawFormat):
        raise TypeError(f"raw must be opsin.io.RawFormat or None; got {type(raw).__name__}.")
    several = _check_pages(page)
    with _opened(source, page if several is None else None, apply_orientation, raw, several) as (opened, size):
        if mmap:
            image = _mapped(source, opened)
            if part is not None:
                image = image[_placed(opened, part)]
        elif part is not None and opened.parts is not None:
            place = _placed(opened, part)[-2 - bool(opened.channels) :][:2]
            _check_pixels(math.prod(one.stop - one.start for one in place), opened, size, max_pixels)
            image = opened.parts(*place)
        else:
            _check_pixels(opened.pixels, opened, size, max_pixels)
            image = opened.decode()
            if part is not None:
                image = np.ascontiguousarray(image[_placed(opened, part)])
    if as_gray and opened.channels >= 3:
        from ..color import rgb2gray

        image = rgb2gray(image[..., :3], channel_axis=-1)
    elif as_gray and opened.channels == 2:
        image = np.ascontiguousarray(image[..., 0])
    return image


def info(
    source: Source, *, page: int | None = None, apply_orientation: bool = True, raw: RawFormat | None = None
) -> ImageInfo:
    """Return what an image file holds, without reading its pixels.

    Parameters
    ----------
    source : path, binary file or bytes-like object
        The file, as for `imread`.
    page : int, optional
        Which page or frame to describe, counted from 0, as for `imread`.
    apply_orientation : bool
        Whether to describe the image upright, as for `imread`.
    raw : RawFormat, optional
        Shape, dtype and offset of the pixels in a file without a header.

    Returns
    -------
    info : ImageInfo
        Format, shape, dtype and metadata of the array that `imread` returns,
        number of pages, size of the file.

    Raises
    ------
    OSError
        If the file cannot be opened.
    ValueError
        If the file is not an image, its headers are damaged, or it has no such
        page.
    ImportError
        If the file is compressed in a way that needs the extra ``codecs``.
    TypeError
        If a parameter has the wrong type.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from opsin import io
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "black.png"
    >>> io.imsave(path, np.zeros((20, 30, 3), np.uint8), metadata=io.Metadata(resolution=(300, 300)))
    >>> found = io.info(path)
    >>> found.format, found.shape, found.dtype.name, found.pages
    ('PNG', (20, 30, 3), 'uint8', 1)
    >>> found.metadata.resolution
    (300.0, 300.0)
    """
    if raw is not None and not isinstance(raw, RawFormat):
        raise TypeError(f"raw must be opsin.io.RawFormat or None; got {type(raw).__name__}.")
    with _opened(source, page, apply_orientation, raw) as (opened, size):
        return ImageInfo(opened.format, opened.shape, opened.dtype, opened.pages, size, opened.metadata())


Pages = tuple[int, ...] | Literal["all"]
"""Several pages."""


def _check_pages(page: Any) -> Pages | None:
    """Return the numbers of several pages, or None if it is one page or the default."""
    if page is None:
        return None
    if isinstance(page, str):
        if page == "all":
            return "all"
        raise TypeError(f"page must be an integer, several of them, 'all' or None; got {page!r}.")
    if isinstance(page, (Sequence, range, np.ndarray)) and np.ndim(page) == 1:
        if not len(page):
            raise ValueError("page must be at least one page; got none.")
        return tuple([integer("page", one, low=0) for one in page])
    return None


def _check_window(window: Any) -> tuple[slice, slice]:
    """Return two slices without steps."""
    if not isinstance(window, (tuple, list)) or not all(isinstance(one, slice) for one in window):
        raise TypeError(f"window must be two slices, of rows and columns, as np.s_[10:20, :]; got {window!r}.")
    if len(window) != 2 or any(one.step not in (None, 1) for one in window):
        raise ValueError(f"window must be two slices with steps of 1; got {window!r}.")
    for one in window:
        for end in (one.start, one.stop):
            if end is not None:
                integer("window", end)
    return window[0], window[1]


def _placed(opened: Opened, window: tuple[slice, slice]) -> tuple[slice, ...]:
    """Return slices for all axes of the image, within it."""
    first = len(opened.shape) - bool(opened.channels) - 2
    if first < 0:
        raise ValueError(f"window needs rows and columns; the image has shape {opened.shape}")
    place = [slice(0, length) for length in opened.shape]
    for axis, one in enumerate(window, first):
        start, stop, _ = one.indices(opened.shape[axis])
        if stop <= start:
            raise ValueError(f"window must hold pixels of the {opened.shape[axis]} along axis {axis}; got {one}")
        place[axis] = slice(start, stop)
    return tuple(place)


def _check_pixels(pixels: int, opened: Opened, size: int, limit: int | None) -> None:
    """Raise if the file declares too many pixels for its size."""
    if limit is not None and pixels > limit and opened.nbytes * pixels // max(opened.pixels, 1) > size:
        raise ValueError(
            f"it declares {pixels:,} pixels (shape {opened.shape}) in {size:,} bytes, and the limit "
            f"is {limit:,}. If you trust the file, raise max_pixels="
        )


@contextmanager
def _opened(
    source: Source,
    page: Any,
    apply_orientation: bool,
    raw: RawFormat | None = None,
    several: Pages | None = None,
) -> Iterator[tuple[Opened, int]]:
    """Open a file and read its headers. Until it is closed, errors get its name."""
    if page is not None:
        page = integer("page", page, low=0)
    apply_orientation = flag("apply_orientation", apply_orientation)
    with opened_source(source) as (file, size):
        if raw is not None:
            yield open_raw(file, raw, page), size
        elif several is not None:
            yield _several(file, several, apply_orientation), size
        else:
            yield _headers(file, page, apply_orientation), size


def _mapped(source: Source, opened: Opened) -> NDArray[Any]:
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError("only a file given by its path can be memory-mapped; leave out mmap=")
    if opened.offset is None:
        raise ValueError(
            "its pixels are compressed, or stored otherwise than imread returns them, so that they cannot be "
            "memory-mapped; leave out mmap="
        )
    return np.memmap(source, opened.stored or opened.dtype, "r", opened.offset, opened.shape)


def _several(file: BinaryIO, pages: Pages, apply_orientation: bool) -> Opened:
    """Read the headers of several pages, which become one array."""
    first = _headers(file, 0, apply_orientation)
    numbers = range(first.pages) if pages == "all" else pages
    if max(numbers) >= first.pages:
        raise ValueError(f"page must be at most {first.pages - 1}; got {max(numbers)}")
    frames = first.frames
    if frames is not None:
        shape = (*first.shape[:2], 4)  # if a frame has transparent pixels
        return Opened(first.format, (len(numbers), *shape), first.dtype, 4, first.pages, lambda: frames(numbers))
    if pages == "all" and first.pages > 1:
        return _headers(file, None, apply_orientation)
    known = {number: _headers(file, number, apply_orientation) for number in set(numbers)}
    opened = [known[number] for number in numbers]
    for number, one in zip(numbers, opened, strict=True):
        if (one.shape, one.dtype) != (opened[0].shape, opened[0].dtype):
            raise ValueError(
                f"its pages are not of one shape and dtype: page {number} is {one.dtype} {one.shape}, and page "
                f"{numbers[0]} {opened[0].dtype} {opened[0].shape}"
            )

    def decode() -> NDArray[Any]:
        result = np.empty((len(opened), *opened[0].shape), opened[0].dtype)
        for target, one in zip(result, opened, strict=True):
            target[...] = one.decode()
        return result

    readers = [one.parts for one in opened if one.parts is not None]

    def parts(rows: slice, columns: slice) -> NDArray[Any]:
        return np.stack([read(rows, columns) for read in readers])

    return Opened(
        first.format, (len(opened), *opened[0].shape), opened[0].dtype, opened[0].channels, first.pages, decode,
        parts=parts if len(readers) == len(opened) else None,
    )  # fmt: skip


def _headers(file: BinaryIO, page: int | None, apply_orientation: bool) -> Opened:
    file.seek(0)
    prefix = file.read(16)
    if prefix.startswith(png.SIGNATURE):
        return png.open_png(file, page, apply_orientation)
    if prefix[:4] in _TIFF:
        from .tiff import open_tiff  # tifffile takes 50 ms to import

        return open_tiff(file, page, apply_orientation)
    if prefix.startswith(npy.SIGNATURE):
        return npy.open_npy(file, page)
    if netpbm.is_netpbm(prefix):
        return netpbm.open_netpbm(file, page)
    if not prefix:
        raise ValueError("the file is empty")
    from . import pillow  # takes 10 ms to import

    name = pillow.find_format(prefix)
    if name is None:
        start = " ".join(f"{byte:02x}" for byte in prefix[:8])
        raise ValueError(f"it is not an image in a format that opsin reads (it starts with the bytes {start})")
    return pillow.open_pillow(file, name, page, apply_orientation)
