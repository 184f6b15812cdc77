"""What is written: results in a dtype and with channels that the format holds, or an error that names the ways out."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import saturate
from .._pipeline import scale
from ..io.writing import held_channels, held_dtypes

Conversion = Literal["clip", "scale"]


def storable(
    result: NDArray[Any], suffix: str, source_dtype: np.dtype[Any], conversion: Conversion | None
) -> NDArray[Any]:
    """Return `result` with a dtype and channels that a format holds.

    Parameters
    ----------
    result : array
        What a pipeline returned.
    suffix : str
        The suffix of the format, with its dot.
    source_dtype : dtype
        The dtype of the input. Floats are rounded to it if they fit.
    conversion : {'clip', 'scale'} or None
        How values that do not fit are converted, to the dtype of the input if the format holds it and it is uint8 or
        uint16, otherwise to uint8. ``"scale"`` converts all values.

    Raises
    ------
    ValueError
        If the format cannot hold the values.
    """
    held = held_dtypes(f"image{suffix}")
    integer = np.dtype("uint8")
    if source_dtype in (np.uint8, np.uint16) and (not held or source_dtype.name in held):
        integer = source_dtype
    if result.dtype != bool and conversion == "scale":
        result = scale(result, dtype="uint16" if integer == np.uint16 else "uint8")
    elif result.dtype.kind == "f" and conversion == "clip":
        if np.isnan(result).any():
            raise ValueError("some values are not numbers (NaN), which --clip cannot convert; write .tif or .npy.")
        result = saturate(result, integer)
    channels = held_channels(f"image{suffix}")
    if channels and 0 not in channels and result.ndim == 2:
        result = np.stack([result] * 3, axis=-1)
    if not held:
        return result
    if result.dtype == bool:
        return result if "bool" in held and result.ndim == 2 else result * np.uint8(255)
    if result.dtype.name in held:
        return result
    if result.dtype.kind == "f":
        _refuse_floats(result, suffix, source_dtype, integer)
        return saturate(result, integer)
    numbers = [name for name in held if name != "bool"]
    for name in numbers:
        if result.size and result.min() >= 0 and result.max() <= np.iinfo(name).max:
            return result.astype(name)
    if conversion == "clip":
        limits = np.iinfo(numbers[-1])
        return result.clip(limits.min, limits.max).astype(numbers[-1])
    raise ValueError(_ways_out(result, suffix, np.dtype(numbers[-1])))


def _refuse_floats(result: NDArray[Any], suffix: str, source_dtype: np.dtype[Any], integer: np.dtype[Any]) -> None:
    """Raise ValueError if rounding would lose more than fractions: a sign, a range, or all."""
    finite = np.isfinite(result)
    if not finite.all():
        raise ValueError(
            f"{np.count_nonzero(~finite)} of {result.size} values are infinite or not a number, which {suffix} cannot "
            "hold: write .tif or .npy."
        )
    low, high = (float(result.min()), float(result.max())) if result.size else (0.0, 0.0)
    fits = low > -0.5 and high < np.iinfo(integer).max + 0.5
    only_fractions = high <= 1 and bool((result != np.rint(result)).any())
    if source_dtype.kind == "f" or not fits or only_fractions:
        raise ValueError(_ways_out(result, suffix, integer))


def _ways_out(result: NDArray[Any], suffix: str, integer: np.dtype[Any]) -> str:
    top = np.iinfo(integer).max
    return (
        f"the values of the result go from {result.min():.6g} to {result.max():.6g} ({result.dtype}), which {suffix} "
        f"cannot hold as {integer}. Write .tif or .npy to keep them; or scale them to 0 to {top} with --scale, or with "
        f"the step `scale low=... high=...` (the same limits for every file); or cut off what is outside with --clip."
    )
