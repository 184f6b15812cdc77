"""Pictures of sound: the waveform and the spectrogram.

Both look at every sample, and draw no more than a screen has room for.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._errors import missing_extra, number
from .sound import Samples, Sound, SoundLike, as_sound, columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More columns than most screens have; fewer points than this are drawn as they are.
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

    A long sound is drawn as the band between the smallest and the largest sample of each column of
    the picture, so that no peak is lost. Channels are drawn one below the other.

    Parameters
    ----------
    sound : Sound or (array, rate)
    label : str, optional
        For ``ax.legend()``.
    color, alpha : optional
        As matplotlib takes them.
    ax : matplotlib Axes, optional
        Where to draw; a second call with the same Axes lays a sound over the first.

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
    sound = as_sound(sound)
    ax = _axes(ax)
    # Lanes are two apart, which is the range of a sound; a mono sound has the scale of its samples.
    lanes = -2.0 * np.arange(sound.channels)
    drawn = (len(ax.lines) + len(ax.collections)) // sound.channels
    style: dict[str, Any] = {"color": f"C{drawn}" if color is None else color, "alpha": alpha}
    if sound.frames <= _POINTS:
        times = np.arange(sound.frames) / sound.rate
        for index, lane in enumerate(lanes):
            ax.plot(times, columns(sound.samples)[:, index] + lane, lw=1, label=None if index else label, **style)
    else:
        times, low, high = envelope(sound, _COLUMNS)
        for index, lane in enumerate(lanes):
            ax.fill_between(
                times,
                low[:, index] + lane,
                high[:, index] + lane,
                lw=0.5,
                label=None if index else label,
                **style,
            )
    if sound.channels > 1:
        ax.set_yticks(lanes, [f"channel {index}" for index in range(sound.channels)])
    else:
        ax.set_ylabel("amplitude")
    ax.set_xlabel("time (s)")
    ax.margins(x=0)
    return ax


def spectrogram(
    sound: SoundLike,
    *,
    window: float = 0.025,
    decibels: float = 80.0,
    cmap: str = "magma",
    ax: Axes | None = None,
) -> Axes:
    """Draw which frequencies sound when; the channels' powers are added.

    Parameters
    ----------
    sound : Sound or (array, rate)
    window : float
        Seconds that each spectrum looks at: longer tells frequencies apart better, and moments
        worse.
    decibels : float
        How far below the strongest the colours reach.
    cmap : str
        A colour map of matplotlib.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        ``figure.colorbar(ax.images[0])`` adds the scale, in decibels below the strongest.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Notes
    -----
    Hann windows that overlap, by half or more. A sound with more of them than columns is drawn with
    the mean power of those in each column.

    Examples
    --------
    >>> from opsin.audio import spectrogram, tone
    >>> ax = spectrogram(tone(440, 1.0, wave="square"))
    """
    sound = as_sound(sound)
    decibels = number("decibels", decibels, above=0)
    powers = column_powers(sound, number("window", window, above=0, unit="seconds"))
    ax = _axes(ax)
    strongest = powers.max(initial=0.0) or 1.0
    with np.errstate(divide="ignore"):
        levels = np.maximum(10 * np.log10(powers / strongest), -decibels)
    ax.imshow(
        levels.T,
        origin="lower",
        aspect="auto",
        extent=(0, max(sound.frames, 1) / sound.rate, 0, sound.rate / 2),
        cmap=cmap,
        vmin=-decibels,
        vmax=0,
    )
    ax.set_xlabel("time (s)")
    ax.set_ylabel("frequency (Hz)")
    return ax


def envelope(sound: Sound, parts: int) -> tuple[NDArray[np.float64], Samples, Samples]:
    """Return the middle, in seconds, of each of the parts of a sound, and its extremes per channel."""
    edges = np.linspace(0, sound.frames, min(parts, sound.frames) + 1).astype(np.intp)
    low = np.empty((len(edges) - 1, sound.channels), np.float32)
    high = np.empty_like(low)
    samples = np.ascontiguousarray(columns(sound.samples))
    for index, (start, stop) in enumerate(pairwise(edges)):
        low[index], high[index] = _extremes(samples[start:stop])
    return (edges[:-1] + edges[1:]) / (2 * sound.rate), low, high


def column_powers(sound: Sound, window: float) -> NDArray[np.float32]:
    """Return the mean power of each column and frequency, (columns, frequencies)."""
    from scipy.fft import next_fast_len, rfft
    from scipy.signal.windows import hann

    samples = columns(sound.samples)
    length = next_fast_len(max(16, round(min(window, max(sound.duration, 16 / sound.rate)) * sound.rate)), real=True)
    if sound.frames <= _COLUMNS * (length // 4):
        hop, grouped = max(1, length // 4), 1
    else:
        hop = length // 2
        grouped = -(-sound.frames // (hop * _COLUMNS))
    count = max(1, -(-sound.frames // (hop * grouped)))
    powers = np.zeros((count, length // 2 + 1), np.float32)
    shape = hann(length, sym=False).astype(np.float32)
    # A few columns at a time, each with as much before and after it as its windows reach.
    at_once = max(1, 2**20 // (hop * grouped))
    for first in range(0, count, at_once):
        last = min(first + at_once, count)
        begin, end = first * hop * grouped - length // 2, last * hop * grouped - hop - length // 2 + length
        part = samples[max(0, begin) : max(0, end)]
        part = np.pad(part, ((max(0, -begin), max(0, end - max(0, begin) - len(part))), (0, 0)))
        for channel in part.T:
            windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(channel), length)[::hop]
            spectra = rfft(windows * shape, axis=1)
            squares = spectra.real**2 + spectra.imag**2
            powers[first:last] += squares.reshape(last - first, grouped, -1).mean(axis=1)
    return powers


def _extremes(samples: Samples) -> tuple[Samples, Samples]:
    """Return the extremes of each channel; rows are joined so that long runs are compared at once."""
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
