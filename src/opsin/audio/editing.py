"""Sounds faded, mixed, joined and repeated; channels merged and panned."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from .._errors import choice, integer, number
from .sound import (
    CHANNELS_MAX,
    SECONDS_MAX,
    Samples,
    Sound,
    SoundLike,
    added,
    alike,
    as_sound,
    columns,
    nearest_frame,
    of_one_rate,
    owned,
)

Sides: TypeAlias = Literal["both", "start", "end"]


def fade(sound: SoundLike, duration: float = 0.01, *, sides: Sides = "both") -> Sound:
    """Fade a sound in and out, along a squared sine.

    Parameters
    ----------
    sound : Sound or (array, rate)
    duration : float
        Seconds of each fade. If two fades do not fit, each takes half of the sound.
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
    length = min(nearest_frame(duration, sound.rate), room)
    if length == 0:
        return sound
    ramp = _ramp(length)
    samples = sound.samples.copy()
    if sides != "end":
        columns(samples)[:length] *= ramp
    if sides != "start":
        columns(samples)[-length:] *= ramp[::-1]
    return owned(samples, sound.rate)


def mix(sounds: Iterable[SoundLike], *, offsets: Iterable[float] | None = None) -> Sound:
    """Add sounds; the result is as long as the one that ends last.

    Parameters
    ----------
    sounds : iterable of Sound or (array, rate)
        Of one rate. A mono sound is added to every channel of the others.
    offsets : iterable of float, optional
        The time in seconds at which each sound begins, at least 0; all begin at 0 by default.

    Returns
    -------
    Sound
        Neither scaled nor clipped; `normalize` brings it back into [-1, 1].

    Raises
    ------
    ValueError
        If there are none, their rates or channels do not agree, or there are not as many offsets.

    Examples
    --------
    >>> from opsin.audio import mix, tone
    >>> mix([tone(440, 0.5), tone(550, 1.0)])
    <Sound: 1.000 s, 16000 Hz, 1 channel>
    >>> mix([tone(440, 0.5), tone(550, 1.0)], offsets=[0, 0.25])
    <Sound: 1.250 s, 16000 Hz, 1 channel>
    """
    parts = alike(sounds)
    if offsets is not None and not hasattr(offsets, "__iter__"):
        raise TypeError(f"offsets must be a list of times in seconds; got {type(offsets).__name__}.")
    seconds = [0.0] * len(parts) if offsets is None else list(offsets)
    if len(seconds) != len(parts):
        raise ValueError(f"offsets must hold one time for each of {len(parts)} sounds; got {len(seconds)}.")
    starts = [
        nearest_frame(number("each of offsets", second, low=0, high=SECONDS_MAX, unit="seconds"), parts[0].rate)
        for second in seconds
    ]
    return added(parts, starts)


