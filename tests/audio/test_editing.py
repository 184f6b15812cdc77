"""Louder, joined, mixed, trimmed, and at another rate."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from opsin.audio import Sound, concatenate, fade, gain, mix, normalize, resample, silence, trim_silence

RATE = 8000


def some(frames=100, channels=1, rate=RATE, seed=0):
    shape = (frames,) if channels == 1 else (frames, channels)
    return Sound(np.random.default_rng(seed).uniform(-0.5, 0.5, shape), rate)


@pytest.mark.parametrize("decibels", [-20, 0, 6.0])
def test_gain(decibels):
    np.testing.assert_allclose(gain(some(), decibels).samples, some().samples * 10 ** (decibels / 20), rtol=1e-6)


@pytest.mark.parametrize("decibels", [np.nan, np.inf, 500])
def test_gain_out_of_range(decibels):
    with pytest.raises(ValueError, match="decibels must be"):
        gain(some(), decibels)


@given(st.floats(1e-30, 1e30), st.floats(1e-3, 1))
def test_normalize_meets_the_peak(loudness, peak):
    sound = Sound(np.array([0.3, -1.0, 0.2]) * loudness, RATE)
    assert normalize(sound, peak).peak == pytest.approx(peak, rel=1e-6)


def test_normalize_leaves_silence_alone():
    assert normalize(silence(0.1)) == silence(0.1)
    assert normalize(Sound([], RATE)).frames == 0
    with pytest.raises(ValueError, match="peak must be more than 0 and at most 1"):
        normalize(some(), 1.5)


@given(st.integers(0, 50), st.integers(1, 2), st.floats(0, 0.01), st.sampled_from(["both", "start", "end"]))
def test_fade_only_lowers_and_only_at_the_ends(frames, channels, duration, sides):
    sound = some(frames, channels)
    faded = fade(sound, duration, sides=sides)
    assert np.all(np.abs(faded.samples) <= np.abs(sound.samples))
    length = min(round(duration * RATE), frames // 2 if sides == "both" else frames)
    kept = slice(length if sides != "end" else 0, frames - length if sides != "start" else frames)
    np.testing.assert_array_equal(faded.samples[kept], sound.samples[kept])
    if length:
        # A raised cosine, half a sample off its zero, starts at sin(pi / 4 length) squared.
        first = np.abs(faded.samples[0] if sides != "end" else faded.samples[-1])
        limit = np.abs(sound.samples[0] if sides != "end" else sound.samples[-1])
        np.testing.assert_allclose(first, limit * np.sin(np.pi / 4 / length) ** 2, rtol=1e-4, atol=1e-9)


def test_mix_sums_and_pads():
    a, b = some(10), some(6, seed=1)
    wanted = a.samples.copy()
    wanted[:6] += b.samples
    assert mix([a, b]) == Sound(wanted, RATE)


def test_mono_goes_into_every_channel():
    a, b = some(10), some(10, 2, seed=1)
    np.testing.assert_array_equal(mix([a, b]).samples, b.samples + a.samples[:, None])
    joined = concatenate([a, b]).samples
    np.testing.assert_array_equal(joined[:10], np.stack([a.samples, a.samples], axis=1))
    np.testing.assert_array_equal(joined[10:], b.samples)


@pytest.mark.parametrize("function", [mix, concatenate])
def test_what_does_not_go_together(function):
    with pytest.raises(ValueError, match="sounds must have one rate; got 8000, 16000 Hz"):
        function([some(), some(rate=16000)])
    with pytest.raises(ValueError, match=r"one number of channels; got \[2, 3\]"):
        function([some(channels=2), some(channels=3)])
    with pytest.raises(ValueError, match="at least one"):
        function([])
    with pytest.raises(TypeError, match="each of sounds"):
        function([np.zeros(3)])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4), st.integers(1, 2))
def test_parts_join_to_the_whole(lengths, channels):
    sound = some(sum(lengths), channels)
    edges = np.concatenate([[0], np.cumsum(lengths)])
    assert concatenate(sound[a:b] for a, b in itertools.pairwise(edges)) == sound


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 2))
def test_trim_silence_finds_the_loud_part(before, after, channels):
    loud = Sound(np.sign(some(20, channels).samples + 1e-9), RATE)
    quiet = 1e-4
    padded = np.concatenate(
        [
            np.full((before, channels), quiet),
            loud.samples.reshape(20, channels),
            np.full((after, channels), -quiet),
        ]
    )
    assert trim_silence((padded, RATE)) == loud
    assert trim_silence((padded, RATE), -90).frames == before + 20 + after


def test_trim_silence_of_nothing_but_zeros():
    assert trim_silence(silence(0.1)).frames == 0
    assert trim_silence(Sound([], RATE)).frames == 0


RATES = [
    (44100, 48000),
    (48000, 44100),
    (44100, 22050),
    (8000, 16000),
    (44100, 16000),
    (16000, 22050),
    (8000, 8001),
    (7, 5),
]


@pytest.mark.parametrize(("old", "new"), RATES)
def test_resample_keeps_what_both_rates_carry(old, new):
    frequency = 0.4 * min(old, new)
    x = np.sin(2 * np.pi * frequency * np.arange(3000) / old)
    y = resample((x, old), new)
    assert y.rate == new
    assert y.frames == -(-3000 * new // old)
    wanted = np.sin(2 * np.pi * frequency * np.arange(y.frames) / new)
    middle = slice(y.frames // 4, 3 * y.frames // 4)
    np.testing.assert_allclose(y.samples[middle], wanted[middle], atol=2e-5)


@pytest.mark.parametrize(("old", "new"), [(44100, 22050), (44100, 16000), (48000, 44100)])
@pytest.mark.parametrize("beyond", [1.001, 1.05])
def test_resample_removes_what_the_new_rate_cannot_carry(old, new, beyond):
    x = np.sin(2 * np.pi * beyond * new / 2 * np.arange(8000) / old)
    y = resample((x, old), new).samples
    assert np.abs(y[len(y) // 4 : 3 * len(y) // 4]).max() < 10 ** (-100 / 20)


def test_resample_is_nearer_to_the_truth_than_resample_poly():
    x = np.sin(2 * np.pi * 15000 * np.arange(20000) / 44100)
    wanted = np.sin(2 * np.pi * 15000 * np.arange(21769) / 48000)
    errors = [
        np.abs(y[2000:-2000] - wanted[2000:-2000]).max()
        for y in (resample((x, 44100), 48000).samples, signal.resample_poly(x, 160, 147))
    ]
    assert errors[0] < 1e-4 < errors[1]


@given(st.integers(0, 40), st.integers(1, 30), st.integers(1, 30), st.integers(1, 2))
def test_resample_any_short_sound(frames, old, new, channels):
    y = resample(some(frames, channels, old), new)
    assert y.samples.shape == (-(-frames * new // old), *some(1, channels).samples.shape[1:])


@given(st.integers(1, 40), st.integers(1, 40))
def test_resample_keeps_a_constant(old, new):
    frames = 700 * (1 + old // new)
    y = resample((np.ones(frames), old), new).samples
    np.testing.assert_allclose(y[len(y) * 2 // 5 : len(y) * 3 // 5], 1, atol=1e-5)


def test_resample_to_the_same_rate_is_the_sound():
    assert resample(some(), RATE) == some()


def test_resample_equals_the_slow_sum():
    x = some(300).samples.astype(float)
    y = resample((x, 9), 7).samples
    times = np.arange(len(y)) * 9 / 7
    distance = (np.arange(300)[:, None] - times) / (9 / 7)
    window = np.where(
        np.abs(distance) < 64, np.i0(0.1102 * 101.3 * np.sqrt(np.clip(1 - (distance / 64) ** 2, 0, 1))), 0
    )
    whole = np.arange(-200, 500)[:, None] - times
    middle = 1 - 102.05 / (2.285 * 4 * 64 * np.pi)
    weights = np.sinc(middle * distance) * window
    full = np.sinc(middle * whole * 7 / 9) * np.where(
        np.abs(whole * 7 / 9) < 64,
        np.i0(0.1102 * 101.3 * np.sqrt(np.clip(1 - (whole * 7 / 9 / 64) ** 2, 0, 1))),
        0,
    )
    np.testing.assert_allclose(y, x @ (weights / full.sum(axis=0)), atol=1e-6)


@pytest.mark.parametrize(("rate", "error"), [(0, ValueError), (8000.0, TypeError)])
def test_resample_wrong_rates(rate, error):
    with pytest.raises(error, match="rate must be"):
        resample(some(), rate)
