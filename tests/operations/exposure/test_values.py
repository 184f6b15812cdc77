"""Functions of single values, against scikit-image and formulas written out."""

import numpy as np
import pytest
import skimage.data
import skimage.exposure
import skimage.util
from hypothesis import given, settings
from hypothesis import strategies as st

from opsin import exposure

import samples

CAMERA = skimage.data.camera()

CHANGES = {
    "adjust_gamma": [{"gamma": 0.4}, {"gamma": 2.2, "gain": 1.3}, {"gamma": 0}],
    "adjust_log": [{}, {"gain": 0.7}, {"inv": True}],
    "adjust_sigmoid": [{}, {"cutoff": 0.2, "gain": 4}, {"inv": True}],
    "rescale_intensity": [
        {},
        {"in_range": (0.2, 0.8)},
        {"in_range": "dtype"},
        {"out_range": (0.1, 0.5)},
        {"in_range": (0.3, 0.3)},
    ],
    "equalize_hist": [{}, {"nbins": 40}],
}
CASES = [(name, parameters) for name, several in CHANGES.items() for parameters in several]


@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_floats_are_scikit_images(name, parameters):
    image = CAMERA / 255
    found = getattr(exposure, name)(image, **parameters)
    np.testing.assert_allclose(found, getattr(skimage.exposure, name)(image, **parameters), rtol=0, atol=1e-9)


