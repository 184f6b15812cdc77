"""Loudness against the recommendation, and splitting at silences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsin.audio import (
    Sound,
    concatenate,
    gain,
    loudness,
    merge_channels,
    silence,
    split_on_silence,
    tone,
)
from opsin.audio.levels import k_weighting


def test_the_weighting_is_the_table_of_the_recommendation():
    """BS.1770-5, tables 1 and 2."""
    shelf, high_pass = k_weighting(48000)
    wanted = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1, -1.69065929318241, 0.73248077421585]
    np.testing.assert_allclose(shelf, wanted, atol=1e-12)
    np.testing.assert_allclose(high_pass, [1, -2, 1, 1, -1.99004745483398, 0.99007225036621], atol=1e-12)


@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("level", [0, -23, -40])
def test_a_sine_has_its_loudness_at_every_rate(rate, level):
    sine = gain(tone(997, 3.0, rate, amplitude=1.0), level)
    assert loudness(sine) == pytest.approx(-3.01 + level, abs=0.05)
    assert loudness(sine.stereo()) == pytest.approx(level, abs=0.05)


def test_weights_of_surround_channels():
    sine, nothing = tone(997, 3.0, 48000, amplitude=0.1), silence(3.0, 48000)
    alone = loudness(sine)

    def at(index, channels):
        return loudness(merge_channels([sine if place == index else nothing for place in range(channels)]))

    assert at(0, 6) == at(2, 6) == pytest.approx(alone)
    assert at(3, 6) == -math.inf
    assert at(4, 6) == at(4, 5) == pytest.approx(alone + 10 * math.log10(1.41))


def test_gates():
    """EBU Tech 3341: what is quiet does not count, absolutely and relative to the rest."""
    loud, faint = tone(997, 20.0, 48000, amplitude=0.1), tone(997, 20.0, 48000, amplitude=0.01)
    for quiet in (silence(20.0, 48000), faint):
        assert loudness(concatenate([quiet, loud, quiet])) == pytest.approx(loudness(loud), abs=0.1)
    assert loudness(silence(1.0)) == -math.inf
    assert loudness(Sound([], 8000)) == -math.inf
    assert loudness(tone(997, 1.0, amplitude=1e-4)) == -math.inf


def test_short_and_slow_sounds():
    assert loudness(tone(997, 0.2, ramp=0)) == pytest.approx(loudness(tone(997, 2.0)), abs=0.3)
    with pytest.raises(ValueError, match="at least 8000 Hz"):
        loudness(tone(100, 1.0, 4000))


def test_rms():
    assert tone(100, 1.0, 8000, amplitude=1.0, ramp=0).rms == pytest.approx(math.sqrt(0.5), rel=1e-6)
    assert Sound([], 8000).rms == 0
    assert Sound(np.full((100_000, 2), 3e38), 8000).rms == pytest.approx(3e38, rel=1e-6)


@given(
    st.lists(st.tuples(st.integers(10, 60), st.integers(40, 90)), min_size=1, max_size=4),
    st.integers(0, 30),
    st.integers(1, 2),
)
def test_split_on_silence_finds_the_parts(lengths, before, channels):
    """Parts of whole steps of 10 ms between silences of at least 0.4 s."""
    rate = 1000
    parts, wanted = [silence(before / 100, rate)], []
    for seed, (loud, quiet) in enumerate(lengths):
        samples = np.sign(np.random.default_rng(seed).uniform(-1, 1, loud * 10)) * 0.5
        wanted.append(Sound(np.repeat(samples[:, None], channels, axis=1), rate))
        parts += [wanted[-1], Sound(np.full(quiet * 10, 1e-3), rate)]
    assert split_on_silence(concatenate(parts), min_silence=0.4, padding=0) == wanted
    assert split_on_silence(concatenate(parts), -80, min_silence=0.4, padding=0)[-1].frames > wanted[-1].frames


def test_short_silences_do_not_split_and_padding_is_kept():
    sound = concatenate([tone(440, 0.5), silence(0.2), tone(440, 0.5), silence(1.0), tone(440, 0.5)])
    assert len(split_on_silence(sound)) == 2
    assert len(split_on_silence(sound, min_silence=0.1, padding=0)) == 3
    first, second = split_on_silence(sound, padding=0.1)
    assert (first.duration, second.duration) == (pytest.approx(1.3, abs=0.03), pytest.approx(0.6, abs=0.03))
    assert split_on_silence(silence(1.0)) == split_on_silence(Sound([], 8000)) == []
    assert split_on_silence(tone(440, 0.5, ramp=0)) == [tone(440, 0.5, ramp=0)]


def test_wrong_splits():
    for arguments, words in (
        ({"threshold": 3}, "threshold must be"),
        ({"min_silence": -1}, "min_silence must be"),
        ({"padding": 1}, "padding must be at least 0 and at most 0.15 seconds"),
    ):
        with pytest.raises(ValueError, match=words):
            split_on_silence(tone(440), **arguments)
