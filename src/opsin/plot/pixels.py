"""From an image to colors: its display range, and the colors of labels. All that shows images reads it here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import number

Limits: TypeAlias = tuple[float, float]
"""The values that are shown as black and as white."""

LABEL_COLORS = 1024
"""Labels repeat the colors of so many."""

NAN_COLOR = (1.0, 0.0, 0.4)
"""The color of what is not a number; no gray image has it."""


def checked(image: ArrayLike, name: str = "image") -> NDArray[Any]:
    """Return an array of numbers of any shape that has pixels."""
    array = np.asarray(image)
    if array.dtype.kind == "c":
        raise TypeError(f"{name} is {array.dtype}; show np.abs(image), np.angle(image) or image.real.")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of numbers; got dtype {array.dtype}.")
    if array.ndim >= 2 and array.size == 0:
        raise ValueError(f"{name} has no pixels; its shape is {array.shape}.")
    return array


def picture(image: ArrayLike, name: str = "image") -> NDArray[Any]:
    """Return an array that is (rows, columns), (rows, columns, 3) or (rows, columns, 4)."""
    array = checked(image, name)
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise ValueError(
            f"{name} must be (rows, columns) or (rows, columns, 3 or 4); got {array.shape}.{_instead(array)}"
        )
    return array


def _instead(array: NDArray[Any]) -> str:
    """Return which part of an image of more dimensions can be shown."""
    if array.ndim < 3 or array.size == 0:
        return ""
    if array.shape[-1] in (1, 2):
        index = ", ".join([*(str(length // 2) for length in array.shape[:-3]), "...", "0"])
        return f" Show one channel, such as the first one: image[{index}]."
    shown = 3 if array.shape[-1] in (3, 4) else 2
    middle = ", ".join(str(length // 2) for length in array.shape[:-shown])
    plane = f" Show one plane, such as the middle one: image[{middle}]."
    if array.ndim == 3 and array.shape[0] in (3, 4):
        plane = f" If the first axis is the channels, show np.moveaxis(image, 0, -1).{plane}"
    return plane


def as_limits(limits: Any) -> Limits:
    """Return a pair of rising numbers."""
    if not isinstance(limits, (tuple, list)) or len(limits) != 2:
        raise TypeError(f"limits must be a pair (low, high); got {limits!r}.")
    low, high = number("limits[0]", limits[0]), number("limits[1]", limits[1])
    if not low < high:
        raise ValueError(f"limits must rise; got {limits!r}.")
    return low, high


def natural_limits(array: NDArray[Any]) -> Limits | None:
    """Return the display range of the dtype of an image, None if it has none."""
    if array.dtype == bool:
        return 0.0, 1.0
    if array.dtype == np.uint8:
        return 0.0, 255.0
    if array.dtype.kind == "f":
        low, high = extremes(array)
        if low >= 0 and high <= 1:
            return 0.0, 1.0
    return None


def data_limits(arrays: Sequence[NDArray[Any]]) -> Limits:
    """Return the range of the values of images, widened if it is a single value."""
    found = [extremes(array) for array in arrays]
    low, high = min(low for low, _ in found), max(high for _, high in found)
    if low == high:  # one value everywhere: a middle gray
        margin = max(0.5, 1e-3 * abs(low))
        return low - margin, high + margin
    return low, high


def extremes(array: NDArray[Any]) -> Limits:
    """Return the smallest and the largest finite value of an image, without its alpha channel; 0 and 1 if none is."""
    colors = array[..., :3] if array.ndim == 3 and array.shape[-1] == 4 else array
    low, high = colors.min(), colors.max()
    if array.dtype.kind == "f" and not (np.isfinite(low) and np.isfinite(high)):
        colors = colors[np.isfinite(colors)]
        if colors.size == 0:
            return 0.0, 1.0
        low, high = colors.min(), colors.max()
    return float(low), float(high)


def are_labels(array: NDArray[Any]) -> bool:
    """Return whether an image is taken for labels: int32 in two dimensions, without negative values."""
    return array.dtype == np.int32 and array.ndim == 2 and bool(array.min() >= 0)


def color_numbers(labels: NDArray[Any]) -> NDArray[Any]:
    """Return the row of `label_colors` for each label; 0, and what is negative, is the background."""
    wide = labels.astype(np.int32) if labels.dtype.itemsize < 4 else labels
    return np.where(wide > 0, (wide - 1) % (LABEL_COLORS - 1) + 1, 0).astype(np.uint16)


@cache
def label_colors() -> NDArray[np.float64]:
    """Return black and then colors of which neighbors in number differ much.

    The hue goes on by the golden ratio, which never comes back to where it was;
    three levels of brightness and two of saturation part near hues.
    """
    count = np.arange(LABEL_COLORS - 1)
    hue = count * 0.6180339887498949 % 1.0
    value = np.array([1.0, 0.8, 0.62])[count % 3]
    saturation = np.array([0.75, 0.5])[count // 3 % 2]
    sector = (hue[:, None] * 6 + [5, 3, 1]) % 6
    rgb = value[:, None] * (1 - saturation[:, None] * np.clip(np.minimum(sector, 4 - sector), 0, 1))
    colors = np.concatenate([np.zeros((1, 3)), rgb])
    colors.flags.writeable = False
    return colors


def in_color(array: NDArray[Any], limits: Limits) -> NDArray[Any]:
    """Return RGB or RGBA that matplotlib shows as it is."""
    low, high = limits
    if array.dtype == np.uint8 and limits == (0.0, 255.0):
        return array
    colors: NDArray[Any] = array[..., :3].astype(np.float32 if array.dtype.itemsize < 4 else np.float64)
    colors -= low
    colors /= high - low
    shown: NDArray[Any] = np.clip(colors, 0, 1)
    shown[np.isnan(colors).any(axis=-1)] = NAN_COLOR
    if array.shape[2] == 4:
        top = 1.0 if array.dtype.kind in "bf" else float(np.iinfo(array.dtype).max)
        alpha = np.clip(np.nan_to_num(array[..., 3:].astype(np.float64), nan=1.0) / top, 0, 1)
        shown = np.concatenate([shown, alpha], axis=-1)
    return shown


def painted(array: NDArray[Any], limits: Limits | None = None) -> NDArray[np.uint8]:
    """Return the gray, RGB or RGBA bytes of an image: labels in their colors, other values from black to white.

    Parameters
    ----------
    array : (rows, columns), (rows, columns, 3) or (rows, columns, 4) array
        What `picture` returns.
    limits : (low, high), optional
        What is black and what is white; by default what `show` takes.
    """
    if limits is None:
        if are_labels(array):
            colors: NDArray[np.uint8] = np.rint(label_colors() * 255).astype(np.uint8)
            return np.take(colors, color_numbers(array), axis=0)
        limits = natural_limits(array) or data_limits([array])
    if array.ndim == 3:
        colors = in_color(array, limits)
        return colors if colors.dtype == np.uint8 else np.asarray(np.rint(colors * 255), np.uint8)
    if array.dtype == np.uint8 and limits == (0.0, 255.0):
        return array
    if array.dtype == bool and limits == (0.0, 1.0):
        return array * np.uint8(255)
    values: NDArray[Any] = array.astype(
        np.float32 if array.dtype.itemsize < 4 or array.dtype == np.float32 else np.float64
    )
    values = (values - limits[0]) * (255 / (limits[1] - limits[0]))
    missing = np.isnan(values)
    gray = np.asarray(np.rint(np.clip(np.where(missing, 0, values), 0, 255)), np.uint8)
    if not missing.any():
        return gray
    colors = np.stack([gray] * 3, axis=-1)
    colors[missing] = np.rint(np.multiply(NAN_COLOR, 255)).astype(np.uint8)
    return colors
