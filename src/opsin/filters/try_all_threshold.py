"""Every global threshold of an image, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from .._engine.arrays import as_pixels
from .._errors import missing_extra
from .threshold_isodata import threshold_isodata
from .threshold_li import threshold_li
from .threshold_mean import threshold_mean
from .threshold_minimum import threshold_minimum
from .threshold_otsu import threshold_otsu
from .threshold_triangle import threshold_triangle
from .threshold_yen import threshold_yen

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RULES = (
    threshold_isodata,
    threshold_li,
    threshold_mean,
    threshold_minimum,
    threshold_otsu,
    threshold_triangle,
    threshold_yen,
)


def try_all_threshold(image: ArrayLike, figsize: tuple[float, float] = (8, 5)) -> tuple[Figure, Any]:
    """Show the masks that the rules for global thresholds make of an image, side by side.

    Parameters
    ----------
    image : array_like
        Gray image of two axes and any real dtype.
    figsize : tuple of float
        Width and height of the figure in inches.

    Returns
    -------
    figure : matplotlib.figure.Figure
        The figure: the image, and the pixels above the threshold of each rule. A rule that finds no threshold is
        named so in its title.
    axes : ndarray of matplotlib.axes.Axes
        The axes of the figure, one for each picture.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers.
    ValueError
        If `image` does not have two axes, or no finite pixel.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import opsin
    >>> figure, axes = opsin.filters.try_all_threshold(opsin.data.cells())
    >>> [one.get_title().split()[0] for one in axes]
    ['image', 'isodata', 'li', 'mean', 'minimum', 'otsu', 'triangle', 'yen']
    """
    array = as_pixels(image).array
    if array.ndim != 2:
        raise ValueError(f"image must have two axes; got shape {array.shape}. Convert colors by opsin.color.rgb2gray.")
    pictures: list[tuple[str, Any]] = [("image", array)]
    threshold_mean(array)  # raises if there is no finite pixel
    for rule in RULES:
        name = rule.__name__.removeprefix("threshold_")
        try:
            threshold = rule(array)
        except ValueError:
            pictures.append((f"{name} finds none", np.zeros(array.shape, bool)))
        else:
            pictures.append((f"{name} {threshold:.4g}", array > threshold))
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise missing_extra("A figure of all thresholds", "plots") from None
    figure, axes = plt.subplots(2, len(pictures) // 2, figsize=figsize, sharex=True, sharey=True)
    for one, (title, picture) in zip(axes.flat, pictures, strict=True):
        one.imshow(picture, cmap="gray", interpolation="nearest")
        one.set_title(title)
        one.axis("off")
    return figure, axes.ravel()
