"""Write image files. The values are written as they are, or an error says why they cannot be."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._atomic import replacing
from .._errors import choice, integer, nearest_name
from . import netpbm, png
from .metadata import Metadata, describing, fitting_profile

_GRAY = (0,)
_COLOR = (0, 3)
_ALPHA = (0, 3, 4)


@dataclass(frozen=True)
class _Settings:
    quality: int | None
    level: int | None
    metadata: Metadata


_Writer = Callable[[BinaryIO, NDArray[Any], _Settings], None]


@dataclass(frozen=True)
class _Format:
    """What a format can hold: dtypes (none is all), numbers of channels (0 is gray), longest side."""

    name: str
    suffixes: tuple[str, ...]
    write: _Writer
    dtypes: tuple[str, ...] = ("uint8",)
    channels: tuple[int, ...] | None = _COLOR
    longest: int = (1 << 31) - 1
    options: tuple[str, ...] = field(default=())


def _png(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    png.write(file, image, 4 if settings.level is None else settings.level, settings.metadata)


def _tiff(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    from .tiff import write  # tifffile takes 50 ms to import

    write(file, image, settings.level or 0, settings.metadata)


def _raw(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    file.write(np.ascontiguousarray(image).data)


def _npy(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    np.save(file, image, allow_pickle=False)


def _netpbm(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
    netpbm.write(file, image)


def _through_pillow(name: str, *metadata: str, **defaults: Any) -> _Writer:
    """Return the writer of a format of Pillow, with the metadata that it holds and its settings."""

    def write(file: BinaryIO, image: NDArray[Any], settings: _Settings) -> None:
        from . import pillow  # takes 10 ms to import

        options = defaults if settings.quality is None else {"quality": settings.quality}
        pillow.write(file, image, name, options, settings.metadata, metadata)

    return write


_FORMATS = (
    _Format("PNG", (".png",), _png, ("bool", "uint8", "uint16"), (0, 2, 3, 4), options=("compression",)),
    _Format(
        "JPEG", (".jpg", ".jpeg"), _through_pillow("JPEG", "exif", "icc_profile", "dpi", quality=90),
        longest=65500, options=("quality",),
    ),
    _Format("TIFF", (".tif", ".tiff"), _tiff, (), None, options=("compression",)),
    _Format(
        "WebP", (".webp",), _through_pillow("WEBP", "exif", "icc_profile", lossless=True),
        channels=(3, 4), longest=16383, options=("quality",),
    ),
    _Format("BMP", (".bmp",), _through_pillow("BMP", "dpi"), ("bool", "uint8")),
    _Format("GIF", (".gif",), _through_pillow("GIF"), channels=_GRAY, longest=65535),
    _Format(
        "AVIF", (".avif",), _through_pillow("AVIF", "exif", "icc_profile", quality=90),
        channels=(3, 4), longest=65535, options=("quality",),
    ),
    _Format("JPEG 2000", (".jp2",), _through_pillow("JPEG2000"), channels=_ALPHA),
    _Format("PGM", (".pgm",), _netpbm, ("uint8", "uint16"), _GRAY),
    _Format("PPM", (".ppm",), _netpbm, ("uint8", "uint16"), (3,)),
    _Format("PDF", (".pdf",), _through_pillow("PDF", "dpi", quality=90), ("bool", "uint8"), options=("quality",)),
    _Format("NPY", (".npy",), _npy, (), None),
    _Format("raw", (".raw",), _raw, (), None),
)  # fmt: skip
_BY_SUFFIX = {suffix: known for known in _FORMATS for suffix in known.suffixes}
SUFFIXES = frozenset(_BY_SUFFIX)
_BY_NAME = {known.name.lower(): known for known in _FORMATS} | {s[1:]: known for s, known in _BY_SUFFIX.items()}


def held_dtypes(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the dtypes that the format of `path` holds; empty for all."""
    return _format_of(Path(path)).dtypes


