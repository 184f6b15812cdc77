"""Files without a header: the caller says what they hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .._engine.arrays import is_several
from .._errors import integer
from .opened import Opened


@dataclass(frozen=True)
class RawFormat:
    """The layout of a file without a header, for the parameter `raw` of `imread` and `info`.

    The pixels lie in C order: the last axis varies fastest.

    Parameters
    ----------
    shape : sequence of int
        Length of each axis. One may be -1: it follows from the size of the file.
    dtype : dtype
        Type of the pixels: bool, an integer, a float or a complex number; with a byte order, as in ``">i2"``, if it is
        not that of the machine.
    offset : int
        Number of bytes in front of the pixels.
    exact : bool
        Whether the file must end with the last pixel. A file of another size has probably another shape or dtype.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from opsin.io import RawFormat, imread
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "ramp.raw"
    >>> np.arange(6).tofile(path)
    >>> imread(path, raw=RawFormat((2, 3), "int64"))
    array([[0, 1, 2],
           [3, 4, 5]])
    """

    shape: Sequence[int]
    dtype: DTypeLike = "uint8"
    offset: int = 0
    exact: bool = True

    def __post_init__(self) -> None:
        lengths = [self.shape] if isinstance(self.shape, (int, np.integer)) else self.shape
        if not is_several(lengths):
            raise TypeError(f"shape must be a sequence of integers; got {self.shape!r}.")
        shape = tuple([integer("shape", length, low=-1, high=2**62) for length in lengths])
        if not shape or 0 in shape or shape.count(-1) > 1:
            raise ValueError(f"shape must be one or more positive lengths, of which one may be -1; got {self.shape!r}.")
        try:
            dtype = np.dtype(self.dtype)
        except (TypeError, ValueError):
            raise TypeError(f"dtype must be a type of numbers; got {self.dtype!r}.") from None
        if dtype.kind not in "biufc":
            raise TypeError(f"dtype must be a type of numbers; got {self.dtype!r}.")
        if not isinstance(self.exact, (bool, np.bool_)):
            raise TypeError(f"exact must be True or False; got {self.exact!r}.")
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "dtype", dtype)
        object.__setattr__(self, "offset", integer("offset", self.offset, low=0))


def open_raw(file: BinaryIO, layout: RawFormat, page: int | None) -> Opened:
    """Compare the layout with the size of the file."""
    if page:
        raise ValueError(f"page must be at most 0; got {page}")
    shape, dtype = tuple(layout.shape), np.dtype(layout.dtype)
    held = file.seek(0, 2) - layout.offset
    known = math.prod(length for length in shape if length > 0) * dtype.itemsize
    if -1 in shape:
        shape = tuple([max(held, 0) // known if length == -1 else length for length in shape])
    needed = math.prod(shape) * dtype.itemsize
    if needed == 0 or held < needed or (layout.exact and held != needed):
        hint = "" if held < needed or needed == 0 else "; if that is right, give exact=False"
        raise ValueError(
            f"it holds {max(held, 0):,} bytes behind the offset {layout.offset}, and {shape} of {dtype.name} are "
            f"{needed:,}{hint}"
        )

    def decode() -> NDArray[Any]:
        file.seek(layout.offset)
        values = np.empty(shape, dtype)
        if file.readinto(values.reshape(-1).view(np.uint8)) != needed:  # type: ignore[attr-defined]
            raise ValueError("the file got shorter while it was read")
        if dtype == np.bool_ and values.view(np.uint8).max(initial=0) > 1:
            raise ValueError("a byte of it is neither 0 nor 1, and is no bool")
        return values.astype(dtype.newbyteorder("="), copy=False)

    channels = shape[-1] if len(shape) == 3 and shape[-1] in (3, 4) else 0
    return Opened("raw", shape, dtype.newbyteorder("="), channels, 1, decode, offset=layout.offset, stored=dtype)