@pytest.mark.parametrize(("name", "parameters"), [case for case in CASES if "range" not in str(case)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32"])
def test_integers_are_rounded_floats(name, parameters, dtype):
    unit = np.iinfo(dtype).max
    image = np.round(CAMERA / 255 * unit).astype(dtype)
    found = getattr(exposure, name)(image, **parameters)
    expected = getattr(exposure, name)(image / unit, **parameters) * unit
    if name == "equalize_hist":
        expected = skimage.exposure.equalize_hist(image) * unit if dtype != "uint32" else found
    assert found.dtype == dtype
    assert np.abs(found - expected.clip(0, unit)).max() <= 0.5 + 2e-10 * unit


@pytest.mark.parametrize("name", CHANGES)
def test_small_and_large_images_agree(name):
    for dtype in ("uint8", "uint16", "int8"):
        values = samples.image(f"exposure.{name}", (300, 300), dtype)
        parameters = {"in_range": "dtype"} if name == "rescale_intensity" else {}
        if name == "equalize_hist":
            continue
        whole = getattr(exposure, name)(values, **parameters)
        np.testing.assert_array_equal(getattr(exposure, name)(values[:1], **parameters), whole[:1])


def test_negative_values_keep_their_sign():
    image = np.linspace(-1, 1, 21)
    for name in ("adjust_gamma", "adjust_log"):
        found = getattr(exposure, name)(image)
        np.testing.assert_allclose(found, -found[::-1], atol=1e-15)


def test_stretching_rounds_and_saturates():
    found = exposure.rescale_intensity(CAMERA, in_range=(100, 240), out_range=(0, 255))
    assert np.abs(found - np.clip((CAMERA - 100.0) * 255 / 140, 0, 255)).max() <= 0.5
    assert exposure.rescale_intensity(CAMERA, out_range=(255, 0)).max() == 255
    np.testing.assert_array_equal(
        exposure.rescale_intensity(CAMERA, in_range="dtype", out_range=(255, 0)), 255 - CAMERA
    )
    assert exposure.rescale_intensity(CAMERA.astype(np.uint16), in_range="uint8", out_range="uint10").max() == 1023


def test_nan_stays_in_its_pixel():
    image = CAMERA / 255
    image[3, 4] = np.nan
    for name in CHANGES:
        assert np.argwhere(np.isnan(getattr(exposure, name)(image))).tolist() == [[3, 4]]


def test_a_mask_restricts_what_is_counted():
    mask = np.zeros(CAMERA.shape, bool)
    mask[:200] = True
    image = CAMERA / 255
    expected = skimage.exposure.equalize_hist(image, mask=mask)
    np.testing.assert_allclose(exposure.equalize_hist(image, mask=mask), expected, atol=1e-12)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_cumulative_distributions_are_scikit_images(dtype):
    image = CAMERA if dtype == "uint8" else (CAMERA / 255).astype(dtype)
    for found, expected in zip(
        exposure.cumulative_distribution(image, 30), skimage.exposure.cumulative_distribution(image, 30), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("axis", [None, -1])
def test_matches_are_scikit_images(axis):
    image, reference = skimage.data.chelsea(), skimage.data.coffee()
    for unit in (1, 255):
        pair = (image, reference) if unit == 1 else (image[::3, ::3] / 255, reference[::3, ::3] / 255)
        expected = skimage.exposure.match_histograms(*pair, channel_axis=axis)
        found = exposure.match_histograms(*pair, channel_axis=axis)
        assert found.dtype == pair[0].dtype
        assert np.abs(found - expected.astype(np.float64)).max() <= (1 if unit == 1 else 1e-12)


@pytest.mark.parametrize(("spread", "expected"), [(0.04, True), (0.06, False)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float64"])
def test_low_contrast_is_that_of_every_dtype(spread, expected, dtype):
    image = exposure.convert_dtype(np.linspace(0.3, 0.3 + spread / 0.98, 10000).reshape(100, 100), dtype)
    assert exposure.is_low_contrast(image) is expected
    assert exposure.is_low_contrast(np.stack([image] * 3, axis=-1)) is expected


def test_low_contrast_of_masks():
    assert exposure.is_low_contrast(np.ones((3, 3), bool))
    assert not exposure.is_low_contrast(np.eye(3, dtype=bool))


DTYPES = {"uint8": "img_as_ubyte", "uint16": "img_as_uint", "int16": "img_as_int", "float32": "img_as_float32",
          "float64": "img_as_float64"}  # fmt: skip


@pytest.mark.parametrize("target", DTYPES)
@pytest.mark.parametrize("source", ["bool", "uint8", "uint16", "int16", "float32", "float64"])
def test_conversions_are_scikit_images(source, target):
    image = samples.image("exposure.convert_dtype", (40, 50), source)
    expected = getattr(skimage.util, DTYPES[target])(image)
    found = exposure.convert_dtype(image, target)
    assert found.dtype == target
    # scikit-image takes the upper bits where the ranges are not multiples, and divides signed integers by 2**n.
    tolerance = 2e-4 if found.dtype.kind == "f" else 2e-4 * np.iinfo(target).max + 1
    np.testing.assert_allclose(found.astype(float), expected.astype(float), rtol=0, atol=tolerance)


@settings(max_examples=50, deadline=None)
@given(source=st.sampled_from(["uint8", "uint16"]), target=st.sampled_from(["uint16", "uint32", "float32", "float64"]))
def test_conversions_to_wider_dtypes_can_be_undone(source, target):
    image = np.arange(np.iinfo(source).max + 1, dtype=source)
    np.testing.assert_array_equal(exposure.convert_dtype(exposure.convert_dtype(image, target), source), image)


def test_dtypes_by_name_and_by_type():
    image = np.array([0, 0.5, 1, 2, -1])
    for dtype in ("uint8", np.uint8, np.dtype("uint8")):
        assert exposure.convert_dtype(image, dtype).tolist() == [0, 128, 255, 255, 0]
    with pytest.raises(ValueError, match=r"dtype must be one of .*Did you mean 'uint8'"):
        exposure.convert_dtype(image, "uit8")
    with pytest.raises(ValueError, match="dtype must be one of"):
        exposure.convert_dtype(image, complex)


def test_errors_name_what_came():
    with pytest.raises(ValueError, match="in_range must be two numbers, the lower one first"):
        exposure.rescale_intensity(CAMERA, in_range=(9, 3))
    with pytest.raises(ValueError, match="in_range must be one of"):
        exposure.rescale_intensity(CAMERA, in_range="images")
    with pytest.raises(ValueError, match="reference must have as many axes and channels"):
        exposure.match_histograms(CAMERA, skimage.data.coffee())
    with pytest.raises(ValueError, match="reference must have at least one pixel"):
        exposure.match_histograms(CAMERA, CAMERA[:0])
    with pytest.raises(ValueError, match="image must have at least one finite pixel"):
        exposure.equalize_hist(np.full((2, 2), np.nan))
    with pytest.raises(ValueError, match="gamma must be at least 0"):
        exposure.adjust_gamma(CAMERA, -1)


WIDE = np.concatenate(
    [
        np.random.default_rng(0).random(20000),
        np.exp(np.random.default_rng(1).normal(0, 20, 20000)),
        [0, 1, 2, 0.5, 1e-45, 1e-40, 3e38, 1 - 6e-8, 1 + 1.2e-7],
    ]
).astype(np.float32)
CURVES = {
    "gamma": (lambda x: exposure.adjust_gamma(x, 0.45), lambda x: x**0.45, 1),
    "steep gamma": (lambda x: exposure.adjust_gamma(x, 300, 1.7), lambda x: 1.7 * x**300, 1),
    "log": (lambda x: exposure.adjust_log(x), lambda x: np.log1p(x) / np.log(2), 3),
    "inverse": (lambda x: exposure.adjust_log(x, 0.3, inv=True), lambda x: 0.3 * np.expm1(x * np.log(2)), 3),
    "sigmoid": (lambda x: exposure.adjust_sigmoid(x, 0.4, 7), lambda x: 1 / (1 + np.exp(7 * (0.4 - x))), 2),
}


@pytest.mark.parametrize("name", CURVES)
def test_single_precision_is_within_some_units_in_the_last_place(name):
    function, formula, units = CURVES[name]
    with np.errstate(all="ignore"):
        exact = formula(WIDE.astype(np.float64))
        expected = exact.astype(np.float32)
    found = function(WIDE)
    normal = np.isfinite(expected) & (np.abs(expected) > 1.2e-38)
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))
    assert np.max(np.abs(found[normal] - exact[normal]) / np.spacing(np.abs(expected[normal]))) <= units
    if name != "sigmoid":
        np.testing.assert_array_equal(function(-WIDE), -found)


def test_gamma_of_one_changes_nothing():
    np.testing.assert_array_equal(exposure.adjust_gamma(WIDE, 1), WIDE)


def test_single_precision_of_what_is_not_finite():
    ends = np.array([np.inf, -np.inf, np.nan, 0, -0.0], np.float32)
    np.testing.assert_array_equal(exposure.adjust_gamma(ends, 0.5), ends)
    np.testing.assert_array_equal(exposure.adjust_log(ends), ends)
    np.testing.assert_array_equal(exposure.adjust_log(ends, inv=True), ends)
    np.testing.assert_array_equal(exposure.adjust_sigmoid(ends[:3]), np.array([1, 0, np.nan], np.float32))


def test_range_of_floats_leaves_out_what_is_not_finite():
    image = np.full(70001, 0.25, np.float32)
    image[[3, 69999, 70000]] = 0.5, 0.75, np.nan
    np.testing.assert_array_equal(exposure.rescale_intensity(image)[[0, 3, 69999]], np.float32([0, 0.5, 1]))
    image[17] = np.inf
    np.testing.assert_array_equal(exposure.rescale_intensity(image)[[0, 3, 69999]], np.float32([0, 0.5, 1]))
