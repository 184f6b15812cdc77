"""Tones, and the notes of Western music: equal temperament from A4 = 440 Hz."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._errors import choice, integer, number
from .editing import fade
from .sound import BLOCK, CHANNELS_MAX, SECONDS_MAX, Sound, as_rate, owned

Wave: TypeAlias = Literal["sine", "square", "triangle", "saw"]
Steps: TypeAlias = Literal["chromatic", "major", "minor", "pentatonic"]
Note: TypeAlias = str | int
"""A name such as "A4", "C#5" or "Bb3", or a MIDI number (69 is A4)."""

WAVES: tuple[Wave, ...] = ("sine", "square", "triangle", "saw")
# Each degree of a scale: semitones and letters above the first note.
SCALES: dict[str, tuple[tuple[int, int], ...]] = {
    "chromatic": (),
    "major": ((0, 0), (2, 1), (4, 2), (5, 3), (7, 4), (9, 5), (11, 6)),
    "minor": ((0, 0), (2, 1), (3, 2), (5, 3), (7, 4), (8, 5), (10, 6)),
    "pentatonic": ((0, 0), (2, 1), (4, 2), (7, 4), (9, 5)),
}

_LETTERS = "CDEFGAB"
_NATURALS = (0, 2, 4, 5, 7, 9, 11)
_ACCIDENTALS = {"": 0, "#": 1, "b": -1, "##": 2, "bb": -2}
_WRITTEN = {semitones: accidental for accidental, semitones in _ACCIDENTALS.items()}
_SIGNS = str.maketrans("\u266f\u266d", "#b")
_NOTE = re.compile(r"([A-Ga-g])(#{0,2}|b{0,2})(-1|10|[0-9])")
# The usual names of the black keys in a chromatic scale, and as the first note of a key.
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_MAJOR_KEYS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")

# Harmonics above this are inaudible and left out; a low tone at a high rate would have too many.
_AUDIBLE = 24000.0
# Entries of the stored period per harmonic, for an error of linear interpolation below -95 dB.
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
        The last three contain exactly the harmonics below half the rate, so there is no aliasing.
        Square and saw overshoot at their corners (Gibbs), up to 1.18 times the amplitude.
    amplitude : float
        The amplitude of the ideal wave, 0 to 1.
    ramp : float
        Seconds of fade at each end, which avoid clicks; see `fade`.

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
    rate = as_rate(rate)
    hertz = note(frequency) if isinstance(frequency, str) else frequency
    hertz = number("frequency", hertz, low=1, below=rate / 2, unit=f"hertz (half the rate of {rate})")
    frames = round(number("duration", duration, low=0, high=SECONDS_MAX, unit="seconds") * rate)
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
    """Return silence.

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
    rate = as_rate(rate)
    frames = round(number("duration", duration, low=0, high=SECONDS_MAX, unit="seconds") * rate)
    return owned(np.zeros((frames, integer("channels", channels, low=1, high=CHANNELS_MAX)), np.float32), rate)


