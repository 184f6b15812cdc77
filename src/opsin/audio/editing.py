"""Louder, softer, joined, laid over each other, cut, and at another rate."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._errors import choice, integer, number
from .sound import RATE_MAX, Sound, SoundLike, as_sound, columns, owned, scaled

Sides: TypeAlias = Literal["both", "start", "end"]

# The interpolation filter of `resample`: zero crossings on each side, the Kaiser window's beta for a
# stop band at -110 dB, and the middle of the slope as a fraction of the lower half rate, such that the
# slope of a window this long ends at the half rate.
_CROSSINGS = 64
_BETA = 0.1102 * (110 - 8.7)
_MIDDLE = 1 - (110 - 7.95) / (2.285 * 4 * _CROSSINGS * math.pi)
# Results in one matrix product, and how many samples its windows hold (2 MiB, measured the fastest).
_TILE = 64
_TILE_NUMBERS = 2**19


def gain(sound: SoundLike, decibels: float) -> Sound:
    """Make a sound louder or softer.

    Parameters
    ----------
    sound : Sound or (array, rate)
    decibels : float
        20 log10 of the factor: 6 doubles the amplitude (nearly), -20 leaves a tenth.

    Returns
    -------
    Sound
        Not clipped: it may go beyond [-1, 1].

    Examples
    --------
    >>> from opsin.audio import gain, tone
    >>> round(gain(tone(440, 0.1, amplitude=1.0), -20).peak, 3)
    0.1
    """
    decibels = number("decibels", decibels, low=-400, high=400)
    return scaled(as_sound(sound), 10 ** (decibels / 20))


def normalize(sound: SoundLike, peak: float = 1.0) -> Sound:
    """Scale a sound so that its largest magnitude is `peak`.

    Parameters
    ----------
    sound : Sound or (array, rate)
    peak : float
        More than 0, at most 1.

    Returns
    -------
    Sound
        Silence stays silence.

    Examples
    --------
    >>> from opsin.audio import normalize, tone
    >>> normalize(tone(440, 0.1), 0.5).peak
    0.5
    """
    sound = as_sound(sound)
    peak = number("peak", peak, above=0, high=1)
    loudest = sound.peak
    if loudest == 0:
        return sound
    return scaled(sound, peak / loudest)


def fade(sound: SoundLike, duration: float = 0.01, *, sides: Sides = "both") -> Sound:
    """Let a sound grow from silence and die away, along a quarter of a squared sine.

    Parameters
    ----------
    sound : Sound or (array, rate)
    duration : float
        Seconds of each fade; where two fades do not fit, each takes half of the sound.
    sides : {"both", "start", "end"}

    Returns
    -------
    Sound

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.audio import Sound, fade
    >>> print(fade(Sound(np.ones(6), 4), 0.5).samples.round(2))
    [0.15 0.85 1.   1.   0.85 0.15]
    """
    sound = as_sound(sound)
    duration = number("duration", duration, low=0, unit="seconds")
    choice("sides", sides, ("both", "start", "end"))
    room = sound.frames // 2 if sides == "both" else sound.frames
    length = min(round(duration * sound.rate), room)
    if length == 0:
        return sound
    ramp = np.sin(np.pi / 2 * (np.arange(length) + 0.5) / length) ** 2
    ramp = ramp.astype(np.float32)[:, np.newaxis]
    samples = sound.samples.copy()
    if sides != "end":
        columns(samples)[:length] *= ramp
    if sides != "start":
        columns(samples)[-length:] *= ramp[::-1]
    return owned(samples, sound.rate)


def mix(sounds: Iterable[SoundLike]) -> Sound:
    """Lay sounds over each other: the sum, as long as the longest.

    Parameters
    ----------
    sounds : iterable of Sound or (array, rate)
        Of one rate. A mono sound goes into every channel of the others.

    Returns
    -------
    Sound
        Not scaled and not clipped; `normalize` brings it back into [-1, 1].

    Raises
    ------
    ValueError
        If there are none, or their rates or channels do not agree.

    Examples
    --------
    >>> from opsin.audio import mix, tone
    >>> mix([tone(440, 0.5), tone(550, 1.0)])
    <Sound: 1.000 s, 16000 Hz, 1 channel>
    """
    parts = _alike(sounds)
    channels = max(part.channels for part in parts)
    total = np.zeros((max(part.frames for part in parts), channels), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for part in parts:
            total[: part.frames] += columns(part.samples)
    return owned(total, parts[0].rate)


def concatenate(sounds: Iterable[SoundLike]) -> Sound:
    """Join sounds, one after the other.

    Parameters
    ----------
    sounds : iterable of Sound or (array, rate)
        Of one rate. A mono sound goes into every channel of the others.

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If there are none, or their rates or channels do not agree.

    Examples
    --------
    >>> from opsin.audio import concatenate, silence, tone
    >>> concatenate([tone(440, 0.5), silence(0.25), tone(550, 0.5)])
    <Sound: 1.250 s, 16000 Hz, 1 channel>
    """
    parts = _alike(sounds)
    channels = max(part.channels for part in parts)
    wide = [np.broadcast_to(columns(part.samples), (part.frames, channels)) for part in parts]
    return owned(np.concatenate(wide), parts[0].rate)


def trim_silence(sound: SoundLike, threshold: float = -60.0) -> Sound:
    """Cut the silence before the first and after the last loud sample.

    Parameters
    ----------
    sound : Sound or (array, rate)
    threshold : float
        Decibels below the sound's own peak that count as silence; at most 0.

    Returns
    -------
    Sound
        A part of the same memory; empty if there is nothing but zeros.

    Examples
    --------
    >>> from opsin.audio import concatenate, silence, tone, trim_silence
    >>> trim_silence(concatenate([silence(1.0), tone(440, 0.5), silence(1.0)])).duration < 0.51
    True
    """
    sound = as_sound(sound)
    limit = sound.peak * 10 ** (number("threshold", threshold, low=-400, high=0, unit="decibels") / 20)
    if sound.peak == 0:
        return sound[:0]
    samples = columns(sound.samples)
    loud = np.any((samples >= limit) | (samples <= -limit), axis=1)
    return sound[int(loud.argmax()) : sound.frames - int(loud[::-1].argmax())]


def resample(sound: SoundLike, rate: int) -> Sound:
    """Return the same sound at another rate.

    Parameters
    ----------
    sound : Sound or (array, rate)
    rate : int
        Frames per second of the result, in hertz.

    Returns
    -------
    Sound
        ceil(frames * rate / sound.rate) frames. What the lower of the two rates cannot carry is removed:
        89 % of its half rate passes, and from the half rate on everything is 110 dB down.

    Notes
    -----
    Band-limited interpolation with a windowed sinc [1]_. The weights repeat after ``rate / gcd``
    frames, so a stretch of that many results is one matrix product of a stretch of samples.

    References
    ----------
    .. [1] J. O. Smith and P. Gossett, "A flexible sampling-rate conversion method", ICASSP 1984.

    Examples
    --------
    >>> from opsin.audio import resample, tone
    >>> resample(tone(440, 1.0, rate=44100), 48000)
    <Sound: 1.000 s, 48000 Hz, 1 channel>
    """
    sound = as_sound(sound)
    rate = integer("rate", rate, low=1, high=RATE_MAX, unit="hertz")
    divisor = math.gcd(rate, sound.rate)
    up, down = rate // divisor, sound.rate // divisor
    frames = -(-sound.frames * up // down)
    if up == down or frames == 0:
        return owned(sound.samples, rate)
    result = np.empty((frames, sound.channels), np.float32)
    for channel in range(sound.channels):
        result[:, channel] = _interpolated(columns(sound.samples)[:, channel], up, down, frames)
    return owned(result, rate)


def _interpolated(samples: NDArray[np.float32], up: int, down: int, frames: int) -> NDArray[np.float32]:
    """Return the band-limited values of the samples at the times 0, down / up, 2 * down / up, ..."""
    narrowing = max(1.0, down / up)
    reach = math.ceil(_CROSSINGS * narrowing)

    # Stretches of `period` results use `step` samples each; their results are computed in tiles, whose
    # matrices are then neither mostly zeros nor too large to keep.
    repeats = max(1, _TILE // up)
    period, step = up * repeats, down * repeats
    tile = max(1, min(_TILE, period, _TILE_NUMBERS // (2 * reach)))
    stretches = -(-frames // period)
    out = np.empty((stretches, period), np.float32)

    padded = np.zeros(reach + stretches * step + reach + math.ceil(tile * down / up) + 1, np.float32)
    padded[reach : reach + len(samples)] = samples
    for first in range(0, min(period, frames), tile):
        results = np.arange(first, min(first + tile, period))
        begins, phases = results * down // up, results * down % up
        begin, end = int(begins[0]), int(begins[-1]) + 2 * reach + 1
        distinct, which = np.unique(phases, return_inverse=True)
        taps = _taps(distinct / up, reach, narrowing)
        weights = np.zeros((end - begin, len(results)), np.float32)
        for column, (offset, row) in enumerate(zip(begins - begin, which, strict=True)):
            weights[offset : offset + 2 * reach + 1, column] = taps[row]
        windows = np.lib.stride_tricks.sliding_window_view(padded, end - begin)[begin::step]
        rows = max(1, _TILE_NUMBERS // (end - begin))
        for row in range(0, stretches, rows):
            block = np.ascontiguousarray(windows[row : min(row + rows, stretches)])
            out[row : row + rows, first : first + len(results)] = block @ weights
    return out.reshape(-1)[:frames]


def _taps(phases: NDArray[np.float64], reach: int, narrowing: float) -> NDArray[np.float64]:
    """Return, a row for each phase, the weights of the samples from -reach to reach for that time."""
    from scipy.special import i0

    distance = (np.arange(-reach, reach + 1) - phases[:, np.newaxis]) / narrowing
    inside = 1 - (distance / _CROSSINGS) ** 2
    weights = np.sinc(_MIDDLE * distance) * i0(_BETA * np.sqrt(np.maximum(inside, 0))) * (inside > 0)
    normal: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return normal


def _alike(sounds: Iterable[SoundLike]) -> list[Sound]:
    parts = [as_sound(sound, "each of sounds") for sound in sounds]
    if not parts:
        raise ValueError("sounds must hold at least one sound; got none.")
    rates = sorted({part.rate for part in parts})
    if len(rates) > 1:
        raise ValueError(f"sounds must have one rate; got {', '.join(map(str, rates))} Hz. See resample.")
    channels = sorted({part.channels for part in parts} - {1})
    if len(channels) > 1:
        raise ValueError(f"sounds must be mono or have one number of channels; got {channels}.")
    return parts
