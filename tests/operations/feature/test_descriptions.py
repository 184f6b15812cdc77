"""Descriptions of images and points: binary patterns, gradients, BRIEF and ORB, and their matches."""

import cv2
import numpy as np
import pytest
import skimage.data
import skimage.feature
import skimage.transform
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import opsin
from opsin.feature import BRIEF, ORB, hog, local_binary_pattern, match_descriptors

METHODS = ["default", "ror", "uniform", "nri_uniform", "var"]


@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=14), elements=st.integers(0, 5)),
    st.integers(1, 12),
    st.sampled_from([0.5, 1, 1.5, 2, 3.25]),
    st.sampled_from(METHODS),
)
def test_patterns_are_scikit_images(image, count, radius, method):
    expected = skimage.feature.local_binary_pattern(image, count, radius, method)
    np.testing.assert_allclose(local_binary_pattern(image, count, radius, method=method), expected, rtol=1e-9)


def test_patterns_of_a_photograph():
    image = skimage.data.brick()
    for method in METHODS[:4]:
        expected = skimage.feature.local_binary_pattern(image, 8, 2, method)
        np.testing.assert_array_equal(local_binary_pattern(image, 8, 2, method=method), expected)
    many = local_binary_pattern(image, 24, 3, method="uniform")
    np.testing.assert_array_equal(many, skimage.feature.local_binary_pattern(image, 24, 3, "uniform"))
    with opsin.threads(1):
        np.testing.assert_array_equal(local_binary_pattern(image, 24, 3, method="uniform"), many)


def test_rotated_patterns_are_equal():
    image = np.random.default_rng(0).random((9, 9))
    for method in ("ror", "uniform"):
        turned = local_binary_pattern(np.rot90(image), 8, 1, method=method)
        np.testing.assert_array_equal(np.rot90(local_binary_pattern(image, 8, 1, method=method)), turned)


@pytest.mark.parametrize("norm", ["L1", "L1-sqrt", "L2", "L2-Hys"])
@pytest.mark.parametrize("size", [(8, 8), (7, 5), (16, 4)])
def test_gradients_are_scikit_images(norm, size):
    image = skimage.data.camera()[:160, 30:141]
    options = {"pixels_per_cell": size, "cells_per_block": (2, 3), "block_norm": norm, "feature_vector": False}
    expected = skimage.feature.hog(image, 9, **options)
    np.testing.assert_allclose(hog(image, 9, **options), expected, atol=1e-6)
    assert hog(image, 9, **{**options, "feature_vector": True}).shape == (expected.size,)


def test_gradients_of_color_and_roots():
    image = skimage.data.astronaut()[:64, :96]
    expected = skimage.feature.hog(image, 8, transform_sqrt=True, channel_axis=-1)
    np.testing.assert_allclose(hog(image, 8, transform_sqrt=True), expected, atol=1e-6)
    with pytest.raises(ValueError, match="image must be at least \\(24, 24\\) pixels"):
        hog(image[:20])
    with pytest.raises(ValueError, match="image must have no negative pixels"):
        hog(image[..., 0] - 300.0, transform_sqrt=True)


@pytest.mark.parametrize("bins", [1, 2, 4, 6, 9, 36])
def test_directions_between_bins(bins):
    # Small integers give gradients of many equal directions, exactly at the edges of bins, too.
    image = np.random.default_rng(0).integers(-2, 3, (40, 41)).astype(float)
    image[20:30, 20:30] = 0
    for picture in (image, np.stack([image, image.T[:40, :40].repeat(2, 1)[:, :41], -image], axis=2)):
        axis = None if picture.ndim == 2 else 2
        options = {"pixels_per_cell": (5, 6), "cells_per_block": (1, 1), "feature_vector": False}
        expected = skimage.feature.hog(picture, bins, channel_axis=axis, **options)
        np.testing.assert_allclose(hog(picture, bins, channel_axis=axis, **options), expected, atol=1e-6)


def test_gradients_that_are_not_numbers():
    image = np.random.default_rng(0).random((32, 32))
    expected = hog(image, cells_per_block=1, feature_vector=False)
    image[4, 4] = np.nan
    found = hog(image, cells_per_block=1, feature_vector=False)
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found[1:], expected[1:])


