"""Look at an image: the one picture that needs no thought about ranges and color maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeGuard, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._errors import flag, missing_extra, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Labels are colored in turns of this many colors.
_COLORS = 1024
# What is not a number stands out in this color, which no gray image has.
_NAN_COLOR = (1.0, 0.0, 0.4)
_LONG_SIDE = 6.4  # inches
_IN_A_ROW = 4


@overload
def show(
    image: Sequence[NDArray[Any]],
    title: Sequence[str] | None = None,
    *,
    hist: bool = False,
    limits: tuple[float, float] | None = None,
    cmap: str | None = None,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]: ...


@overload
def show(
    image: ArrayLike,
    title: str | None = None,
    *,
    hist: bool = False,
    limits: tuple[float, float] | None = None,
    cmap: str | None = None,
    axes: Axes | None = None,
) -> Axes: ...


def show(
    image: ArrayLike | Sequence[NDArray[Any]],
    title: str | Sequence[str] | None = None,
    *,
    hist: bool = False,
    limits: tuple[float, float] | None = None,
    cmap: str | None = None,
    axes: Axes | Sequence[Axes] | None = None,
) -> Axes | list[Axes]:
    """Show an image, or several side by side, with the display range that the dtype asks for.

    bool and uint8 are shown from black to white over their whole range, floats
    from 0 to 1 if all of them lie there. Everything else - uint16, other
    integers, floats beyond 0 to 1, in gray and in color - is shown from its
    smallest to its largest value, and a bar beside it tells which they are:
    nothing is clipped unseen. int32 without negative values is taken for
    labels, each in a color of its own on black. NaN is shown in pink.

    Parameters
    ----------
    image : (rows, columns), (rows, columns, 3) or (rows, columns, 4) array, or sequence of them
        Gray, RGB or RGBA; bool, integer or float. A list or tuple of arrays is shown side by side, four in a row.
    title : str or sequence of str, optional
        Text over the image; one for each if there are several images.
    hist : bool
        Whether to draw the histogram below, one line for each channel; for one image only.
    limits : (low, high), optional
        Values to show as black and as white, in place of those above.
    cmap : str, optional
        Name of a color map of matplotlib for gray images, in place of gray,
        and in place of the colors of labels.
    axes : matplotlib Axes or sequence of Axes, optional
        Where to draw; one for each if there are several images. By default a
        new figure, which is shown if there is a screen: a window (a script
        waits until it is closed), or the output of a notebook.

    Returns
    -------
    axes : matplotlib Axes or list of Axes
        The axes of the image, to draw on; a list if there are several images.
        ``axes.figure.savefig(...)`` keeps the picture.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If `image` is complex or no array of numbers, or a parameter has the
        wrong type.
    ValueError
        If `image` is empty or has another shape, `limits` do not rise, or there
        is no such color map; if `hist` and `axes` are both given; if there are
        not as many titles or axes as images.

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
    """
    hist = flag("hist", hist)
    if _is_several(image):
        return _show_several(image, title, hist, limits, cmap, axes)
    if isinstance(axes, Sequence) or not (title is None or isinstance(title, str)):
        raise TypeError("title and axes may be sequences only if image is a list or tuple of arrays.")
    return _show_one(image, title, hist, limits, cmap, axes)


def _show_one(
    image: ArrayLike,
    title: str | None,
    hist: bool,
    limits: tuple[float, float] | None,
    cmap: str | None,
    axes: Axes | None,
) -> Axes:
    """Draw one image."""
    array = _checked(image)
    if hist and axes is not None:
        raise ValueError("hist needs a figure of its own: leave out axes or hist.")
    low, high, natural = _limits(array, limits)
    plt = _pyplot(cmap)
    from matplotlib.colors import ListedColormap

    own = axes is None
    below = None
    if axes is None:
        width, height = _size(array)
        figure = plt.figure(figsize=(width, height + (1.8 if hist else 0.0)), layout="constrained")
        if hist:
            axes, below = figure.subplots(2, 1, height_ratios=(height, 1.6))
        else:
            axes = figure.subplots()

    box = axes.get_window_extent()
    magnified = array.shape[0] <= box.height and array.shape[1] <= box.width
    interpolation = "nearest" if magnified else "auto"
    labels = array.dtype == np.int32 and array.ndim == 2 and limits is None and cmap is None and low >= 0
    if labels:
        colors = ListedColormap(_label_colors())
        turns = np.where(array > 0, (array - 1) % (_COLORS - 1) + 1, 0)
        axes.imshow(turns, cmap=colors, vmin=0, vmax=_COLORS - 1, interpolation="nearest")
    elif array.ndim == 3:
        axes.imshow(_in_color(array, low, high), interpolation=interpolation)
    else:
        colormap = plt.get_cmap(cmap or "gray").with_extremes(bad=_NAN_COLOR)
        shown = array.astype(np.uint8) if array.dtype == bool else array
        if array.dtype == np.float16 or array.dtype.itemsize > 8:
            shown = array.astype(np.float64)
        axes.imshow(shown, cmap=colormap, vmin=low, vmax=high, interpolation=interpolation)
    axes.set_xticks([])
    axes.set_yticks([])
    if title is not None:
        axes.set_title(title)
    if not natural and not labels:
        _bar(axes, array, low, high)
    if below is not None:
        _histogram(below, array, low, high)
    # A figure of a notebook or a file needs no call; a window does.
    if own and getattr(axes.figure.canvas, "required_interactive_framework", None):
        plt.show()
    return axes


def _pyplot(cmap: str | None) -> Any:
    """Return matplotlib.pyplot, if it is there and has the color map."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise missing_extra("opsin.show", "plots") from None
    if cmap is not None and cmap not in plt.colormaps():
        raise ValueError(f"cmap must name a color map of matplotlib; got {cmap!r}.")
    return plt


