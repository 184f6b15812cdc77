"""Look at an image: the one picture that needs no thought about ranges and color maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeGuard, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import flag, integer
from .figures import (
    ColormapLike,
    add_bar,
    check_colormap,
    display_limits,
    draw,
    draw_histogram,
    given_axes,
    new_axes,
    new_grid,
    open_window,
    pyplot,
    single_axes,
    texts_for,
)
from .pixels import Limits, are_labels, as_limits, checked, data_limits, natural_limits, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HISTOGRAM = 1.6  # inches
_CHANNELS = ("red", "green", "blue", "alpha")


@overload
def show(
    image: Sequence[NDArray[Any]],
    title: Sequence[str] | None = None,
    *,
    hist: bool = False,
    channels: bool = False,
    slices: int | Sequence[int] | None = None,
    limits: Limits | None = None,
    cmap: ColormapLike = None,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]: ...


@overload
def show(
    image: ArrayLike,
    title: str | None = None,
    *,
    hist: bool = False,
    channels: bool = False,
    slices: None = None,
    limits: Limits | None = None,
    cmap: ColormapLike = None,
    axes: Axes | Sequence[Axes] | None = None,
) -> Axes: ...


@overload
def show(
    image: ArrayLike,
    title: str | Sequence[str] | None = None,
    *,
    hist: bool = False,
    channels: bool = False,
    slices: int | Sequence[int],
    limits: Limits | None = None,
    cmap: ColormapLike = None,
    axes: Axes | Sequence[Axes] | None = None,
) -> list[Axes]: ...


def show(
    image: ArrayLike | Sequence[NDArray[Any]],
    title: str | Sequence[str] | None = None,
    *,
    hist: bool = False,
    channels: bool = False,
    slices: int | Sequence[int] | None = None,
    limits: Limits | None = None,
    cmap: ColormapLike = None,
    axes: Axes | Sequence[Axes] | None = None,
) -> Axes | list[Axes]:
    """Show an image, or several side by side, with the display range of its dtype.

    bool and uint8 are shown from black to white over their whole range, floats
    from 0 to 1 if all of them lie there. Everything else - uint16, other
    integers, floats beyond 0 to 1, in gray and in color - is shown from its
    smallest to its largest value, and a bar beside it shows which they are:
    nothing is clipped unseen. int32 without negative values is taken for
    labels, each in a color of its own on black. NaN is shown in pink.
    Magnified pixels are squares.

    Parameters
    ----------
    image : (rows, columns), (rows, columns, 3) or (rows, columns, 4) array, or sequence of them
        Gray, RGB or RGBA; bool, integer or float. A list or tuple of arrays is shown side by side, four in a row.
    title : str or sequence of str, optional
        Text over the image; one for each if there are several images.
    hist : bool
        Whether to draw the histogram below, one line for each channel; for one image only.
    channels : bool
        Whether to show the channels of a color image side by side, each in gray.
    slices : int or sequence of int, optional
        For volumes, (planes, rows, columns) or with channels at the end: how many planes to show, evenly spread, or
        which ones. They are shown side by side with one display range.
    limits : (low, high), optional
        Values to show as black and as white, in place of those above.
    cmap : str or matplotlib Colormap, optional
        A color map of matplotlib for gray images, in place of gray, and in
        place of the colors of labels. ``"labels"`` shows integers of any dtype
        in the colors of labels.
    axes : matplotlib Axes or sequence of Axes, optional
        Where to draw; one for each if there are several pictures, and with
        `hist` those of the image and those of the histogram. By default a new
        figure, which is shown if there is a screen: a window (a script waits
        until it is closed), or the output of a notebook.

    Returns
    -------
    axes : matplotlib Axes or list of Axes
        The axes of the image, to draw on; a list if there are several pictures.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If `image` is complex or no array of numbers, or a parameter has the
        wrong type.
    ValueError
        If `image` is empty or has another shape, `limits` do not rise, or there
        is no such color map; if there are not as many titles or axes as
        pictures.

    See Also
    --------
    compare : Several images with one display range.
    overlay : An image with labels, boxes, points or outlines.
    save_figure : Save the figure to a file.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import numpy as np
    >>> import opsin
    >>> axes = opsin.show(np.arange(12.0).reshape(3, 4), "twelve")
    >>> axes.images[0].get_clim()
    (0.0, 11.0)
    >>> disks = opsin.data.disks()
    >>> before, after = opsin.show([disks, opsin.filters.median(disks, 9)], ["before", "after"])
    >>> planes = opsin.show(opsin.data.beads(), slices=8)
    """
    hist, channels = flag("hist", hist), flag("channels", channels)
    if sum([hist, channels, slices is not None]) > 1:
        raise ValueError("hist, channels and slices exclude each other.")
    if slices is not None:
        planes, names = _planes(image, slices)
        return show_several(planes, _titles(title, names), limits or _common_limits(planes), cmap, axes)
    if _is_several(image):
        if hist or channels:
            raise ValueError("hist and channels need a single image; show each by itself.")
        return show_several([picture(one) for one in image], title, limits, cmap, axes)
    array = picture(image)
    if channels:
        if array.ndim != 3:
            raise ValueError(f"image must have channels, (rows, columns, 3 or 4), to show each; got {array.shape}.")
        parts = [array[..., c] for c in range(array.shape[-1])]
        return show_several(parts, _titles(title, _CHANNELS[: len(parts)]), limits or _common_limits(parts), cmap, axes)
    if not (title is None or isinstance(title, str)):
        raise TypeError("title may be a sequence only if image is a list or tuple, or for channels and slices.")
    shown, _ = display_limits(array, limits)
    pyplot()
    check_colormap(cmap)
    if axes is None:
        drawn = new_axes(array, _HISTOGRAM if hist else 0.0)
    elif hist:
        if not isinstance(axes, (Sequence, np.ndarray)) or len(axes) != 2:
            raise TypeError(f"axes must be those of the image and those of its histogram; got {axes!r}.")
        drawn = [single_axes(one) for one in axes]
    else:
        drawn = [single_axes(axes)]
    draw(drawn[0], array, title, limits, cmap)
    if hist:
        draw_histogram(drawn[1], array, shown)
    if axes is None:
        open_window(drawn[0])
    return drawn[0]


def show_several(
    arrays: Sequence[NDArray[Any]],
    titles: str | Sequence[str | None] | None,
    limits: Limits | None,
    cmap: ColormapLike,
    axes: Axes | Sequence[Axes] | None,
    *,
    name: str = "title",
    columns: int | None = None,
) -> list[Axes]:
    """Show images side by side."""
    texts = texts_for(name, titles, len(arrays))
    if limits is not None:
        as_limits(limits)
    pyplot()
    check_colormap(cmap)
    drawn = new_grid(arrays, columns) if axes is None else given_axes(axes, len(arrays))
    shares_bar = axes is None and limits is not None and not any(array.ndim == 3 for array in arrays)
    for array, text, where in zip(arrays, texts, drawn, strict=True):
        draw(where, array, text, limits, cmap, bar=not shares_bar)
    if shares_bar:
        add_bar(drawn)
    if axes is None:
        open_window(drawn[0])
    return drawn


def _is_several(image: object) -> TypeGuard[Sequence[NDArray[Any]]]:
    return (
        isinstance(image, (list, tuple))
        and len(image) > 0
        and all(isinstance(one, np.ndarray) and one.ndim >= 2 for one in image)
    )


def _titles(given: str | Sequence[str] | None, names: Sequence[str]) -> str | Sequence[str]:
    """Return the titles of parts of an image: those that are given, or a title for all before each name."""
    if given is None:
        return names
    return [f"{given}, {name}" for name in names] if isinstance(given, str) else given


def _planes(image: ArrayLike | Sequence[NDArray[Any]], slices: int | Sequence[int]) -> tuple[list[Any], list[str]]:
    """Return planes of a volume, and what they are called."""
    volume = checked(np.asarray(image))
    if volume.ndim != 3 and not (volume.ndim == 4 and volume.shape[-1] in (3, 4)):
        raise ValueError(
            f"image must be a volume, (planes, rows, columns) or (planes, rows, columns, 3 or 4), to show slices; "
            f"got {volume.shape}."
        )
    count = len(volume)
    if isinstance(slices, (list, tuple, range, np.ndarray)):
        chosen = [integer("slices", one, low=-count, high=count - 1) % count for one in slices]
        if not chosen:
            raise ValueError("slices must name at least one plane; got none.")
    else:
        wanted = min(integer("slices", slices, low=1), count)
        # The middles of as many equal parts.
        chosen = [int((one + 0.5) * count / wanted) for one in range(wanted)]
    return [picture(volume[one]) for one in chosen], [f"plane {one}" for one in chosen]


def _common_limits(arrays: Sequence[NDArray[Any]]) -> Limits | None:
    """Return the display range that images share; None if the dtype determines it for all of them."""
    if all(are_labels(array) or natural_limits(array) is not None for array in arrays):
        return None
    return data_limits(arrays)
