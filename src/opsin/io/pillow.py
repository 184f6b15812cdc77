"""The formats that Pillow reads and writes: JPEG, WebP, BMP, GIF and others.

The readers of Pillow are called by name and not through ``Image.open``, whose
limit on the number of pixels belongs to the whole process and could only be
changed for everybody. opsin checks the size itself, before any pixel is read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, JpegImagePlugin

from .._errors import missing_extra
from . import complete
from .metadata import ORIENTATION, Metadata, as_stored
from .opened import Opened, oriented, swaps_sides

# Formats known by their first bytes. Left out: those which run another program
# (EPS), those without a signature, which would take any garbage for a picture
# (TGA, SPIDER, PCD), drawings (WMF), and those of which Pillow cuts deep pixels
# to 8 bit without a word (SGI, DDS). PPM here is PBM; the others of that family
# have a reader of their own. XPM stands before XBM, whose test takes its first bytes for its own.
READABLE = (
    "JPEG", "PNG", "GIF", "BMP", "WEBP", "AVIF", "JPEG2000", "TIFF", "PPM", "ICO", "ICNS",
    "PCX", "PSD", "QOI", "SUN", "XPM", "XBM",
)  # fmt: skip

# Where the depth of a file is stored: the bytes before, how far on, and the lowest value over 8 bit.
# JPEG 2000: the marker SIZ, then the first component's bits less one. AVIF: the flag
# high_bitdepth in the box av1C, below which lies seq_tier_0.
_DEPTH_AT = {"JPEG2000": (b"\xff\x4f\xff\x51", 42, 8), "AVIF": (b"av1C", 6, 0x40)}
# Formats besides JPEG whose data may end early without an error of Pillow.
_CHECKED = {"JPEG2000": complete.check_jpeg_2000, "PCX": complete.check_pcx}
# Formats with frames of one size; all but AVIF store changes, which Pillow draws onto the frames before.
_ANIMATED = ("GIF", "WEBP", "AVIF", "PNG")
# What libjpeg puts in place of missing data.
_FILL = 128
# Pixels per inch of each unit of density that JFIF has.
_DENSITY = {1: 1.0, 2: 2.54}
# Pixels from which the import of the codecs pays.
_LARGE = 1 << 20

# What Pillow raises on damaged EXIF. Metadata do not make an image unreadable.
BROKEN_EXIF = (
    SyntaxError, ValueError, TypeError, AttributeError, KeyError, IndexError, OSError, OverflowError, struct.error,
    Warning,
)  # fmt: skip

# What pixels of each mode become: mode to convert to, channels, dtype.
_MODES: dict[str, tuple[str, int, str]] = {
    "1": ("1", 0, "bool"),
    "L": ("L", 0, "uint8"),
    "LA": ("LA", 2, "uint8"),
    "La": ("LA", 2, "uint8"),
    "P": ("RGB", 3, "uint8"),
    "PA": ("RGBA", 4, "uint8"),
    "RGB": ("RGB", 3, "uint8"),
    "RGBX": ("RGB", 3, "uint8"),
    "RGBA": ("RGBA", 4, "uint8"),
    "RGBa": ("RGBA", 4, "uint8"),
    "CMYK": ("RGB", 3, "uint8"),
    "YCbCr": ("RGB", 3, "uint8"),
    "LAB": ("RGB", 3, "uint8"),
    "HSV": ("RGB", 3, "uint8"),
    "I;16": ("I;16", 0, "uint16"),
    "I;16B": ("I;16B", 0, "uint16"),
    "I;16L": ("I;16L", 0, "uint16"),
    "I;16N": ("I;16N", 0, "uint16"),
    "I": ("I", 0, "int32"),
    "F": ("F", 0, "float32"),
}
_TRANSPARENT = {"1": ("LA", 2, "uint8"), "L": ("LA", 2, "uint8"), "P": ("RGBA", 4, "uint8"),
                "RGB": ("RGBA", 4, "uint8")}  # fmt: skip


def find_format(prefix: bytes) -> str | None:
    """Return the name of the format that starts with these bytes, or None."""
    for name in READABLE:
        _, accept = _reader(name)
        # A reader may answer with a sentence: the format is known, its library is not there.
        if accept is not None and accept(prefix) is True:
            return name
    return None


def _reader(name: str) -> tuple[Callable[[BinaryIO, str], Image.Image], Callable[[bytes], Any] | None]:
    """Return Pillow's class for the format `name`, and its test of the first bytes."""
    if name not in Image.OPEN:
        Image.preinit()  # the five most common formats
    if name not in Image.OPEN:
        Image.init()  # all of them
    return Image.OPEN[name]


