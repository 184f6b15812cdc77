"""Colors for labels, against scikit-image and NumPy's indexing."""

import numpy as np
import pytest
import skimage.color
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from opsin.color import apply_palette, label2rgb

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 14, (60, 70))
GRAY = RNG.random((60, 70))
COLOR = RNG.random((60, 70, 3))


@pytest.mark.parametrize("labels", [LABELS, LABELS.astype(np.uint8), LABELS * 1000 + 7, LABELS - 5])
@pytest.mark.parametrize("image", [GRAY, COLOR], ids=["gray", "color"])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"alpha": 0.6, "image_alpha": 0.4, "saturation": 0.7},
        {"bg_label": 3},
        {"colors": ["red", (0.1, 0.5, 0.2)], "bg_color": (0.5, 0.5, 1)},
    ],
)
def test_overlays_are_scikit_images(labels, image, settings):
    expected = skimage.color.label2rgb(labels, image, **settings)
    # The peer's colors are rounded to three digits.
    np.testing.assert_allclose(label2rgb(labels, image, **settings), expected, atol=5e-4)


def test_the_background_may_stay_unpainted():
    found = label2rgb(LABELS, GRAY, bg_color=None, bg_label=3)
    np.testing.assert_allclose(found[LABELS == 3], GRAY[LABELS == 3][:, None].repeat(3, axis=1), atol=1e-15)
    others = LABELS != 3
    np.testing.assert_array_equal(found[others], label2rgb(LABELS, GRAY, bg_label=3)[others])


def test_labels_alone_are_scikit_images_as_bytes():
    np.testing.assert_allclose(label2rgb(LABELS), skimage.color.label2rgb(LABELS) * 255, atol=0.5)


@pytest.mark.parametrize("image", [GRAY, COLOR], ids=["gray", "color"])
def test_means_are_scikit_images(image):
    found = label2rgb(LABELS, image, kind="avg", bg_color=(0, 0.5, 1))
    stack = image if image.ndim == 3 else image[..., None].repeat(3, axis=2)
    expected = skimage.color.label2rgb(LABELS, stack, kind="avg", bg_color=(0, 0.5, 1))
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_the_dtype_is_that_of_the_image():
    image = (COLOR * 255).astype(np.uint8)
    for kind in ("overlay", "avg"):
        found = label2rgb(LABELS, image, kind=kind)
        assert found.dtype == np.uint8
        exact = label2rgb(LABELS, image / 255, kind=kind) * 255
        assert np.abs(found - exact).max() <= 0.501


def test_channel_axis():
    expected = label2rgb(LABELS, COLOR)
    found = label2rgb(LABELS, np.moveaxis(COLOR, -1, 0), channel_axis=0)
    np.testing.assert_array_equal(np.moveaxis(found, 0, -1), expected)


def test_far_labels_need_no_large_table():
    labels = np.array([[0, 2**60, -(2**60)]])
    assert label2rgb(labels).tolist() == [[[0, 0, 0], [0, 0, 255], [255, 0, 0]]]
    largest = np.array([[2**64 - 1, 2**64 - 2]], np.uint64)
    assert label2rgb(largest).tolist() == [[[0, 0, 255], [255, 0, 0]]]
    extremes = np.array([[-128, 127]], np.int8)
    assert label2rgb(extremes).tolist() == [[[255, 0, 0], [0, 0, 255]]]


@settings(max_examples=80, deadline=None)
@given(
    shape=st.lists(st.integers(0, 40), min_size=1, max_size=3),
    labels=st.sampled_from(["bool", "uint8", "int8", "uint16", "int32", "uint64"]),
    palette=st.sampled_from(["bool", "uint8", "int16", "float32", "float64", "complex128", "longdouble"]),
    channels=st.sampled_from([(), (1,), (3,), (4,), (2, 2)]),
    step=st.sampled_from([1, 2, -1]),
)
def test_palettes_are_numpys_indexing(shape, labels, palette, channels, step):
    rng = np.random.default_rng(1)
    numbers = rng.integers(0, 2 if labels == "bool" else 100, shape).astype(labels)[::step]
    table = rng.integers(0, 100, (100, *channels)).astype(palette)
    found = apply_palette(numbers, table)
    expected = table[numbers.astype(np.intp)]
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_errors_name_what_came():
    with pytest.raises(ValueError, match="palette must have an entry for each label, 0 to 13; it has 4"):
        apply_palette(LABELS, np.zeros(4))
    with pytest.raises(ValueError, match="palette must have an entry for each label, -5 to 8"):
        apply_palette(LABELS - 5, np.zeros(40))
    with pytest.raises(ValueError, match="image must have the shape of the labels"):
        label2rgb(LABELS, GRAY[:-1])
    with pytest.raises(ValueError, match="image must be given"):
        label2rgb(LABELS, kind="avg")
    with pytest.raises(ValueError, match=r"colors must be a color of CSS.*got 'rad'"):
        label2rgb(LABELS, colors=["rad"])
