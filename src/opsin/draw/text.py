"""Text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import numpy as np

from .._errors import Allowed, number
from .pixels import Smooth, as_coordinates, as_point, as_shape, check_count, smooth_inside

SIZE = Allowed(1, 4096)
MAX_LENGTH = 1 << 16
MAX_CANVAS = 1 << 26
"""Texts of more pixels, those between the letters included, are refused."""


def text(
    position: Sequence[int],
    text: str,
    *,
    size: Annotated[float, SIZE] = 16.0,
    font: str | os.PathLike[str] | None = None,
    shape: Sequence[int] | None = None,
) -> Smooth:
    """Return the pixels of a text, and how much of each it covers.

    Parameters
    ----------
    position : sequence of int
        Row and column where the text begins: the upper end of the tallest letters, and the left end of the first line.
    text : str
        The text; it may have several lines.
    size : float
        Size of the font, in pixels.
    font : str or path, optional
        A TrueType or OpenType file. By default the font that comes with Pillow.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels.
    alpha : ndarray of float64
        The covered part of each pixel, above 0 and up to 1, for `set_color`.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the text has more than 65536 characters or 2**28 pixels.
    OSError
        If the font cannot be read.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((20, 60), np.uint8)
    >>> *coords, alpha = opsin.draw.text((2, 2), "opsin", shape=image.shape)
    >>> labeled = opsin.draw.set_color(image, coords, 255, alpha)
    >>> labeled.max() > 200
    np.True_
    """
    from PIL import Image, ImageDraw, ImageFont

    row, column = as_point("position", position)
    if not isinstance(text, str):
        raise TypeError(f"text must be a str; got {text!r} ({type(text).__name__}).")
    if len(text) > MAX_LENGTH:
        raise ValueError(f"text must have at most {MAX_LENGTH} characters; got {len(text)}.")
    size = number("size", size, SIZE)
    if font is not None and not isinstance(font, (str, os.PathLike)):
        raise TypeError(f"font must be the name of a file; got {font!r}.")
    limits = as_shape(shape)
    try:
        chosen = ImageFont.load_default(size) if font is None else ImageFont.truetype(os.fspath(font), size)
    except OSError as error:
        raise OSError(f"font {font!r} cannot be read: {error}.") from None
    ruler = ImageDraw.Draw(Image.new("L", (1, 1)))
    # Surrogates and zero bytes have no glyphs, and Pillow raises errors of other kinds for them.
    shown = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    left, top, right, bottom = (int(value) for value in ruler.multiline_textbbox((0, 0), shown, font=chosen))
    width, height = right - left + 2, bottom - top + 2
    if width <= 2 or height <= 2:
        return (*as_coordinates([], []), np.empty(0))
    check_count("text", width * height, MAX_CANVAS)
    canvas = Image.new("L", (width, height))
    ImageDraw.Draw(canvas).multiline_text((1 - left, 1 - top), shown, fill=255, font=chosen)
    covered = np.asarray(canvas)
    rows, columns = np.nonzero(covered)
    alpha = covered[rows, columns] / 255
    rows, columns = as_coordinates(rows + row + top - 1, columns + column + left - 1)
    return smooth_inside(rows, columns, alpha, limits)
