"""Read image files: the content decides how, the pixels come as they are stored."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from opsin._errors import flag, integer

from . import netpbm, npy, png
from .opened import Opened, oriented, swaps_sides

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
    """

    format: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    pages: int
    file_size: int


def imread(
    path: str | os.PathLike[str],
    *,
    as_gray: bool = False,
    page: int | None = None,
    apply_orientation: bool = True,
    max_pixels: int | None = MAX_PIXELS,
) -> NDArray[Any]:
    """Read an image file into an array.

    The format is known by the content of the file, whatever its name. Values
    and dtype are those of the file: nothing is rescaled. Colour is always RGB.

    Parameters
    ----------
    path : path
        The file. PNG, JPEG, TIFF, WebP, BMP, GIF, AVIF, JPEG 2000, NPY and more.
    as_gray : bool
        Whether to make a colour image gray with `opsin.color.rgb2gray`; an
        alpha channel is left out. Gray images are returned as they are.
    page : int, optional
        Which page of a TIFF, or frame of an animation, to read, counted from 0.
        By default all pages of a TIFF, and the first frame of an animation.
    apply_orientation : bool
        Whether to turn a photograph upright, as the camera noted in it (EXIF
        and TIFF tag 274).
    max_pixels : int or None
        Refuse a file that declares more pixels than this and holds fewer bytes
        than they need, before anything is decoded: a small file can claim any
        size. Data stored without compression are not limited. None is no limit.

    Returns
    -------
    image : (rows, columns[, channels]) or (pages, rows, columns[, channels]) array
        A new, writable array in C order. Channels are RGB, RGBA, or gray and
        alpha. bool for 1 bit; uint8 or uint16 for most files; TIFF and NPY have
        every number type. A palette is looked up (RGB, or RGBA if it has
        transparent colours); CMYK, YCbCr and Lab become RGB.

    Raises
    ------
    OSError
        If the file cannot be opened: FileNotFoundError, PermissionError,
        IsADirectoryError.
    ValueError
        If the file is no image, is broken or cut off, declares too many pixels,
        has no such page, or has pages of different shapes.
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
    with _opened(path, page, apply_orientation) as (opened, size):
        if max_pixels is not None and opened.pixels > max_pixels and opened.nbytes > size:
            raise ValueError(
                f"it declares {opened.pixels:,} pixels (shape {opened.shape}) in {size:,} bytes, and the limit "
                f"is {max_pixels:,}. If you trust the file, raise max_pixels="
            )
        image = opened.decode()
    if as_gray and opened.channels >= 3:
        from opsin.color import rgb2gray

        image = rgb2gray(image[..., :3], channel_axis=-1)
    elif as_gray and opened.channels == 2:
        image = np.ascontiguousarray(image[..., 0])
    return image


def info(path: str | os.PathLike[str]) -> ImageInfo:
    """Tell what an image file holds, without reading its pixels.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    info : ImageInfo
        Format, shape and dtype as `imread` with its defaults returns them,
        number of pages, size on disk.

    Raises
    ------
    OSError
        If the file cannot be opened.
    ValueError
        If the file is no image, or its headers are broken.
    ImportError
        If the file is compressed in a way that needs the extra ``codecs``.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from opsin import io
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "black.png"
    >>> io.imsave(path, np.zeros((20, 30, 3), np.uint8))
    >>> found = io.info(path)
    >>> found.format, found.shape, found.dtype.name, found.pages
    ('PNG', (20, 30, 3), 'uint8', 1)
    """
    with _opened(path, None, True) as (opened, size):
        return ImageInfo(opened.format, opened.shape, opened.dtype, opened.pages, size)


@contextmanager
def _opened(path: str | os.PathLike[str], page: int | None, apply_orientation: bool) -> Iterator[tuple[Opened, int]]:
    """Open a file and read its headers; name the file in whatever goes wrong until it is closed."""
    path = Path(path)
    if page is not None:
        page = integer("page", page, low=0)
    apply_orientation = flag("apply_orientation", apply_orientation)
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        # Opening a pipe would wait for somebody to write into it.
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            yield _headers(file, page, apply_orientation), size
        except (MemoryError, ImportError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            kind = "" if isinstance(error, (ValueError, OSError)) else f"{type(error).__name__}: "
            raise ValueError(f"cannot read {str(path)!r}: {kind}{error}.") from error


def _headers(file: BinaryIO, page: int | None, apply_orientation: bool) -> Opened:
    prefix = file.read(16)
    if prefix.startswith(png.SIGNATURE):
        return _open_png(file, page, apply_orientation)
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
        raise ValueError(f"it is no image that opsin knows (it starts with the bytes {start})")
    return pillow.open_pillow(file, name, page, apply_orientation)


def _open_png(file: BinaryIO, page: int | None, apply_orientation: bool) -> Opened:
    """Read 8 and 16 bit with opsin's own reader; palettes, and fewer bits, with Pillow."""
    from . import pillow  # takes 10 ms to import

    header = png.read_header(file)
    orientation = pillow.orientation_of_exif(header.exif) if apply_orientation else 1
    if header.depth < 8 or header.color == png.PALETTE:
        return pillow.open_pillow(file, "PNG", page, apply_orientation, orientation)
    if page:
        raise ValueError(f"page must be at most 0; got {page}")
    channels = header.channels + (header.transparent is not None and header.color in (png.GRAY, png.RGB))
    rows, columns = header.rows, header.columns
    if swaps_sides(orientation):
        rows, columns = columns, rows
    shape = (rows, columns) if channels == 1 else (rows, columns, channels)

    def decode() -> NDArray[Any]:
        pixels = png.with_transparency(png.read_pixels(file, header), header)
        return oriented(pixels, orientation)

    dtype = np.dtype(np.uint16 if header.depth == 16 else np.uint8)
    return Opened("PNG", shape, dtype, channels if channels > 1 else 0, 1, decode)
