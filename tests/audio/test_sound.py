"""The value itself: what goes in, what it refuses, and that it never changes."""

import base64
import pickle
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsin.audio import Sound, lowpass, tone
from opsin.audio.sound import as_sound, owned


def some(frames=100, channels=1, rate=8000, seed=0):
    shape = (frames,) if channels == 1 else (frames, channels)
    return Sound(np.random.default_rng(seed).uniform(-1, 1, shape), rate)


@pytest.mark.parametrize(
    ("dtype", "low", "zero", "high"),
    [
        ("uint8", 0, 128, 255),
        ("int8", -128, 0, 127),
        ("int16", -32768, 0, 32767),
        ("int32", -(2**31), 0, 2**31 - 1),
    ],
)
def test_integers_are_divided_by_their_full_scale(dtype, low, zero, high):
    samples = Sound(np.array([low, zero, high], dtype), 8000).samples
    assert samples.dtype == np.float32
    assert samples[0] == -1
    assert samples[1] == 0
    assert 0.99 < samples[2] <= 1


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_are_taken_as_they_are(dtype):
    values = np.array([-1.5, 0.25, 1.0], dtype)
    np.testing.assert_array_equal(Sound(values, 8000).samples, values)


@pytest.mark.parametrize("samples", [[0, 1], np.zeros(3, "uint16"), np.zeros(3, bool), np.zeros(3, complex), ["a"]])
def test_samples_without_an_agreed_scale_are_refused(samples):
    with pytest.raises(TypeError, match="samples must be floats"):
        Sound(samples, 8000)


