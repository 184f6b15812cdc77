"""NPY, the file format of NumPy: any shape and number type."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from .opened import Opened

SIGNATURE = b"\x93NUMPY"


def open_npy(file: BinaryIO, page: int | None) -> Opened:
    """Read the header of an NPY file. Objects, which would be unpickled, are refused."""
    if page:
        raise ValueError(f"page must be at most 0; got {page}")
    file.seek(0)
    version = npy_format.read_magic(file)
    read = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
    shape, by_columns, dtype = read(file)
    if dtype.kind not in "biufc":
        raise ValueError(f"it holds {dtype}, not numbers")
    needed = dtype.itemsize
    for length in shape:
        needed *= length
    start = file.tell()
    held = file.seek(0, 2) - start
    if held < needed:
        raise ValueError(f"the file is cut off: it holds {held} bytes of the {needed} that its header declares")

    def decode() -> NDArray[Any]:
        file.seek(0)
        stored: NDArray[Any] = np.load(file, allow_pickle=False)
        return np.ascontiguousarray(stored, dtype.newbyteorder("="))

    # An array does not say what its axes are: three or four in the last one are taken for colors.
    channels = shape[-1] if len(shape) == 3 and shape[-1] in (3, 4) else 0
    offset = start if dtype.isnative and not by_columns and needed else None
    return Opened("NPY", shape, dtype.newbyteorder("="), channels, 1, decode, offset=offset)
