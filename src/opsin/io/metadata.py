"""EXIF, ICC profile and resolution: what a file says about its pixels.

The EXIF block is edited in place and never written anew, so that all of its
entries, those of camera makers included, stay as they are.

References
----------
.. [1] CIPA DC-008-2023, Exchangeable image file format for digital still cameras: Exif 3.0.
.. [2] Adobe Developers Association, TIFF Revision 6.0, 1992, section 2.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .._errors import number

ORIENTATION = 0x0112
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
EXIF_IFD = 0x8769
_PIXEL_X, _PIXEL_Y = 0xA002, 0xA003
# Where a thumbnail lies, and how long it is: as JPEG, and as strips.
_THUMBNAILS = ((0x0201, 0x0202), (0x0111, 0x0117))
# Bytes of a value of each type, and the struct code of the types that are read here.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_CODES = {3: "H", 4: "I"}
# Pixels per inch of a pixel per unit: inch, centimeter.
_INCHES = {2: 1.0, 3: 2.54}
_PREFIX = b"Exif\0\0"


@dataclass(frozen=True)
class Metadata:
    """What an image file says about its pixels, for writing it into another file.

    `opsin.io.info` returns it, and `opsin.io.imsave` writes it.

    Parameters
    ----------
    exif : bytes, optional
        A block of EXIF, as the file holds it, from its byte order (``II`` or
        ``MM``) on.
    icc_profile : bytes, optional
        An ICC color profile.
    resolution : (float, float), optional
        Pixels per inch along the rows' axis (vertical) and the columns' axis
        (horizontal), in the order of the axes of the image.

    Raises
    ------
    TypeError
        If a block is not bytes, or the resolution is not two numbers.
    ValueError
        If a block is not EXIF or not an ICC profile, or the resolution is not
        positive and finite.

    Examples
    --------
    >>> from opsin.io import Metadata
    >>> Metadata(resolution=(300, 300))
    Metadata(resolution=(300.0, 300.0))
    """

    exif: bytes | None = field(default=None, repr=False)
    icc_profile: bytes | None = field(default=None, repr=False)
    resolution: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("exif", "icc_profile"):
            block = getattr(self, name)
            if block is not None and not isinstance(block, bytes):
                raise TypeError(f"{name} must be bytes or None; got {type(block).__name__}.")
        if self.exif is not None:
            object.__setattr__(self, "exif", self.exif.removeprefix(_PREFIX))
            if _byte_order(self.exif) is None:
                raise ValueError(f"exif must be a block of EXIF; got bytes that start with {self.exif[:8]!r}.")
        if self.icc_profile is not None and self.icc_profile[36:40] != b"acsp":
            raise ValueError("icc_profile must be an ICC profile; got bytes without its signature.")
        if self.resolution is not None:
            try:
                vertical, horizontal = self.resolution
            except (TypeError, ValueError):
                raise TypeError(f"resolution must be two numbers; got {self.resolution!r}.") from None
            found = number("resolution", vertical, above=0), number("resolution", horizontal, above=0)
            object.__setattr__(self, "resolution", found)


def as_stored(
    exif: Any = None, icc_profile: Any = None, dpi: tuple[Any, Any] | None = None, orientation: int = 1
) -> Metadata:
    """Return the metadata of an upright image, without what is broken.

    Parameters
    ----------
    exif, icc_profile : bytes, optional
        The blocks, as the file holds them.
    dpi : (number, number), optional
        Pixels per inch of the stored rows: horizontal, vertical. Without it, those of the EXIF.
    orientation : int
        The orientation that has been applied to the pixels: the resolutions are swapped if it
        swaps rows and columns, and the EXIF no longer requires it.
    """
    if not isinstance(exif, bytes) or _byte_order(exif.removeprefix(_PREFIX)) is None:
        exif = None
    else:
        exif = exif.removeprefix(_PREFIX)
        dpi = dpi or _resolution(exif)
        exif = _without_thumbnail(exif)
    if exif is not None and orientation != 1:
        exif = _with_values(exif, {ORIENTATION: 1})
    if not isinstance(icc_profile, bytes) or icc_profile[36:40] != b"acsp":
        icc_profile = None
    resolution = None
    if dpi is not None:
        try:
            horizontal, vertical = (float(value) for value in dpi)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            horizontal = vertical = 0.0
        if orientation in (5, 6, 7, 8):
            horizontal, vertical = vertical, horizontal
        if all(math.isfinite(value) and value > 0 for value in (horizontal, vertical)):
            resolution = (vertical, horizontal)
    return Metadata(exif, icc_profile, resolution)


def orientation_of(exif: bytes | None) -> int:
    """Return the orientation that a block of EXIF requires, 1 if it has none or is broken."""
    if exif is None:
        return 1
    exif = exif.removeprefix(_PREFIX)
    for kind, count, position in (entries[ORIENTATION] for entries in _first_entries(exif) if ORIENTATION in entries):
        if kind in _CODES and count == 1:
            (value,) = struct.unpack_from(f"{_byte_order(exif)}{_CODES[kind]}", exif, position)
            return value if value in range(1, 9) else 1
    return 1


def describing(exif: bytes, rows: int, columns: int, resolution: tuple[float, float] | None) -> bytes:
    """Return the block of EXIF with the size and the resolution of another image, where it names them."""
    values: dict[int, int | float] = {_PIXEL_X: columns, _PIXEL_Y: rows}
    if resolution is not None:
        values |= {X_RESOLUTION: resolution[1], Y_RESOLUTION: resolution[0], RESOLUTION_UNIT: 2}
    return _with_values(exif, values)


def fitting_profile(profile: bytes | None, channels: int) -> bytes | None:
    """Return the ICC profile if it is one for gray (0 or 2 channels) or RGB (3 or 4), as the image is."""
    if profile is None or profile[16:20] != (b"RGB " if channels >= 3 else b"GRAY"):
        return None
    return profile


def _byte_order(exif: bytes | bytearray) -> str | None:
    return {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(exif[:4]))


def _entries(exif: bytes, start: int) -> tuple[dict[int, tuple[int, int, int]], int]:
    """Return type, count and position of the value of each tag of a directory, and the position after it.

    Raises struct.error if the directory does not lie in the block.
    """
    order = _byte_order(exif)
    (length,) = struct.unpack_from(f"{order}H", exif, start)
    found: dict[int, tuple[int, int, int]] = {}
    for position in range(start + 2, start + 2 + 12 * length, 12):
        tag, kind, count = struct.unpack_from(f"{order}HHI", exif, position)
        place = position + 8
        size = _SIZES.get(kind, 0) * count
        if size > 4:
            (place,) = struct.unpack_from(f"{order}I", exif, place)
        if size > 0 and place + size <= len(exif):
            found.setdefault(tag, (kind, count, place))
    return found, start + 2 + 12 * length


def _first_entries(exif: bytes) -> Iterator[dict[int, tuple[int, int, int]]]:
    """Yield the entries of the first directory and of the EXIF directory, as far as they can be read."""
    order = _byte_order(exif)
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        first, _ = _entries(exif, start)
        yield first
        kind, count, position = first.get(EXIF_IFD, (0, 0, 0))
        if kind == 4 and count == 1:
            (start,) = struct.unpack_from(f"{order}I", exif, position)
            yield _entries(exif, start)[0]
    except struct.error:  # broken: what has been read is all there is
        return


def _with_values(exif: bytes, values: dict[int, int | float]) -> bytes:
    """Return the block with other values in the entries that it has; a float is written as a fraction."""
    edited = bytearray(exif)
    order = _byte_order(exif)
    for entries in _first_entries(exif):
        for tag in values.keys() & entries.keys():
            kind, count, position = entries[tag]
            value = values[tag]
            if count == 1 and kind in _CODES and value < 1 << 8 * _SIZES[kind]:
                struct.pack_into(f"{order}{_CODES[kind]}", edited, position, int(value))
            elif count == 1 and kind == 5 and value < 1 << 20:
                struct.pack_into(f"{order}II", edited, position, round(value * 1000), 1000)
    return bytes(edited)


def _without_thumbnail(exif: bytes) -> bytes | None:
    """Return the block without its small copy of the picture, which would show it unprocessed."""
    order = _byte_order(exif)
    edited = bytearray(exif)
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        _, link = _entries(exif, start)
        (second,) = struct.unpack_from(f"{order}I", exif, link)
        if second == 0:
            return exif
        entries, end = _entries(exif, second)
        pieces = [(second, end + 4 - second)]
        for where, length in _THUMBNAILS:
            if where in entries and length in entries:
                pieces += zip(_values(exif, entries[where]), _values(exif, entries[length]), strict=True)
        for place, size in pieces:
            size = max(0, min(size, len(edited) - place))
            edited[place : place + size] = bytes(size)
        struct.pack_into(f"{order}I", edited, link, 0)
        # It is the last thing in most blocks.
        last = max(pieces)
        if sum(last) >= len(edited):
            del edited[last[0] :]
    except (struct.error, ValueError):
        return None
    return bytes(edited) if _byte_order(edited) is not None else None


def _values(exif: bytes, entry: tuple[int, int, int]) -> tuple[int, ...]:
    kind, count, position = entry
    return struct.unpack_from(f"{_byte_order(exif)}{count}{_CODES.get(kind, 'I')}", exif, position)


def _resolution(exif: bytes) -> tuple[float, float] | None:
    """Return horizontal and vertical pixels per inch, or None."""
    order = _byte_order(exif)
    for entries in _first_entries(exif):
        try:
            unit = _values(exif, entries[RESOLUTION_UNIT])[0] if RESOLUTION_UNIT in entries else 2
            found = [struct.unpack_from(f"{order}II", exif, entries[tag][2]) for tag in (X_RESOLUTION, Y_RESOLUTION)]
        except (KeyError, struct.error):
            return None
        if unit not in _INCHES or any(below == 0 for _, below in found):
            return None
        horizontal, vertical = (above / below * _INCHES[unit] for above, below in found)
        return horizontal, vertical
    return None