@pytest.mark.parametrize("shape", [(), (2, 3, 4), (5, 0), (2, 44100)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"\(frames,\) or \(frames, channels\)"):
        Sound(np.zeros(shape), 8000)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("frame", [0, 99_999])
def test_nan_and_infinity_are_refused_by_frame(bad, frame):
    samples = np.zeros((100_000, 2))
    samples[frame, 1] = bad
    with pytest.raises(ValueError, match=f"at frame {frame}"):
        Sound(samples, 8000)


def test_arithmetic_that_overflows_is_refused():
    big = Sound(np.full(3, 3e38), 8000)
    with pytest.raises(ValueError, match="finite"):
        big + big
    with pytest.raises(ValueError, match="finite"):
        big * 2


@pytest.mark.parametrize(
    ("rate", "error"),
    [
        (0, ValueError),
        (-1, ValueError),
        (44100.5, ValueError),
        (float("nan"), ValueError),
        ("8000", TypeError),
        (True, TypeError),
        (10**9, ValueError),
    ],
)
def test_wrong_rates(rate, error):
    with pytest.raises(error, match="rate must be"):
        Sound(np.zeros(3), rate)


def test_it_is_a_copy_and_read_only():
    samples = np.zeros(10, np.float32)
    sound = Sound(samples, 8000)
    samples[0] = 1
    assert sound.samples[0] == 0
    for view in (sound.samples, sound[2:5].samples, sound.between(0).samples, np.asarray(sound)):
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 1
    with pytest.raises(AttributeError):
        sound.rate = 1
    changed = np.array(sound)
    changed[0] = 1


@given(st.integers(0, 5), st.sampled_from(["C", "F"]), st.booleans())
def test_layout_of_the_array_does_not_matter(frames, order, backwards):
    samples = np.array(np.arange(frames * 3).reshape(frames, 3) / 16, order=order)[:: -1 if backwards else 1]
    np.testing.assert_array_equal(Sound(samples, 8000).samples, samples)


def test_one_channel_is_one_dimensional():
    sound = Sound(np.zeros((5, 1)), 8000)
    assert sound.samples.shape == (5,)
    assert (len(sound), sound.frames, sound.channels) == (5, 5, 1)


def test_slices_of_frames_and_seconds():
    sound = some(8000, 2)
    assert sound[100:200] == Sound(sound.samples[100:200], 8000)
    assert sound[::-1] == Sound(sound.samples[::-1], 8000)
    assert sound.between(0.25, 0.5) == sound[2000:4000]
    assert sound.between(0.5) == sound[4000:]
    assert sound.between(2, 3).frames == 0
    assert np.shares_memory(sound[5:].samples, sound.samples)


@pytest.mark.parametrize(
    ("index", "error"), [(0, TypeError), (0.5, TypeError), ((0, 1), TypeError), (slice(0, 9, 2), ValueError)]
)
def test_wrong_indices(index, error):
    with pytest.raises(error, match="slice"):
        some()[index]


def test_wrong_seconds():
    with pytest.raises(ValueError, match="stop must be at least 2 seconds"):
        some().between(2, 1)
    with pytest.raises(ValueError, match="start must be at least 0"):
        some().between(-1)


def test_channels():
    sound = some(50, 3)
    assert sound.channel(2) == Sound(sound.samples[:, 2], 8000)
    np.testing.assert_allclose(sound.mono().samples, sound.samples.mean(axis=1))
    assert some().mono() == some().channel(0) == some()
    with pytest.raises(ValueError, match="index must be at least 0 and at most 2"):
        sound.channel(3)


def test_equality_counts_rate_and_shape():
    assert some() == some()
    assert some() != some(seed=1)
    assert some() != some(rate=16000)
    assert some() != some(channels=2)
    assert some() != 5
    with pytest.raises(TypeError, match="unhashable"):
        hash(some())


def test_mixing_and_scaling():
    a, b = some(10), some(6, seed=1)
    np.testing.assert_array_equal((a + b).samples[:6], a.samples[:6] + b.samples)
    np.testing.assert_array_equal((a + b).samples[6:], a.samples[6:])
    np.testing.assert_allclose((0.5 * a).samples, a.samples / 2)
    assert 0.5 * a == a * 0.5 == np.float64(0.5) * a
    assert a - b == a + -b
    assert (a - a).peak == 0
    assert a / 2 == 0.5 * a
    np.testing.assert_array_equal((-a).samples, -a.samples)
    assert sum([a, b, a]) == a + b + a
    assert sum([a]) == a
    for wrong in (
        lambda: a + 1,
        lambda: 1 + a,
        lambda: 0.0 + a,
        lambda: a - 1,
        lambda: 1 - a,
        lambda: 1 / a,
        lambda: a / a,
        lambda: a / "2",
        lambda: a * a,
        lambda: a * np.ones(10),
        lambda: np.ones(10) * a,
        lambda: a * True,
    ):
        with pytest.raises(TypeError):
            wrong()

    for zero in (0, 0.0, np.float32(0)):
        with pytest.raises(ValueError, match="divisor must not be 0"):
            a / zero
    with pytest.raises(ValueError, match="divisor must be finite"):
        a / float("nan")


def test_stereo_and_interleaving():
    mono, stereo = some(5), some(5, 2)
    assert stereo.stereo() is stereo
    np.testing.assert_array_equal(mono.stereo().samples, np.stack([mono.samples] * 2, axis=1))
    with pytest.raises(ValueError, match="stereo takes 1 or 2 channels; got 3"):
        some(5, 3).stereo()
    for sound in (mono, stereo, some(5, 3), some(0, 2)):
        assert Sound.from_interleaved(sound.interleaved(), 8000, sound.channels) == sound
    assert stereo.interleaved()[1] == stereo.samples[0, 1]
    assert Sound.from_interleaved(np.array([0, 2**14, 0, 0], "int16"), 8000, 2).samples[0, 1] == 0.5
    for wrong in (np.zeros(5), np.zeros((2, 2))):
        with pytest.raises(ValueError, match=r"interleaved samples must have the shape \(frames \* 2,\)"):
            Sound.from_interleaved(wrong, 8000, 2)


@pytest.mark.parametrize("rate", [16000.0, np.float32(16000), np.int64(16000), np.float64(16000)])
def test_rates_may_be_floats_without_a_fraction(rate):
    assert Sound(np.zeros(3), rate).rate == 16000
    assert type(Sound(np.zeros(3), rate).rate) is int
    assert tone(440, 0.1, rate) == tone(440, 0.1, 16000)


def test_channels_first_arrays_get_a_hint():
    for shape in ((2, 16000), (1, 300), (255, 256)):
        with pytest.raises(ValueError, match=r"pass its transpose, samples\.T"):
            Sound(np.zeros(shape), 8000)
    with pytest.warns(UserWarning, match=r"hold 100 channels of 2 frames.*samples\.T"):
        Sound(np.zeros((2, 100)), 8000)
    with pytest.raises(ValueError, match=r"numpy\.squeeze"):
        Sound(np.zeros((1, 100, 2)), 8000)
    assert Sound(np.zeros((3, 8)), 8000).channels == 8
    assert Sound(np.zeros((100, 64)), 8000).channels == 64


def test_an_empty_sound():
    empty = Sound([], 8000)
    assert (empty.frames, empty.duration, empty.peak, empty.channels) == (0, 0, 0, 1)
    assert Sound(np.zeros((0, 2)), 8000).mono().frames == 0
    assert "<audio" not in empty._repr_html_()


def test_pickle_keeps_it_read_only():
    again = pickle.loads(pickle.dumps(some(10, 2)))
    assert again == some(10, 2)
    assert not again.samples.flags.writeable


def test_pairs():
    samples = np.zeros(4)
    assert as_sound((samples, 8000)) == as_sound([samples, 8000]) == Sound(samples, 8000)
    assert lowpass((samples, 8000), 100) == Sound(samples, 8000)
    with pytest.raises(TypeError, match=r"\(array, rate\), in this order"):
        as_sound((8000, samples))
    for wrong in (samples, "a.wav", None, (samples, samples), (1, 2, 3)):
        with pytest.raises(TypeError, match="a Sound or a pair"):
            as_sound(wrong)


def test_owned_keeps_the_memory_and_leaves_the_callers_array_writeable():
    samples = np.zeros(5, np.float32)
    assert np.shares_memory(owned(samples, 8000).samples, samples)
    assert samples.flags.writeable


def test_the_player_holds_a_wav_file():
    wave = pytest.importorskip("wave")
    import io

    sound = some(100, 2)
    data = re.search('base64,([^"]+)"', sound._repr_html_())[1]
    with wave.open(io.BytesIO(base64.b64decode(data))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        samples = np.frombuffer(file.readframes(1000), "<i2").reshape(-1, 2) / 2**15
    np.testing.assert_allclose(samples, sound.samples, atol=0.5001 / 2**15)


def test_the_player_of_a_long_sound_says_what_it_holds():
    page = owned(np.zeros(10 * 2**20, np.float32), 8000)._repr_html_()
    assert "the player holds the first 1049 s" in page
    assert len(page) < 25e6


def test_repr():
    assert repr(some(4000, 2)) == "<Sound: 0.500 s, 8000 Hz, 2 channels>"
    assert "0.500 s, 8000 Hz, 2 channels" in some(4000, 2)._repr_html_()


def test_importing_loads_nothing_heavy():
    heavy = ["scipy", "soundfile", "soxr", "matplotlib", "IPython", "av", "miniaudio", "espeakng_loader", "click"]
    code = f"import sys, opsin.audio; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_tone_is_a_sound_in_numpy():
    assert np.asarray(tone(440, 0.1)).dtype == np.float32
    assert np.array(tone(440, 0.1), dtype=float).shape == (1600,)
