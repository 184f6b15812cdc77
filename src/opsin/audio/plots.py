"""Plots of sounds: the waveform and the spectrogram.

Every sample is considered, and reduced to the resolution of a screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._errors import missing_extra, number
from .sound import Samples, Sound, SoundLike, as_sound, columns
from .spectra import column_powers, window_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The number of columns, more than most screens have, and of points up to which samples are drawn as a line.
_COLUMNS = 2000
_POINTS = 4 * _COLUMNS


def waveform(
    sound: SoundLike,
    *,
    label: str | None = None,
    color: Any = None,
    alpha: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the samples against time.

    A long sound is drawn as the range from the smallest to the largest sample of each column of the
    figure, so no peak is lost. Channels are drawn one below the other.

    Parameters
    ----------
    sound : Sound or (array, rate)
    label : str, optional
        For ``ax.legend()``.
    color, alpha : optional
        As matplotlib takes them.
    ax : matplotlib Axes, optional
        A second call with the same Axes draws a sound over the first.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> from opsin.audio import lowpass, tone, waveform
    >>> sound = tone(200, 0.5) + tone(3000, 0.5)
    >>> ax = waveform(sound, label="original")
    >>> ax = waveform(lowpass(sound, 500), label="below 500 Hz", ax=ax)
    >>> legend = ax.legend()
    """
    return draw_waveform(_in_memory(sound), label=label, color=color, alpha=alpha, ax=_axes(ax))


def spectrogram(
    sound: SoundLike,
    *,
    window: float = 0.025,
    decibels: float = 80.0,
    cmap: str = "magma",
    ax: Axes | None = None,
) -> Axes:
    """Draw the power of each frequency over time; the powers of the channels are averaged.

    Parameters
    ----------
    sound : Sound or (array, rate)
    window : float
        Seconds of each window: a longer one resolves frequencies better and times worse.
    decibels : float
        The range of the colors below the largest power.
    cmap : str
        A color map of matplotlib.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        ``figure.colorbar(ax.images[0])`` adds the scale, in decibels relative to the largest power.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Notes
    -----
    Hann windows that overlap by half or more. If there are more windows than columns, each column is
    the mean of its windows. `power_spectrogram` returns the powers as an array.

    Examples
    --------
    >>> from opsin.audio import spectrogram, tone
    >>> ax = spectrogram(tone(440, 1.0, wave="square"))
    """
    return draw_spectrogram(_in_memory(sound), window=window, decibels=decibels, cmap=cmap, ax=ax)


@dataclass(frozen=True)
class Stretch:
    """A sound of known length that can be read in blocks, from memory or from a file."""

    frames: int
    rate: int
    channels: int
    blocks: Callable[[], Iterable[Sound]]


def _in_memory(sound: SoundLike) -> Stretch:
    sound = as_sound(sound)
    return Stretch(sound.frames, sound.rate, sound.channels, lambda: [sound])


def draw_waveform(
    stretch: Stretch, *, label: str | None = None, color: Any = None, alpha: float | None = None, ax: Axes
) -> Axes:
    """Draw what `waveform` does, with one pass over the blocks."""
    # The lanes of the channels are two apart, which is the range of a sound.
    lanes = -2.0 * np.arange(stretch.channels)
    drawn = (len(ax.lines) + len(ax.collections)) // stretch.channels
    style: dict[str, Any] = {"color": f"C{drawn}" if color is None else color, "alpha": alpha}
    if stretch.frames <= _POINTS:
        samples = [np.empty((0, stretch.channels), np.float32)]
        samples += [columns(part.samples) for part in stretch.blocks()]
        times = np.arange(stretch.frames) / stretch.rate
        for index, lane in enumerate(lanes):
            values = np.concatenate(samples)[:, index] + lane
            ax.plot(times, values, lw=1, label=None if index else label, **style)
    else:
        times, low, high = envelope(stretch, _COLUMNS)
        for index, lane in enumerate(lanes):
            ax.fill_between(
                times,
                low[:, index] + lane,
                high[:, index] + lane,
                lw=0.5,
                label=None if index else label,
                **style,
            )
    if stretch.channels > 1:
        ax.set_yticks(lanes, [f"channel {index}" for index in range(stretch.channels)])
    else:
        ax.set_ylabel("amplitude")
    ax.set_xlabel("time (s)")
    ax.margins(x=0)
    return ax


