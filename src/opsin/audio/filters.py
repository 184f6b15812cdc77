"""Butterworth filters: keep the low, the high, or the middle, or cut a band out.

The mathematics is SciPy's. The filter runs as second-order sections, which stay accurate where
the tutorials' ``butter`` and ``filtfilt`` in one polynomial do not, and it runs block by block
with its state carried over, so that an hour of sound needs no more memory than its result.

References
----------
.. [1] S. Butterworth, "On the theory of filter amplifiers", Experimental Wireless 7, 1930.
.. [2] F. Gustafsson, "Determining the initial states in forward-backward filtering",
       IEEE Transactions on Signal Processing 44(4), 1996.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from opsin._errors import choice, integer, number
from opsin.audio.sound import BLOCK, Sound, SoundLike, as_sound, columns, owned

Kind: TypeAlias = Literal["lowpass", "highpass", "bandpass", "bandstop"]
Phase: TypeAlias = Literal["zero", "causal"]

KINDS: tuple[Kind, ...] = ("lowpass", "highpass", "bandpass", "bandstop")
PHASES: tuple[Phase, ...] = ("zero", "causal")
ORDER_MAX = 16

# Closer to 0 than this part of half the rate, or in a narrower band, the sections lose more
# than 16-bit sound holds (measured: the steady gain of a low-pass errs by 2e-5 at 1e-6, 1e-3 at 1e-7).
_NEAREST = 1e-6


def lowpass(sound: SoundLike, cutoff: float, *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Keep what is below a frequency.

    Parameters
    ----------
    sound : Sound or (array, rate)
        Every channel is filtered alike.
    cutoff : float
        Hertz, below half the rate. There, one pass leaves 1/sqrt(2) of the amplitude (-3 dB).
    order : int
        Each order adds 6 dB per octave, in each pass; 1 to 16.
    phase : {"zero", "causal"}
        "zero" runs forwards and then backwards: nothing is delayed, and the attenuation counts
        twice (-6 dB at the cutoff). "causal" runs forwards only, as a device in a wire does.

    Returns
    -------
    Sound
        Of the same length, rate and channels.

    Raises
    ------
    ValueError
        If the cutoff is not between 0 and half the rate, or so low that it cannot be computed.

    Notes
    -----
    Both ends are extended by their point reflection, and the filter starts in its steady state, as
    in ``scipy.signal.filtfilt``; a sound shorter than the extension is extended by what it has.

    Examples
    --------
    >>> from opsin.audio import lowpass, tone
    >>> low = lowpass(tone(200, 0.5) + tone(3000, 0.5), 500)
    >>> round(low.between(0.1, 0.4).peak, 2)
    0.5
    """
    return _filtered(sound, "lowpass", cutoff, order, phase)