def note(name: Note, *, tuning: float = 440.0) -> float:
    """Return the frequency of a note in hertz, in equal temperament.

    Parameters
    ----------
    name : str or int
        A letter, up to two "#" or "b", and the octave from -1 to 10 ("A4", "C#5", "Bb3"); or a MIDI
        number from 0 to 127, where 69 is A4.
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
        Notes; a `stop` below `start` gives the descending scale. The lower note is the first degree
        of the scale.
    steps : {"chromatic", "major", "minor", "pentatonic"}

    Returns
    -------
    list of str
        As `note`, `tone`, `chord` and `melody` take them. They are spelled as the key of the lower
        note requires: each degree has a letter of its own, so that F major has B-flat. If the lower
        note is a MIDI number, its key is the usual one of that pitch. A chromatic scale has flats if
        one of its ends is written with a flat, and sharps otherwise.

    Examples
    --------
    >>> from opsin.audio import scale
    >>> scale("C5", "C6", "major")
    ['C5', 'D5', 'E5', 'F5', 'G5', 'A5', 'B5', 'C6']
    >>> scale("F4", "F5", "major")
    ['F4', 'G4', 'A4', 'Bb4', 'C5', 'D5', 'E5', 'F5']
    """
    choice("steps", steps, SCALES)
    ends = sorted((start, stop), key=_midi)
    low, high = map(_midi, ends)
    if steps == "chromatic":
        flat = any(isinstance(end, str) and "b" in end[1:].translate(_SIGNS) for end in ends)
        names = [_named(midi, (_FLATS if flat else _SHARPS)[midi % 12]) for midi in range(low, high + 1)]
    else:
        names = _in_key(ends[0], low, high, steps)
    return names if _midi(start) <= _midi(stop) else names[::-1]


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
        As in `tone`. The amplitude is divided by the number of notes.
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
    if not isinstance(notes, Sequence):
        raise TypeError(f"notes must be a string such as 'C4 E4 G4' or a list of notes; got {type(notes).__name__}.")
    names = notes.split() if isinstance(notes, str) else list(notes)
    if not names:
        raise ValueError("notes must hold at least one note; got none.")
    rate = as_rate(rate)
    frames = round(number("duration", duration, low=0, high=SECONDS_MAX, unit="seconds") * rate)
    return _together(names, frames, rate, wave, amplitude, ramp, tuning)


