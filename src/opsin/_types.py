"""The words of the signatures: what parameters of many operations may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._operation import Between

Image: TypeAlias = NDArray[Any]
"""An array of pixels of any real dtype."""

Border: TypeAlias = Literal["reflect", "mirror", "nearest", "constant", "wrap"]
"""What lies beyond the border, in scipy.ndimage's words."""

ChannelAxis: TypeAlias = int | Literal["auto"] | None
"""Which axis holds the channels; "auto": the last of a 3-D array, if it is 3 or 4 long."""

Footprint: TypeAlias = int | Sequence[int] | NDArray[Any]
"""A window: a size for all axes, a size for each axis, or an array that is non-zero inside."""

Sigma: TypeAlias = Annotated[float | Sequence[float], Between(0, 100, "px")]

NATIVE_DTYPES = ("uint8", "uint16", "float32", "float64")
"""The dtypes with kernels of their own; bool counts as uint8."""

INTEGER_DTYPES = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
"""The dtypes of label images."""

__all__ = [
    "INTEGER_DTYPES",
    "NATIVE_DTYPES",
    "ArrayLike",
    "Border",
    "ChannelAxis",
    "Footprint",
    "Image",
    "NDArray",
    "Sigma",
    "np",
]
