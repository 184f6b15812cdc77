"""Tones, and the notes of Western music: equal temperament from A4 = 440 Hz."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._errors import choice, integer, number
from .editing import fade
from .sound import BLOCK, RATE_MAX, Sound, owned

Wave: TypeAlias = Literal["sine", "square", "triangle", "saw"]
Steps: TypeAlias = Literal["chromatic", "major", "minor", "pentatonic"]
Note: TypeAlias = str | int
"""A name such as "A4", "C#5" or "Bb3", or a MIDI number (69 is A4)."""

WAVES: tuple[Wave, ...] = ("sine", "square", "triangle", "saw")
SCALES: dict[str, tuple[int, ...]] = {
    "chromatic": tuple(range(12)),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "pentatonic": (0, 2, 4, 7, 9),
}

_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_ACCIDENTALS = {"": 0, "#": 1, "\u266f": 1, "b": -1, "\u266d": -1}
_NOTE = re.compile(r"([A-Ga-g])([#b\u266f\u266d]?)(-1|[0-9])")
_BEATS_MAX = 2**20

# Nobody hears harmonics above this, and without a bound a low tone at a high rate has too many.
_AUDIBLE = 24000.0
# Entries of the one stored period for each harmonic: linear interpolation then errs by less than -95 dB.
_ENTRIES = 256


def tone(
    frequency: float | str,
    duration: float = 0.5,
    rate: int = 16000,
    *,
    wave: Wave = "sine",
    amplitude: float = 0.5,
    ramp: float = 0.01,
) -> Sound:
    """Synthesise a steady tone.

    Parameters
    ----------
    frequency : float or str
        Hertz, at least 1 and below half the rate; or the name of a note, such as "A4".
    duration : float
        Seconds.
    rate : int
        Frames per second, in hertz.
    wave : {"sine", "square", "triangle", "saw"}
        The last three hold exactly the harmonics below half the rate, so that nothing folds back as
        a false tone. The corners of square and saw therefore ring, up to 1.18 times the amplitude.
    amplitude : float
        The height of the ideal wave, 0 to 1.
    ramp : float
        Seconds in which the tone swells and dies away, so that it does not click; see `fade`.

    Returns
    -------
    Sound
        round(duration * rate) frames, one channel.

    Raises
    ------
    ValueError
        If the frequency is not below half the rate, or another value is out of range.

    Examples
    --------
    >>> from opsin.audio import tone
    >>> tone("A4", 1.0, wave="triangle")
    <Sound: 1.000 s, 16000 Hz, 1 channel>
    """
    rate = integer("rate", rate, low=1, high=RATE_MAX, unit="hertz")
    hertz = note(frequency) if isinstance(frequency, str) else frequency
    hertz = number("frequency", hertz, low=1, below=rate / 2, unit=f"hertz (half the rate of {rate})")
    frames = round(number("duration", duration, low=0, unit="seconds") * rate)
    amplitude = number("amplitude", amplitude, low=0, high=1)
    period = None if choice("wave", wave, WAVES) == "sine" else _one_period(wave, hertz, rate)
    samples = np.empty(frames, np.float32)
    for start in range(0, frames, BLOCK):
        turns = np.arange(start, min(start + BLOCK, frames)) * (hertz / rate)
        turns -= np.floor(turns)
        values = np.sin(2 * np.pi * turns) if period is None else _looked_up(period, turns)
        samples[start : start + BLOCK] = amplitude * values
    return fade(owned(samples, rate), number("ramp", ramp, low=0, unit="seconds"))


def silence(duration: float, rate: int = 16000, *, channels: int = 1) -> Sound:
    """Return nothing to hear for a while.

    Parameters
    ----------
    duration : float
        Seconds.
    rate : int
        Frames per second, in hertz.
    channels : int

    Returns
    -------
    Sound

    Examples
    --------
    >>> from opsin.audio import silence
    >>> silence(0.25).peak
    0.0
    """
    rate = integer("rate", rate, low=1, high=RATE_MAX, unit="hertz")
    frames = round(number("duration", duration, low=0, unit="seconds") * rate)
    return owned(np.zeros((frames, integer("channels", channels, low=1)), np.float32), rate)


def note(name: Note, *, tuning: float = 440.0) -> float:
    """Return the frequency of a note in hertz, in equal temperament.

    Parameters
    ----------
    name : str or int
        A letter, "#" or "b" if any, and the octave from -1 to 9 ("A4", "C#5", "Bb3"); or a MIDI
        number from 0 to 127, 69 being A4.
    tuning : float
        The frequency of A4.

    Returns
    -------
    float

    Examples
    --------
    >>> from opsin.audio import note
    >>> note("A4"), round(note("C5"), 2), note(57)
    (440.0, 523.25, 220.0)
    """
    return number("tuning", tuning, above=0, unit="hertz") * 2 ** ((_midi(name) - 69) / 12)


def scale(start: Note, stop: Note, steps: Steps = "chromatic") -> list[str]:
    """Return the names of the notes from one to another, both ends included.

    Parameters
    ----------
    start, stop : str or int
        Notes; a `stop` below `start` gives the way down. A major or minor scale is the one of the
        lower note.
    steps : {"chromatic", "major", "minor", "pentatonic"}

    Returns
    -------
    list of str
        As `note`, `tone`, `chord` and `melody` take them.

    Examples
    --------
    >>> from opsin.audio import scale
    >>> scale("C5", "C6", "major")
    ['C5', 'D5', 'E5', 'F5', 'G5', 'A5', 'B5', 'C6']
    """
    first, last = _midi(start), _midi(stop)
    inside = SCALES[choice("steps", steps, SCALES)]
    low, high = sorted((first, last))
    numbers = [midi for midi in range(low, high + 1) if (midi - low) % 12 in inside]
    return [_name(midi) for midi in (numbers if first <= last else reversed(numbers))]


def chord(
    notes: str | Sequence[Note],
    duration: float = 1.0,
    rate: int = 16000,
    *,
    wave: Wave = "sine",
    amplitude: float = 0.5,
    ramp: float = 0.01,
    tuning: float = 440.0,
) -> Sound:
    """Synthesise notes together; see `tone` for the parameters.

    Parameters
    ----------
    notes : str or sequence of notes
        "C4 E4 G4", or a list of names and MIDI numbers.
    duration, rate, wave, amplitude, ramp
        As in `tone`. Each note has its share of the amplitude, so that a chord is not clipped.
    tuning : float
        The frequency of A4.

    Returns
    -------
    Sound

    Examples
    --------
    >>> from opsin.audio import chord
    >>> chord("C4 E4 G4", 0.5)
    <Sound: 0.500 s, 16000 Hz, 1 channel>
    """
    names = notes.split() if isinstance(notes, str) else list(notes)
    if not names:
        raise ValueError("notes must hold at least one note; got none.")
    return _together(names, duration, rate, wave, amplitude, ramp, tuning)


def melody(
    notes: str,
    *,
    tempo: float = 120.0,
    rate: int = 16000,
    wave: Wave = "sine",
    amplitude: float = 0.5,
    ramp: float = 0.02,
    tuning: float = 440.0,
) -> Sound:
    """Synthesise notes one after the other.

    Parameters
    ----------
    notes : str
        Notes between spaces, each a beat long. After a note, each "-" holds it for a beat more and
        each "/" halves it; "R" is a rest, "C4+E4+G4" a chord, "|" a bar line that does nothing.
    tempo : float
        Beats per minute.
    rate, wave, amplitude, ramp
        As in `tone`.
    tuning : float
        The frequency of A4.

    Returns
    -------
    Sound

    Raises
    ------
    ValueError
        If a word is not a note; the message says which.

    Examples
    --------
    >>> from opsin.audio import melody
    >>> melody("C4 C4 G4 G4 | A4 A4 G4-", tempo=120)
    <Sound: 4.000 s, 16000 Hz, 1 channel>
    """
    rate = integer("rate", rate, low=1, high=RATE_MAX, unit="hertz")
    if not isinstance(notes, str):
        raise TypeError(f"notes must be a string such as 'C4 E4 G4-'; got {type(notes).__name__}.")
    tempo = number("tempo", tempo, low=1, high=10000, unit="beats a minute")
    played = [_beats(word) for word in notes.split() if word != "|"]
    ends = np.cumsum([beats for _, beats in played]) if played else np.zeros(1)
    # Each note begins at its own rounded time, so that rounding does not add up.
    edges = np.rint(np.concatenate([[0.0], ends]) * (60 / tempo * rate)).astype(int)
    samples = np.zeros(edges[-1], np.float32)
    for (names, _), begin, end in zip(played, edges[:-1], edges[1:], strict=False):
        if names:
            sound = _together(names, (end - begin) / rate, rate, wave, amplitude, ramp, tuning)
            samples[begin:end] = sound.samples
    return owned(samples, rate)


def _together(
    names: Sequence[Note],
    duration: float,
    rate: int,
    wave: Wave,
    amplitude: float,
    ramp: float,
    tuning: float,
) -> Sound:
    share = number("amplitude", amplitude, low=0, high=1) / len(names)
    tones = [tone(note(name, tuning=tuning), duration, rate, wave=wave, amplitude=share, ramp=ramp) for name in names]
    return owned(np.sum([sound.samples for sound in tones], axis=0), rate)


def _beats(word: str) -> tuple[list[str], float]:
    """Return the names in a word of a melody, none for a rest, and how many beats it takes."""
    names = word.rstrip("-/")
    marks = word[len(names) :]
    beats = (1 + marks.count("-")) / 2 ** min(marks.count("/"), 64)
    return ([] if names in ("R", "r") else names.split("+")), beats


def _midi(name: Note) -> int:
    if not isinstance(name, str):
        return integer("note", name, low=0, high=127)
    match = _NOTE.fullmatch(name)
    if match is None:
        raise ValueError(f"a note must be written like 'A4', 'C#5' or 'Bb3', octaves -1 to 9; got {name!r}.")
    letter, accidental, octave = match.groups()
    return 12 * (int(octave) + 1) + _NAMES.index(letter.upper()) + _ACCIDENTALS[accidental]


def _name(midi: int) -> str:
    return f"{_NAMES[midi % 12]}{midi // 12 - 1}"


def _one_period(wave: Wave, frequency: float, rate: int) -> NDArray[np.float64]:
    """Return one period, its first entry repeated at the end, of the wave's harmonics that fit."""
    count = max(1, math.ceil(min(rate / 2, _AUDIBLE) / frequency) - 1)
    harmonic = np.arange(1, count + 1)
    odd = harmonic % 2
    if wave == "square":
        sines = 4 / np.pi * odd / harmonic
    elif wave == "saw":
        sines = -2 / np.pi * (-1.0) ** harmonic / harmonic
    else:
        sines = 8 / np.pi**2 * odd * (-1.0) ** (harmonic // 2) / harmonic**2
    entries = 2 ** math.ceil(math.log2(_ENTRIES * count))
    spectrum = np.zeros(entries // 2 + 1, complex)
    spectrum[1 : count + 1] = -0.5j * entries * sines
    period = np.fft.irfft(spectrum, entries)
    return np.append(period, period[0])


def _looked_up(period: NDArray[np.float64], turns: NDArray[Any]) -> NDArray[Any]:
    place = turns * (len(period) - 1)
    index = np.minimum(place.astype(np.intp), len(period) - 2)
    before: NDArray[np.float64] = period[index]
    values: NDArray[np.float64] = before + (place - index) * (period[index + 1] - before)
    return values
