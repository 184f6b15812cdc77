"""Other rates, by libsoxr."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from .filters import parts_of_one_sound
from .sound import BLOCK, Samples, Sound, SoundLike, as_rate, as_sound, columns, owned

# libsoxr's highest quality: measured, it takes no more time than the one below it.
_QUALITY = "VHQ"


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
        ceil(frames * rate / sound.rate) frames. Frequencies up to 91 % of half the lower of the two
        rates are kept within 0.01 dB; those from that half on are attenuated by more than 140 dB.

    Notes
    -----
    Band-limited interpolation with a linear-phase filter, by libsoxr through the package soxr.

    Examples
    --------
    >>> from opsin.audio import resample, tone
    >>> resample(tone(440, 1.0, rate=44100), 48000)
    <Sound: 1.000 s, 48000 Hz, 1 channel>
    """
    sound = as_sound(sound)
    rate = as_rate(rate)
    if rate == sound.rate:
        return sound
    result = np.empty((-(-sound.frames * rate // sound.rate), sound.channels), np.float32)
    filled = 0
    for samples in _resampled(iter([sound]), rate):
        result[filled : filled + len(samples)] = samples
        filled += len(samples)
    return owned(result, rate)


def resample_blocks(blocks: Iterable[SoundLike], rate: int) -> Iterator[Sound]:
    """Change the rate of a sound that is given in blocks, such as a file longer than memory.

    Parameters
    ----------
    blocks : iterable of Sound
        Consecutive parts of one sound, as `opsin.audio.blocks` reads them.
    rate : int
        Frames per second of the result, in hertz.

    Yields
    ------
    Sound
        Blocks that together equal what `resample` returns for the whole sound.

    Raises
    ------
    ValueError
        If the blocks differ in rate or channels.

    Examples
    --------
    >>> from opsin.audio import concatenate, resample, resample_blocks, tone
    >>> sound = tone(440, 0.5)
    >>> concatenate(resample_blocks([sound[:1000], sound[1000:]], 8000)) == resample(sound, 8000)
    True
    """
    rate = as_rate(rate)
    for samples in _resampled(parts_of_one_sound(blocks), rate):
        yield owned(samples, rate)


def _resampled(parts: Iterator[Sound], rate: int) -> Iterator[Samples]:
    import soxr

    first = next(parts, None)
    if first is None:
        return
    stream = soxr.ResampleStream(first.rate, rate, first.channels, dtype="float32", quality=_QUALITY)
    taken = given = 0

    def step(samples: Samples, last: bool = False) -> Samples:
        nonlocal taken, given
        taken += len(samples)
        result: Samples = stream.resample_chunk(columns(samples), last=last).reshape(-1, first.channels)
        result = result[: -(-taken * rate // first.rate) - given] if last else result
        given += len(result)
        return result

    for part in chain([first], parts):
        for start in range(0, part.frames, BLOCK):
            samples = part.samples[start : start + BLOCK]
            yield samples if rate == part.rate else step(samples)
    if rate != first.rate:
        yield step(np.empty((0, first.channels), np.float32), last=True)
        # libsoxr rounds the number of frames; what is missing of the last one is silence.
        yield np.zeros((-(-taken * rate // first.rate) - given, first.channels), np.float32)
