"""Animations from images or figures, in one pass."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence, Sized
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._atomic import replacing
from .._errors import choice, flag, integer, missing_extra, number
from .animated import APNGWriter, Frame, GIFWriter, VideoWriter, WebPWriter, Writer
from .pixels import Limits, are_labels, as_limits, natural_limits, painted, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FrameLike: TypeAlias = "NDArray[Any] | Figure | Axes"
"""An image, or a figure of matplotlib."""

_FORMATS = (".gif", ".webp", ".png", ".apng", ".mp4", ".webm")
_VIDEO = (".mp4", ".webm")
# The longest side that each format holds.
_LONGEST = {".gif": 65535, ".webp": 16383, ".mp4": 16384, ".webm": 16384}
_MAX_FPS = {".gif": 50.0}


def animate(
    frames: Iterable[FrameLike],
    path: str | PathLike[str],
    *,
    fps: float = 20,
    titles: Iterable[str] | None = None,
    limits: Limits | None = None,
    quality: int | None = None,
    loop: bool = True,
    progress: bool | None = None,
) -> None:
    """Write an animation from images or figures.

    Frames are taken one by one and written at once, so that a generator of
    thousands of frames needs the memory of two. The file is replaced when it
    is complete.

    Parameters
    ----------
    frames : iterable of arrays or matplotlib figures
        Images of one shape, (rows, columns), (rows, columns, 3) or (rows, columns, 4): bool, uint8, floats from 0 to 1
        and labels (int32 without negative values, each in a color of its own) as they are, other values with `limits`.
        Or figures or Axes; the same figure may come again, changed.
    path : path
        The file. Its suffix chooses the format: .gif (256 colors in each frame), .webp, .png or .apng (without loss),
        and with the extra "media" .mp4 (H.264) and .webm (VP9).
    fps : float
        Frames per second, up to 50 for GIF, whose times are hundredths of a second.
    titles : iterable of str, optional
        A text over each frame, on white.
    limits : (low, high), optional
        Values to show as black and as white, in all frames.
    quality : int, optional
        1 to 100, for WebP, MP4 and WebM. WebP is without loss by default.
    loop : bool
        Whether GIF, WebP and PNG begin again at the end.
    progress : bool, optional
        Whether to show a progress bar; by default if the standard error stream is a terminal.

    Raises
    ------
    ImportError
        If MP4 or WebM is requested and PyAV is not installed.
    TypeError
        If a frame is neither an image nor a figure.
    ValueError
        If there are no frames, a frame has another shape than the first or
        values that need `limits`, there are not as many titles as frames, or
        the format does not exist. The file is then left as it was.

    See Also
    --------
    save_figure : Save a single figure.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import numpy as np
    >>> import opsin
    >>> chart = opsin.data.color_chart((60, 90))
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "turned.gif"
    >>> opsin.animate((opsin.transform.rotate(chart, angle) for angle in range(0, 360, 30)), path, fps=10)
    >>> opsin.io.info(path).pages
    12
    """
    suffix = Path(fspath(path)).suffix.lower()
    choice("the suffix of path", suffix, _FORMATS)
    fps = number("fps", fps, low=0.1, high=_MAX_FPS.get(suffix, 240.0))
    given = None if limits is None else as_limits(limits)
    if quality is not None:
        quality = integer("quality", quality, low=1, high=100)
        if suffix not in (".webp", *_VIDEO):
            raise ValueError(f"quality is for .webp, .mp4 and .webm; {suffix} has none.")
    loop = flag("loop", loop)
    shows_bar = flag("progress", progress) if progress is not None else sys.stderr.isatty()
    if isinstance(titles, str):
        raise TypeError(f"titles must be a sequence with a text for each frame; got {titles!r}.")
    if not isinstance(frames, Iterable):
        raise TypeError(f"frames must be an iterable of images or figures; got {type(frames).__name__}.")
    if suffix in _VIDEO:
        try:
            import av  # noqa: F401
        except ImportError:
            raise missing_extra(f"Writing {suffix}", "media") from None
    length = len(frames) if isinstance(frames, Sized) else None
    pictures = _titled(_pictures(frames, given, suffix), titles)
    with replacing(path) as beside:
        count = 0
        with contextlib.ExitStack() as stack:
            writer = _open_writer(stack, beside, suffix, fps, loop, quality)
            for frame in _with_bar(pictures, length) if shows_bar else pictures:
                writer.write(frame)
                count += 1
            if not count:
                raise ValueError("frames must have at least one frame; got none.")


def _open_writer(
    stack: contextlib.ExitStack, path: Path, suffix: str, fps: float, loop: bool, quality: int | None
) -> Writer:
    """Return what writes the frames; it is closed with the stack, unless there was an error."""
    writer: Writer
    if suffix in _VIDEO:
        writer = VideoWriter(str(path), suffix, fps, quality)
        stack.callback(writer.close)
        return writer
    file = stack.enter_context(path.open("wb"))
    if suffix == ".gif":
        writer = GIFWriter(file, fps, loop)
    elif suffix == ".webp":
        writer = WebPWriter(file, fps, loop, quality)
    else:
        writer = APNGWriter(file, fps, loop)
    stack.push(lambda kind, error, trace: None if error else writer.close())
    return writer


def _with_bar(pictures: Iterator[Frame], length: int | None) -> Iterator[Frame]:
    import click

    with click.progressbar(pictures, length=length, label="opsin.animate", show_pos=True, file=sys.stderr) as bar:
        yield from bar


def _pictures(frames: Iterable[Any], limits: Limits | None, suffix: str) -> Iterator[Frame]:
    """Yield the frames in color, all of one shape."""
    shape: tuple[int, ...] | None = None
    for count, frame in enumerate(frames):
        found = _from_figure(frame) if hasattr(frame, "get_figure") else _from_image(frame, count, limits)
        if shape is None:
            shape = found.shape
            longest = _LONGEST.get(suffix, 2**31 - 1)
            if max(shape) > longest:
                raise ValueError(f"frames must have at most {longest} pixels a side for {suffix}; got {shape[:2]}.")
        elif found.shape != shape:
            raise ValueError(f"frames must have one shape; frame {count} has {found.shape[:2]}, the first {shape[:2]}.")
        yield found


def _from_image(frame: Any, count: int, limits: Limits | None) -> Frame:
    name = f"frame {count}"
    array = picture(frame, name)
    if limits is None and natural_limits(array) is None and not are_labels(array):
        raise ValueError(
            f"{name} has {array.dtype} values from {array.min():g} to {array.max():g}: give limits=(low, high), "
            "which are black and white in all frames."
        )
    found = painted(array, limits)
    if found.ndim == 2:
        return np.stack([found] * 3, axis=-1)
    if found.shape[-1] == 4:  # what is transparent is white
        alpha = found[..., 3:].astype(np.uint32)
        return ((found[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return np.array(found)


def _from_figure(frame: Any) -> Frame:
    """Return the pixels of a figure, or of the figure of axes, as it is now."""
    from .figures import figure_of

    figure = figure_of(frame)
    canvas: Any = figure.canvas
    if not hasattr(canvas, "buffer_rgba"):
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(np.asarray(canvas.buffer_rgba())[..., :3])


def _titled(pictures: Iterator[Frame], titles: Iterable[str] | None) -> Iterator[Frame]:
    """Yield the frames with their titles above."""
    if titles is None:
        yield from pictures
        return
    texts = iter(titles)
    count = 0
    for count, frame in enumerate(pictures, 1):
        text = next(texts, None)
        if text is None:
            raise ValueError(f"titles must have a text for each frame; got {count - 1}, and more frames.")
        yield np.concatenate([_strip(str(text), frame.shape[1]), frame])
    if isinstance(titles, Sequence) and len(titles) > count:
        raise ValueError(f"titles must have a text for each frame; got {len(titles)} for {count} frames.")


def _strip(text: str, width: int) -> Frame:
    """Return a line of text in the middle of a white strip, made smaller if it is too long."""
    from PIL import Image, ImageDraw, ImageFont

    size = min(max(width / 24, 11.0), 40.0)
    # An even height keeps the rows of video even.
    strip = Image.new("L", (width, 2 * round(0.9 * size)), 255)
    draw = ImageDraw.Draw(strip)
    font: Any = ImageFont.load_default(size)
    if (length := draw.textlength(text, font)) > 0.96 * width:
        font = ImageFont.load_default(max(size * 0.96 * width / length, 6.0))
    draw.text((width / 2, strip.height / 2), text, fill=0, font=font, anchor="mm")
    return np.stack([np.asarray(strip)] * 3, axis=-1)