def melody(
    notes: str | Sequence[Note],
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
    notes : str or sequence of notes
        Notes separated by spaces, each a beat long; or a list of such words and of MIDI numbers, as
        `scale` returns it. Each "-" after a note adds a beat and each "/" halves its length; "R" is a
        rest, "C4+E4+G4" a chord, and "|" a bar line, which is ignored.
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
        If a word is not a note; the message contains it.

    Examples
    --------
    >>> from opsin.audio import melody, scale
    >>> melody("C4 C4 G4 G4 | A4 A4 G4-", tempo=120)
    <Sound: 4.000 s, 16000 Hz, 1 channel>
    >>> melody(scale("C5", "C6", "major"), tempo=240)
    <Sound: 2.000 s, 16000 Hz, 1 channel>
    """
    options: dict[str, Any] = {"wave": wave, "amplitude": amplitude, "ramp": ramp, "tuning": tuning}
    rate, played, edges = _timed(notes, tempo, rate)
    samples = np.zeros(edges[-1], np.float32)
    for names, begin, end in zip(played, edges[:-1], edges[1:], strict=True):
        if names:
            samples[begin:end] = _together(names, end - begin, rate, **options).samples
    return owned(samples, rate)


def melody_blocks(
    notes: str | Sequence[Note],
    *,
    tempo: float = 120.0,
    rate: int = 16000,
    wave: Wave = "sine",
    amplitude: float = 0.5,
    ramp: float = 0.02,
    tuning: float = 440.0,
) -> Iterator[Sound]:
    """Synthesise a melody in blocks, so that it may be longer than memory.

    Parameters
    ----------
    notes, tempo, rate, wave, amplitude, ramp, tuning
        As in `melody`.

    Yields
    ------
    Sound
        One for each note, chord and rest: together exactly what `melody` returns.

    Raises
    ------
    ValueError
        If a word is not a note; the message contains it.

    Examples
    --------
    >>> from opsin.audio import melody_blocks
    >>> [part.duration for part in melody_blocks("C4 R E4-", tempo=60)]
    [1.0, 1.0, 2.0]
    """
    options: dict[str, Any] = {"wave": wave, "amplitude": amplitude, "ramp": ramp, "tuning": tuning}
    rate, played, edges = _timed(notes, tempo, rate)
    for names, begin, end in zip(played, edges[:-1], edges[1:], strict=True):
        if names:
            yield _together(names, end - begin, rate, **options)
        else:
            yield owned(np.zeros(end - begin, np.float32), rate)


def _timed(notes: str | Sequence[Note], tempo: float, rate: int) -> tuple[int, list[list[Note]], list[int]]:
    """Return the rate, the names played together at each place, none for a rest, and the frames between."""
    rate = as_rate(rate)
    tempo = number("tempo", tempo, low=1, high=10000, unit="beats a minute")
    if isinstance(notes, str):
        words: list[Note] = list(notes.split())
    elif isinstance(notes, Sequence):
        words = [part for word in notes for part in (word.split() if isinstance(word, str) else [word])]
    else:
        raise TypeError(f"notes must be a string such as 'C4 E4 G4-' or a list of notes; got {type(notes).__name__}.")
    played = [_beats(word) for word in words if word != "|"]
    for names, _ in played:
        for name in names:
            _midi(name)
    # The edges are rounded, not the lengths, so that rounding errors do not add up.
    ends = np.cumsum([0.0] + [beats for _, beats in played])
    edges = np.rint(ends * (60 / tempo * rate)).astype(int).tolist()
    return rate, [names for names, _ in played], edges


def _together(
    names: Sequence[Note], frames: int, rate: int, wave: Wave, amplitude: float, ramp: float, tuning: float
) -> Sound:
    share = number("amplitude", amplitude, low=0, high=1) / len(names)
    total = np.zeros(frames, np.float32)
    for name in names:
        hertz = note(name, tuning=tuning)
        total += tone(hertz, frames / rate, rate, wave=wave, amplitude=share, ramp=ramp).samples
    return owned(total, rate)


def _beats(word: Note) -> tuple[list[Note], float]:
    """Return the names in a word of a melody, none for a rest, and its number of beats."""
    if not isinstance(word, str):
        return [word], 1.0
    names = word.rstrip("-/")
    marks = word[len(names) :]
    beats = (1 + marks.count("-")) / 2 ** min(marks.count("/"), 64)
    return ([] if names in ("R", "r") else list(names.split("+"))), beats


def _midi(name: Note) -> int:
    if not isinstance(name, str):
        return integer("note", name, low=0, high=127)
    letter, accidental, octave = _parsed(name)
    return 12 * (octave + 1) + _NATURALS[_LETTERS.index(letter)] + _ACCIDENTALS[accidental]


def _parsed(name: str) -> tuple[str, str, int]:
    match = _NOTE.fullmatch(name.translate(_SIGNS))
    if match is None:
        raise ValueError(f"a note must be written like 'A4', 'C#5' or 'Bb3', octaves -1 to 10; got {name!r}.")
    letter, accidental, octave = match.groups()
    return letter.upper(), accidental, int(octave)


def _named(midi: int, pitch: str) -> str:
    """Return the name of a MIDI number whose letter and accidental are given."""
    return f"{pitch}{(midi - _ACCIDENTALS[pitch[1:]]) // 12 - 1}"


def _in_key(tonic: Note, low: int, high: int, steps: str) -> list[str]:
    """Return the notes of a scale, each degree with the letter that belongs to it."""
    if isinstance(tonic, str):
        letter, accidental, _ = _parsed(tonic)
    else:
        key = (_MINOR_KEYS if steps == "minor" else _MAJOR_KEYS)[low % 12]
        letter, accidental = key[0], key[1:]
    pitches = {}
    for semitones, letters in SCALES[steps]:
        octaves, index = divmod(_LETTERS.index(letter) + letters, 7)
        natural = _NATURALS[index] + 12 * octaves - _NATURALS[_LETTERS.index(letter)]
        sharps = semitones - natural + _ACCIDENTALS[accidental]
        if sharps not in _WRITTEN:
            # Keys such as G## major would need three sharps: take the usual key of the same pitch.
            return _in_key(low % 12 + 60, low, high, steps)
        pitches[semitones] = _LETTERS[index] + _WRITTEN[sharps]
    return [_named(midi, pitches[(midi - low) % 12]) for midi in range(low, high + 1) if (midi - low) % 12 in pitches]


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
