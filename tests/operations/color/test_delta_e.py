"""Differences of colors, against scikit-image, and published values."""

import numpy as np
import pytest
import skimage.color
from hypothesis import given, settings
from hypothesis import strategies as st

import opsin.color

NAMES = ["deltaE_cie76", "deltaE_ciede94", "deltaE_ciede2000", "deltaE_cmc"]
FACTORS = {
    "deltaE_cie76": {},
    "deltaE_ciede94": {"kH": 2.0, "kC": 0.5, "kL": 2.0, "k1": 0.048, "k2": 0.014},
    "deltaE_ciede2000": {"kL": 2.0, "kC": 0.5, "kH": 1.5},
    "deltaE_cmc": {"kL": 2.0, "kC": 0.5},
}


def colors(shape, seed=0):
    return np.random.default_rng(seed).random((*shape, 3)) * [100, 160, 160] - [0, 80, 80]


def run(name, *args, **settings):
    return getattr(opsin.color, name)(*args, **settings)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_scikit_images(name):
    first, second = colors((70, 90)), colors((70, 90), 1)
    first[:5, :, 1:] = second[3:8, :, 1:] = 0  # gray
    second[10] = first[10]
    for factors in ({}, FACTORS[name]):
        expected = getattr(skimage.color, name)(first, second, **factors)
        np.testing.assert_allclose(run(name, first, second, **factors), expected, atol=2e-6)
        single = run(name, first.astype(np.float32), second.astype(np.float32), **factors)
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, expected, rtol=1e-5, atol=2e-3)


def test_published_values_of_ciede2000():
    pairs = [
        ([50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425),
        ([50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0000),
        ([50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195),
        ([50, 2.5, 0], [73, 25, -18], 27.1492),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ]
    for first, second, expected in pairs:
        found = opsin.color.deltaE_ciede2000(np.array([first], float), np.array([second], float))
        assert found[0] == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("name", NAMES)
def test_one_color_is_an_image_of_it(name):
    image, color = colors((9, 8)), np.array([50.0, 10.0, -20.0])
    np.testing.assert_array_equal(run(name, image, color), run(name, image, np.broadcast_to(color, image.shape)))
    assert np.all(run(name, image, image) < 1e-5)
    assert run(name, color, image[0, 0]) == run(name, color[None], image[:1, 0])[0]


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    shape=st.lists(st.integers(0, 40), min_size=1, max_size=3),
    axis=st.integers(0, 3),
    dtype=st.sampled_from(["uint8", "int16", "float32", "float64"]),
)
def test_any_shape_axis_and_dtype(name, shape, axis, dtype):
    axis = min(axis, len(shape))
    first, second = colors(shape).astype(dtype), colors(shape, 1).astype(dtype)
    expected = run(name, first, second)
    assert expected.shape == tuple(shape)
    found = run(name, *(np.moveaxis(image, -1, axis) for image in (first, second)), channel_axis=axis)
    np.testing.assert_array_equal(found, expected)


def test_errors_name_what_came():
    with pytest.raises(ValueError, match=r"shape of lab1, \(4, 5, 3\), or be one color; got shape \(4, 3\)"):
        opsin.color.deltaE_cie76(np.zeros((4, 5, 3)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match="kL must be more than 0"):
        opsin.color.deltaE_cmc(np.zeros((4, 5, 3)), np.zeros(3), kL=0)