def concatenate(sounds: Iterable[SoundLike], *, crossfade: float = 0.0) -> Sound:
    """Join sounds, one after the other.

    Parameters
    ----------
    sounds : iterable of Sound or (array, rate)
        Of one rate. A mono sound goes into every channel of the others.
    crossfade : float
        Seconds in which the end of each sound and the beginning of the next overlap, one fading out
        while the other fades in. At most half of the shorter of the two, or all of it if it is the
        first or the last.

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If there are none, or their rates or channels do not agree.

    Notes
    -----
    The two weights are a squared sine and a squared cosine, so their sum is 1.

    Examples
    --------
    >>> from opsin.audio import concatenate, silence, tone
    >>> concatenate([tone(440, 0.5), silence(0.25), tone(550, 0.5)])
    <Sound: 1.250 s, 16000 Hz, 1 channel>
    >>> concatenate([tone(440, 0.5), tone(550, 0.5)], crossfade=0.1)
    <Sound: 0.900 s, 16000 Hz, 1 channel>
    """
    parts = alike(sounds)
    rate, channels = parts[0].rate, max(part.channels for part in parts)
    overlap = nearest_frame(number("crossfade", crossfade, low=0, unit="seconds"), rate)
    # A sound in the middle has an overlap at both ends.
    room = [part.frames if index in (0, len(parts) - 1) else part.frames // 2 for index, part in enumerate(parts)]
    overlaps = [min(overlap, before, after) for before, after in pairwise(room)]
    result = np.empty((sum(part.frames for part in parts) - sum(overlaps), channels), np.float32)
    start = shared = 0
    for part, following in zip(parts, [*overlaps, 0], strict=True):
        samples = columns(part.samples)
        ramp = _ramp(shared)
        result[start : start + shared] *= ramp[::-1]
        result[start : start + shared] += ramp * samples[:shared]
        result[start + shared : start + part.frames] = samples[shared:]
        start, shared = start + part.frames - following, following
    return owned(result, rate)


def repeat(sound: SoundLike, times: int) -> Sound:
    """Return a sound several times, one after the other.

    Parameters
    ----------
    sound : Sound or (array, rate)
    times : int
        0 gives an empty sound.

    Returns
    -------
    Sound

    Examples
    --------
    >>> from opsin.audio import repeat, tone
    >>> repeat(tone(440, 0.25), 3)
    <Sound: 0.750 s, 16000 Hz, 1 channel>
    """
    sound = as_sound(sound)
    return owned(np.tile(columns(sound.samples), (integer("times", times, low=0, high=2**31), 1)), sound.rate)


def merge_channels(sounds: Iterable[SoundLike]) -> Sound:
    """Return one sound that has the channels of all, in their order: stereo from two mono sounds.

    Parameters
    ----------
    sounds : iterable of Sound or (array, rate)
        Of one rate. Shorter ones are extended with silence.

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If there are none, their rates do not agree, or there are more than 255 channels.

    Examples
    --------
    >>> from opsin.audio import merge_channels, tone
    >>> merge_channels([tone(440, 1.0), tone(550, 0.5)])
    <Sound: 1.000 s, 16000 Hz, 2 channels>
    """
    parts = of_one_rate(sounds)
    channels = sum(part.channels for part in parts)
    if channels > CHANNELS_MAX:
        raise ValueError(f"sounds must have at most {CHANNELS_MAX} channels together; got {channels}.")
    result = np.zeros((max(part.frames for part in parts), channels), np.float32)
    first = 0
    for part in parts:
        result[: part.frames, first : first + part.channels] = columns(part.samples)
        first += part.channels
    return owned(result, parts[0].rate)


def pan(sound: SoundLike, position: float) -> Sound:
    """Place a mono sound between left and right, or change the balance of a stereo sound.

    Parameters
    ----------
    sound : Sound or (array, rate)
        Mono or stereo.
    position : float
        -1 is left, 0 the center, 1 right.

    Returns
    -------
    Sound
        Stereo.

    Raises
    ------
    ValueError
        If the sound has more than two channels, or the position is out of range.

    Notes
    -----
    Constant power: the gains of a mono sound are the cosine and the sine of an angle from 0 to 90
    degrees, so each is 1/sqrt(2) (-3 dB) in the center. In a stereo sound the channel on the other
    side is attenuated by the cosine of ``90 * abs(position)`` degrees, and the center changes nothing.

    Examples
    --------
    >>> from opsin.audio import pan, tone
    >>> right = pan(tone(440, 0.5), 1.0)
    >>> right.channel(0).peak < 1e-7, right.channel(1).peak
    (True, 0.5)
    """
    sound = as_sound(sound)
    position = number("position", position, low=-1, high=1)
    if sound.channels > 2:
        raise ValueError(f"pan takes a mono or stereo sound; got {sound.channels} channels.")
    if sound.channels == 1:
        angle = (position + 1) * math.pi / 4
        gains = (math.cos(angle), math.sin(angle))
    else:
        side = math.cos(abs(position) * math.pi / 2)
        gains = (side, 1.0) if position > 0 else (1.0, side)
    return owned(columns(sound.samples) * np.array(gains, np.float32), sound.rate)


def _ramp(length: int) -> Samples:
    """Return weights that rise from 0 to 1 along a squared sine, as a column."""
    ramp = np.sin(np.pi / 2 * (np.arange(length) + 0.5) / max(length, 1)) ** 2
    return ramp.astype(np.float32)[:, np.newaxis]
