"""Pictures: every sample counts, and no more is drawn than a screen shows."""

import matplotlib

matplotlib.use("agg")

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from scipy import signal

from opsin.audio import Sound, concatenate, lowpass, power_spectrogram, silence, spectrogram, tone, waveform
from opsin.audio.plots import Stretch, draw_spectrogram, draw_waveform, envelope
from opsin.audio.spectra import column_powers


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def in_blocks(sound, length):
    cuts = range(0, max(sound.frames, 1), length)
    return Stretch(sound.frames, sound.rate, sound.channels, lambda: (sound[a : a + length] for a in cuts))


@given(st.integers(1, 700), st.integers(1, 3), st.integers(1, 50), st.integers(1, 300))
def test_the_envelope_is_the_extremes_of_each_part(frames, channels, parts, length):
    samples = np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)
    times, low, high = envelope(in_blocks(Sound(samples, 8000), length), parts)
    edges = np.linspace(0, frames, min(parts, frames) + 1).astype(int)
    for index in range(len(edges) - 1):
        part = samples[edges[index] : edges[index + 1]]
        np.testing.assert_array_equal(low[index], part.min(axis=0))
        np.testing.assert_array_equal(high[index], part.max(axis=0))
    assert np.all((times > 0) & (times < frames / 8000) | (frames == 1))


def test_one_click_in_a_long_sound_is_seen():
    samples = np.zeros(2_000_000, np.float32)
    samples[1_234_567] = 1
    ax = waveform((samples, 16000))
    assert ax.dataLim.ymax == 1
    assert len(ax.collections[0].get_paths()[0]) < 10_000


def test_a_second_sound_lies_over_the_first_in_another_colour():
    sound = tone(440, 0.1)
    ax = waveform(sound, label="original")
    assert waveform(lowpass(sound, 500), label="low", ax=ax) is ax
    assert [text.get_text() for text in ax.legend().get_texts()] == ["original", "low"]
    assert ax.lines[0].get_color() != ax.lines[1].get_color()
    np.testing.assert_allclose(ax.lines[0].get_xdata()[-1], 1599 / 16000)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (s)", "amplitude")


@pytest.mark.parametrize("frames", [100, 20_000])
def test_channels_have_lanes(frames):
    ax = waveform((np.ones((frames, 2)) * 0.5, 8000), label="both")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["channel 0", "channel 1"]
    assert (ax.dataLim.ymin, ax.dataLim.ymax) == (-1.5, 0.5)
    assert len(ax.legend().get_texts()) == 1


@pytest.mark.parametrize("frames", [0, 1, 2, 17])
def test_tiny_sounds(frames):
    sound = Sound(np.ones(frames) / 2, 8000)
    waveform(sound).figure.canvas.draw()
    spectrogram(sound).figure.canvas.draw()


