"""Write image files: the name decides the format, the values go in as they are or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opsin._atomic import replacing
from opsin._errors import integer, nearest_name

from . import netpbm, png

_GRAY = (0,)
_COLOR = (0, 3)
_ALPHA = (0, 3, 4)


@dataclass(frozen=True)
class _Settings:
    quality: int | None
    level: int | None


_Writer = Callable[[BinaryIO, NDArray[Any], _Settings], None]


@dataclass(frozen=True)
class _Format:
    """What a format can hold: number types, channels (0 is gray), longest side."""

    name: str
    suffixes: tuple[str, ...]
    write: _Writer
    dtypes: tuple[str, ...] = ("uint8",)
    channels: tuple[int, ...] | None = _COLOR
    longest: int = (1 << 31) - 1
    options: tuple[str, ...] = field(default=())


def _png(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    png.write(file, image, 4 if settings.level is None else settings.level)


def _tiff(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    from .tiff import write  # tifffile takes 50 ms to import

    write(file, image, settings.level or 0)


def _npy(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    np.save(file, image, allow_pickle=False)


def _netpbm(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    netpbm.write(file, image)


def _jpeg(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    _pillow(file, image, "JPEG", {"quality": _quality(settings)})


def _webp(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    lossless = settings.quality is None
    _pillow(file, image, "WEBP", {"lossless": True} if lossless else {"quality": settings.quality})


def _avif(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    _pillow(file, image, "AVIF", {"quality": _quality(settings)})


def _pdf(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    _pillow(file, image, "PDF", {"quality": _quality(settings)})


def _pillow(file: BinaryIO, image: NDArray[Any], name: str, options: dict[str, Any]) -> None:
    from . import pillow  # takes 10 ms to import

    pillow.write(file, image, name, options)


def _quality(settings: _Settings) -> int:
    return 90 if settings.quality is None else settings.quality


def _plain(name: str) -> _Writer:
    def write(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
        _pillow(file, image, name, {})

    return write


_FORMATS = (
    _Format("PNG", (".png",), _png, ("bool", "uint8", "uint16"), (0, 2, 3, 4), options=("compression",)),
    _Format("JPEG", (".jpg", ".jpeg"), _jpeg, longest=65500, options=("quality",)),
    _Format("TIFF", (".tif", ".tiff"), _tiff, (), None, options=("compression",)),
    _Format("WebP", (".webp",), _webp, channels=(3, 4), longest=16383, options=("quality",)),
    _Format("BMP", (".bmp",), _plain("BMP"), ("bool", "uint8")),
    _Format("GIF", (".gif",), _plain("GIF"), channels=_GRAY, longest=65535),
    _Format("AVIF", (".avif",), _avif, channels=(3, 4), longest=65535, options=("quality",)),
    _Format("JPEG 2000", (".jp2",), _plain("JPEG2000"), channels=_ALPHA),
    _Format("PGM", (".pgm",), _netpbm, ("uint8", "uint16"), _GRAY),
    _Format("PPM", (".ppm",), _netpbm, ("uint8", "uint16"), (3,)),
    _Format("PDF", (".pdf",), _pdf, ("bool", "uint8"), options=("quality",)),
    _Format("NPY", (".npy",), _npy, (), None),
)
_BY_SUFFIX = {suffix: known for known in _FORMATS for suffix in known.suffixes}
SUFFIXES = frozenset(_BY_SUFFIX)


def held_dtypes(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the dtypes that the format of `path` holds; none named means all."""
    return _format(Path(path)).dtypes


