"""The filters against theory, against SciPy, and at their limits."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from opsin.audio import Sound, bandpass, bandstop, concatenate, filter_blocks, highpass, lowpass
from opsin.audio.sound import BLOCK

RATE = 16000
FILTERS = {
    "lowpass": (lowpass, 500.0),
    "highpass": (highpass, 1000.0),
    "bandpass": (bandpass, (300.0, 3400.0)),
    "bandstop": (bandstop, (900.0, 2000.0)),
}
every_filter = pytest.mark.parametrize("kind", FILTERS)


def noise(frames=4000, channels=1, seed=0):
    shape = (frames,) if channels == 1 else (frames, channels)
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def theory(kind, cutoff, order, frequency, rate=RATE):
    """The magnitude of an analogue Butterworth filter, at frequencies warped as the digital one's are."""

    def warp(hertz):
        return np.tan(np.pi * np.asarray(hertz) / rate)

    w = warp(frequency)
    if kind in ("lowpass", "highpass"):
        ratio = w / warp(cutoff)
        ratio = ratio if kind == "lowpass" else 1 / ratio
    else:
        low, high = warp(cutoff)
        ratio = (w**2 - low * high) / (w * (high - low))
        ratio = ratio if kind == "bandpass" else 1 / ratio
    return 1 / np.sqrt(1 + ratio ** (2 * order))