def _checked(image: ArrayLike) -> NDArray[Any]:
    array = np.asarray(image)
    if array.dtype.kind == "c":
        raise TypeError(f"image is {array.dtype}; show np.abs(image), np.angle(image) or image.real.")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"image must be an array of numbers; got dtype {array.dtype}.")
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise ValueError(
            f"image must be (rows, columns) or (rows, columns, 3 or 4); got {array.shape}.{_instead(array)}"
        )
    if array.size == 0:
        raise ValueError(f"image has no pixels; its shape is {array.shape}.")
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


def _is_several(image: object) -> TypeGuard[Sequence[NDArray[Any]]]:
    return (
        isinstance(image, (list, tuple))
        and len(image) > 0
        and all(isinstance(one, np.ndarray) and one.ndim >= 2 for one in image)
    )


def _show_several(
    images: Sequence[NDArray[Any]],
    titles: str | Sequence[str] | None,
    hist: bool,
    limits: tuple[float, float] | None,
    cmap: str | None,
    axes: Axes | Sequence[Axes] | None,
) -> list[Axes]:
    """Show images side by side."""
    if hist:
        raise ValueError("hist needs a single image; show each with hist=True.")
    arrays = [_checked(image) for image in images]
    if titles is None:
        titles = [""] * len(images)
    elif isinstance(titles, str):
        raise TypeError(f"title must be a sequence with a text for each of the {len(images)} images; got {titles!r}.")
    elif len(titles) != len(images):
        raise ValueError(f"title must have a text for each of the {len(images)} images; got {len(titles)}.")
    for array in arrays:
        _limits(array, limits)
    plt = _pyplot(cmap)
    own = axes is None
    if axes is None:
        columns = min(len(images), _IN_A_ROW)
        rows = -(-len(images) // columns)
        width, height = _size(arrays[0])
        width, height = (length * 0.65 for length in (width, height))
        grid = plt.subplots(
            rows, columns, figsize=(width * columns, (height + 0.3) * rows), layout="constrained", squeeze=False
        )[1]
        axes = list(grid.flat)
        for unused in axes[len(images) :]:
            unused.remove()
        axes = axes[: len(images)]
    elif not isinstance(axes, (Sequence, np.ndarray)):
        raise TypeError(f"axes must be a sequence with one Axes for each of the {len(images)} images; got {axes!r}.")
    drawn = list(axes)
    if len(drawn) != len(images):
        raise ValueError(f"axes must have one Axes for each of the {len(images)} images; got {len(drawn)}.")
    for array, title, where in zip(arrays, titles, drawn, strict=True):
        _show_one(array, title or None, False, limits, cmap, where)
    if own and getattr(drawn[0].figure.canvas, "required_interactive_framework", None):
        plt.show()
    return drawn


def _limits(array: NDArray[Any], limits: tuple[float, float] | None) -> tuple[float, float, bool]:
    """Return what is black, what is white, and whether that is the whole range of the dtype."""
    if limits is not None:
        if not isinstance(limits, (tuple, list)) or len(limits) != 2:
            raise TypeError(f"limits must be a pair (low, high); got {limits!r}.")
        low, high = number("limits[0]", limits[0]), number("limits[1]", limits[1])
        if not low < high:
            raise ValueError(f"limits must rise; got {limits!r}.")
        return low, high, False
    if array.dtype == bool:
        return 0.0, 1.0, True
    if array.dtype == np.uint8:
        return 0.0, 255.0, True
    colors = array[..., :3] if array.ndim == 3 else array
    if array.dtype.kind == "f":
        colors = colors[np.isfinite(colors)]
        if colors.size == 0:
            return 0.0, 1.0, True
    low, high = float(colors.min()), float(colors.max())
    if array.dtype.kind == "f" and low >= 0 and high <= 1:
        return 0.0, 1.0, True
    if low == high:  # one value everywhere: a middle gray
        margin = max(0.5, 1e-3 * abs(low))
        return low - margin, high + margin, False
    return low, high, False


def _in_color(array: NDArray[Any], low: float, high: float) -> NDArray[Any]:
    """Return RGB or RGBA that matplotlib shows as it is."""
    if array.dtype == np.uint8 and (low, high) == (0.0, 255.0):
        return array
    colors: NDArray[Any] = array[..., :3].astype(np.float32 if array.dtype.itemsize < 4 else np.float64)
    colors -= low
    colors /= high - low
    shown: NDArray[Any] = np.clip(colors, 0, 1)
    shown[np.isnan(colors).any(axis=-1)] = _NAN_COLOR
    if array.shape[2] == 4:
        top = 1.0 if array.dtype.kind in "bf" else float(np.iinfo(array.dtype).max)
        alpha = np.clip(np.nan_to_num(array[..., 3:].astype(np.float64), nan=1.0) / top, 0, 1)
        shown = np.concatenate([shown, alpha], axis=-1)
    return shown


def _label_colors() -> NDArray[np.float64]:
    """Return black and then colors of which neighbours in number differ much.

    The hue goes on by the golden ratio, which never comes back to where it was;
    three levels of brightness and two of saturation part near hues.
    """
    number = np.arange(_COLORS - 1)
    hue = number * 0.6180339887498949 % 1.0
    value = np.array([1.0, 0.8, 0.62])[number % 3]
    saturation = np.array([0.75, 0.5])[number // 3 % 2]
    sector = (hue[:, None] * 6 + [5, 3, 1]) % 6
    rgb = value[:, None] * (1 - saturation[:, None] * np.clip(np.minimum(sector, 4 - sector), 0, 1))
    return np.concatenate([np.zeros((1, 3)), rgb])


def _size(array: NDArray[Any]) -> tuple[float, float]:
    """Return width and height of a figure in inches, of the image's form within reason."""
    ratio = min(max(array.shape[0] / array.shape[1], 0.25), 2.0)
    return (_LONG_SIDE, _LONG_SIDE * ratio) if ratio <= 1 else (_LONG_SIDE / ratio + 1, _LONG_SIDE)


def _bar(axes: Axes, array: NDArray[Any], low: float, high: float) -> None:
    """Tell the range: a color bar for gray, a line of text for color."""
    if array.ndim == 2:
        axes.figure.colorbar(axes.images[0], ax=axes, shrink=0.8)
    else:
        text = f"{array.dtype}, shown from {low:g} to {high:g}"
        axes.text(0.5, -0.02, text, transform=axes.transAxes, ha="center", va="top", fontsize="small")


def _histogram(axes: Axes, array: NDArray[Any], low: float, high: float) -> None:
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