@pytest.mark.parametrize("cell", [(8, 8), (10, 12), (16, 9), (3, 2)])
def test_pictures_of_gradients_are_scikit_images(cell):
    image = skimage.data.camera()[200:290, 100:215]
    # With other bins, rounding errors of scikit-image decide in which pixels lines end.
    expected = skimage.feature.hog(image, 8, cell, (1, 1), visualize=True)
    found = hog(image, 8, pixels_per_cell=cell, cells_per_block=1, visualize=True)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-6, atol=1e-5)
    assert hog(image[:2, :3], pixels_per_cell=1, cells_per_block=1, visualize=True)[1].shape == (2, 3)


@pytest.mark.parametrize("mode", ["normal", "uniform"])
@pytest.mark.parametrize("image", [skimage.data.camera(), skimage.data.camera() / 255], ids=["uint8", "float64"])
def test_brief_is_scikit_images(mode, image):
    points = skimage.feature.corner_peaks(skimage.feature.corner_harris(image), min_distance=5, threshold_rel=0.01)
    peer = skimage.feature.BRIEF(descriptor_size=128, patch_size=31, mode=mode, sigma=1.5)
    peer.extract(image, points)
    ours = BRIEF(128, patch_size=31, mode=mode, sigma=1.5)
    ours.extract(image, points)
    np.testing.assert_array_equal(ours.mask, peer.mask)
    np.testing.assert_array_equal(ours.descriptors, peer.descriptors)
    first = ours.descriptors
    ours.extract(image, points)
    np.testing.assert_array_equal(ours.descriptors, first)


def test_brief_of_no_points():
    extractor = BRIEF()
    extractor.extract(np.zeros((100, 100)), [])
    assert extractor.descriptors.shape == (0, 256)
    extractor.extract(np.zeros((100, 100)), [[0, 0], [np.nan, 50], [50, 50], [1e300, 3]])
    assert extractor.mask.tolist() == [False, False, True, False]
    extractor.extract(np.zeros((5, 5)), [[2, 2]])
    assert len(extractor.descriptors) == 0


def test_orb_finds_a_picture_that_was_turned_and_reduced():
    image = skimage.data.camera()
    first = ORB(400)
    first.detect_and_extract(image)
    assert first.keypoints.shape == (400, 2)
    assert first.descriptors.shape == (400, 256)
    transform = skimage.transform.SimilarityTransform(scale=0.8, rotation=0.3, translation=(150, -40))
    moved = skimage.transform.warp(image, transform.inverse, output_shape=(560, 600))
    second = ORB(400)
    second.detect_and_extract(moved)
    matches = match_descriptors(first.descriptors, second.descriptors, max_ratio=0.8)
    assert len(matches) > 60
    expected = transform(first.keypoints[matches[:, 0], ::-1])[:, ::-1]
    errors = np.hypot(*(second.keypoints[matches[:, 1]] - expected).T)
    assert np.mean(errors < 4) > 0.85
    turned = (second.orientations[matches[:, 1]] - first.orientations[matches[:, 0]] - 0.3 + np.pi) % (
        2 * np.pi
    ) - np.pi
    assert np.median(np.abs(turned)) < 0.1


def test_orb_detects_what_scikit_image_detects():
    image = skimage.data.camera() / 255
    peer = skimage.feature.ORB(n_keypoints=200, n_scales=1)
    peer.detect_and_extract(image)
    ours = ORB(200, n_scales=1)
    ours.detect_and_extract(image)
    theirs = {tuple(point) for point in peer.keypoints}
    assert len(theirs & {tuple(point) for point in ours.keypoints}) >= 198
    angles = dict(zip(map(tuple, peer.keypoints), peer.orientations, strict=True))
    for point, angle in zip(map(tuple, ours.keypoints), ours.orientations, strict=True):
        assert point not in angles or abs(angles[point] - angle) < 1e-6


