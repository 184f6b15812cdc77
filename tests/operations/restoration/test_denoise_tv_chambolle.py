"""Total variation by Chambolle's algorithm equals scikit-image's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from skimage.restoration import denoise_tv_chambolle as peer

import opsin

denoise = opsin.restoration.denoise_tv_chambolle


@pytest.mark.parametrize("shape", [(1,), (30,), (1, 9), (40, 53), (9, 10, 11), (3, 4, 5, 6)])
@pytest.mark.parametrize("settings", [{}, {"weight": 0.5, "eps": 1e-6}, {"weight": 3, "max_num_iter": 5}])
def test_equals_scikit_image(shape: tuple[int, ...], settings: dict[str, float]) -> None:
    image = np.random.default_rng(0).random(shape)
    assert_allclose(denoise(image, channel_axis=None, **settings), peer(image, **settings), rtol=0, atol=1e-14)


def test_every_channel_ends_on_its_own() -> None:
    image = np.random.default_rng(0).random((20, 30, 3)) * [1, 0.01, 5]
    assert_allclose(denoise(image), peer(image, channel_axis=-1), rtol=0, atol=1e-14)


@pytest.mark.parametrize(("dtype", "top"), [("uint8", 255), ("uint16", 65535), ("float32", 1), ("int16", 32767)])
def test_the_same_picture_in_every_dtype(dtype: str, top: float) -> None:
    image = np.random.default_rng(0).random((64, 64))
    expected = denoise(image, 0.2, eps=0, max_num_iter=30)
    found = denoise((image * top).astype(dtype), 0.2, eps=0, max_num_iter=30)
    assert found.dtype == dtype
    assert_allclose(found / top, expected, rtol=0, atol=1.5 / top if top > 1 else 1e-6)


def test_data_range_scales_the_weight() -> None:
    image = np.random.default_rng(0).random((30, 30))
    assert_allclose(denoise(image * 100, data_range=100), denoise(image) * 100, rtol=1e-10)


def test_flat_images_stay() -> None:
    assert_array_equal(denoise(np.full((9, 9), 7, np.uint8)), 7)


def test_progress_and_its_end() -> None:
    seen = []
    with opsin.progress(lambda number, limit: seen.append((number, limit))):
        denoise(np.eye(5), eps=0, max_num_iter=4)
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4)]

    def stop(number: int, limit: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"), opsin.progress(stop):
        denoise(np.eye(5))
    denoise(np.eye(5))
    with pytest.raises(TypeError, match="listener"), opsin.progress(3):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_tiny_weights_change_nothing(dtype):
    image = (np.random.default_rng(0).random((9, 11)) * (255 if dtype == "uint8" else 1)).astype(dtype)
    for weight in (1e-25, 1e-39, 1e-100, 5e-324):
        np.testing.assert_allclose(opsin.restoration.denoise_tv_chambolle(image, weight), image, rtol=1e-6)
        smooth, _ = opsin.restoration.denoise_rof(image, weight=weight)
        np.testing.assert_allclose(smooth, image, rtol=1e-6)
