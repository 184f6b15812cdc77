"""Pictures: every sample counts, and no more is drawn than a screen shows."""

import matplotlib

matplotlib.use("agg")

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from opsin.audio import Sound, concatenate, lowpass, silence, spectrogram, tone, waveform
from opsin.audio.plots import column_powers, envelope


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@given(st.integers(1, 700), st.integers(1, 3), st.integers(1, 50))
def test_the_envelope_is_the_extremes_of_each_part(frames, channels, parts):
    samples = np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)
    times, low, high = envelope(Sound(samples, 8000), parts)
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
    assert tuple(picture.get_extent()) == (0, 3, 0, 8000)


@pytest.mark.parametrize("frames", [10, 400, 5000, 400_000, 1_000_003])
@pytest.mark.parametrize("channels", [1, 2])
def test_all_power_is_counted(frames, channels):
    """Noise has the same power in every column, the last one too, however long the sound."""
    rng = np.random.default_rng(0)
    powers = column_powers(Sound(rng.standard_normal((frames, channels)) * 0.1, 16000), 0.025)
    assert len(powers) <= 2000
    assert powers.shape[1] <= frames + 16
    if frames == 1_000_003:
        inner = powers[:-1].mean(axis=1)
        np.testing.assert_allclose(inner, inner.mean(), rtol=0.9)
        # Parseval: the mean square times the power of a Hann window, on both sides of the spectrum.
        length = 2 * (powers.shape[1] - 1)
        np.testing.assert_allclose(inner.mean() / (length * 3 / 8), channels * 0.01, rtol=0.02)


def test_spectrograms_out_of_range():
    with pytest.raises(ValueError, match="window must be more than 0"):
        spectrogram(tone(440), window=0)
    with pytest.raises(ValueError, match="decibels must be more than 0"):
        spectrogram(tone(440), decibels=-5)
    with pytest.raises(TypeError, match="a Sound or a pair"):
        spectrogram(np.zeros(9))
    assert spectrogram(tone(440, 0.1), window=1e9).images
    assert spectrogram(tone(440, 0.1), window=1e-9).images
