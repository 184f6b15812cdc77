"""Butterworth filters: low-pass, high-pass, band-pass and band-stop.

SciPy designs the filters and runs them as second-order sections, in the order that loses the least
precision. Sounds are filtered block by block with the state carried over, so temporary memory does
not grow with the length of the sound.

References
----------
.. [1] S. Butterworth, "On the theory of filter amplifiers", Experimental Wireless 7, 1930.
.. [2] F. Gustafsson, "Determining the initial states in forward-backward filtering",
       IEEE Transactions on Signal Processing 44(4), 1996.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._errors import choice, integer, number
from .sound import BLOCK, Samples, Sound, SoundLike, as_sound, columns, each_sound, owned

Kind: TypeAlias = Literal["lowpass", "highpass", "bandpass", "bandstop"]
Phase: TypeAlias = Literal["zero", "causal"]

KINDS: tuple[Kind, ...] = ("lowpass", "highpass", "bandpass", "bandstop")
PHASES: tuple[Phase, ...] = ("zero", "causal")
ORDER_MAX = 16

# Closer to 0 than this fraction of half the rate, or in a narrower band, the error of the sections
# exceeds the step of 16-bit sound (measured steady gain of a low-pass: 2e-5 at 1e-6, 1e-3 at 1e-7).
_NEAREST = 1e-6

# The response of a filter counts as settled when its slowest pole has decayed to this.
_SETTLED = 1e-13


def lowpass(sound: SoundLike, cutoff: float, *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Attenuate the frequencies above a cutoff.

    Parameters
    ----------
    sound : Sound or (array, rate)
        Each channel is filtered separately.
    cutoff : float
        Hertz, below half the rate. The gain of one pass is 1/sqrt(2) (-3 dB) at the cutoff.
    order : int
        1 to 16. The slope is 6 dB per octave for each order and pass.
    phase : {"zero", "causal"}
        "zero" filters forward and then backward: there is no delay, and the attenuation in decibels
        is doubled (-6 dB at the cutoff). "causal" filters forward only, as a filter in real time does.

    Returns
    -------
    Sound
        Of the same length, rate and channels.

    Raises
    ------
    ValueError
        If the cutoff is not between 0 and half the rate, or too low to be computed accurately.

    Notes
    -----
    With ``phase="zero"`` both ends are extended by odd reflection and the filter starts in its steady
    state, as in ``scipy.signal.filtfilt``. The extension of a short sound is limited to its length.

    Examples
    --------
    >>> from opsin.audio import lowpass, tone
    >>> low = lowpass(tone(200, 0.5) + tone(3000, 0.5), 500)
    >>> round(low.between(0.1, 0.4).peak, 2)
    0.5
    """
    return _filtered(sound, "lowpass", cutoff, order, phase)