@every_filter
@pytest.mark.parametrize("order", [1, 2, 4, 7])
@pytest.mark.parametrize("phase", ["zero", "causal"])
def test_measured_frequency_response(kind, order, phase):
    function, cutoff = FILTERS[kind]
    frames = 2**15
    click = np.zeros(frames)
    click[frames // 2] = 1
    measured = np.abs(np.fft.rfft(function((click, RATE), cutoff, order=order, phase=phase).samples))[1:-1]
    frequency = np.fft.rfftfreq(frames, 1 / RATE)[1:-1]
    wanted = theory(kind, cutoff, order, frequency) ** (2 if phase == "zero" else 1)
    np.testing.assert_allclose(measured, wanted, atol=2e-6)


@every_filter
def test_zero_phase_delays_nothing_and_causal_does(kind):
    function, cutoff = FILTERS[kind]
    click = np.zeros(8001)
    click[4000] = 1
    both = function((click, RATE), cutoff).samples
    np.testing.assert_allclose(both, both[::-1], atol=1e-7)
    one = function((click, RATE), cutoff, phase="causal").samples
    assert np.all(one[:4000] == 0)


@every_filter
@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_equal_to_butter_and_filtfilt_where_those_are_well_conditioned(kind, order):
    function, cutoff = FILTERS[kind]
    x = noise(3000)
    b, a = signal.butter(order, np.asarray(cutoff) / (RATE / 2), kind.replace("pass", "") if kind[0] in "lh" else kind)
    np.testing.assert_allclose(
        function((x, RATE), cutoff, order=order).samples,
        signal.filtfilt(b, a, x.astype(np.float32)),
        atol=2e-6,
    )


@every_filter
@pytest.mark.parametrize("frames", [200, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 77])
def test_equal_to_sosfiltfilt_over_block_borders(kind, frames):
    function, cutoff = FILTERS[kind]
    x = noise(frames, 2).astype(np.float32)
    sections = signal.butter(4, cutoff, kind, fs=RATE, output="sos")
    wanted = signal.sosfiltfilt(sections, x.astype(float), axis=0)
    np.testing.assert_allclose(function((x, RATE), cutoff).samples, wanted, atol=1e-6)


def test_stays_accurate_where_one_polynomial_does_not():
    x = np.sin(2 * np.pi * 0.5 * np.arange(20 * 44100) / 44100)
    low = lowpass((x, 44100), 20, order=8).samples
    middle = slice(5 * 44100, 15 * 44100)
    np.testing.assert_allclose(low[middle], x[middle], atol=1e-4)
    b, a = signal.butter(8, 20 / 22050)
    with np.errstate(all="ignore"):
        assert not np.allclose(signal.filtfilt(b, a, x)[middle], x[middle], atol=1e-2)


@every_filter
@given(st.integers(0, 60), st.integers(1, 3), st.integers(1, 6))
def test_every_short_sound(kind, frames, channels, order):
    function, cutoff = FILTERS[kind]
    x = Sound(noise(frames, channels), RATE)
    result = function(x, cutoff, order=order)
    assert result.samples.shape == x.samples.shape
    assert result.rate == RATE
    assert result.peak < 10


@every_filter
@pytest.mark.parametrize("phase", ["zero", "causal"])
def test_channels_are_filtered_alike_and_apart(kind, phase):
    function, cutoff = FILTERS[kind]
    x = Sound(noise(500, 3), RATE)
    together = function(x, cutoff, phase=phase)
    for index in range(3):
        apart = function(x.channel(index), cutoff, phase=phase)
        np.testing.assert_allclose(together.channel(index).samples, apart.samples, atol=1e-7)


def test_constants():
    x = (np.full(1000, 0.5), RATE)
    np.testing.assert_allclose(lowpass(x, 500).samples, 0.5, atol=1e-6)
    np.testing.assert_allclose(highpass(x, 500).samples, 0, atol=1e-6)
    assert lowpass((np.array([0.5]), RATE), 500).samples == pytest.approx([0.5])


def test_the_input_is_not_changed():
    x = noise(100)
    before = x.copy()
    lowpass((x, RATE), 500)
    np.testing.assert_array_equal(x, before)


@every_filter
@given(cuts=st.lists(st.integers(0, 3000), max_size=5))
def test_blocks_are_the_causal_whole(kind, cuts):
    function, cutoff = FILTERS[kind]
    x = Sound(noise(3000, 2), RATE)
    edges = [0, *sorted(cuts), 3000]
    parts = [x[a:b] for a, b in itertools.pairwise(edges)]
    assert concatenate(filter_blocks(parts, kind, cutoff)) == function(x, cutoff, phase="causal")


def test_blocks_must_belong_together():
    with pytest.raises(ValueError, match="parts of one sound"):
        list(filter_blocks([(noise(9), RATE), (noise(9), 8000)], "lowpass", 500))
    assert list(filter_blocks([], "lowpass", 500)) == []


@pytest.mark.parametrize("cutoff", [0, -1, 8000, 8001, 1e9, np.nan, np.inf, 1e-9])
@pytest.mark.parametrize("function", [lowpass, highpass])
def test_cutoffs_at_and_beyond_the_limits(function, cutoff):
    with pytest.raises(ValueError, match=r"cutoff must be at least .* less than 8000 hertz \(half the rate of 16000\)"):
        function((noise(), RATE), cutoff)


@pytest.mark.parametrize("band", [(0, 100), (100, 100), (200, 100), (100, 8000), (100, np.nan), (100, 100.0001)])
@pytest.mark.parametrize("function", [bandpass, bandstop])
def test_bands_at_and_beyond_the_limits(function, band):
    with pytest.raises(ValueError, match="end of band must be"):
        function((noise(), RATE), band)


def test_wrong_types():
    for call, words in (
        (lambda: lowpass((noise(), RATE), "500"), "cutoff must be a number"),
        (lambda: lowpass((noise(), RATE), (1, 2)), "cutoff must be a number"),
        (lambda: bandpass((noise(), RATE), 500), "band must be two frequencies"),
        (lambda: lowpass((noise(), RATE), 500, order=2.0), "order must be an integer"),
        (lambda: lowpass(noise(), 500), "Sound or a pair"),
    ):
        with pytest.raises(TypeError, match=words):
            call()
    with pytest.raises(ValueError, match="order must be at least 1 and at most 16"):
        lowpass((noise(), RATE), 500, order=17)
    with pytest.raises(ValueError, match="phase must be one of 'zero', 'causal'"):
        lowpass((noise(), RATE), 500, phase="linear")


@pytest.mark.parametrize("order", [1, 4, 16])
def test_the_lowest_cutoff_still_keeps_a_constant(order):
    x = (np.full(200_000, 0.5), RATE)
    np.testing.assert_allclose(lowpass(x, 0.008, order=order).samples, 0.5, atol=1e-3)


@pytest.mark.parametrize("kind", ["bandpass", "bandstop"])
@pytest.mark.parametrize(
    ("band", "rate"), [((20, 20000), 48000), ((5, 23000), 48000), ((100, 7000), 16000), ((3, 21000), 44100)]
)
@pytest.mark.parametrize("order", [4, 9, 12, 16])
def test_wide_bands_of_high_order_are_stable(kind, band, rate, order):
    """In the order that SciPy gives to the sections, rounding errors of the band-stop grow up to 1e20."""
    frames = 2**20
    click = np.zeros(frames, np.float32)
    click[0] = 1
    response = FILTERS[kind][0]((click, rate), band, order=order, phase="causal").samples
    frequency = np.fft.rfftfreq(frames, 1 / rate)[1:-1]
    measured = np.abs(np.fft.rfft(response.astype(float)))[1:-1]
    with np.errstate(all="ignore"):
        wanted = theory(kind, band, order, frequency, rate)
    np.testing.assert_allclose(measured, wanted, atol=5e-5)
    x = noise(8000)
    assert np.abs(FILTERS[kind][0]((x, rate), band, order=order).samples).max() < 10


@given(st.sampled_from(["bandpass", "bandstop"]), st.floats(-5.5, -0.01), st.floats(-5.5, -0.01), st.integers(1, 16))
def test_no_band_loses_precision(kind, low, width, order):
    """The sections, one by one, amplify no rounding error beyond what the response itself has."""
    low = 10**low
    high = low + (1 - low) * 10**width
    if high - low < 2e-6 or high > 1 - 1e-6:
        return
    found = FILTERS[kind][0]((noise(3000), 2.0), (low, high), order=order, phase="causal").samples
    assert np.isfinite(found).all()
    assert np.abs(found).max() < 20


@every_filter
@given(cuts=st.lists(st.integers(0, 150_000), max_size=4), frames=st.integers(0, 150_000))
@settings(max_examples=15)
def test_zero_phase_blocks_are_the_zero_phase_whole(kind, cuts, frames):
    function, cutoff = FILTERS[kind]
    x = Sound(noise(frames, 2), RATE)
    edges = [0, *sorted(cuts), frames] if all(cut <= frames for cut in cuts) else [0, frames]
    parts = [x[a:b] for a, b in itertools.pairwise(edges)]
    found = concatenate(filter_blocks(parts, kind, cutoff, phase="zero"))
    assert found.samples.shape == x.samples.shape
    np.testing.assert_allclose(found.samples, function(x, cutoff).samples, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "cutoff"), [("lowpass", 3), ("highpass", 20), ("bandstop", (49, 51)), ("bandpass", (2, 7990))]
)
def test_zero_phase_blocks_settle_for_slow_filters(kind, cutoff):
    x = Sound(noise(400_000), RATE)
    found = concatenate(filter_blocks([x[i : i + 5000] for i in range(0, 400_000, 5000)], kind, cutoff, phase="zero"))
    wanted = {**FILTERS, "bandpass": (bandpass, 0)}[kind][0](x, cutoff)
    np.testing.assert_allclose(found.samples, wanted.samples, atol=1e-6)