def held_channels(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """Return the numbers of channels that the format of `path` holds, 0 for grey; none named means all."""
    return _format(Path(path)).channels or ()


def imsave(
    path: str | os.PathLike[str],
    image: ArrayLike,
    *,
    quality: int | None = None,
    compression: int | None = None,
) -> None:
    """Write an image to a file.

    The ending of the name decides the format. The values are written as they
    are, or not at all: nothing is scaled, clipped or cut, so an image whose
    dtype the format cannot hold is an error that says how to convert it. The
    file is written beside and renamed when it is whole; on any error the old
    file stays as it was.

    Parameters
    ----------
    path : path
        Ending in .png, .jpg, .jpeg, .tif, .tiff, .webp, .bmp, .gif, .avif,
        .jp2, .pgm, .ppm, .pdf or .npy. An existing file is replaced.
    image : (rows, columns[, channels]) array
        bool, uint8 or uint16 for PNG (gray, gray and alpha, RGB, RGBA); every
        number type and more dimensions (pages) for TIFF and NPY; uint8 (gray or
        RGB) for most others. Any strides.
    quality : int, optional
        1 (small) to 100 (good) for JPEG, AVIF and the pictures in a PDF,
        default 90; for WebP, which is lossless without it.
    compression : int, optional
        Effort of the lossless compression, 0 (none) to 9 (small and slow), for
        PNG (default 4) and TIFF (default 0).

    Raises
    ------
    TypeError
        If the format cannot hold the dtype of `image`, or a parameter has the
        wrong type.
    ValueError
        If the ending is unknown, the format cannot hold the shape of `image`,
        or has no such option.
    OSError
        If the file cannot be written: FileNotFoundError for a folder that is
        not there, PermissionError, IsADirectoryError.

    See Also
    --------
    imread : Read an image.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from opsin import io
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "deep.png"
    >>> deep = np.full((4, 5, 3), 1000, np.uint16)
    >>> io.imsave(path, deep)
    >>> bool((io.imread(path) == deep).all())
    True
    """
    path = Path(path)
    known = _format(path)
    array = np.asarray(image)
    _check(array, known)
    if quality is not None:
        quality = integer("quality", quality, low=1, high=100)
    if compression is not None:
        compression = integer("compression", compression, low=0, high=9)
    for name, value in (("quality", quality), ("compression", compression)):
        if value is not None and name not in known.options:
            having = ", ".join(one.name for one in _FORMATS if name in one.options)
            raise ValueError(f"{name} is for {having}; {known.name} has no such option.")
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    with replacing(path) as beside:
        try:
            with open(beside, "wb") as file:
                known.write(file, array, _Settings(quality, compression))
        except OSError as error:
            if error.errno is not None:
                raise
            raise ValueError(f"cannot write {str(path)!r} as {known.name}: {error}.") from error


def _format(path: Path) -> _Format:
    suffix = path.suffix.lower()
    if suffix not in _BY_SUFFIX:
        listed = ", ".join(_BY_SUFFIX)
        got = repr(suffix) if suffix else f"none in {path.name!r}"
        raise ValueError(
            f"path must end in one of {listed}; got {got}.{nearest_name(suffix, _BY_SUFFIX) if suffix else ''}"
        )
    return _BY_SUFFIX[suffix]


def _check(image: NDArray[Any], known: _Format) -> None:
    """Raise unless the format can hold the image, value by value."""
    if image.dtype.kind not in "biufc":
        raise TypeError(f"image must be an array of numbers; got dtype {image.dtype}.")
    if image.ndim < 2 or 0 in image.shape:
        raise ValueError(f"image must have at least one row and one column; got shape {image.shape}.")
    if known.dtypes and image.dtype.name not in known.dtypes:
        allowed = " or ".join(known.dtypes)
        raise TypeError(f"{known.name} holds {allowed}; image is {image.dtype}. {_advice(image, known)}")
    if known.channels is None:
        return
    channels = image.shape[2] if image.ndim == 3 else 0
    if image.ndim > 3 or channels not in known.channels or (channels and image.dtype == bool):
        colors = [c for c in known.channels if c and image.dtype != bool]
        forms = ["(rows, columns)"] if 0 in known.channels else []
        forms += [f"(rows, columns, {c})" for c in colors]
        fix = " Leave out the alpha channel: image[..., :-1]." if channels in (2, 4) else ""
        if channels == 1:
            fix = " Leave out the last axis: image[..., 0]."
        if channels == 0 and image.ndim == 2:
            fix = " Make three channels: np.stack([image] * 3, axis=-1)."
        if channels == 3:
            fix = " It holds 256 colours; use PNG."
        raise ValueError(f"image must have the shape {' or '.join(forms)} for {known.name}; got {image.shape}.{fix}")
    if max(image.shape[:2]) > known.longest:
        raise ValueError(f"{known.name} holds at most {known.longest} rows and columns; got {image.shape}.")


def _advice(image: NDArray[Any], known: _Format) -> str:
    """Say how to convert, from the values that are there."""
    keep = "To keep the values as they are, use TIFF or NPY."
    if image.dtype == bool:
        return "For black and white: image.astype('uint8') * 255."
    if image.dtype.kind == "c":
        return f"Take a real part of it (np.abs, np.angle). {keep}"
    finite = image[np.isfinite(image)] if image.dtype.kind == "f" else image
    if finite.size == 0:
        return f"It has no finite value. {keep}"
    low, high = finite.min(), finite.max()
    found = f"Its values go from {low:g} to {high:g}"
    if finite.size < image.size:
        return f"{found}, and some are not finite: np.nan_to_num(image) first. {keep}"
    if image.dtype.kind == "f":
        if low >= 0 and high <= 1:
            return f"{found}: (image * 255).round().astype('uint8'). {keep}"
        if low >= 0 and high <= 255:
            return f"{found}: image.round().astype('uint8'). {keep}"
        scaled = "((image - image.min()) * (255 / np.ptp(image))).round().astype('uint8')"
        return f"{found}: scale it, for example {scaled}. {keep}"
    for name in known.dtypes:
        if name != "bool" and low >= 0 and high <= np.iinfo(name).max:
            return f"{found}: image.astype({name!r})."
    if image.dtype == np.uint16:
        return f"{found}: PNG and TIFF keep them, (image >> 8).astype('uint8') drops the lower half."
    return f"{found}: scale or clip it yourself. {keep}"
