"""Pictures of labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import UINT8, Pixels, as_pixels, data_range, is_several
from .._engine.labels import as_labels, ranked
from .._engine.pointwise import evaluate, look_up
from .._engine.reduce import means_of_labels
from .._engine.runtime import empty
from .._errors import Allowed, choice, integer, nearest_name, number
from .._operation import Typical, operation
from .._types import IntensityLike, LabelsLike, Recast

SHARE = Allowed(0, 1)

Share: TypeAlias = Annotated[float, SHARE, Typical(0, 1)]

Color: TypeAlias = str | Sequence[float]
"""A name, or red, green and blue from 0 to 1."""

NAMED = {
    "red": "ff0000",
    "blue": "0000ff",
    "yellow": "ffff00",
    "magenta": "ff00ff",
    "green": "008000",
    "indigo": "4b0082",
    "darkorange": "ff8c00",
    "cyan": "00ffff",
    "pink": "ffc0cb",
    "yellowgreen": "9acd32",
    "black": "000000",
    "white": "ffffff",
    "gray": "808080",
    "silver": "c0c0c0",
    "maroon": "800000",
    "olive": "808000",
    "lime": "00ff00",
    "teal": "008080",
    "navy": "000080",
    "purple": "800080",
    "orange": "ffa500",
    "brown": "a52a2a",
}
"""Names of CSS; the first ten are the default colors, in this order."""

DEFAULT_COLORS = tuple(NAMED)[:10]


@operation(kind="global", since="0.1")
def label2rgb(
    labels: LabelsLike,
    image: IntensityLike | None = None,
    *,
    colors: Sequence[Color] | None = None,
    alpha: Share = 0.3,
    bg_label: int = 0,
    bg_color: Color | None = (0, 0, 0),
    image_alpha: Share = 1.0,
    kind: Literal["overlay", "avg"] = "overlay",
    saturation: Share = 0.0,
    channel_axis: int = -1,
) -> Recast:
    """Show labels as colors: alone, over an image, or each region in its mean color.

    Parameters
    ----------
    labels : array_like
        Image of integers, of any number of axes.
    image : array_like, optional
        Image under the labels: gray, of their shape, or with an axis of three channels in addition.
    colors : sequence of str or of (red, green, blue), optional
        Colors of the labels in rising order, repeated if there are more labels: names of CSS, ``"#rrggbb"``, or numbers
        from 0 to 1. By default ten colors, from ``"red"`` to ``"yellowgreen"``.
    alpha : float
        Opacity of the colors over an image.
    bg_label : int
        Label of the background.
    bg_color : str, (red, green, blue) or None
        Color of the background. ``None``: the image is not painted there, and without an image it is black.
    image_alpha : float
        Opacity of the image, over white.
    kind : {'overlay', 'avg'}
        Whether the labels are painted over the image, or each region gets the mean color of its pixels.
    saturation : float
        How much color is left in a color image under the labels, from gray (0) to all (1).
    channel_axis : int
        Axis of the channels, in `image` and in the result.

    Returns
    -------
    ndarray
        The color image. With an image it has its dtype, integers rounded to nearest; without one it is uint8.

    Raises
    ------
    TypeError
        If `labels` is not an array of integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image does not have the shape of the labels, or is missing for ``kind="avg"``.

    References
    ----------
    .. [1] A. R. Smith, "Color Gamut Transform Pairs", SIGGRAPH Computer Graphics 12 (3), 1978, pp. 12-19 (saturation).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[0, 1, 2]])
    >>> opsin.color.label2rgb(labels)
    array([[[  0,   0,   0],
            [255,   0,   0],
            [  0,   0, 255]]], dtype=uint8)
    >>> image = np.array([[100, 100, 200]], np.uint8)
    >>> opsin.color.label2rgb(labels, image, alpha=0.5, bg_color=None)
    array([[[100, 100, 100],
            [178,  50,  50],
            [100, 100, 228]]], dtype=uint8)
    """
    regions = as_labels("labels", labels)
    averages = choice("kind", kind, ("overlay", "avg")) == "avg"
    alpha = number("alpha", alpha, SHARE)
    image_alpha = number("image_alpha", image_alpha, SHARE)
    saturation = number("saturation", saturation, SHARE)
    background = integer("bg_label", bg_label)
    axis = integer("channel_axis", channel_axis, low=-regions.ndim - 1, high=regions.ndim) % (regions.ndim + 1)
    bg_rgb = None if bg_color is None else _rgb("bg_color", bg_color)
    cycle = _cycle(colors)
    pixels = None if image is None else _image_of(image, regions, axis)
    numbers, values = ranked(regions)
    if averages:
        if pixels is None:
            raise ValueError("image must be given for kind='avg'; got None.")
        unit = data_range(pixels.dtype)
        table = means_of_labels(numbers, len(values), pixels.array)
        table[values == background] = 0 if bg_rgb is None else bg_rgb * unit
        return _moved(_painted(numbers, evaluate(np.asarray, [table], dtype=pixels.dtype)), axis)
    inside = np.flatnonzero(values != background)
    table = np.zeros((len(values), 3))
    table[values == background] = 0 if bg_rgb is None else bg_rgb
    table[inside] = cycle[np.arange(len(inside)) % len(cycle)]
    if pixels is None:
        return _moved(_painted(numbers, evaluate(np.asarray, [table * 255], dtype=UINT8)), axis)
    # The opacity is the fourth channel.
    unit = data_range(pixels.dtype)
    opacity = np.full((len(values), 1), alpha)
    opacity[values == background] = 0 if bg_rgb is None else alpha
    layer = _painted(numbers, np.hstack([table * opacity * unit, 1 - opacity]).astype(pixels.float_dtype))
    under = pixels.array if pixels.array.ndim > regions.ndim else pixels.array[..., None]

    def blended(under: NDArray[Any], layer: NDArray[Any]) -> NDArray[Any]:
        color = under.astype(layer.dtype)
        brightest = color.max(axis=-1, keepdims=True)
        color = brightest - (brightest - color) * saturation
        color = color * image_alpha + unit * (1 - image_alpha)
        return np.asarray(layer[..., :3] + color * layer[..., 3:])

    under = np.broadcast_to(under, (*regions.shape, 3))
    return _moved(evaluate(blended, [under, layer], dtype=pixels.dtype), axis)


def _painted(numbers: NDArray[Any], table: NDArray[Any]) -> NDArray[Any]:
    """Return the row of the table for each pixel."""
    result = empty((*numbers.shape, table.shape[1]), table.dtype)
    look_up(numbers, table, result)
    return result


def _moved(result: NDArray[Any], axis: int) -> NDArray[Any]:
    return result if axis == result.ndim - 1 else np.ascontiguousarray(np.moveaxis(result, -1, axis))


def _image_of(image: Any, regions: NDArray[Any], axis: int) -> Pixels:
    """Return the image for labels, its channels last."""
    pixels = as_pixels(image, name="image")
    if pixels.array.ndim == regions.ndim + 1:
        pixels = pixels.like(np.moveaxis(pixels.array, axis, -1))
    if pixels.shape not in (regions.shape, (*regions.shape, 3)):
        raise ValueError(
            f"image must have the shape of the labels, {regions.shape}, and may have an axis of 3 channels; "
            f"got {np.shape(image)}."
        )
    return pixels


def _cycle(colors: Any) -> NDArray[np.float64]:
    if colors is None:
        colors = DEFAULT_COLORS
    if not is_several(colors):
        raise TypeError(f"colors must be a sequence of colors; got {colors!r}.")
    if len(colors) == 0:
        raise ValueError("colors must be at least one color; got none.")
    return np.array([_rgb("colors", color) for color in colors])


def _rgb(name: str, color: Any) -> NDArray[np.float64]:
    """Return red, green and blue of a color, from 0 to 1."""
    if isinstance(color, str):
        digits = NAMED.get(color, color.removeprefix("#") if color.startswith("#") else "")
        if len(digits) != 6 or not set(digits.lower()) <= set("0123456789abcdef"):
            raise ValueError(f"{name} must be a color of CSS, '#rrggbb' or 3 numbers; got {color!r}."
                             + nearest_name(color, NAMED))  # fmt: skip
        return np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    if not is_several(color):
        raise TypeError(f"{name} must be a color: a name or 3 numbers from 0 to 1; got {color!r}.")
    if len(color) != 3:
        raise ValueError(f"{name} must be a color: a name or 3 numbers from 0 to 1; got {len(color)} numbers.")
    return np.array([number(name, share, SHARE) for share in color])
