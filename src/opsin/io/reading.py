"""Read image files. The content decides the format, and the pixels are returned as they are stored."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .._errors import flag, integer
from . import netpbm, npy, png
from .metadata import Metadata
from .opened import Opened

Source = str | os.PathLike[str] | BinaryIO | bytes | bytearray | memoryview

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
        Number of pages (TIFF) or frames (GIF, WebP).
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
    page: int | None = None,
    apply_orientation: bool = True,
    max_pixels: int | None = MAX_PIXELS,
    mmap: bool = False,
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
    page : int, optional
        Which page of a TIFF, or frame of an animation, to read, counted from 0.
        By default all pages of a TIFF, and the first frame of an animation.
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
        uncompressed and in order: NPY, most uncompressed TIFF, PGM and PPM.

    Returns
    -------
    image : (rows, columns[, channels]) or (pages, rows, columns[, channels]) array
        A new, writable array in C order, or with ``mmap`` a `numpy.memmap`.
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
    with _opened(source, page, apply_orientation) as (opened, size):
        if mmap:
            image = _mapped(source, opened)
        elif max_pixels is not None and opened.pixels > max_pixels and opened.nbytes > size:
            raise ValueError(
                f"it declares {opened.pixels:,} pixels (shape {opened.shape}) in {size:,} bytes, and the limit "
                f"is {max_pixels:,}. If you trust the file, raise max_pixels="
            )
        else:
            image = opened.decode()
    if as_gray and opened.channels >= 3:
        from ..color import rgb2gray

        image = rgb2gray(image[..., :3], channel_axis=-1)
    elif as_gray and opened.channels == 2:
        image = np.ascontiguousarray(image[..., 0])
    return image


def info(source: Source, *, page: int | None = None, apply_orientation: bool = True) -> ImageInfo:
    """Return what an image file holds, without reading its pixels.

    Parameters
    ----------
    source : path, binary file or bytes-like object
        The file, as for `imread`.
    page : int, optional
        Which page or frame to describe, counted from 0, as for `imread`.
    apply_orientation : bool
        Whether to describe the image upright, as for `imread`.

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
    with _opened(source, page, apply_orientation) as (opened, size):
        return ImageInfo(opened.format, opened.shape, opened.dtype, opened.pages, size, opened.metadata())


@contextmanager
def _opened(source: Source, page: int | None, apply_orientation: bool) -> Iterator[tuple[Opened, int]]:
    """Open a file and read its headers. Until it is closed, errors get its name."""
    if page is not None:
        page = integer("page", page, low=0)
    apply_orientation = flag("apply_orientation", apply_orientation)
    with _stream(source) as (file, name):
        try:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            yield _headers(file, page, apply_orientation), size
        except (MemoryError, ImportError):
            raise
        except OSError as error:
            # A position before the beginning of a damaged file gives EINVAL, which is no fault of the system.
            if error.errno not in (None, errno.EINVAL):
                raise type(error)(error.errno, error.strerror, name) from error
            raise ValueError(f"cannot read {name!r}: {error.strerror or error}.") from error
        except Exception as error:
            kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
            raise ValueError(f"cannot read {name!r}: {kind}{error}.") from error


@contextmanager
def _stream(source: Source) -> Iterator[tuple[BinaryIO, str]]:
    """Give a binary file in which readers can seek, and its name for messages."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        if "\0" in str(path):
            raise ValueError(f"source must be a path without null characters; got {str(path)!r}.")
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # Opening a pipe would wait for another process to write into it.
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        with open(path, "rb") as file:
            yield file, str(path)
    elif callable(getattr(source, "read", None)):
        name = getattr(source, "name", None)
        yield _seekable(source), name if isinstance(name, str) else f"<{type(source).__name__}>"
    else:
        try:
            buffer = memoryview(source).cast("B")  # type: ignore[arg-type]
        except TypeError:
            raise TypeError(
                f"source must be a path, a binary file or a bytes-like object; got {type(source).__name__}."
            ) from None
        yield io.BytesIO(source if isinstance(source, bytes) else buffer), f"<{type(source).__name__}>"


def _seekable(file: Any) -> BinaryIO:
    """Return the file itself if it is one of Python's own on a disk or in memory, or else its content."""
    if isinstance(file, io.TextIOBase):
        raise TypeError('source must be a file opened in binary mode, as by open(name, "rb"); got one opened as text.')
    if not getattr(file, "readable", lambda: True)():
        raise ValueError("source must be a file opened for reading.")
    seekable = getattr(file, "seekable", lambda: False)()
    if seekable and isinstance(file, (io.BytesIO, io.BufferedReader, io.BufferedRandom)):
        return file
    if seekable:
        file.seek(0)
    content = file.read()
    if not isinstance(content, bytes):
        raise TypeError(f"source must be a file whose read() returns bytes; got {type(content).__name__}.")
    return io.BytesIO(content)


def _mapped(source: Source, opened: Opened) -> NDArray[Any]:
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError("only a file given by its path can be memory-mapped; leave out mmap=")
    if opened.offset is None:
        raise ValueError(
            "its pixels are compressed, or stored otherwise than imread returns them, so that they cannot be "
            "memory-mapped; leave out mmap="
        )
    return np.memmap(source, opened.dtype, "r", opened.offset, opened.shape)


def _headers(file: BinaryIO, page: int | None, apply_orientation: bool) -> Opened:
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
        raise ValueError(f"it is not an image in a format that opsin knows (it starts with the bytes {start})")
    return pillow.open_pillow(file, name, page, apply_orientation)
