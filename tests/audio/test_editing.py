"""Louder, joined, mixed, trimmed, and at another rate."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsin.audio import (
    Sound,
    concatenate,
    fade,
    gain,
    merge_channels,
    mix,
    normalize,
    pan,
    repeat,
    resample,
    resample_blocks,
    silence,
    trim_silence,
)

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
@pytest.mark.parametrize("part", [0.1, 0.8, 0.9])
def test_resample_keeps_what_both_rates_carry(old, new, part):
    frequency = part * min(old, new) / 2
    x = np.sin(2 * np.pi * frequency * np.arange(6000) / old)
    y = resample((x, old), new)
    assert y.rate == new
    assert y.frames == -(-6000 * new // old)
    wanted = np.sin(2 * np.pi * frequency * np.arange(y.frames) / new)
    middle = slice(y.frames // 4, 3 * y.frames // 4)
    # 0.01 dB
    np.testing.assert_allclose(y.samples[middle], wanted[middle], atol=1.2e-3)


@pytest.mark.parametrize(("old", "new"), [(44100, 22050), (44100, 16000), (48000, 44100)])
@pytest.mark.parametrize("beyond", [1.001, 1.05])
def test_resample_removes_what_the_new_rate_cannot_carry(old, new, beyond):
    x = np.sin(2 * np.pi * beyond * new / 2 * np.arange(40000) / old)
    y = resample((x, old), new).samples
    assert np.abs(y[len(y) // 4 : 3 * len(y) // 4]).max() < 10 ** (-140 / 20)


@given(st.integers(0, 40), st.integers(1, 30), st.integers(1, 30), st.integers(1, 2))
def test_resample_any_short_sound(frames, old, new, channels):
    y = resample(some(frames, channels, old), new)
    assert y.samples.shape == (-(-frames * new // old), *some(1, channels).samples.shape[1:])


@given(st.integers(1, 40), st.integers(1, 40))
def test_resample_keeps_a_constant(old, new):
    frames = 700 * (1 + old // new)
    y = resample((np.ones(frames), old), new).samples
    np.testing.assert_allclose(y[len(y) * 2 // 5 : len(y) * 3 // 5], 1, atol=1e-4)


def test_resample_to_the_same_rate_is_the_sound():
    assert resample(some(), RATE) == some()
    assert resample(some(), 16000.0) == resample(some(), 16000)


@given(st.lists(st.integers(0, 3000), max_size=4), st.sampled_from(RATES), st.integers(1, 2))
def test_resampled_blocks_are_the_resampled_whole(cuts, rates, channels):
    sound = some(3000, channels, rates[0])
    edges = [0, *sorted(cuts), 3000]
    parts = [sound[a:b] for a, b in itertools.pairwise(edges)]
    together = concatenate(resample_blocks(parts, rates[1]))
    whole = resample(sound, rates[1])
    assert together.samples.shape == whole.samples.shape
    np.testing.assert_allclose(together.samples, whole.samples, atol=1e-6)


@pytest.mark.parametrize(
    ("rate", "error"), [(0, ValueError), (8000.5, ValueError), ("8000", TypeError), (True, TypeError)]
)
def test_resample_wrong_rates(rate, error):
    with pytest.raises(error, match="rate must be"):
        resample(some(), rate)
    with pytest.raises(error, match="rate must be"):
        list(resample_blocks([some()], rate))


@given(st.integers(0, 30), st.integers(0, 30), st.floats(0, 0.01))
def test_mix_with_offsets(first, second, offset):
    a, b = some(first), some(second, seed=1)
    start = round(offset * RATE)
    wanted = np.zeros(max(first, start + second), np.float32)
    wanted[:first] += a.samples
    wanted[start : start + second] += b.samples
    assert mix([a, b], offsets=[0, offset]) == Sound(wanted, RATE)


def test_wrong_offsets():
    with pytest.raises(ValueError, match="offsets must hold one time for each of 2 sounds; got 1"):
        mix([some(), some()], offsets=[0])
    with pytest.raises(ValueError, match="each of offsets must be at least 0"):
        mix([some()], offsets=[-1])
    with pytest.raises(TypeError, match="each of offsets must be a number"):
        mix([some()], offsets=["0"])


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4), st.floats(0, 0.01), st.integers(1, 2))
def test_crossfade(lengths, seconds, channels):
    parts = [Sound(np.ones((length, channels)), RATE) for length in lengths]
    joined = concatenate(parts, crossfade=seconds)
    np.testing.assert_allclose(joined.samples, 1, atol=1e-6)
    overlap = round(seconds * RATE)
    room = [n if index in (0, len(lengths) - 1) else n // 2 for index, n in enumerate(lengths)]
    assert joined.frames == sum(lengths) - sum(min(overlap, a, b) for a, b in itertools.pairwise(room))


def test_crossfade_is_the_sum_of_two_fades():
    a, b = some(100), some(90, 2, seed=1)
    joined = concatenate([a, b], crossfade=40 / RATE)
    wanted = mix([fade(a, 40 / RATE, sides="end"), fade(b, 40 / RATE, sides="start")], offsets=[0, 60 / RATE])
    np.testing.assert_allclose(joined.samples, wanted.samples, atol=1e-7)
    with pytest.raises(ValueError, match="crossfade must be at least 0"):
        concatenate([a], crossfade=-1)


@pytest.mark.parametrize("channels", [1, 2])
def test_repeat(channels):
    sound = some(7, channels)
    assert repeat(sound, 3) == concatenate([sound] * 3)
    assert repeat(sound, 0).samples.shape == (0, *sound.samples.shape[1:])
    with pytest.raises(ValueError, match="times must be at least 0"):
        repeat(sound, -1)
    with pytest.raises(TypeError, match="times must be an integer"):
        repeat(sound, 1.5)


def test_merged_channels_are_the_sounds():
    a, b = some(10), some(6, 2, seed=1)
    merged = merge_channels([a, b])
    assert merged.channels == 3
    assert merged.channel(0) == a
    assert merged[:6].channel(2) == b.channel(1)
    assert merged[6:].channel(1).peak == 0
    with pytest.raises(ValueError, match="at most 255 channels"):
        merge_channels([some(300, 200)] * 2)
    with pytest.raises(ValueError, match="one rate"):
        merge_channels([a, some(rate=16000)])


@given(st.floats(-1, 1))
def test_pan_keeps_the_power(position):
    sound = some(50)
    placed = pan(sound, position)
    assert np.sqrt(2) * placed.rms == pytest.approx(sound.rms, rel=1e-5)
    balanced = pan(sound.stereo(), position)
    kept = balanced.channel(int(position > 0))
    assert kept == sound


def test_pan_ends_and_middle():
    sound = some(50)
    assert pan(sound, -1).channel(0) == sound
    assert pan(sound, -1).channel(1).peak < 1e-7
    assert pan(sound, 0).channel(0) == pan(sound, 0).channel(1)
    assert pan(sound.stereo(), 0) == sound.stereo()
    with pytest.raises(ValueError, match="position must be"):
        pan(sound, 1.5)
    with pytest.raises(ValueError, match="mono or stereo"):
        pan(some(9, 3), 0)


@pytest.mark.parametrize("function", [mix, concatenate, merge_channels])
@pytest.mark.parametrize("wrong", [some(), 5, None, "a.wav"])
def test_one_sound_is_no_list_of_sounds(function, wrong):
    with pytest.raises(TypeError, match="sounds must be a list or another iterable of sounds; got"):
        function(wrong)


def test_times_beyond_any_sound():
    assert fade(some(), 1e308) == fade(some(), 50 / RATE)
    assert some().between(0, 1e308) == some()
    assert concatenate([some(), some()], crossfade=1e308).frames == 100
    with pytest.raises(ValueError, match="duration must be at least 0 and at most 1e\\+06 seconds"):
        silence(1e308)
    with pytest.raises(ValueError, match="each of offsets must be"):
        mix([some()], offsets=[1e308])
    with pytest.raises(TypeError, match="offsets must be a list"):
        mix([some()], offsets=1)