def highpass(sound: SoundLike, cutoff: float, *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Attenuate the frequencies below a cutoff; see `lowpass` for the parameters.

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
        If the cutoff is not between 0 and half the rate, or too low to be computed accurately.

    Examples
    --------
    >>> from opsin.audio import highpass, tone
    >>> high = highpass(tone(200, 0.5) + tone(3000, 0.5), 1000)
    >>> round(high.between(0.1, 0.4).peak, 2)
    0.5
    """
    return _filtered(sound, "highpass", cutoff, order, phase)


def bandpass(sound: SoundLike, band: tuple[float, float], *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Attenuate the frequencies outside a band; see `lowpass` for the other parameters.

    Parameters
    ----------
    sound : Sound or (array, rate)
    band : (float, float)
        The lower and the upper cutoff in hertz.
    order : int
        The order of each of the two slopes.
    phase : {"zero", "causal"}

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If the band is not increasing between 0 and half the rate, or too low or narrow to be
        computed accurately.

    Examples
    --------
    The band of a telephone:

    >>> from opsin.audio import bandpass, tone
    >>> bandpass(tone(50, 0.5), (300, 3400)).between(0.1, 0.4).peak < 1e-4
    True
    """
    return _filtered(sound, "bandpass", band, order, phase)


def bandstop(sound: SoundLike, band: tuple[float, float], *, order: int = 4, phase: Phase = "zero") -> Sound:
    """Attenuate the frequencies inside a band; see `lowpass` for the other parameters.

    Parameters
    ----------
    sound : Sound or (array, rate)
    band : (float, float)
        The lower and the upper cutoff in hertz.
    order : int
        The order of each of the two slopes.
    phase : {"zero", "causal"}

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If the band is not increasing between 0 and half the rate, or too low or narrow to be
        computed accurately.

    Examples
    --------
    Mains hum:

    >>> from opsin.audio import bandstop, tone
    >>> bandstop(tone(50, 4.0), (40, 60)).between(1, 3).peak < 1e-4
    True
    """
    return _filtered(sound, "bandstop", band, order, phase)


def filter_blocks(
    blocks: Iterable[SoundLike],
    kind: Kind,
    cutoff: float | tuple[float, float],
    *,
    order: int = 4,
    phase: Phase = "causal",
) -> Iterator[Sound]:
    """Filter a sound that is given in blocks, such as a file longer than memory.

    Parameters
    ----------
    blocks : iterable of Sound
        Consecutive parts of one sound, as `opsin.audio.blocks` reads them.
    kind : {"lowpass", "highpass", "bandpass", "bandstop"}
    cutoff : float or (float, float)
        Hertz; two for a band.
    order : int
    phase : {"causal", "zero"}
        As in `lowpass`. The blocks of "zero" come later than those that go in, because the backward
        pass over each part starts in what follows it.

    Yields
    ------
    Sound
        With "causal" one for each block, which together equal the result for the whole sound. With
        "zero" blocks of other lengths, which differ from it by less than 1e-6 of the peak.

    Raises
    ------
    ValueError
        If the blocks differ in rate or channels, or the cutoff is not allowed.

    Notes
    -----
    The backward pass of "zero" starts so far behind each part that the response to its unknown
    initial state has decayed: a few periods of the cutoff, or of the width of a narrow band. Twice
    that length is held in memory.

    Examples
    --------
    >>> from opsin.audio import concatenate, filter_blocks, lowpass, tone
    >>> sound = tone(440, 0.5)
    >>> parts = [sound[:1000], sound[1000:]]
    >>> concatenate(filter_blocks(parts, "lowpass", 500)) == lowpass(sound, 500, phase="causal")
    True
    """
    choice("phase", phase, PHASES)
    parts = parts_of_one_sound(blocks)
    first = next(parts, None)
    if first is None:
        return
    sections = _sections(kind, cutoff, order, first.rate)
    run = _causal_blocks if phase == "causal" else _zero_phase_blocks
    for samples in run(sections, first, parts):
        yield owned(samples, first.rate)


def parts_of_one_sound(blocks: Iterable[SoundLike]) -> Iterator[Sound]:
    """Yield the blocks; refuse those whose rate or channels differ from the first."""
    first: Sound | None = None
    for sound in each_sound(blocks, "blocks"):
        first = sound if first is None else first
        if (sound.rate, sound.channels) != (first.rate, first.channels):
            raise ValueError(f"the blocks must be parts of one sound; got {first!r} and then {sound!r}.")
        yield sound


def _filtered(sound: SoundLike, kind: Kind, cutoff: float | tuple[float, float], order: int, phase: Phase) -> Sound:
    sound = as_sound(sound)
    if choice("phase", phase, PHASES) == "causal":
        return next(filter_blocks([sound], kind, cutoff, order=order))
    sections = _sections(kind, cutoff, order, sound.rate)
    result = np.empty_like(sound.samples)
    if sound.frames:
        for channel in range(sound.channels):
            samples, filtered = columns(sound.samples)[:, channel], columns(result)[:, channel]
            _forward_and_backward(sections, samples, filtered)
    return owned(result, sound.rate)


def _causal_blocks(sections: NDArray[np.float64], first: Sound, rest: Iterable[Sound]) -> Iterator[NDArray[np.float32]]:
    from scipy.signal import sosfilt

    state = np.zeros((len(sections), 2, first.channels))
    for sound in _with_first(first, rest):
        result = np.empty_like(sound.samples)
        for start in range(0, sound.frames, BLOCK):
            part = slice(start, start + BLOCK)
            filtered, state = sosfilt(sections, columns(sound.samples[part]), axis=0, zi=state)
            columns(result)[part] = filtered
        yield result


def _zero_phase_blocks(
    sections: NDArray[np.float64], first: Sound, rest: Iterable[Sound]
) -> Iterator[NDArray[np.float32]]:
    """Filter forward; then backward, over each part and the margin behind it."""
    from scipy.signal import sosfilt, sosfilt_zi

    steady = sosfilt_zi(sections)[:, :, np.newaxis]
    reach, margin = _extension(sections), _settling(sections)
    part = max(BLOCK, margin)

    def backward(forward: NDArray[np.float64], state: NDArray[np.float64], keep: int) -> NDArray[np.float32]:
        for stop in range(len(forward), 0, -BLOCK):
            block = slice(max(0, stop - BLOCK), stop)
            filtered, state = sosfilt(sections, forward[block][::-1], axis=0, zi=state)
            forward[block] = filtered[::-1]
        return forward[:keep].astype(np.float32)

    # The first samples wait until there are enough of them for the extension before the beginning.
    waiting: list[Samples] = []
    tail = np.empty((0, first.channels), np.float32)
    state: NDArray[np.float64] | None = None
    held: list[NDArray[np.float64]] = []
    count = 0

    def forward(samples: Samples, state: NDArray[np.float64]) -> NDArray[np.float64]:
        nonlocal tail, count
        for start in range(0, len(samples), BLOCK):
            filtered, state = sosfilt(sections, samples[start : start + BLOCK], axis=0, zi=state)
            held.append(filtered)
        tail = np.concatenate([tail, samples[-reach - 1 :]])[-reach - 1 :]
        count += len(samples)
        return state

    def begun(samples: Samples) -> NDArray[np.float64]:
        before = _before(samples, reach)
        _, state = sosfilt(sections, before, axis=0, zi=steady * before[0])
        return forward(samples, state)

    for sound in _with_first(first, rest):
        samples = columns(sound.samples)
        if state is not None:
            state = forward(samples, state)
        else:
            waiting.append(samples)
            if sum(map(len, waiting)) > reach:
                state = begun(np.concatenate(waiting))
                waiting.clear()
        while count >= part + margin:
            whole = np.concatenate(held)
            yield backward(whole[: part + margin].copy(), steady * whole[part + margin - 1], part)
            held[:] = [whole[part:]]
            count -= part
    if state is None:
        samples = np.concatenate(waiting)
        if len(samples) == 0:
            yield np.empty((0, first.channels), np.float32)
            return
        state = begun(samples)
    after, _ = sosfilt(sections, _before(tail[::-1], reach)[::-1], axis=0, zi=state)
    _, state = sosfilt(sections, after[::-1], axis=0, zi=steady * after[-1])
    yield backward(np.concatenate(held), state, count)


def _with_first(first: Sound, rest: Iterable[Sound]) -> Iterator[Sound]:
    yield first
    yield from rest


def _forward_and_backward(
    sections: NDArray[np.float64], samples: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Filter one channel both ways into `out`, with one block in float64 at a time."""
    from scipy.signal import sosfilt, sosfilt_zi

    steady = sosfilt_zi(sections)
    reach = _extension(sections)
    starts = range(0, len(samples), BLOCK)
    before = _before(samples, reach)
    _, state = sosfilt(sections, before, zi=steady * before[0])
    for start in starts:
        out[start : start + BLOCK], state = sosfilt(sections, samples[start : start + BLOCK], zi=state)
    after, _ = sosfilt(sections, _before(samples[::-1], reach)[::-1], zi=state)

    _, state = sosfilt(sections, after[::-1], zi=steady * after[-1])
    for start in reversed(starts):
        filtered, state = sosfilt(sections, out[start : start + BLOCK][::-1], zi=state)
        out[start : start + BLOCK] = filtered[::-1]


def _before(samples: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Return the odd reflection before the first sample; one frame alone is repeated."""
    reach = min(reach, len(samples) - 1)
    return 2 * samples[:1] - samples[reach:0:-1] if reach else samples[:1]


def _extension(sections: NDArray[np.float64]) -> int:
    """Return three times the taps of the whole filter, the extension of ``filtfilt``."""
    taps = 2 * len(sections) + 1
    return 3 * (taps - int(min((sections[:, 2] == 0).sum(), (sections[:, 5] == 0).sum())))


def _settling(sections: NDArray[np.float64]) -> int:
    """Return the number of frames after which the slowest pole has decayed."""
    half, product = -sections[:, 4] / 2, sections[:, 5]
    spread = half**2 - product
    radii = np.where(spread > 0, np.abs(half) + np.sqrt(np.maximum(spread, 0)), np.sqrt(np.abs(product)))
    return math.ceil(math.log(_SETTLED) / math.log(float(radii.max())))


def _sections(kind: Kind, cutoff: float | tuple[float, float], order: int, rate: int) -> NDArray[np.float64]:
    """Return the second-order sections, checked."""
    choice("kind", kind, KINDS)
    order = integer("order", order, low=1, high=ORDER_MAX)
    edges: tuple[float, ...]
    if kind in ("lowpass", "highpass"):
        edges = (_edge("cutoff", cutoff, 0, rate),)
    else:
        row = getattr(cutoff, "ndim", 1) == 1
        if not row or not isinstance(cutoff, (tuple, list, np.ndarray)) or len(cutoff) != 2:
            raise TypeError(f"band must be two frequencies in hertz, (low, high); got {cutoff!r}.")
        low = _edge("the lower end of band", cutoff[0], 0, rate)
        edges = (low, _edge("the upper end of band", cutoff[1], low, rate))
    # A copy, because SciPy takes no read-only sections.
    return _designed(kind, tuple(2 * edge / rate for edge in edges), order).copy()


@lru_cache(maxsize=64)
def _designed(kind: Kind, edges: tuple[float, ...], order: int) -> NDArray[np.float64]:
    from scipy.signal import butter

    sections = butter(order, edges if len(edges) == 2 else edges[0], btype=kind, output="sos")
    return _ordered(np.asarray(sections), edges)


def _ordered(sections: NDArray[np.float64], edges: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the sections in an order in which rounding errors stay small.

    The rounding error of a section is proportional to the largest gain up to it, and is amplified by
    the largest gain of the sections after it. A wide band-stop has sections with gains of 1e3 and of
    1e-3 at low frequencies; SciPy runs all of one kind first, and the errors grow up to 1e20. Here
    each place is given to the section for which the product of the two gains is the smallest.
    """
    low, high = edges[0], edges[-1]
    frequencies = np.concatenate(
        [
            np.geomspace(low / 100, 0.5, 500),
            1 - np.geomspace((1 - high) / 100, 0.5, 500),
            low * np.geomspace(0.5, 2, 101),
            1 - (1 - high) * np.geomspace(0.5, 2, 101),
            np.linspace(low, high, 101),
            [0, 1],
        ]
    )
    z = np.exp(-1j * np.pi * np.clip(frequencies, 0, 1))
    powers = np.stack([np.ones_like(z), z, z * z])
    with np.errstate(divide="ignore"):
        gains = np.log(np.abs(sections[:, :3] @ powers)) - np.log(np.abs(sections[:, 3:] @ powers))
    # A zero on the unit circle has the gain -inf; a large negative number keeps the sums finite.
    gains = np.maximum(gains, -100)
    before, after = np.zeros(len(z)), gains.sum(axis=0)
    left, order = list(range(len(sections))), []
    while left:
        best = min(left, key=lambda index: float((before + gains[index]).max() + (after - gains[index]).max()))
        left.remove(best)
        order.append(best)
        before, after = before + gains[best], after - gains[best]
    return sections[order]


def _edge(name: str, value: Any, lowest: float, rate: int) -> float:
    half = rate / 2
    return number(
        name,
        value,
        low=lowest + _NEAREST * half,
        below=half,
        unit=f"hertz (half the rate of {rate})",
    )
