"""Figures of matplotlib, which is imported when it is needed: axes of an image, grids, colors, windows, files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from .._atomic import replacing
from .._errors import choice, flag, missing_extra, number
from .pixels import (
    LABEL_COLORS,
    NAN_COLOR,
    Limits,
    are_labels,
    as_limits,
    color_numbers,
    data_limits,
    in_color,
    label_colors,
    natural_limits,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

ColormapLike: TypeAlias = "str | Colormap | None"
"""A color map of matplotlib or its name; "labels": the colors of labels."""

LABELS = "labels"
_LONG_SIDE = 6.4  # inches
_IN_A_ROW = 4


def pyplot(what: str = "opsin.show") -> Any:
    """Return matplotlib.pyplot, if it is there."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise missing_extra(what, "plots") from None
    return plt


def check_colormap(cmap: ColormapLike) -> None:
    """Refuse what is no color map."""
    from matplotlib.colors import Colormap

    if cmap is None or isinstance(cmap, Colormap) or cmap == LABELS:
        return
    if not isinstance(cmap, str):
        raise TypeError(f"cmap must be a color map of matplotlib or its name; got {cmap!r} ({type(cmap).__name__}).")
    if cmap not in pyplot().colormaps():
        raise ValueError(f"cmap must name a color map of matplotlib, or be 'labels'; got {cmap!r}.")


def check_color(name: str, color: Any) -> Any:
    """Return a color of matplotlib."""
    from matplotlib.colors import is_color_like

    if not is_color_like(color):
        raise ValueError(f"{name} must be a color of matplotlib, such as 'orange' or '#ff8800'; got {color!r}.")
    return color


def new_axes(array: NDArray[Any], below: float = 0.0) -> list[Axes]:
    """Return the axes of a new figure of the image's form, and other ones of the given height below."""
    width, height = _size(array)
    figure = pyplot().figure(figsize=(width, height + below * 1.125), layout="constrained")
    if below:
        return list(figure.subplots(2, 1, height_ratios=(height, below)))
    return [figure.subplots()]


