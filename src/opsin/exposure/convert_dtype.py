"""Conversion between dtypes, with the range of one becoming that of the other."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, data_range
from .._engine.pointwise import by_value
from .._errors import nearest_name
from .._operation import operation
from .._types import ImageLike, Out, Recast

DType: TypeAlias = Literal[
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float16", "float32", "float64"
]


def result_dtype(*, dtype: Any, **_: Any) -> str:
    """Return the dtype of the result."""
    return _name(dtype)


@operation(kind="point", dtype=result_dtype, since="0.1")
def convert_dtype(image: ImageLike, dtype: DType | type, *, out: Out = None) -> Recast:
    """Convert an image to another dtype, so that it looks the same: 255 as uint8 is 65535 as uint16 and 1.0 as float.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    dtype : str, type or dtype
        Dtype of the result, such as ``"uint8"`` or ``np.float32``.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        The image in the new dtype: values are multiplied by the quotient of the largest values of the dtypes, that of
        floats and of bool being 1. Integers are rounded to nearest and saturated; what is at least half of the range is
        True.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    Nothing else in opsin converts the range of values. ``image.astype(dtype)`` keeps the values as they are, without
    rounding or saturation.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([0, 51, 255], np.uint8)
    >>> opsin.exposure.convert_dtype(image, "float64")
    array([0. , 0.2, 1. ])
    >>> opsin.exposure.convert_dtype(image, np.uint16)
    array([    0, 13107, 65535], dtype=uint16)
    """
    pixels = as_pixels(image)
    result = np.dtype(_name(dtype))
    source, target = data_range(pixels.dtype), data_range(result)
    return by_value(pixels, partial(_scaled, source, target), dtype=result, out=out)


def _scaled(source: float, target: float, values: NDArray[Any]) -> NDArray[Any]:
    return values * (target / source) if target >= source else values / (source / target)


def _name(dtype: Any) -> str:
    """Return the name of a dtype."""
    names = get_args(DType)
    name = dtype if isinstance(dtype, str) else ""
    if isinstance(dtype, (type, np.dtype)):
        name = np.dtype(dtype).name
    elif not isinstance(dtype, str):
        raise TypeError(f"dtype must be the name of a dtype or a dtype; got {dtype!r} ({type(dtype).__name__}).")
    if name not in names:
        listed = ", ".join(names)
        raise ValueError(f"dtype must be one of {listed}; got {dtype!r}.{nearest_name(str(name), names)}")
    return name
