"""Short-time spectra."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._errors import number
from .sound import Samples, Sound, SoundLike, as_sound, columns, nearest_frame

# Samples in the windows of one transform (16 MiB of float32).
_AT_ONCE = 2**22


class PowerSpectrogram(NamedTuple):
    """What `power_spectrogram` returns.

    Attributes
    ----------
    frequencies : ndarray of shape (frequencies,)
        Hertz, from 0 to half the rate.
    times : ndarray of shape (times,)
        Seconds: the center of each window.
    powers : ndarray of float32, of shape (frequencies, times)
        Mean square amplitude: a sine of amplitude A has A**2 / 2 at its frequency.
    """

    frequencies: NDArray[np.floating[Any]]
    times: NDArray[np.floating[Any]]
    powers: NDArray[np.float32]


def power_spectrogram(sound: SoundLike, *, window: float = 0.025, hop: float | None = None) -> PowerSpectrogram:
    """Return the power of each frequency over time.

    Parameters
    ----------
    sound : Sound or (array, rate)
        The powers of the channels are averaged.
    window : float
        Seconds of each Hann window: a longer one resolves frequencies better and times worse.
    hop : float, optional
        Seconds from one window to the next; a quarter of the window by default.

    Returns
    -------
    PowerSpectrogram
        The arrays frequencies, times and powers, of the shape (frequencies, times). For decibels,
        ``10 * numpy.log10(powers + 1e-12)``.

    Raises
    ------
    ValueError
        If the window or the hop is not positive.

    Notes
    -----
    The windows are centered on multiples of the hop, so the first is centered on the first sample;
    the sound is continued with silence. The scaling is ``scaling="spectrum"`` of
    ``scipy.signal.spectrogram``.

    Examples
    --------
    >>> from opsin.audio import power_spectrogram, tone
    >>> frequencies, times, powers = power_spectrogram(tone(1000, 1.0))
    >>> powers.shape, float(frequencies[powers[:, 80].argmax()])
    ((201, 160), 1000.0)
    """
    sound = as_sound(sound)
    length = window_length(sound.frames, sound.rate, number("window", window, above=0, unit="seconds"))
    seconds = length / 4 / sound.rate if hop is None else number("hop", hop, above=0, unit="seconds")
    step = max(1, nearest_frame(seconds, sound.rate))
    count = -(-sound.frames // step)
    powers = np.empty((length // 2 + 1, count), np.float32)
    filled = 0
    for part in _window_powers([sound], sound.channels, length, step, count):
        powers[:, filled : filled + len(part)] = part.T
        filled += len(part)
    # The sum of a Hann window is half its length; all frequencies but the ends stand for two.
    powers *= 2 * (2 / length) ** 2 / sound.channels
    powers[0] /= 2
    if length % 2 == 0:
        powers[-1] /= 2
    frequencies = np.arange(length // 2 + 1) * (sound.rate / length)
    return PowerSpectrogram(frequencies, np.arange(count) * (step / sound.rate), powers)


def window_length(frames: int, rate: int, seconds: float) -> int:
    """Return the samples of a window, at least 16, limited by the length of the sound and fast to transform."""
    from scipy.fft import next_fast_len

    return int(next_fast_len(max(16, round(min(seconds, max(frames / rate, 16 / rate)) * rate)), real=True))


def column_powers(
    parts: Iterable[Sound], channels: int, length: int, hop: int, grouped: int, count: int
) -> NDArray[np.float32]:
    """Return the powers of `count` columns, (columns, frequencies), each the mean of `grouped` windows."""
    powers = np.zeros((count, length // 2 + 1), np.float32)
    window = 0
    for part in _window_powers(parts, channels, length, hop, count * grouped):
        np.add.at(powers, np.arange(window, window + len(part)) // grouped, part / grouped)
        window += len(part)
    return powers


def _window_powers(
    parts: Iterable[Sound], channels: int, length: int, hop: int, count: int
) -> Iterator[NDArray[np.float32]]:
    """Yield the powers of windows centered on multiples of the hop, some at a time, summed over channels."""
    from scipy.signal.windows import hann

    shape = hann(length, sym=False).astype(np.float32)
    at_once = max(1, _AT_ONCE // length)
    # The samples from the beginning of the next window on.
    held = [np.zeros((length // 2, channels), np.float32)]
    frames, skipped = length // 2, 0
    for part in parts:
        held.append(columns(part.samples))
        frames += part.frames
        if frames < length + (at_once - 1) * hop:
            continue
        samples = np.concatenate(held)
        begin = min(skipped, len(samples))
        while count and len(samples) - begin >= length:
            several = min(count, at_once, (len(samples) - begin - length) // hop + 1)
            yield _powers(samples[begin : begin + length + (several - 1) * hop], shape, hop)
            begin += several * hop
            count -= several
        skipped = max(0, begin - len(samples))
        held, frames = [samples[begin:]], max(0, len(samples) - begin)
    samples = np.concatenate(held)
    begin = skipped
    while count:
        several = min(count, at_once)
        stretch = samples[begin : begin + length + (several - 1) * hop]
        missing = length + (several - 1) * hop - len(stretch)
        yield _powers(np.pad(stretch, ((0, missing), (0, 0))), shape, hop)
        begin += several * hop
        count -= several


def _powers(samples: Samples, shape: Samples, hop: int) -> NDArray[np.float32]:
    from scipy.fft import rfft

    count = (len(samples) - len(shape)) // hop + 1
    total = np.zeros((count, len(shape) // 2 + 1), np.float32)
    for channel in samples.T:
        windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(channel), len(shape))[::hop]
        spectra = rfft(windows * shape, axis=1)
        total += spectra.real**2 + spectra.imag**2
    return total