def new_grid(arrays: Sequence[NDArray[Any]], columns: int | None = None) -> list[Axes]:
    """Return axes for images side by side. Images of one shape are zoomed together."""
    columns = min(len(arrays), columns or _IN_A_ROW)
    rows = -(-len(arrays) // columns)
    width, height = (0.65 * length for length in _size(arrays[0]))
    together = len({array.shape[:2] for array in arrays}) == 1
    grid = pyplot().subplots(
        rows,
        columns,
        figsize=(width * columns, (height + 0.3) * rows),
        layout="constrained",
        squeeze=False,
        sharex=together,
        sharey=together,
    )[1]
    axes = list(grid.flat)
    for unused in axes[len(arrays) :]:
        unused.remove()
    return axes[: len(arrays)]


def given_axes(axes: Any, count: int) -> list[Axes]:
    """Return the axes that the caller gives, one for each of several images."""
    if not isinstance(axes, (Sequence, np.ndarray)):
        raise TypeError(f"axes must be a sequence with one Axes for each of the {count} images; got {axes!r}.")
    found = list(np.ravel(cast(Any, axes)))
    if len(found) != count:
        raise ValueError(f"axes must have one Axes for each of the {count} images; got {len(found)}.")
    return [single_axes(one) for one in found]


def single_axes(axes: Any) -> Axes:
    """Return the axes that the caller gives, if they are matplotlib's."""
    from matplotlib.axes import Axes

    if not isinstance(axes, Axes):
        raise TypeError(f"axes must be Axes of matplotlib; got {axes!r} ({type(axes).__name__}).")
    return axes


def texts_for(name: str, texts: Any, count: int) -> list[str | None]:
    """Return a text for each of several images, None where there is none."""
    if texts is None:
        return [None] * count
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise TypeError(f"{name} must be a sequence with a text for each of the {count} images; got {texts!r}.")
    found = list(texts)
    if len(found) != count:
        raise ValueError(f"{name} must have a text for each of the {count} images; got {len(found)}.")
    return [str(text) or None if text is not None else None for text in found]


def display_limits(array: NDArray[Any], limits: Limits | None, cmap: ColormapLike = None) -> tuple[Limits, bool]:
    """Return what is black and what is white, and whether the picture must show it."""
    if limits is not None:
        return as_limits(limits), True
    natural = natural_limits(array)
    if natural is not None:
        return natural, False
    return data_limits([array]), not shows_labels(array, limits, cmap)


def shows_labels(array: NDArray[Any], limits: Limits | None, cmap: ColormapLike) -> bool:
    """Return whether each value is shown in a color of its own."""
    if isinstance(cmap, str) and cmap == LABELS:
        if array.ndim != 2 or array.dtype.kind not in "biu":
            raise ValueError(
                f"image must be (rows, columns) of integers for cmap='labels'; got {array.shape}, {array.dtype}."
            )
        return True
    return limits is None and cmap is None and are_labels(array)


def draw(
    axes: Axes,
    array: NDArray[Any],
    title: str | None,
    limits: Limits | None,
    cmap: ColormapLike,
    *,
    bar: bool = True,
) -> None:
    """Draw an image with the display range of its dtype, and a bar that shows other ranges."""
    from matplotlib.colors import ListedColormap

    (low, high), tells = display_limits(array, limits, cmap)
    box = axes.get_window_extent()
    magnified = array.shape[0] <= box.height and array.shape[1] <= box.width
    interpolation = "nearest" if magnified else "auto"
    if shows_labels(array, limits, cmap):
        colors = ListedColormap(label_colors())
        numbers = color_numbers(array)
        axes.imshow(numbers, cmap=colors, vmin=0, vmax=LABEL_COLORS - 1, interpolation="nearest")
    elif array.ndim == 3:
        axes.imshow(in_color(array, (low, high)), interpolation=interpolation)
    else:
        colormap = pyplot().get_cmap(cmap or "gray").with_extremes(bad=NAN_COLOR)
        shown = array.astype(np.uint8) if array.dtype == bool else array
        if array.dtype == np.float16 or array.dtype.itemsize > 8:
            shown = array.astype(np.float64)
        axes.imshow(shown, cmap=colormap, vmin=low, vmax=high, interpolation=interpolation)
    axes.set_xticks([])
    axes.set_yticks([])
    if title is not None:
        axes.set_title(title)
    if tells and array.ndim == 3:
        text = f"{array.dtype}, shown from {low:g} to {high:g}"
        axes.text(0.5, -0.02, text, transform=axes.transAxes, ha="center", va="top", fontsize="small")
    elif tells and bar:
        add_bar([axes])


def add_bar(axes: Sequence[Axes]) -> None:
    """Tell the range of gray images by a color bar, one for all axes of a figure."""
    axes[0].figure.colorbar(axes[0].images[-1], ax=list(axes), shrink=0.8)


def draw_histogram(axes: Axes, array: NDArray[Any], limits: Limits) -> None:
    """Draw how many pixels have each value, a line for each channel."""
    low, high = limits
    channels = [array] if array.ndim == 2 else [array[..., c] for c in range(3)]
    colors = ["0.3"] if array.ndim == 2 else ["tab:red", "tab:green", "tab:blue"]
    # Whole numbers get bins of whole width, so that no bin takes two values and the next one none.
    step = 1.0 if array.dtype == bool else max(1.0, np.ceil((high - low + 1) / 256))
    if array.dtype.kind == "f":
        edges = np.linspace(low, high, 257)
    else:
        edges = np.arange(np.floor(low) - 0.5, high + 0.5 + step, step)
    for channel, color in zip(channels, colors, strict=True):
        values = channel.astype(np.uint8) if channel.dtype == bool else channel
        counts, _ = np.histogram(values[np.isfinite(values)], edges)
        axes.stairs(counts, edges, fill=array.ndim == 2, color=color)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(bottom=0)
    axes.set_ylabel("pixels")


def open_window(axes: Axes) -> None:
    """Show a new figure in a window, if it has one; a figure of a notebook or a file needs no call."""
    if getattr(axes.figure.canvas, "required_interactive_framework", None):
        pyplot().show()


def _size(array: NDArray[Any]) -> tuple[float, float]:
    """Return width and height of a figure in inches, of the image's form within reason."""
    ratio = min(max(array.shape[0] / array.shape[1], 0.25), 2.0)
    return (_LONG_SIDE, _LONG_SIDE * ratio) if ratio <= 1 else (_LONG_SIDE / ratio + 1, _LONG_SIDE)


def figure_of(what: Any) -> Figure:
    """Return the figure of axes, of a sequence of axes, or the figure that is given."""
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    first = what
    if isinstance(what, (list, tuple, np.ndarray)) and len(what):
        first = np.ravel(np.asarray(what, dtype=object))[0]
    found = first.get_figure(root=True) if isinstance(first, Axes) else first
    if not isinstance(found, Figure):
        raise TypeError(f"axes must be Axes of matplotlib, a sequence of them, or a Figure; got {type(what).__name__}.")
    return found


def save_figure(
    axes: Axes | Sequence[Axes] | Figure,
    path: str | PathLike[str],
    *,
    dpi: float = 200,
    transparent: bool = False,
) -> None:
    """Save the figure of axes to a file: PNG, PDF, SVG, and what else matplotlib writes.

    The suffix of `path` chooses the format. PDF and SVG keep lines, outlines
    and text as vectors. The file is replaced whole or not at all, and holds no
    date, so that the same program writes the same bytes.

    Parameters
    ----------
    axes : matplotlib Axes, sequence of Axes, or Figure
        What `show` and the other functions return.
    path : path
        The file to write.
    dpi : float
        Pixels per inch, for images.
    transparent : bool
        Whether what is not drawn on is transparent instead of white.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If a parameter has the wrong type.
    ValueError
        If the suffix names no format, or `dpi` is not between 1 and 2400.
    OSError
        If the file cannot be written.

    See Also
    --------
    opsin.io.imsave : Write the image itself, pixel by pixel.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import opsin
    >>> axes = opsin.show(opsin.data.disks(), "disks")
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "disks.svg"
    >>> opsin.save_figure(axes, path)
    >>> path.read_text()[:5]
    '<?xml'
    """
    pyplot("opsin.save_figure")
    import matplotlib as mpl

    figure = figure_of(axes)
    dpi = number("dpi", dpi, low=1, high=2400)
    transparent = flag("transparent", transparent)
    suffix = Path(fspath(path)).suffix.lower()
    known = sorted(figure.canvas.get_supported_filetypes())
    choice("the suffix of path", suffix[1:], known)
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(suffix)
    with replacing(path) as beside, mpl.rc_context({"svg.hashsalt": "opsin"}):
        figure.savefig(beside, dpi=dpi, transparent=transparent, metadata=undated)
