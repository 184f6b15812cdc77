"""The framework of geometry: matrices, coordinates and functions, against scipy.ndimage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import opsin
from opsin._engine.arrays import Pixels, as_pixels
from opsin._engine.borders import as_border
from opsin._engine.geometric import geometric

from equality import assert_same

MODES = {
    "reflect": "reflect",
    "mirror": "mirror",
    "nearest": "nearest",
    "constant": "grid-constant",
    "wrap": "grid-wrap",
}
ORDERS = {"nearest": 0, "linear": 1}
RNG = np.random.default_rng(2)


def resampled(pixels: Pixels, mapping: object, shape: tuple[int, ...], order: str, mode: str) -> np.ndarray:
    return geometric(pixels, mapping, shape, order=order, border=as_border(mode, 0.5, pixels))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("shape", [(40,), (17, 23), (9, 12, 11), (4, 5, 6, 7)], ids=str)
def test_affine_and_coordinates_agree_with_scipy(shape: tuple[int, ...], order: str, mode: str) -> None:
    image = RNG.random(shape)
    axes = len(shape)
    matrix = np.eye(axes) + RNG.uniform(-0.2, 0.2, (axes, axes))
    offset = RNG.uniform(-4, 4, axes)
    result = tuple(length + 3 for length in shape)
    expected = ndimage.affine_transform(
        image, matrix, offset, result, order=ORDERS[order], mode=MODES[mode], cval=0.5, prefilter=False
    )
    pixels = as_pixels(image)
    got = resampled(pixels, np.hstack([matrix, offset[:, None]]), result, order, mode)
    close = np.isclose(got, expected, atol=1e-9)
    assert close.mean() > (0.99 if order == "nearest" else 0.9999), "the positions of ties may differ"
    points = np.indices(result).reshape(axes, -1)
    coordinates = (matrix @ points + offset[:, None]).reshape(axes, *result)
    assert_same(resampled(pixels, coordinates, result, order, mode), got, relative=1e-9)
    assert_same(resampled(pixels, lambda points: points @ matrix.T + offset, result, order, mode), got, relative=1e-9)


def test_projective_matrices_divide() -> None:
    image = RNG.random((30, 40))
    matrix = np.array([[1.1, 0.1, -2], [-0.05, 0.9, 3], [0.001, -0.002, 1]])
    row, column = np.indices((25, 35))
    points = np.stack([row.ravel(), column.ravel(), np.ones(row.size)])
    mapped = matrix @ points
    expected = ndimage.map_coordinates(image, mapped[:2] / mapped[2], order=1, mode="nearest").reshape(25, 35)
    assert_same(resampled(as_pixels(image), matrix, (25, 35), "linear", "nearest"), expected, relative=1e-9)
    volume = RNG.random((6, 7, 8))
    matrix = np.eye(4)
    matrix[3] = 0.01, 0.02, -0.01, 1
    got = resampled(as_pixels(volume), matrix, (6, 7, 8), "linear", "nearest")
    points = np.vstack([np.indices(volume.shape).reshape(3, -1), np.ones((1, volume.size))])
    mapped = matrix @ points
    expected = ndimage.map_coordinates(volume, mapped[:3] / mapped[3], order=1, mode="nearest").reshape(volume.shape)
    assert_same(got, expected, relative=1e-9)


@pytest.mark.parametrize("channel_axis", [0, 1, 2])
def test_channels_and_some_of_the_axes(channel_axis: int) -> None:
    image = RNG.random((5, 9, 11))
    pixels = as_pixels(image, channel_axis)
    rows, columns = pixels.axes
    matrix = np.array([[0.9, 0.1, 0.3], [-0.1, 1.1, 1.0]])
    shape = (image.shape[rows], image.shape[columns])
    got = np.moveaxis(resampled(pixels, matrix, shape, "linear", "nearest"), channel_axis, 0)
    for channel, plane in zip(got, np.moveaxis(image, channel_axis, 0), strict=True):
        assert_same(channel, resampled(as_pixels(plane), matrix, shape, "linear", "nearest"), relative=1e-12)


@given(
    st.sampled_from(["uint8", "uint16", "float32", "float64", "int32", "bool"]),
    st.sampled_from(["nearest", "linear", "cubic"]),
    st.sampled_from(list(MODES)),
    st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 1e300, -1e300, 0.5, 3.0]), min_size=12, max_size=12),
)
def test_coordinates_of_any_value_are_safe(dtype: str, order: str, mode: str, values: list[float]) -> None:
    image = np.ones((4, 5), dtype)
    coordinates = np.array(values).reshape(2, 2, 3)
    pixels = as_pixels(image)
    border = as_border(mode, 0, pixels)
    got = geometric(pixels, coordinates, (2, 3), order=order, border=border)
    finite = np.isfinite(coordinates).all(axis=0)
    assert not got[~finite].any()
    if mode != "constant":
        assert (got[finite] == 1).all()


def test_empty_images_and_results() -> None:
    pixels = as_pixels(np.zeros((0, 5)))
    border = as_border("constant", 7.0, pixels)
    got = geometric(pixels, np.eye(2, 3), (2, 3), order="linear", border=border)
    assert_same(got, np.full((2, 3), 7.0))
    assert geometric(pixels, np.eye(2, 3), (0, 3), order="linear", border=border).shape == (0, 3)


# Images that must be converted are computed in parts.


MAPS = {
    "affine": np.array([[0.87, 0.5, -100], [-0.5, 0.87, 300]]),
    "steep": np.array([[2.6, 1.5, -300], [-1.5, 2.6, 900]]),
    "projective": np.array([[0.87, 0.5, -100], [-0.5, 0.87, 300], [1e-4, 2e-4, 1]]),
    "beyond the horizon": np.array([[0.87, 0.5, -100], [-0.5, 0.87, 300], [-1e-3, 2e-3, 1]]),
    "one pixel": np.zeros((2, 3)),
}


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "constant", "wrap"])
@pytest.mark.parametrize("order", ["nearest", "linear", "cubic"])
def test_parts_make_the_whole(mode: str, order: str) -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(-1000, 1000, (1100, 1011))
    places = rng.uniform(-50, 1200, (2, 70, 80))
    places[0, 3, 5] = np.nan
    for mapping in (*MAPS.values(), places):
        shape = (70, 80) if mapping is places else (600, 700)
        found, exact = (
            opsin.transform.warp(one, mapping, output_shape=shape, mode=mode, order=order, cval=7)
            for one in (image, image.astype(float))
        )
        assert found.dtype == np.int64
        assert np.mean(np.abs(found - exact) > 0.5 + 1e-6) < (1e-3 if order == "nearest" else 1e-9)


@pytest.mark.parametrize("dtype", ["int64", "int16", "float16"])
def test_parts_of_resampled_images_make_the_whole(dtype: str) -> None:
    image = np.random.default_rng(0).integers(-1000, 1000, (1300, 1110)).astype(dtype)
    for shape, size in ((image.shape, (700, 999)), (image.shape, 1), (image.shape, (2000, 1300)),
                        ((13, 100, 1110), (29, 50, 1110)), ((1300, 370, 3), (400, 200))):  # fmt: skip
        for order in ("area", "cubic"):
            found, exact = (
                opsin.transform.resize(one.reshape(shape), size, order=order) for one in (image, image.astype(float))
            )
            limit = {"int64": 0.5 + 1e-6, "int16": 0.51, "float16": 0.51}[dtype]
            assert found.dtype == dtype
            assert np.abs(found - exact).max() <= limit