def draw_spectrogram(
    stretch: Stretch, *, window: float = 0.025, decibels: float = 80.0, cmap: str = "magma", ax: Axes | None = None
) -> Axes:
    """Draw what `spectrogram` does, with one pass over the blocks."""
    decibels = number("decibels", decibels, above=0)
    rate = stretch.rate
    length = window_length(stretch.frames, rate, number("window", window, above=0, unit="seconds"))
    hop, grouped = max(1, length // 4), 1
    if stretch.frames > _COLUMNS * hop:
        hop = length // 2
        grouped = -(-stretch.frames // (hop * _COLUMNS))
    count = max(1, -(-stretch.frames // (hop * grouped)))
    powers = column_powers(stretch.blocks(), stretch.channels, length, hop, grouped, count)
    ax = _axes(ax)
    strongest = powers.max(initial=0.0) or 1.0
    with np.errstate(divide="ignore"):
        levels = np.maximum(10 * np.log10(powers / strongest), -decibels)
    # The centers of the pixels are the centers of the windows and the frequencies of the transform.
    column, first, row = hop * grouped / rate, (grouped - 1) / 2 * hop / rate, rate / length
    ax.imshow(
        levels.T,
        origin="lower",
        aspect="auto",
        extent=(first - column / 2, first + (count - 0.5) * column, -row / 2, (length // 2 + 0.5) * row),
        cmap=cmap,
        vmin=-decibels,
        vmax=0,
    )
    ax.set(xlabel="time (s)", xlim=(0, max(stretch.frames, 1) / rate), ylabel="frequency (Hz)", ylim=(0, rate / 2))
    return ax


def envelope(stretch: Stretch, parts: int) -> tuple[NDArray[np.float64], Samples, Samples]:
    """Return the center, in seconds, of each of the parts of a sound, and its extremes per channel."""
    edges = np.linspace(0, stretch.frames, min(parts, stretch.frames) + 1).astype(np.intp)
    low = np.full((len(edges) - 1, stretch.channels), np.inf, np.float32)
    high = -low
    position = 0
    for block in stretch.blocks():
        samples = np.ascontiguousarray(columns(block.samples))
        end = position + len(samples)
        for index in range(int(np.searchsorted(edges, position, "right")) - 1, len(low)):
            start, stop = max(edges[index], position), min(edges[index + 1], end)
            if start >= end:
                break
            lowest, highest = _extremes(samples[start - position : stop - position])
            low[index], high[index] = np.minimum(low[index], lowest), np.maximum(high[index], highest)
        position = end
    return (edges[:-1] + edges[1:]) / (2 * stretch.rate), low, high


def _extremes(samples: Samples) -> tuple[Samples, Samples]:
    """Return the extremes of each channel. Rows are joined, because NumPy compares long rows faster."""
    joined = 64
    whole = len(samples) - len(samples) % joined
    if whole == 0:
        return samples.min(axis=0), samples.max(axis=0)
    runs = samples[:whole].reshape(-1, joined * samples.shape[1])
    rest = samples[whole - 1 :]
    low = runs.min(axis=0).reshape(joined, -1).min(axis=0)
    high = runs.max(axis=0).reshape(joined, -1).max(axis=0)
    return np.minimum(low, rest.min(axis=0)), np.maximum(high, rest.max(axis=0))


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise missing_extra("Plots", "plots") from None
    return pyplot.subplots(figsize=(8, 3), layout="constrained")[1]