def open_pillow(
    file: BinaryIO, name: str, page: int | None, apply_orientation: bool, orientation: int | None = None
) -> Opened:
    """Read the headers of a file in the format `name` of Pillow.

    Parameters
    ----------
    file : binary file
    name : str
        One of `READABLE`.
    page : int, optional
        Which frame of several; None is the first.
    apply_orientation : bool
        Whether to turn the image upright.
    orientation : int, optional
        The orientation, where the caller has read it; otherwise it is looked up.

    Returns
    -------
    opened : Opened
    """
    if name == "JPEG2000":  # whose boxes Pillow reads whatever their lengths
        complete.check_boxes(file)
    file.seek(0)
    factory, _ = _reader(name)
    image = factory(file, "")
    assert isinstance(image, ImageFile.ImageFile)
    pages = int(getattr(image, "n_frames", 1))
    if page is not None and page >= pages:
        raise ValueError(f"page must be at most {pages - 1}; got {page}")
    if page:
        image.seek(page)
    if image.mode not in _MODES:
        raise ValueError(f"its pixels are of a kind that opsin does not support ({image.mode!r})")
    mode, channels, dtype = _MODES[image.mode]
    if image.has_transparency_data:
        mode, channels, dtype = _TRANSPARENT.get(image.mode, (mode, channels, dtype))
    deep = _is_deep(file, name)
    if deep:
        dtype = "uint16"
    if not apply_orientation:
        orientation = 1
    elif orientation is None:
        orientation = _orientation(image)
    columns, rows = image.size
    stored = (rows, columns, channels) if channels else (rows, columns)
    if swaps_sides(orientation):
        rows, columns = columns, rows

    def decode() -> NDArray[Any]:
        if deep:
            return oriented(_decode_deep(file, name, stored), orientation)
        if name == "JPEG":
            file.seek(image.tile[0].offset)
            return oriented(_decode_jpeg(file.read(), mode), orientation)
        if name in _CHECKED:
            _CHECKED[name](file)
        return oriented(_loaded(image, mode), orientation)

    def metadata() -> Metadata:
        found = image.info
        dpi = found.get("dpi")
        if name == "JPEG":  # where Pillow fills in 72 for a file that has none
            density, unit = found.get("jfif_density"), found.get("jfif_unit")
            dpi = None if density is None or unit not in _DENSITY else [value * _DENSITY[unit] for value in density]
        return as_stored(found.get("exif"), found.get("icc_profile"), dpi, orientation)

    def frames(numbers: Sequence[int]) -> NDArray[Any]:
        result = np.empty((len(numbers), *stored[:2], 4), np.uint8)
        # In rising order, since a frame is drawn onto the ones before it.
        for place in sorted(range(len(numbers)), key=lambda index: numbers[index]):
            image.seek(numbers[place])
            result[place] = _loaded(image, "RGBA")
        opaque = all((one[..., 3] == 255).all() for one in result)
        return oriented(result[..., :3] if opaque else result, orientation, 1)

    shape = (rows, columns, channels) if channels else (rows, columns)
    return Opened(
        name, shape, np.dtype(dtype), channels, pages, decode, metadata,
        frames=frames if name in _ANIMATED and dtype == "uint8" else None,
    )  # fmt: skip


def _is_deep(file: BinaryIO, name: str) -> bool:
    """Return whether a JPEG 2000 or AVIF holds more than 8 bit, which Pillow would cut or scale."""
    if name not in _DEPTH_AT:
        return False
    file.seek(0)
    marker, distance, lowest = _DEPTH_AT[name]
    start = file.read(1 << 16)
    at = start.find(marker)
    return at >= 0 and len(start) > at + distance and (start[at + distance] & 0x7F) >= lowest


