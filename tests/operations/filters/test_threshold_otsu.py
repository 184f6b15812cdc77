"""Otsu's threshold, against scikit-image, OpenCV and the variance written out."""

import cv2
import numpy as np
import pytest
import skimage.data
import skimage.filters
from hypothesis import given
from hypothesis import strategies as st

from opsin.exposure import histogram
from opsin.filters import threshold_otsu

import samples


def variance_within(image, threshold):
    """Return the summed squared distance of all pixels from the mean of their class."""
    classes = image[image <= threshold], image[image > threshold]
    return sum(np.sum((one - one.mean()) ** 2) for one in classes if one.size)


def test_coins():
    assert threshold_otsu(skimage.data.coins()) == 107


@pytest.mark.parametrize("name", ["camera", "coins", "page", "moon", "text"])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_photographs_have_scikit_images_threshold(name, dtype):
    image = getattr(skimage.data, name)().astype(dtype)
    if image.dtype.kind == "f":
        image = image / image.dtype.type(255)
    elif image.dtype.itemsize > 1:
        image = image * image.dtype.type(7) - image.dtype.type(0)
    assert threshold_otsu(image) == pytest.approx(skimage.filters.threshold_otsu(image), rel=1e-6)


@pytest.mark.parametrize("name", ["camera", "coins", "moon"])
def test_photographs_have_opencvs_threshold(name):
    image = getattr(skimage.data, name)()
    assert threshold_otsu(image) == cv2.threshold(image, 0, 255, cv2.THRESH_OTSU)[0]


@given(st.lists(st.integers(0, 255), min_size=2, max_size=60))
def test_no_other_threshold_is_better(values):
    image = np.array(values, np.uint8)
    best = variance_within(image.astype(float), threshold_otsu(image))
    others = [variance_within(image.astype(float), level) for level in range(256)]
    assert best <= min(others) * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize(("offset", "dtype"), [(2**62, np.int64), (-(2**63), np.int64), (2**63, np.uint64)])
def test_large_integers_have_the_threshold_of_small_ones(offset, dtype):
    image = np.array([0, 1, 1, 2, 97, 100, 101, 101] * 50)
    assert threshold_otsu(image.astype(dtype) + np.array(offset, dtype)) == threshold_otsu(image) + offset


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "uint64", "float16", "float32", "float64"])
def test_one_value_is_the_threshold(dtype):
    assert threshold_otsu(np.full((4, 5), 1, dtype)) == 1
    assert threshold_otsu(np.zeros((4, 5), dtype)) == 0


def test_floats_of_one_value_beside_nan():
    assert threshold_otsu(np.array([np.nan, 0.3, 0.3, np.inf])) == 0.3


def test_histogram_instead_of_an_image():
    image = skimage.data.coins()
    counts, values = histogram(image)
    assert threshold_otsu(hist=(counts, values)) == 107
    assert threshold_otsu(hist=np.bincount(image.ravel(), minlength=300)) == 107
    assert threshold_otsu(hist=np.bincount(image.ravel()).tolist()) == 107
    assert threshold_otsu(hist=([0, 0, 5, 0], [0.0, 0.5, 1.0, 1.5])) == 1.0
    normalized = histogram(image, normalize=True)
    assert threshold_otsu(hist=normalized) == 107


def test_flags():
    flags = samples.image("filters.threshold_otsu", (20, 30), "bool")
    assert threshold_otsu(flags) == 0


def test_result_is_a_python_number():
    assert type(threshold_otsu(skimage.data.coins())) is int
    assert type(threshold_otsu(skimage.data.coins() / 255)) is float


def test_errors():
    with pytest.raises(TypeError, match="takes an image or hist"):
        threshold_otsu()
    with pytest.raises(ValueError, match="at least one finite pixel"):
        threshold_otsu(np.zeros((0, 4)))
    with pytest.raises(ValueError, match="at least one finite pixel"):
        threshold_otsu(np.full((3, 4), np.nan))
    with pytest.raises(ValueError, match="as many of each"):
        threshold_otsu(hist=([1, 2, 3], [1, 2]))
    with pytest.raises(ValueError, match="0 or more"):
        threshold_otsu(hist=[1, -2, 3])
    with pytest.raises(ValueError, match="finite counts"):
        threshold_otsu(hist=[1, np.inf, 3])
    with pytest.raises(TypeError, match="hist must be of numbers"):
        threshold_otsu(hist=["a", "b"])
    with pytest.raises(ValueError, match="nbins must be at least 1"):
        threshold_otsu(np.zeros((3, 4)), 0)
