"""Templates and blobs, against scikit-image and by their definitions."""

import itertools

import numpy as np
import pytest
import skimage.data
import skimage.feature
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from opsin.feature import blob_dog, blob_doh, blob_log, corner_fast, corner_subpix, match_template


@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=3, max_side=9), elements=st.integers(0, 255)), st.data()
)
def test_templates_by_definition(image, data):
    sides = [data.draw(st.integers(1, length)) for length in image.shape]
    template = data.draw(hnp.arrays(np.uint8, sides, elements=st.integers(0, 255)))
    found = match_template(image, template)
    views = np.lib.stride_tricks.sliding_window_view(image.astype(float), sides)
    centered = template - template.mean()
    axes = tuple(range(image.ndim, 2 * image.ndim))
    parts = views - views.mean(axis=axes, keepdims=True)
    norms = np.sqrt((parts**2).sum(axis=axes) * (centered**2).sum())
    expected = np.where(norms > 1e-9, (parts * centered).sum(axis=axes) / np.where(norms > 1e-9, norms, 1), 0)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("pad", [False, True])
def test_templates_are_scikit_images(pad):
    image = skimage.data.coins()
    coin = image[170:220, 75:130]
    for picture, part in ((image, coin), (image / 255, coin / 255)):
        expected = skimage.feature.match_template(picture, part, pad_input=pad)
        np.testing.assert_allclose(match_template(picture, part, pad_input=pad), expected, atol=1e-6)
    place = np.unravel_index(match_template(image, coin, pad_input=pad).argmax(), expected.shape)
    assert place == ((195, 102) if pad else (170, 75))
    volume = np.random.default_rng(0).random((12, 13, 14))
    expected = skimage.feature.match_template(volume, volume[3:7, 2:7, 5:9], pad_input=pad, mode="edge")
    found = match_template(volume, volume[3:7, 2:7, 5:9], pad_input=pad, mode="nearest")
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("size", [8, 16, 24, 40, 90])
@pytest.mark.parametrize("name", ["camera", "moon", "page"])
def test_single_precision_suffices(name, size):
    image = getattr(skimage.data, name)()[:300, :290]
    for picture in (image, (image / 255).astype(np.float32), image.astype(np.uint16) * 257):
        template = picture[20 : 20 + size, 30 : 31 + size]
        found = match_template(picture, template)
        assert found.dtype == np.float32
        expected = match_template(picture.astype(np.float64), template.astype(np.float64))
        np.testing.assert_allclose(found, expected, atol=2e-5)


def test_flat_windows_beside_bright_ones():
    # The products of dark windows drown in the rounding errors of bright ones, unless these are computed apart.
    image = np.random.default_rng(0).integers(0, 3, (200, 300)).astype(np.float32)
    image[:, 200:] *= 1e5
    found = match_template(image, image[50:90, 60:100])
    expected = match_template(image.astype(np.float64), image[50:90, 60:100].astype(np.float64))
    np.testing.assert_allclose(found, expected, atol=2e-5)
    assert found.argmax() == 50 * found.shape[1] + 60


def test_a_template_that_is_flat_or_not_a_number():
    image = np.random.default_rng(0).random((20, 30))
    assert not match_template(image, np.ones((5, 6))).any()
    assert np.isnan(match_template(image, np.full((5, 6), np.nan))).all()


def test_a_large_offset_does_not_matter():
    image = np.random.default_rng(0).random((60, 70))
    expected = match_template(image, image[10:20, 30:45])
    np.testing.assert_allclose(match_template(image + 1e6, image[10:20, 30:45]), expected, atol=1e-6)
    assert expected[10, 30] == pytest.approx(1)


def test_not_a_number_reaches_its_windows_only():
    image = np.random.default_rng(0).random((40, 50))
    expected = match_template(image, image[:5, :7])
    image[20, 30] = np.nan
    found = match_template(image, np.random.default_rng(0).random((40, 50))[:5, :7])
    reached = np.zeros(expected.shape, bool)
    reached[16:21, 24:31] = True
    np.testing.assert_array_equal(np.isnan(found), reached)
    np.testing.assert_allclose(found[~reached], expected[~reached], atol=1e-9)


def test_wrong_templates():
    with pytest.raises(ValueError, match="template must have 2 axes"):
        match_template(np.zeros((5, 5)), np.zeros(3))
    with pytest.raises(ValueError, match="template must not be empty nor longer"):
        match_template(np.zeros((5, 5)), np.zeros((6, 2)))


def same_blobs(found, expected):
    # Where more than two blobs overlap in a chain, the result depends on the order of the pairs.
    common = {tuple(blob) for blob in found.round(6)} & {tuple(blob) for blob in expected.round(6)}
    assert len(common) >= 0.9 * len(expected)
    assert len(found) <= 1.03 * len(expected) + 1


