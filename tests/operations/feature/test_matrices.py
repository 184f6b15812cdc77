"""Structure tensors and Hessian matrices, on images whose matrices are known; tests/conformance compares them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.feature

from opsin import feature

from equality import assert_same

ROWS, COLUMNS = np.mgrid[:20, :24].astype(np.float64)


def test_structure_tensor_of_a_ramp() -> None:
    rr, rc, cc = feature.structure_tensor(3 * ROWS - 2 * COLUMNS, 1, mode="nearest")
    inside = (slice(8, -8), slice(8, -8))
    for found, expected in ((rr, 24 * 24), (rc, -24 * 16), (cc, 16 * 16)):
        np.testing.assert_allclose(found[inside], expected, rtol=1e-12)
    large, small = feature.structure_tensor_eigenvalues([rr, rc, cc])
    np.testing.assert_allclose(large[inside], 24 * 24 + 16 * 16, rtol=1e-12)
    np.testing.assert_allclose(small[inside], 0, atol=1e-9)


@pytest.mark.parametrize("by_gaussians", [True, False])
def test_hessian_matrix_of_a_paraboloid(by_gaussians: bool) -> None:
    image = 1.5 * ROWS**2 - ROWS * COLUMNS + COLUMNS**2
    found = feature.hessian_matrix(image, 1, mode="nearest", use_gaussian_derivatives=by_gaussians)
    assert found.shape == (3, *image.shape)
    narrow = feature.hessian_matrix(image, 0.2, mode="nearest", use_gaussian_derivatives=False)
    np.testing.assert_allclose(narrow[:, 3:-3, 3:-3], np.broadcast_to([[[3.0]], [[-1]], [[2]]], (3, 14, 18)), atol=1e-9)
    if not by_gaussians:
        np.testing.assert_allclose(found[:, 9:11, 11:13], np.reshape([3, -1, 2], (3, 1, 1)) * np.ones((2, 2)), atol=0.1)
    transposed = feature.hessian_matrix(np.ascontiguousarray(image.T), 1, mode="nearest",
                                        use_gaussian_derivatives=by_gaussians)  # fmt: skip
    inside = (..., slice(9, -9), slice(9, -9))
    assert_same(transposed[::-1].swapaxes(1, 2)[inside], found[inside], relative=1e-12)


@pytest.mark.parametrize("name", ["structure_tensor", "hessian_matrix"])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "uint16", "float16", "float32", "int32"])
def test_dtypes(name: str, dtype: str) -> None:
    image = (np.random.default_rng(0).random((15, 17)) * 200).astype(dtype)
    function = getattr(feature, name)
    found = function(image, 1.5)
    assert found.dtype == (np.float64 if dtype == "int32" else np.float32)
    assert_same(found.astype(np.float64), function(image.astype(np.float64), 1.5), relative=1e-5)


@pytest.mark.parametrize("name", ["structure_tensor", "hessian_matrix"])
def test_channels_have_matrices_of_their_own(name: str) -> None:
    image = np.random.default_rng(0).random((12, 14, 3))
    function = getattr(feature, name)
    found = function(image, 1)
    assert found.shape == (3, 12, 14, 3)
    for channel in range(3):
        assert_same(found[..., channel], function(image[..., channel], 1), relative=1e-12)
    assert function(image, 1, channel_axis=None).shape == (6, 12, 14, 3)


@pytest.mark.parametrize("shape", [(0,), (1,), (0, 3), (1, 1), (1, 5)])
def test_small_images(shape: Any) -> None:
    image = np.ones(shape)
    count = len(shape) * (len(shape) + 1) // 2
    for found in (feature.structure_tensor(image), feature.hessian_matrix(image)):
        assert found.shape == (count, *shape)
        assert feature.hessian_matrix_eigvals(found).shape == (len(shape), *shape)
    if image.size:
        with pytest.raises(ValueError, match="image must have at least 2 pixels along each axis"):
            feature.hessian_matrix(image, use_gaussian_derivatives=False)


def test_eigenvalues_of_matrices_that_are_not_finite_are_nan() -> None:
    elements = np.ones((6, 2, 2, 2))
    elements[3, 0, 0, 1] = np.nan
    found = feature.hessian_matrix_eigvals(elements)
    assert np.isnan(found[:, 0, 0, 1]).all()
    assert np.isfinite(found).sum() == 3 * 7
    plane = np.ones((3, 2, 2))
    plane[1, 0, 1] = np.inf
    assert np.isfinite(feature.structure_tensor_eigenvalues(plane)).sum() == 2 * 3


def test_wrong_values() -> None:
    for function in (feature.structure_tensor, feature.hessian_matrix):
        with pytest.raises(ValueError, match="order must be"):
            function(np.ones((5, 5, 5)), order="xy", channel_axis=None)
        with pytest.raises(ValueError, match="order must be"):
            function(np.ones((5, 5)), order="yx")
        with pytest.raises(ValueError, match="sigma"):
            function(np.ones((5, 5)), -1)
    for wrong in (np.ones((2, 5, 5)), np.float64(3), np.ones((0, 5))):
        with pytest.raises(ValueError, match="A_elems must have 1, 3, 6, 10"):
            feature.structure_tensor_eigenvalues(wrong)
    with pytest.raises(TypeError, match="H_elems must be an array of real numbers"):
        feature.hessian_matrix_eigvals(np.ones((3, 5, 5), complex))


@pytest.mark.parametrize("sigma", [6.5, 21, (3, 25)])
def test_corners_in_wide_windows_are_scikit_images(sigma: Any) -> None:
    """Beyond the longest filters of the kernel the elements are stored."""
    image = np.random.default_rng(0).random((60, 75))
    rr, rc, cc = feature.structure_tensor(image, sigma)
    trace, determinant = rr + cc, rr * cc - rc * rc
    assert_same(feature.corner_harris(image, sigma=sigma), determinant - 0.05 * trace * trace, relative=1e-9)
    noble = feature.corner_harris(image, sigma=sigma, method="eps")
    assert_same(noble, 2 * determinant / (trace + 1e-6), relative=1e-9)
    smaller = feature.structure_tensor_eigenvalues([rr, rc, cc])[1]
    assert_same(feature.corner_shi_tomasi(image, sigma), smaller, relative=1e-9)
    if sigma == 6.5:
        expected = skimage.feature.corner_harris(image, sigma=sigma)
        assert_same(feature.corner_harris(image, sigma=sigma), expected, relative=1e-9)
