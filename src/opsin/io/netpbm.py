"""PGM and PPM with the values as they are stored. Pillow scales them to the full range.

References
----------
.. [1] Netpbm manual, formats pgm(5) and ppm(5).
"""

from __future__ import annotations

import re
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .opened import Opened

# The magic number, then columns, rows and the highest value, separated by white space and comments.
_SPACE = rb"(?:\s|#[^\n]*\n)+"
_HEADER = re.compile(rb"P([2356])" + 3 * (_SPACE + rb"(\d{1,9})") + rb"\s")
_LONGEST_HEADER = 1 << 16


def is_netpbm(prefix: bytes) -> bool:
    """Return whether a file that starts with these bytes is PGM or PPM."""
    return re.match(rb"P[2356][\s#]", prefix) is not None


def open_netpbm(file: BinaryIO, page: int | None) -> Opened:
    """Read the header of a PGM or PPM, in binary or as text."""
    if page:
        raise ValueError(f"page must be at most 0; got {page}")
    file.seek(0)
    header = _HEADER.match(file.read(_LONGEST_HEADER))
    if header is None:
        raise ValueError("its header is damaged")
    kind, columns, rows, top = (int(word) for word in header.groups())
    if not (rows and columns and 0 < top < 1 << 16):
        raise ValueError(f"its header declares {rows} rows, {columns} columns and a highest value of {top}")
    channels = 3 if kind in (3, 6) else 0
    shape = (rows, columns, channels) if channels else (rows, columns)
    dtype = np.dtype(np.uint8 if top < 256 else np.uint16)
    count = rows * columns * max(channels, 1)

    def decode() -> NDArray[Any]:
        file.seek(header.end())
        if kind in (2, 3):
            words = re.sub(rb"#[^\n]*", b"", file.read()).split(maxsplit=count)[:count]
            values = np.array([int(word) for word in words], np.uint32)
        else:
            values = np.frombuffer(file.read(count * dtype.itemsize), np.uint8)
            values = values[: len(values) // dtype.itemsize * dtype.itemsize].view(dtype.newbyteorder(">"))
        if len(values) < count:
            raise ValueError(f"the file is cut off: it holds {len(values)} of {count} values")
        if values.max() > top:
            raise ValueError(f"it holds the value {values.max()}, and its header declares {top} as the highest")
        return values.astype(dtype).reshape(shape)

    # Values above the highest are an error of the decoder, which a memory map does not run.
    offset = header.end() if kind in (5, 6) and top == 255 and file.seek(0, 2) >= header.end() + count else None
    return Opened("PPM" if channels else "PGM", shape, dtype, channels, 1, decode, offset=offset)


def write(file: BinaryIO, image: NDArray[Any]) -> None:
    """Write uint8 or uint16, gray (PGM) or RGB (PPM), in binary."""
    rows, columns = image.shape[:2]
    kind = 6 if image.ndim == 3 else 5
    file.write(f"P{kind}\n{columns} {rows}\n{np.iinfo(image.dtype).max}\n".encode("ascii"))
    file.write(np.ascontiguousarray(image, image.dtype.newbyteorder(">")).data)