def highpass(sound: SoundLike, cutoff: float, *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Keep what is above a frequency; see `lowpass` for the parameters.

    Parameters
    ----------
    sound : Sound or (array, rate)
    cutoff : float
        Hertz, below half the rate.
    order : int
    phase : {"zero", "causal"}

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If the cutoff is not between 0 and half the rate, or so low that it cannot be computed.

    Examples
    --------
    >>> from opsin.audio import highpass, tone
    >>> high = highpass(tone(200, 0.5) + tone(3000, 0.5), 1000)
    >>> round(high.between(0.1, 0.4).peak, 2)
    0.5
    """
    return _filtered(sound, "highpass", cutoff, order, phase)


def bandpass(sound: SoundLike, band: tuple[float, float], *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Keep what is between two frequencies; see `lowpass` for the other parameters.

    Parameters
    ----------
    sound : Sound or (array, rate)
    band : (float, float)
        The lower and the upper cutoff in hertz.
    order : int
        Of each of the two slopes.
    phase : {"zero", "causal"}

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If the band is not rising within 0 and half the rate, or too low or narrow to be computed.

    Examples
    --------
    A telephone:

    >>> from opsin.audio import bandpass, tone
    >>> bandpass(tone(50, 0.5), (300, 3400)).between(0.1, 0.4).peak < 1e-4
    True
    """
    return _filtered(sound, "bandpass", band, order, phase)


def bandstop(sound: SoundLike, band: tuple[float, float], *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Cut out what is between two frequencies; see `lowpass` for the other parameters.

    Parameters
    ----------
    sound : Sound or (array, rate)
    band : (float, float)
        The lower and the upper cutoff in hertz.
    order : int
        Of each of the two slopes.
    phase : {"zero", "causal"}

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If the band is not rising within 0 and half the rate, or too low or narrow to be computed.

    Examples
    --------
    The hum of the mains:

    >>> from opsin.audio import bandstop, tone
    >>> bandstop(tone(50, 4.0), (40, 60)).between(1, 3).peak < 1e-4
    True
    """
    return _filtered(sound, "bandstop", band, order, phase)


def filter_blocks(
    blocks: Iterable[SoundLike], kind: Kind, cutoff: float | tuple[float, float], *, order: int = 4
) -> Iterator[Sound]:
    """Filter a sound that comes in blocks, such as a file longer than memory.

    The filter is causal: it delays, and its attenuation counts once. Zero phase needs the end of
    the sound before its beginning can be known, so it cannot be had from a stream.

    Parameters
    ----------
    blocks : iterable of Sound
        Consecutive parts of one sound, as `opsin.audio.blocks` reads them.
    kind : {"lowpass", "highpass", "bandpass", "bandstop"}
    cutoff : float or (float, float)
        Hertz; two for a band.
    order : int

    Yields
    ------
    Sound
        One for each block: together exactly the sound that ``phase="causal"`` gives.

    Raises
    ------
    ValueError
        If the blocks differ in rate or channels, or the cutoff is not allowed.

    Examples
    --------
    >>> from opsin.audio import concatenate, filter_blocks, lowpass, tone
    >>> sound = tone(440, 0.5)
    >>> parts = [sound[:1000], sound[1000:]]
    >>> concatenate(filter_blocks(parts, "lowpass", 500)) == lowpass(sound, 500, phase="causal")
    True
    """
    from scipy.signal import sosfilt

    first: Sound | None = None
    for block in blocks:
        sound = as_sound(block, "each block")
        if first is None:
            first = sound
            sections = _sections(kind, cutoff, order, first.rate)
            state = np.zeros((len(sections), 2, first.channels))
        if (sound.rate, sound.channels) != (first.rate, first.channels):
            raise ValueError(f"the blocks must be parts of one sound; got {first!r} and then {sound!r}.")
        result = np.empty_like(sound.samples)
        for start in range(0, sound.frames, BLOCK):
            part = slice(start, start + BLOCK)
            filtered, state = sosfilt(sections, columns(sound.samples[part]), axis=0, zi=state)
            columns(result)[part] = filtered
        yield owned(result, sound.rate)


def _filtered(sound: SoundLike, kind: Kind, cutoff: float | tuple[float, float], order: int, phase: Phase) -> Sound:
    sound = as_sound(sound)
    if choice("phase", phase, PHASES) == "causal":
        return next(filter_blocks([sound], kind, cutoff, order=order))
    sections = _sections(kind, cutoff, order, sound.rate)
    result = np.empty_like(sound.samples)
    if sound.frames:
        for channel in range(sound.channels):
            samples, filtered = columns(sound.samples)[:, channel], columns(result)[:, channel]
            _forwards_and_backwards(sections, samples, filtered)
    return owned(result, sound.rate)


def _forwards_and_backwards(
    sections: NDArray[np.float64], samples: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Filter one channel both ways into `out`, with no more than a block in float64."""
    from scipy.signal import sosfilt, sosfilt_zi

    frames = len(samples)
    steady = sosfilt_zi(sections)
    # A one-frame sound has nothing to extend it by but itself, which its steady state stands for.
    reach = max(1, min(_extension(sections), frames - 1))
    first, last = float(samples[0]), float(samples[-1])
    before = 2 * first - samples[reach:0:-1] if frames > 1 else np.array([first])
    after = 2 * last - samples[::-1][1 : reach + 1] if frames > 1 else np.array([last])

    starts = range(0, frames, BLOCK)
    _, state = sosfilt(sections, before, zi=steady * before[0])
    for start in starts:
        out[start : start + BLOCK], state = sosfilt(sections, samples[start : start + BLOCK], zi=state)
    after, _ = sosfilt(sections, after, zi=state)

    _, state = sosfilt(sections, after[::-1], zi=steady * after[-1])
    for start in reversed(starts):
        filtered, state = sosfilt(sections, out[start : start + BLOCK][::-1], zi=state)
        out[start : start + BLOCK] = filtered[::-1]


def _extension(sections: NDArray[np.float64]) -> int:
    """Return three times the taps of the whole filter: what ``filtfilt`` extends each end by."""
    taps = 2 * len(sections) + 1
    return 3 * (taps - int(min((sections[:, 2] == 0).sum(), (sections[:, 5] == 0).sum())))


def _sections(kind: Kind, cutoff: float | tuple[float, float], order: int, rate: int) -> NDArray[np.float64]:
    """Return the second-order sections, checked."""
    from scipy.signal import butter

    choice("kind", kind, KINDS)
    order = integer("order", order, low=1, high=ORDER_MAX)
    edges: float | tuple[float, float]
    if kind in ("lowpass", "highpass"):
        edges = _edge("cutoff", cutoff, 0, rate)
    else:
        if not isinstance(cutoff, (tuple, list, np.ndarray)) or len(cutoff) != 2:
            raise TypeError(f"band must be two frequencies in hertz, (low, high); got {cutoff!r}.")
        low = _edge("the lower end of band", cutoff[0], 0, rate)
        edges = (low, _edge("the upper end of band", cutoff[1], low, rate))
    return np.asarray(butter(order, edges, btype=kind, fs=rate, output="sos"))


def _edge(name: str, value: Any, lowest: float, rate: int) -> float:
    half = rate / 2
    return number(
        name,
        value,
        low=lowest + _NEAREST * half,
        below=half,
        unit=f"hertz (half the rate of {rate})",
    )
