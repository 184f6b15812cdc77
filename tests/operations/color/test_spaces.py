"""Color spaces, against scikit-image, and there and back."""

import numpy as np
import pytest
import skimage.color
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

import opsin.color

import samples

SHARED = ["rgb2hsv", "hsv2rgb", "rgb2xyz", "xyz2rgb", "rgb2lab", "xyz2lab", "rgb2ycbcr", "rgb2hed", "hed2rgb"]
SHARED += ["rgb2luv", "rgb2yuv", "rgb2yiq", "lab2lch", "lch2lab"]
BACKWARD = ["lab2rgb", "lab2xyz", "ycbcr2rgb", "luv2rgb", "yuv2rgb", "yiq2rgb"]
PAIRS = [("rgb2hsv", "hsv2rgb"), ("rgb2xyz", "xyz2rgb"), ("rgb2lab", "lab2rgb"), ("rgb2ycbcr", "ycbcr2rgb")]
PAIRS += [("rgb2luv", "luv2rgb"), ("rgb2yuv", "yuv2rgb"), ("rgb2yiq", "yiq2rgb"), ("lab2lch", "lch2lab")]
ILLUMINANTS = ["A", "B", "C", "D50", "D55", "D65", "D75", "E"]


def run(name, image, **settings):
    return getattr(opsin.color, name)(image, **settings)


def peer(name, image, **settings):
    return getattr(skimage.color, name)(image, **settings)


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize(("dtype", "relative"), [("float64", 1e-13), ("float32", 5e-6)])
def test_numbers_are_scikit_images(name, dtype, relative):
    image = samples.image("color.rgb2lab", (37, 91), dtype)
    expected = peer(name, image.astype(np.float64))
    found = run(name, image)
    assert found.dtype == image.dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=relative * max(1, np.abs(expected).max()))


@pytest.mark.parametrize(("forward", "back"), PAIRS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_back_is_where_it_began(forward, back, dtype):
    image = samples.image("color.rgb2lab", (50, 40), dtype)
    tolerance = 1e-6 if dtype == "float64" else 1e-4  # the constants of the two sides of sRGB do not quite meet
    np.testing.assert_allclose(run(back, run(forward, image)), image, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", BACKWARD)
def test_backward_numbers_are_scikit_images(name):
    image = samples.image("color.rgb2lab", (40, 30), "float64")
    source = peer(f"rgb2{name.partition('2')[0]}", image)
    np.testing.assert_allclose(run(name, source), peer(name, source), rtol=0, atol=1e-12)


@pytest.mark.parametrize("illuminant", ILLUMINANTS)
@pytest.mark.parametrize("observer", ["2", "10", "R"])
def test_whites_are_scikit_images(illuminant, observer):
    image = samples.image("color.rgb2lab", (5, 6), "float64")
    white = {"illuminant": illuminant, "observer": observer}
    for name in ("rgb2lab", "xyz2lab"):
        np.testing.assert_allclose(run(name, image, **white), peer(name, image, **white), atol=1e-11)
    lab = peer("rgb2lab", image, **white)
    for name in ("lab2rgb", "lab2xyz"):
        np.testing.assert_allclose(run(name, lab, **white), peer(name, lab, **white), atol=1e-11)


@pytest.mark.parametrize("name", ["rgb2hsv", "rgb2lab", "rgb2xyz", "rgb2ycbcr", "rgb2hed", "rgb2luv", "rgb2yuv"])
def test_integers_are_divided_by_their_largest_value(name):
    image = skimage.data.astronaut()
    found = run(name, image)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, peer(name, image), atol=5e-4)
    np.testing.assert_allclose(run(name, image.astype(np.uint16) * 257), found, atol=5e-4)
    assert run(name, image.astype(np.int32)).dtype == np.float64


def test_every_gray_is_gray():
    levels = np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, axis=2)
    lab, hsv = run("rgb2lab", levels), run("rgb2hsv", levels)
    assert np.abs(lab[..., 1:]).max() < 0.02
    assert (hsv[..., :2] == 0).all()
    assert np.all(np.diff(lab[:, 0, 0]) > 0)


def test_hues_are_periodic():
    image = samples.image("color.hsv2rgb", (20, 30), "float64")
    moved = image + np.array([3, 0, 0])
    np.testing.assert_allclose(run("hsv2rgb", moved), run("hsv2rgb", image), atol=1e-12)
    np.testing.assert_allclose(run("hsv2rgb", image - np.array([1, 0, 0])), run("hsv2rgb", image), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(SHARED),
    shape=st.lists(st.integers(1, 70), min_size=1, max_size=3),
    axis=st.integers(0, 3),
    dtype=st.sampled_from(["uint8", "uint16", "float32", "float64"]),
    step=st.sampled_from([1, 2, -1]),
)
def test_any_shape_channel_axis_and_strides(name, shape, axis, dtype, step):
    axis = min(axis, len(shape))
    last = samples.image("color.rgb2lab", shape, dtype)[::step]
    image = np.moveaxis(last, -1, axis)
    found = run(name, image, channel_axis=axis)
    np.testing.assert_allclose(np.moveaxis(found, axis, -1), run(name, last.copy()), rtol=0, atol=2e-4)


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_pixel_that_is_not_finite_becomes_nan(name, dtype):
    image = np.full((3, 70, 3), 0.5, dtype)
    image[1, 3, 1], image[2, 69, 0] = np.nan, np.inf
    found = np.isnan(run(name, image)).all(axis=2)
    if name in ("lab2lch", "lch2lab"):
        assert not found.any()  # the lightness stays
    elif name in ("rgb2ycbcr", "rgb2yuv", "rgb2yiq"):
        assert found[1, 3]
    else:
        assert np.argwhere(found).tolist() == [[1, 3], [2, 69]]


@pytest.mark.parametrize("name", [*SHARED, *BACKWARD, "rgb2gray"])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_one_color_is_a_pixel(name, dtype):
    color = samples.image("color.rgb2lab", (2, 2), dtype)[0, 1]
    found = run(name, color)
    np.testing.assert_array_equal(found, run(name, color[None, None])[0, 0])
    out = np.empty_like(found)
    assert run(name, color, out=out) is out
    np.testing.assert_array_equal(out, found)


def test_out_of_another_layout():
    image = samples.image("color.rgb2lab", (9, 20), "float32")
    out = np.empty((20, 9, 3), np.float32).swapaxes(0, 1)
    assert run("rgb2lab", image, out=out) is out
    np.testing.assert_array_equal(out, run("rgb2lab", image))
    overlapping = image.copy()
    run("rgb2hsv", overlapping, out=overlapping)
    np.testing.assert_array_equal(overlapping, run("rgb2hsv", image))


def test_errors_name_what_came():
    with pytest.raises(ValueError, match="seems to be gray"):
        run("rgb2lab", np.zeros((4, 5)))
    with pytest.raises(ValueError, match="transparency"):
        run("rgb2hsv", np.zeros((4, 5, 4)))
    with pytest.raises(ValueError, match="illuminant must be one of"):
        run("rgb2lab", np.zeros((4, 5, 3)), illuminant="D60")
    with pytest.raises(ValueError, match="observer"):
        run("lab2rgb", np.zeros((4, 5, 3)), observer="5")