def _decode_deep(file: BinaryIO, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    try:
        from imagecodecs import avif_decode, jpeg2k_decode
    except ImportError:
        raise missing_extra(f"Reading more than 8 bit from {name}", "codecs") from None
    file.seek(0)
    data = file.read()
    image = np.asarray(avif_decode(data) if name == "AVIF" else jpeg2k_decode(data))
    if image.shape != shape or image.dtype != np.uint16:
        raise ValueError(f"its pixels are {image.dtype} of the shape {image.shape}, not uint16 of {shape}")
    return image


def _decode_jpeg(data: bytes, mode: str) -> NDArray[Any]:
    data, longer = complete.jpeg_variants(data)
    image = _jpeg_pixels(data, mode)
    if longer is not None and not np.array_equal(_jpeg_pixels(longer, mode), image):
        raise ValueError("the file is cut off: its last scan is not complete")
    return image


def _jpeg_pixels(data: bytes, mode: str) -> NDArray[Any]:
    """Decode large images with the optional codecs, which takes half the time of Pillow.

    Both are libjpeg-turbo and give the same pixels. The codecs fill what is
    missing with gray. An image that ends in this gray is left to Pillow, which
    finds out whether it is the gray of the picture.
    """
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    if image.mode == mode and image.width * image.height >= _LARGE:
        try:
            from imagecodecs import jpeg8_decode

            pixels = np.asarray(jpeg8_decode(data))
            if (pixels[-1, -1] != _FILL).any():
                return pixels
        except (ImportError, RuntimeError):  # Pillow may read the file, or reports what is wrong
            pass
    return _loaded(image, mode)


def _loaded(image: Image.Image, mode: str) -> NDArray[Any]:
    image.load()
    return _to_array(image if image.mode == mode else image.convert(mode))


def _orientation(image: Image.Image) -> int:
    try:
        return _valid(image.getexif().get(ORIENTATION))
    except BROKEN_EXIF:
        return 1


def _valid(orientation: Any) -> int:
    return orientation if orientation in range(1, 9) else 1


def _to_array(image: Image.Image) -> NDArray[Any]:
    """Return the pixels as a new, writable array.

    In bands of rows: Pillow keeps RGB in four bytes and hands it out in small
    pieces that would be joined and then copied once more.
    """
    columns, rows = image.size
    first = np.asarray(image.crop((0, 0, columns, 1)))
    dtype = first.dtype.newbyteorder("=")
    result = np.empty((rows, *first.shape[1:]), dtype)
    band = max(1, (1 << 19) // max(1, first.nbytes))
    for top in range(0, rows, band):
        bottom = min(top + band, rows)
        result[top:bottom] = np.asarray(image.crop((0, top, columns, bottom)))
    return result


def write(
    file: BinaryIO,
    image: NDArray[Any],
    name: str,
    options: dict[str, Any],
    metadata: Metadata,
    held: tuple[str, ...],
) -> None:
    """Write a bool, uint8 or (gray) uint16 image.

    Parameters
    ----------
    file : binary file
    image : array
    name : str
        Name of the format in Pillow.
    options : dict
        For the writer of Pillow.
    metadata : Metadata
    held : tuple of str
        What the format holds of the metadata: "exif", "icc_profile", "dpi".
    """
    values = {
        # A JPEG holds EXIF in one segment of 16 bit length.
        "exif": metadata.exif and b"Exif\0\0" + metadata.exif if len(metadata.exif or b"") < 65527 else None,
        "icc_profile": metadata.icc_profile,
        "dpi": metadata.resolution and (metadata.resolution[1], metadata.resolution[0]),
    }
    if name == "AVIF" and not _is_encodable(metadata.exif):
        values["exif"] = None
    options = options | {key: values[key] for key in held if values[key] is not None}
    # In memory, since some writers of Pillow seek and others ask for a file descriptor.
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(buffer, name, **options)
    file.write(buffer.getbuffer())


def _is_encodable(exif: bytes | None) -> bool:
    """Return whether Pillow can write the block anew, as it does for AVIF."""
    try:
        stored = Image.Exif()
        stored.load(exif or b"")
        stored.tobytes()
    except BROKEN_EXIF:
        return False
    return True