def test_a_spectrogram_shows_the_frequency_at_its_time():
    sound = concatenate([tone(1000, 1.0), silence(1.0), tone(3000, 1.0)])
    ax = spectrogram(sound)
    picture = ax.images[0]
    levels = np.asarray(picture.get_array())
    rows = np.linspace(0, 8000, levels.shape[0])
    for second, frequency in ((0.5, 1000), (2.5, 3000)):
        column = int(second / 3 * levels.shape[1])
        assert abs(rows[levels[:, column].argmax()] - frequency) < 50
        assert levels[:, column].max() > -1
    assert levels[:, levels.shape[1] // 2].max() == -80
    # Windows of 400 samples every 100: the centers are at multiples of 1/160 s and of 40 Hz.
    left, right, bottom, top = picture.get_extent()
    assert (left, bottom) == (-1 / 320, -20)
    assert (right, top) == (left + levels.shape[1] / 160, bottom + levels.shape[0] * 40)
    assert ax.get_xlim() == (0, 3)
    assert ax.get_ylim() == (0, 8000)


@pytest.mark.parametrize("frames", [16000, 900_000])
def test_pixels_are_where_their_power_is(frames):
    """A click and a tone: the centers of the strongest column and row are within half a pixel of them."""
    click = np.zeros(frames)
    click[frames // 3] = 1
    at = np.arange(frames) / 16000
    for samples, axis, place in ((click, 0, frames / 3 / 16000), (np.sin(2 * np.pi * 3210 * at), 1, 3210)):
        picture = spectrogram((samples, 16000), decibels=200).images[0]
        levels = np.asarray(picture.get_array()).T
        low, high = picture.get_extent()[2 * axis : 2 * axis + 2]
        size = (high - low) / levels.shape[axis]
        strongest = levels.max(axis=1 - axis).argmax()
        assert abs(low + (strongest + 0.5) * size - place) <= size / 2 + 1 / 16000


@given(st.integers(0, 3000), st.integers(1, 700), st.integers(1, 2))
def test_windows_do_not_depend_on_the_blocks(frames, length, channels):
    sound = Sound(np.random.default_rng(0).uniform(-1, 1, (frames, channels)), 8000)
    stretch = in_blocks(sound, length)
    for hop, grouped in ((7, 1), (32, 2), (90, 1)):
        count = -(-frames // (hop * grouped))
        found = column_powers(stretch.blocks(), channels, 64, hop, grouped, count)
        padded = np.pad(sound.samples.reshape(-1, channels), ((32, 64 + hop * grouped), (0, 0)))
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64)
        wanted = np.zeros((count, 33))
        for index in range(count * grouped):
            spectra = np.fft.rfft(padded[index * hop : index * hop + 64] * window[:, None], axis=0)
            wanted[index // grouped] += (np.abs(spectra) ** 2).sum(axis=1) / grouped
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


def test_a_file_is_drawn_as_a_sound_is():
    sound = Sound(np.random.default_rng(0).uniform(-1, 1, (400_000, 2)), 16000)
    for draw, draw_blocks in ((spectrogram, draw_spectrogram), (waveform, draw_waveform)):
        whole, parts = plt.subplots(1, 2)[1]
        draw(sound, ax=whole)
        draw_blocks(in_blocks(sound, 65_536), ax=parts)
        for a, b in zip(whole.images, parts.images, strict=True):
            np.testing.assert_allclose(a.get_array(), b.get_array(), atol=1e-3)
        for a, b in zip(whole.collections, parts.collections, strict=True):
            np.testing.assert_array_equal(a.get_paths()[0].vertices, b.get_paths()[0].vertices)


@pytest.mark.parametrize("amplitude", [1.0, 0.25])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_powers_of_a_sine(amplitude, channels):
    sine = tone(1000, 1.0, 16000, amplitude=amplitude, ramp=0)
    frequencies, times, powers = power_spectrogram(sine if channels == 1 else sine.stereo())
    assert powers.shape == (len(frequencies), len(times))
    middle = powers[:, len(times) // 2]
    assert frequencies[middle.argmax()] == 1000
    assert middle.max() == pytest.approx(amplitude**2 / 2, rel=1e-4)
    assert times[1] == 0.025 / 4


@given(st.integers(0, 3000), st.floats(0.001, 0.1), st.floats(0.001, 0.1))
def test_powers_are_those_of_scipy(frames, window, hop):
    sound = Sound(np.random.default_rng(0).uniform(-1, 1, frames), 8000)
    frequencies, times, powers = power_spectrogram(sound, window=window, hop=hop)
    length, step = 2 * (len(frequencies) - 1) + (frequencies[-1] < 3999.999), max(1, round(hop * 8000))
    assert len(times) == -(-frames // step)
    padded = np.pad(sound.samples.astype(float), (length // 2, length + step))
    if step < length:
        wanted = signal.spectrogram(padded, 8000, "hann", length, length - step, scaling="spectrum", detrend=False)[2]
        np.testing.assert_allclose(powers, wanted[:, : len(times)], rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("frames", [400_000, 1_000_003])
@pytest.mark.parametrize("channels", [1, 2])
def test_all_power_is_counted(frames, channels):
    """Noise has the same power in every column, however long the sound."""
    rng = np.random.default_rng(0)
    picture = spectrogram((rng.standard_normal((frames, channels)) * 0.1, 16000)).images[0]
    levels = 10 ** (np.asarray(picture.get_array()) / 10)
    assert levels.shape[1] <= 2000
    inner = levels[:, :-1].mean(axis=0)
    np.testing.assert_allclose(inner, inner.mean(), rtol=0.9)


def test_spectrograms_out_of_range():
    with pytest.raises(ValueError, match="window must be more than 0"):
        spectrogram(tone(440), window=0)
    with pytest.raises(ValueError, match="decibels must be more than 0"):
        spectrogram(tone(440), decibels=-5)
    with pytest.raises(TypeError, match="a Sound or a pair"):
        spectrogram(np.zeros(9))
    assert spectrogram(tone(440, 0.1), window=1e9).images
    assert spectrogram(tone(440, 0.1), window=1e-9).images