def held_channels(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """Return the numbers of channels that the format of `path` holds, 0 for gray; empty for all."""
    return _format_of(Path(path)).channels or ()


def takes_quality(path: str | os.PathLike[str]) -> bool:
    """Return whether the format of `path` has a quality."""
    return "quality" in _format_of(Path(path)).options


def suffix_of(format: str) -> str:
    """Return the first suffix of a format that is written, given by its name or a suffix."""
    return _BY_NAME[choice("format", format.lower().lstrip("."), _BY_NAME)].suffixes[0]


def imsave(
    target: str | os.PathLike[str] | BinaryIO,
    image: ArrayLike,
    *,
    format: str | None = None,
    quality: int | None = None,
    compression: int | None = None,
    metadata: Metadata | None = None,
) -> None:
    """Write an image to a file.

    The suffix of the name decides the format, unless `format` names it. The
    values are never scaled, clipped or rounded: if the format cannot hold the
    dtype of the image, the error says how to convert it. The file is written
    under a temporary name and renamed when it is complete. On any error the old
    file is unchanged.

    Parameters
    ----------
    target : path or binary file
        A path with the suffix .png, .jpg, .jpeg, .tif, .tiff, .webp, .bmp,
        .gif, .avif, .jp2, .pgm, .ppm, .pdf, .npy or .raw, or with any suffix where
        `format` is given. An existing file is replaced. Or a file open for
        writing, which needs `format`; the whole file is encoded in memory
        before anything is written to it.
    image : (rows, columns[, channels]) array
        bool, uint8 or uint16 for PNG (gray, gray and alpha, RGB, RGBA); every
        number type and more dimensions (pages) for TIFF, NPY and raw (the
        pixels alone, in C order); uint8 (gray or
        RGB) for most others. Any strides.
    format : str, optional
        The format, by its name (``"JPEG 2000"``) or a suffix (``"jp2"``), in
        upper or lower case.
    quality : int, optional
        1 (small) to 100 (good) for JPEG, AVIF and the images in a PDF, default
        90; for WebP, which is lossless without it.
    compression : int, optional
        Effort of the lossless compression, 0 (none) to 9 (small and slow), for
        PNG (default 4) and TIFF (default 0).
    metadata : Metadata, optional
        EXIF, ICC profile and resolution, for example
        ``info("original.jpg").metadata``. What the format cannot hold is left
        out, and so is a profile for another number of channels than the image
        has. The size in the EXIF becomes that of `image`. By default none is
        written.

    Raises
    ------
    TypeError
        If the format cannot hold the dtype of `image`, or a parameter has the
        wrong type.
    ValueError
        If the suffix or the format is unknown, the format cannot hold the shape
        of `image`, or has no such option.
    OSError
        If the file cannot be written: FileNotFoundError if the folder does not
        exist, PermissionError, IsADirectoryError.

    See Also
    --------
    imread : Read an image.

    Examples
    --------
    >>> import io, numpy as np, pathlib, tempfile
    >>> from opsin.io import imread, imsave
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "deep.png"
    >>> deep = np.full((4, 5, 3), 1000, np.uint16)
    >>> imsave(path, deep)
    >>> bool((imread(path) == deep).all())
    True

    Into memory:

    >>> stream = io.BytesIO()
    >>> imsave(stream, deep, format="png")
    >>> imread(stream).shape
    (4, 5, 3)
    """
    path = Path(target) if isinstance(target, (str, os.PathLike)) else None
    if path is None and (isinstance(target, io.TextIOBase) or not callable(getattr(target, "write", None))):
        raise TypeError(f"target must be a path or a file opened in binary mode; got {type(target).__name__}.")
    if format is not None:
        known = _BY_NAME[choice("format", format.lower().lstrip(".") if isinstance(format, str) else format, _BY_NAME)]
    elif path is not None:
        known = _format_of(path)
    else:
        raise ValueError('format must be given to write to an open file, such as format="png".')
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
    settings = _Settings(quality, compression, _describing(metadata, array))
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    try:
        if isinstance(target, (str, os.PathLike)):
            with replacing(target) as beside, open(beside, "w+b") as file:
                known.write(file, array, settings)
        else:
            stream = io.BytesIO()
            known.write(stream, array, settings)
            target.write(stream.getbuffer())
    except OSError as error:
        if error.errno is not None:
            raise
        shown = f"<{type(target).__name__}>" if path is None else str(path)
        raise ValueError(f"cannot write {shown!r} as {known.name}: {error}.") from error


def _describing(metadata: Metadata | None, image: NDArray[Any]) -> Metadata:
    """Return the metadata as they apply to this image."""
    if metadata is None:
        return Metadata()
    if not isinstance(metadata, Metadata):
        raise TypeError(f"metadata must be opsin.io.Metadata or None; got {type(metadata).__name__}.")
    channels = image.shape[-1] if image.ndim >= 3 and image.shape[-1] <= 4 else 0
    rows, columns = image.shape[-3:-1] if channels else image.shape[-2:]
    exif = metadata.exif and describing(metadata.exif, rows, columns, metadata.resolution)
    return Metadata(exif, fitting_profile(metadata.icc_profile, channels), metadata.resolution)


def _format_of(path: Path) -> _Format:
    suffix = path.suffix.lower()
    if suffix not in _BY_SUFFIX:
        listed = ", ".join(_BY_SUFFIX)
        got = repr(suffix) if suffix else f"none in {path.name!r}"
        raise ValueError(
            f"path must end in one of {listed}; got {got}.{nearest_name(suffix, _BY_SUFFIX) if suffix else ''}"
        )
    return _BY_SUFFIX[suffix]


def _check(image: NDArray[Any], known: _Format) -> None:
    """Raise unless the format can hold the dtype and the shape of the image."""
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
        if image.dtype == bool and channels:
            fix = (
                " For one mask, combine the channels, as in image.any(axis=-1); "
                "for colors, image.astype('uint8') * 255."
            )
        elif channels == 3:
            fix = f" {known.name} is written in gray only; use PNG for colors."
        raise ValueError(f"image must have the shape {' or '.join(forms)} for {known.name}; got {image.shape}.{fix}")
    if max(image.shape[:2]) > known.longest:
        raise ValueError(f"{known.name} holds at most {known.longest} rows and columns; got {image.shape}.")


def _advice(image: NDArray[Any], known: _Format) -> str:
    """Return how to convert the image, which depends on its values."""
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