@pytest.mark.parametrize("name", ["coins", "hubble", "camera"])
def test_blobs_are_scikit_images(name):
    image = skimage.data.coins() if name == "coins" else skimage.data.camera()[::2, ::2]
    image = skimage.data.moon()[::3, ::3] if name == "hubble" else image
    floats = image / 255
    same_blobs(
        blob_log(image, 2, 25, num_sigma=5, threshold=0.1),
        skimage.feature.blob_log(floats, 2, 25, num_sigma=5, threshold=0.1),
    )
    same_blobs(
        blob_log(floats, 2, 20, num_sigma=5, threshold=0.1, log_scale=True, exclude_border=5),
        skimage.feature.blob_log(floats, 2, 20, num_sigma=5, threshold=0.1, log_scale=True, exclude_border=5),
    )
    same_blobs(
        blob_dog(floats, 2, 18, threshold=0.1, overlap=0.3),
        skimage.feature.blob_dog(floats, 2, 18, threshold=0.1, overlap=0.3),
    )
    same_blobs(blob_doh(image, 3, 30), skimage.feature.blob_doh(floats, 3, 30))


def test_blobs_of_volumes_and_along_axes():
    rows, columns, planes = np.indices((30, 32, 34))
    image = np.exp(-((rows - 12) ** 2 + (columns - 15) ** 2 + (planes - 20) ** 2) / (2 * 3**2))
    for found in (blob_log(image, 1, 5, num_sigma=5), blob_dog(image, 1, 6, threshold=0.1)):
        np.testing.assert_allclose(found[:, :3], [[12, 15, 20]])
    same_blobs(
        blob_log(image, (1, 2, 1), (5, 6, 5), num_sigma=4, threshold=0.05),
        skimage.feature.blob_log(image, (1, 2, 1), (5, 6, 5), num_sigma=4, threshold=0.05),
    )


def test_many_overlapping_blobs():
    image = np.random.default_rng(0).random((200, 200))
    found = blob_log(image, 1, 20, num_sigma=8, threshold=0)
    assert 0 < len(found) < 4000
    assert len(blob_log(np.zeros((0, 5)))) == len(blob_dog(np.zeros((5, 0)))) == len(blob_doh(np.zeros((0, 0)))) == 0


@pytest.mark.parametrize("n", [1, 5, 9, 12, 16])
def test_fast_is_scikit_images(n):
    image = skimage.data.camera()
    expected = skimage.feature.corner_fast(image, n, 0.1)
    found = corner_fast(image, n, 0.1)
    np.testing.assert_allclose(found, expected * 255, rtol=1e-5)
    floats = np.random.default_rng(0).random((40, 50))
    np.testing.assert_allclose(corner_fast(floats, n, 0.2), skimage.feature.corner_fast(floats, n, 0.2), rtol=1e-12)


def test_fast_of_small_images():
    for shape in itertools.product((0, 1, 6, 7, 8), repeat=2):
        image = np.random.default_rng(0).random(shape)
        assert corner_fast(image, 1, 0).shape == shape
        if min(shape) > 0:
            expected = skimage.feature.corner_fast(image, 1, 0.01) if min(shape) > 1 else 0
            np.testing.assert_allclose(corner_fast(image, 1, 0.01), expected, rtol=1e-12)


def test_subpixels_are_scikit_images():
    image = skimage.data.camera()
    points = skimage.feature.corner_peaks(skimage.feature.corner_harris(image), min_distance=5, threshold_rel=0.02)
    points = points[np.all((points > 12) & (points < 499), axis=1)]
    for size in (5, 11, 12):
        expected = skimage.feature.corner_subpix(image.astype(float), points, size)
        np.testing.assert_allclose(corner_subpix(image, points, size), expected, rtol=1e-7)


@pytest.mark.parametrize("shape", [(40, 31), (5, 31), (6, 4)])
def test_subpixels_see_zeros_beyond_the_border(shape):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, shape).astype(np.uint8)
    points = np.argwhere(np.ones(shape, bool))
    for picture in (image, image[::-1], image.T):
        inside = points if picture.shape == shape else points[:, ::-1]
        found = corner_subpix(picture, inside, 7, alpha=0.5)
        expected = corner_subpix(np.pad(picture, 9), inside + 9, 7, alpha=0.5) - 9
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


def test_subpixels_at_the_border_and_in_flat_images():
    image = np.zeros((10, 10))
    assert np.isnan(corner_subpix(image, [[0, 0], [9, 9]])).all()
    image[:5, :5] = image[5:, 5:] = 1
    np.testing.assert_allclose(corner_subpix(image, [[4, 5]], 7), [[4.5, 4.5]])
    assert corner_subpix(image, []).shape == (0, 2)
    with pytest.raises(ValueError, match="corners must be in the image"):
        corner_subpix(image, [[10, 0]])
    with pytest.raises(ValueError, match="corners must be in the image"):
        corner_subpix(image, [[np.nan, 0]])


def test_the_scale_of_floats_does_not_matter():
    image, template = np.random.default_rng(0).random((9, 11)), np.random.default_rng(1).random((3, 4))
    expected = match_template(image, template)
    for scale in (1e-290, 1e290):
        np.testing.assert_allclose(match_template(image * scale, template), expected, rtol=1e-9)
        np.testing.assert_allclose(match_template(image, template * scale), expected, rtol=1e-9)
    single = (image * 1e30).astype(np.float32)
    np.testing.assert_allclose(match_template(single, template), expected, rtol=1e-4, atol=1e-4)
    assert np.isnan(match_template(image, np.full((2, 2), np.inf))).all()
