"""Tones and notes: pitch, harmonics, aliasing, clicks, and the tutorial's thirteen notes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsin.audio import chord, concatenate, melody, melody_blocks, note, scale, silence, tone

NAMES = ["C5", "C#5", "D5", "D#5", "E5", "F5", "F#5", "G5", "G#5", "A5", "A#5", "B5", "C6"]


def spectrum(sound):
    """Magnitudes in decibels below the strongest, and their frequencies, through a narrow window."""
    windowed = sound.samples * np.blackman(sound.frames) ** 2
    power = np.abs(np.fft.rfft(windowed)) / np.abs(np.fft.rfft(windowed)).max()
    return 20 * np.log10(power + 1e-12), np.fft.rfftfreq(sound.frames, 1 / sound.rate)


def test_the_thirteen_notes_of_the_tutorial():
    assert scale("C5", "C6", "chromatic") == NAMES
    np.testing.assert_allclose([note(name) for name in NAMES], 440 * 2 ** (np.arange(3, 16) / 12), rtol=1e-14)


@pytest.mark.parametrize("frequency", 440 * 2 ** (np.arange(3, 16) / 12))
def test_a_tone_has_its_pitch(frequency):
    x = tone(frequency, 0.5, 16000, ramp=0)
    np.testing.assert_allclose(x.samples, 0.5 * np.sin(frequency * 2 * np.pi * np.arange(8000) / 16000), atol=1e-6)


def test_a_long_tone_does_not_drift():
    x = tone(997, 100, 8000, ramp=0).samples[-1000:]
    np.testing.assert_allclose(
        x, 0.5 * np.sin(2 * np.pi * ((997 * np.arange(799_000, 800_000)) % 8000) / 8000), atol=1e-6
    )


@pytest.mark.parametrize("wave", ["square", "triangle", "saw"])
@pytest.mark.parametrize("frequency", [1234.5, 3001.0, 440.0])
def test_no_aliasing(wave, frequency):
    """Between the harmonics there is nothing that a 16-bit sound could hold."""
    levels, at = spectrum(tone(frequency, 1.0, 16000, wave=wave))
    near = np.abs(at - np.maximum(1, np.round(at / frequency)) * frequency) < 30
    assert levels[~near].max() < -90
    plain = np.sign(np.sin(2 * np.pi * frequency * np.arange(16000) / 16000)) * np.blackman(16000) ** 2
    plain_levels = np.abs(np.fft.rfft(plain))
    if wave == "square":
        assert 20 * np.log10(plain_levels[~near].max() / plain_levels.max()) > -45


@pytest.mark.parametrize(
    ("wave", "harmonics"),
    [
        ("square", [1, 0, 1 / 3, 0, 1 / 5]),
        ("saw", [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]),
        ("triangle", [1, 0, 1 / 9, 0, 1 / 25]),
    ],
)
def test_harmonics_have_the_strengths_of_the_wave(wave, harmonics):
    x = tone(400, 1.0, 16000, wave=wave, ramp=0).samples
    found = np.abs(np.fft.rfft(x))[400:2400:400]
    np.testing.assert_allclose(found / found[0], harmonics, atol=1e-4)


@pytest.mark.parametrize(
    ("wave", "ideal"),
    [
        ("square", lambda t: 1 - 2 * (t > 0.5)),
        ("saw", lambda t: 2 * ((t + 0.5) % 1) - 1),
        ("triangle", lambda t: 1 - 4 * np.abs((t + 0.25) % 1 - 0.5)),
    ],
)
def test_waves_have_their_shape(wave, ideal):
    x = tone(10, 0.3, 48000, wave=wave, amplitude=1.0, ramp=0).samples
    turns = np.arange(len(x)) * 10 / 48000 % 1
    away = np.abs((turns + 0.25) % 0.5 - 0.25) > 0.02
    sign = -1 if wave == "triangle" else 1
    wanted = sign * -ideal(turns) if wave == "triangle" else ideal(turns)
    np.testing.assert_allclose(x[away], wanted[away], atol=0.02)


def test_the_envelope_takes_the_click_away():
    """A tone cut hard spreads over all frequencies; one that swells stays where it is."""

    def far_away(ramp):
        x = np.pad(tone(437.3, 0.1, 16000, ramp=ramp).samples, 4000)
        power = np.abs(np.fft.rfft(x)) ** 2
        return 10 * np.log10(power[np.fft.rfftfreq(len(x), 1 / 16000) > 2000].max() / power.max())

    assert far_away(0) > -60
    assert far_away(0.01) < -80


def test_the_envelope_starts_and_ends_near_zero():
    x = tone(440, 0.5, wave="square", amplitude=1.0).samples
    assert np.abs(x[[0, -1]]).max() < 1e-3


@given(st.floats(0, 0.01), st.sampled_from(["sine", "square", "triangle", "saw"]))
def test_short_tones(duration, wave):
    x = tone(440, duration, 16000, wave=wave)
    assert x.frames == round(duration * 16000)
    assert x.peak <= 0.6


@pytest.mark.parametrize("wave", ["sine", "square", "triangle", "saw"])
def test_the_extremes_of_frequency(wave):
    assert tone(7999, 0.1, wave=wave).peak <= 0.7
    assert tone(1, 1.0, 48000, wave=wave).peak == pytest.approx(0.5, abs=0.1)
    assert tone(1, 0.01, 1_000_000, wave=wave).frames == 10_000


@pytest.mark.parametrize("frequency", [0, 0.5, -1, 8000, np.nan, np.inf])
def test_frequencies_out_of_range(frequency):
    with pytest.raises(ValueError, match=r"frequency must be at least 1 and less than 8000 hertz"):
        tone(frequency)


def test_wrong_tones():
    with pytest.raises(ValueError, match=r"wave must be one of .* Did you mean 'sine'"):
        tone(440, wave="sin")
    with pytest.raises(ValueError, match="duration must be at least 0"):
        tone(440, -1)
    with pytest.raises(TypeError, match="frequency must be a number"):
        tone(None)
    with pytest.raises(ValueError, match="amplitude must be at least 0 and at most 1"):
        tone(440, amplitude=2)


def test_tones_by_name():
    assert tone("A4") == tone(440.0)


@pytest.mark.parametrize(
    ("name", "midi"),
    [
        ("A4", 69),
        ("C4", 60),
        ("C-1", 0),
        ("G9", 127),
        ("c#5", 73),
        ("Db5", 73),
        ("B#3", 60),
        ("Cb4", 59),
        ("E\u266d4", 63),
        ("F\u266f4", 66),
        ("F##4", 67),
        ("Bbb3", 57),
    ],
)
def test_names_are_midi_numbers(name, midi):
    assert note(name) == note(midi)


@given(st.integers(0, 126))
def test_each_step_is_the_twelfth_root_of_two(midi):
    assert note(midi + 1) / note(midi) == pytest.approx(2 ** (1 / 12), rel=1e-13)
    assert [note(name) for name in scale(midi, midi)] == [note(midi)]


@pytest.mark.parametrize("name", ["", "H4", "A", "4", "A44", "A-2", "A###4", "A#b4", "A11", " A4", "A4 ", "la", "A٤"])
def test_wrong_names(name):
    with pytest.raises(ValueError, match="a note must be written like 'A4'"):
        note(name)


@pytest.mark.parametrize(("name", "error"), [(128, ValueError), (-1, ValueError), (69.0, TypeError), (None, TypeError)])
def test_wrong_numbers(name, error):
    with pytest.raises(error, match="note must be"):
        note(name)


def test_tuning():
    assert note("A4", tuning=432) == 432
    with pytest.raises(ValueError, match="tuning must be more than 0"):
        note("A4", tuning=0)


def test_scales():
    assert scale("A4", "A5", "minor") == ["A4", "B4", "C5", "D5", "E5", "F5", "G5", "A5"]
    assert scale("C6", "C5") == NAMES[::-1]
    assert scale("C5", "G5", "pentatonic") == ["C5", "D5", "E5", "G5"]
    with pytest.raises(ValueError, match="steps must be one of 'chromatic', 'major'"):
        scale("C4", "C5", "blues")


# The signatures of the keys, from Gb to F# around the circle of fifths.
KEYS = {
    "Gb": "Gb Ab Bb Cb Db Eb F",
    "Db": "Db Eb F Gb Ab Bb C",
    "Ab": "Ab Bb C Db Eb F G",
    "Eb": "Eb F G Ab Bb C D",
    "Bb": "Bb C D Eb F G A",
    "F": "F G A Bb C D E",
    "C": "C D E F G A B",
    "G": "G A B C D E F#",
    "D": "D E F# G A B C#",
    "A": "A B C# D E F# G#",
    "E": "E F# G# A B C# D#",
    "B": "B C# D# E F# G# A#",
    "F#": "F# G# A# B C# D# E#",
    "D#": "D# E# F## G# A# B# C##",
}


@pytest.mark.parametrize("key", KEYS)
def test_each_degree_of_a_key_has_its_letter(key):
    found = scale(f"{key}3", f"{key}4", "major")
    assert [name[:-1] for name in found] == [*KEYS[key].split(), key]
    assert scale(f"{key}4", f"{key}3", "major") == found[::-1]
    # The relative minor has the same notes.
    sixth = KEYS[key].split()[5]
    assert {name[:-1] for name in scale(f"{sixth}3", f"{sixth}4", "minor")} == set(KEYS[key].split())


@given(st.integers(0, 115), st.sampled_from(["chromatic", "major", "minor", "pentatonic"]))
def test_scales_have_their_steps(low, steps):
    intervals = {"chromatic": range(13), "major": (0, 2, 4, 5, 7, 9, 11, 12), "minor": (0, 2, 3, 5, 7, 8, 10, 12)}
    intervals["pentatonic"] = (0, 2, 4, 7, 9, 12)
    names = scale(low, low + 12, steps)
    wanted = [note("C-1") * 2 ** ((low + step) / 12) for step in intervals[steps]]
    np.testing.assert_allclose([note(name) for name in names], wanted)
    assert not any("##" in name or "bb" in name for name in names)


def test_chromatic_scales_follow_the_spelling_of_their_ends():
    assert scale("Bb3", "Db4") == ["Bb3", "B3", "C4", "Db4"]
    assert scale("Eb4", "C4") == ["Eb4", "D4", "Db4", "C4"]
    assert scale("A#3", "C#4") == ["A#3", "B3", "C4", "C#4"]
    assert scale("G##4", "B4", "major") == ["A4", "B4"]


def test_a_melody_of_a_list():
    names = scale("F4", "F5", "major")
    assert melody(names) == melody(" ".join(names))
    assert melody([60, "E4-", "R", "C4+E4", "|", "D4 D4"]) == melody("C4 E4- R C4+E4 | D4 D4")
    assert melody(()) == melody("")


def test_melody_blocks_are_the_melody():
    notes = "A4 R B4- C5+E5/ | D5//"
    parts = list(melody_blocks(notes, tempo=117, rate=11025))
    assert [part.frames for part in parts][:2] == [5654, 5654]
    assert concatenate(parts) == melody(notes, tempo=117, rate=11025)


def test_a_chord_is_its_notes_together():
    names = ["C4", "E4", "G4"]
    wanted = sum(tone(name, 0.3, amplitude=1.0).samples for name in names) / 3
    for notes in (names, "C4 E4 G4", [60, 64, 67]):
        np.testing.assert_allclose(chord(notes, 0.3, amplitude=1.0).samples, wanted, atol=1e-6)
    with pytest.raises(ValueError, match="at least one note"):
        chord("")


def test_a_melody_is_its_notes_in_turn():
    x = melody("A4 R B4- C5+E5/ | D5//", tempo=120, rate=8000, ramp=0)
    assert x.frames == 4000 + 4000 + 8000 + 2000 + 1000
    np.testing.assert_array_equal(x.samples[:4000], tone("A4", 0.5, 8000, ramp=0).samples)
    assert np.all(x.samples[4000:8000] == 0)
    np.testing.assert_array_equal(x.samples[8000:16000], tone("B4", 1.0, 8000, ramp=0).samples)
    np.testing.assert_array_equal(x.samples[16000:18000], chord("C5 E5", 0.25, 8000, ramp=0).samples)


def test_a_melody_does_not_gather_rounding():
    assert melody("A4 " * 300, tempo=7001, rate=11025).frames == round(300 * 60 / 7001 * 11025)


@pytest.mark.parametrize("notes", ["C4 H4", "C4-5", "/", "-", "C4+", "C4++E4", "\x00"])
def test_wrong_melodies(notes):
    with pytest.raises(ValueError, match="a note must be written"):
        melody(notes)


def test_odd_melodies():
    assert melody("").frames == 0
    assert melody(" | | ").frames == 0
    assert melody("A4" + "/" * 5000).frames == 0
    for wrong in (5, None, {"A4"}):
        with pytest.raises(TypeError, match="notes must be a string such as 'C4 E4 G4-' or a list of notes"):
            melody(wrong)
    with pytest.raises(TypeError, match="note must be an integer"):
        melody([60.5])
    with pytest.raises(ValueError, match="tempo must be"):
        melody("A4", tempo=0)


def test_silence():
    assert silence(0.5, 8000, channels=2).samples.shape == (4000, 2)
    assert silence(0).frames == 0
    with pytest.raises(ValueError, match="duration"):
        silence(-1)
