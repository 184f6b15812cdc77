"""Levels: gain, peak, loudness and silence.

References
----------
.. [1] Recommendation ITU-R BS.1770-5, "Algorithms to measure audio programme loudness and true-peak
       audio level", 2023.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .._errors import number
from .sound import BLOCK, Sound, SoundLike, as_sound, columns, nearest_frame, scaled

# The level of a sound is followed in steps of this many seconds when silence is searched.
_STEP = 0.01


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
    """Scale a sound to a peak.

    Parameters
    ----------
    sound : Sound or (array, rate)
    peak : float
        The largest magnitude of the result: more than 0, at most 1.

    Returns
    -------
    Sound
        Silence is returned as it is.

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


def trim_silence(sound: SoundLike, threshold: float = -60.0) -> Sound:
    """Remove the silence at the beginning and the end.

    Parameters
    ----------
    sound : Sound or (array, rate)
    threshold : float
        The level in decibels, relative to the peak of the sound, below which a sample is silence;
        at most 0.

    Returns
    -------
    Sound
        A view of the samples; empty if all are zero.

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


def split_on_silence(
    sound: SoundLike, threshold: float = -40.0, *, min_silence: float = 0.3, padding: float = 0.05
) -> list[Sound]:
    """Split a sound where it is silent for some time.

    Parameters
    ----------
    sound : Sound or (array, rate)
    threshold : float
        The level in decibels, relative to the loudest 10 ms of the sound, below which 10 ms are
        silence; at most 0. The level is the root mean square of the loudest channel.
    min_silence : float
        The shortest silence, in seconds, at which the sound is split.
    padding : float
        Seconds of silence kept before and after each part, at most half of `min_silence`.

    Returns
    -------
    list of Sound
        Views of the samples; an empty list if all are zero.

    Examples
    --------
    >>> from opsin.audio import concatenate, silence, split_on_silence, tone
    >>> words = concatenate([tone(440, 0.5), silence(1.0), tone(550, 0.25)])
    >>> [round(part.duration, 1) for part in split_on_silence(words, padding=0)]
    [0.5, 0.2]
    """
    sound = as_sound(sound)
    limit = 10 ** (number("threshold", threshold, low=-400, high=0, unit="decibels") / 10)
    shortest = number("min_silence", min_silence, low=0, unit="seconds")
    kept = nearest_frame(number("padding", padding, low=0, high=shortest / 2, unit="seconds"), sound.rate)
    if sound.peak == 0:
        return []
    step = max(1, round(_STEP * sound.rate))
    powers = _step_powers(sound, step)
    edges = np.diff(np.concatenate([[False], powers >= limit * powers.max(), [False]]).astype(np.int8))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long = (starts[1:] - stops[:-1]) * step >= shortest * sound.rate
    starts, stops = starts[np.append(True, long)], stops[np.append(long, True)]
    return [
        sound[max(0, start * step - kept) : stop * step + kept]
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]


def loudness(sound: SoundLike) -> float:
    """Return the integrated loudness in LUFS (ITU-R BS.1770 [1]_, EBU R 128).

    Parameters
    ----------
    sound : Sound or (array, rate)
        Mono, stereo, or up to 5 channels as left, right, center and two surrounds; 6 channels have
        the low-frequency channel as the fourth, which does not count. Further channels count as the
        front ones do.

    Returns
    -------
    float
        Loudness units relative to full scale; ``-inf`` for silence. A 997 Hz sine of amplitude 1 in
        one channel has -3.01 LUFS.

    Raises
    ------
    ValueError
        If the rate is below 8000 Hz, where the weighting filter is not defined.

    Notes
    -----
    The mean square of the weighted samples in blocks of 400 ms that overlap by 75 %; blocks below
    -70 LUFS, and then those 10 below the mean of the rest, are left out. A sound shorter than 400 ms
    is one block.

    References
    ----------
    .. [1] Recommendation ITU-R BS.1770-5, "Algorithms to measure audio programme loudness and
           true-peak audio level", 2023.

    Examples
    --------
    >>> from opsin.audio import loudness, tone
    >>> round(loudness(tone(997, 5.0, 48000, amplitude=1.0)), 1)
    -3.0
    """
    from scipy.signal import sosfilt

    sound = as_sound(sound)
    if sound.rate < 8000:
        raise ValueError(f"loudness needs a rate of at least 8000 Hz; got {sound.rate}. See resample.")
    step = round(0.1 * sound.rate)
    sections = k_weighting(sound.rate)
    state = np.zeros((2, 2, sound.channels))
    at_once = step * max(1, BLOCK // step)
    sums = [np.empty((0, sound.channels))]
    for start in range(0, sound.frames, at_once):
        filtered, state = sosfilt(sections, columns(sound.samples)[start : start + at_once], axis=0, zi=state)
        sums.append(np.add.reduceat(filtered**2, np.arange(0, len(filtered), step), axis=0))
    energies = np.concatenate(sums) @ _channel_weights(sound.channels)
    if sound.frames < 4 * step:
        blocks = np.atleast_1d(energies.sum() / max(1, sound.frames))
    else:
        # The last step may be shorter than the others; only whole blocks count.
        blocks = np.convolve(energies[: sound.frames // step], np.ones(4), "valid") / (4 * step)
    blocks = blocks[blocks > _power(-70)]
    if len(blocks):
        blocks = blocks[blocks > blocks.mean() / 10]
    return -0.691 + 10 * math.log10(float(blocks.mean())) if len(blocks) else -math.inf


def k_weighting(rate: int) -> NDArray[np.float64]:
    """Return the weighting of BS.1770 as two second-order sections, for any rate.

    The recommendation lists coefficients for 48000 Hz. They are those of an analog shelf and an analog
    high-pass under the bilinear transform, with the parameters below, so other rates follow.
    """
    # A shelf of 4 dB above 1682 Hz.
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [
        *((high + middle * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - middle * k / q + k * k) / a0),
        *(1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0),
    ]
    # A high-pass at 38 Hz, whose numerator the recommendation leaves as 1, -2, 1.
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    return np.array([shelf, [1, -2, 1, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]])


def _channel_weights(channels: int) -> NDArray[np.float64]:
    weights = np.ones(channels)
    if channels in (5, 6):
        weights[-2:] = 1.41
    if channels == 6:
        weights[3] = 0
    return weights


def _power(lufs: float) -> float:
    power: float = 10 ** ((lufs + 0.691) / 10)
    return power


def _step_powers(sound: Sound, step: int) -> NDArray[np.float64]:
    """Return the mean square of each step in its loudest channel."""
    at_once = step * max(1, BLOCK // step)
    powers = []
    for start in range(0, sound.frames, at_once):
        squares = columns(sound.samples)[start : start + at_once].astype(np.float64) ** 2
        starts = np.arange(0, len(squares), step)
        lengths = np.minimum(len(squares) - starts, step)[:, np.newaxis]
        powers.append((np.add.reduceat(squares, starts, axis=0) / lengths).max(axis=1))
    return np.concatenate(powers)