def test_orb_of_images_without_corners():
    for shape in ((1, 1), (39, 50), (60, 60)):
        detector = ORB()
        detector.detect_and_extract(np.zeros(shape, np.uint8))
        assert detector.keypoints.shape == (0, 2)
        assert detector.descriptors.shape == (0, 256)
    with pytest.raises(ValueError, match="image must have 2 spatial axes"):
        ORB().detect_and_extract(np.zeros((5, 6, 7)))
    with pytest.raises(ValueError, match="downscale must be more than 1"):
        ORB(downscale=1)


def test_finding_and_describing_corners_apart():
    image = skimage.data.coins()
    both, one = ORB(200), ORB(200)
    both.detect_and_extract(image)
    one.detect(image)
    assert not hasattr(one, "descriptors")
    for name in ("keypoints", "scales", "orientations", "responses"):
        np.testing.assert_array_equal(getattr(one, name), getattr(both, name))
    order = np.random.default_rng(0).permutation(200)
    one.extract(image, one.keypoints[order], one.scales[order], one.orientations[order])
    assert one.mask.all()
    np.testing.assert_array_equal(one.descriptors, both.descriptors[order])


def test_corners_that_cannot_be_described():
    image = skimage.data.coins()
    detector = ORB(n_scales=2)
    points = np.array([[50.0, 60], [5, 60], [50, 379], [np.nan, 60], [50, 60], [50, 60]])
    detector.extract(image, points, [1, 1, 1, 1, 1.2, 1.44], [0.5, 0, 0, 0, np.nan, 0])
    np.testing.assert_array_equal(detector.mask, [True, False, False, False, False, False])
    assert detector.descriptors.shape == (1, 256)
    detector.extract(image, points[:0], [], [])
    assert detector.descriptors.shape == (0, 256)
    with pytest.raises(ValueError, match="scales must have one number for each of 6 keypoints"):
        detector.extract(image, points, [1], [0])
    with pytest.raises(ValueError, match="scales must be finite and at least 1"):
        detector.extract(image, points[:1], [0.5], [0])
    with pytest.raises(TypeError, match="orientations must be an array of real numbers"):
        detector.extract(image, points[:1], [1], ["x"])


@given(
    st.integers(0, 30), st.integers(0, 30), st.integers(1, 40), st.booleans(), st.booleans(),
    st.sampled_from([1.0, 0.8]), st.integers(0, 99),
)  # fmt: skip
def test_matches_are_scikit_images(first, second, length, binary, crossed, ratio, seed):
    rng = np.random.default_rng(seed)
    sets = [rng.random((count, length)) for count in (first, second)]
    sets = [values < 0.5 for values in sets] if binary else sets
    found = match_descriptors(*sets, cross_check=crossed, max_ratio=ratio, max_distance=0.45 if binary else np.inf)
    if not first or not second:
        assert found.shape == (0, 2)
        return
    expected = skimage.feature.match_descriptors(
        *sets, cross_check=crossed, max_ratio=ratio, max_distance=0.45 if binary else np.inf
    )
    np.testing.assert_array_equal(found, expected)


def test_matches_of_many_are_those_of_opencv():
    rng = np.random.default_rng(0)
    first, second = rng.random((3000, 256)) < 0.5, rng.random((2500, 256)) < 0.5
    second[:100] = first[200:300]
    found = match_descriptors(first, second, max_distance=0.2)
    np.testing.assert_array_equal(found, np.stack([np.arange(200, 300), np.arange(100)], axis=1))
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)
    pairs = matcher.match(np.packbits(first, axis=1), np.packbits(second, axis=1))
    near = sorted((pair.queryIdx, pair.trainIdx) for pair in pairs if pair.distance < 0.2 * 256)
    np.testing.assert_array_equal(found, near)


def test_wrong_descriptors():
    with pytest.raises(ValueError, match="descriptors2 must have the length of descriptors1, 3; got 4"):
        match_descriptors(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(TypeError, match="descriptors1 must be an array of bool or real numbers"):
        match_descriptors(np.zeros((2, 3), complex), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="metric must be one of"):
        match_descriptors(np.zeros((2, 3)), np.zeros((2, 3)), metric="hammming")
