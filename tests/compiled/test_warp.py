"""Resampling through maps: compiled, as plain Python, and against slow references."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy import ndimage

from opsin._engine.borders import indices
from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled

DTYPES = ("uint8", "uint16", "float32", "float64")
BORDERS = ("reflect", "mirror", "nearest", "constant", "wrap")
# What SciPy calls the borders where samples outside of the image are blended.
SCIPY = {
    "reflect": "reflect",
    "mirror": "mirror",
    "nearest": "nearest",
    "constant": "grid-constant",
    "wrap": "grid-wrap",
}
COSINE, SINE = math.cos(0.5), math.sin(0.5)
MAPS = {
    "affine": np.array([[COSINE, SINE, -1.1], [-SINE, COSINE, 2.3]]),
    "projective": np.array([[COSINE, SINE, -4.1], [-SINE, COSINE, 3.3], [0.01, -0.02, 1.0]]),
}


def numbers(shape: tuple[int, ...], dtype: str, seed: int = 0) -> NDArray[Any]:
    values = np.random.default_rng(seed).random(shape)
    return (values * (60000 if dtype == "uint16" else 255)).astype(dtype) if dtype[0] == "u" else values.astype(dtype)


def as_coordinates(mapping: NDArray[Any], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the coordinates of each pixel, by a matrix."""
    points = np.concatenate([np.indices(shape), np.ones((1, *shape))])
    mapped = np.tensordot(mapping, points, axes=1)
    return mapped if len(mapping) == len(shape) else mapped[:-1] / mapped[-1]


def resample(
    module: Any,
    source: NDArray[Any],
    mapping: NDArray[Any],
    shape: tuple[int, int],
    order: int,
    border: str,
    cval: float,
) -> NDArray[Any]:
    """Resample planes of shape (planes, rows, columns, channels)."""
    result = np.zeros((len(source), *shape, source.shape[-1]), source.dtype)
    module.warp(source, result, mapping, order, BORDERS.index(border), cval)
    return result


def reference(
    source: NDArray[Any], coordinates: NDArray[np.float64], order: int, border: str, cval: float
) -> NDArray[np.float64]:
    """Sample an array of any number of axes, one pixel after the other."""
    result = np.zeros(coordinates.shape[1:])
    for index in np.ndindex(result.shape):
        position = coordinates[(slice(None), *index)]
        if not np.isfinite(position).all():
            result[index] = cval
            continue
        taps = [weights_along(x, order, size, border) for x, size in zip(position, source.shape, strict=True)]
        for samples in product(*taps):
            where = tuple(sample for sample, _ in samples)
            weight = math.prod(weight for _, weight in samples)
            if weight:
                result[index] += weight * (cval if min(where) < 0 else source[where])
    return result


def weights_along(position: float, order: int, size: int, border: str) -> list[tuple[int, float]]:
    start = math.floor(position)
    part = position - start
    if order == 0:
        weights = {math.floor(position + 0.5): 1.0}
    elif order == 1:
        weights = {start: 1 - part, start + 1: part}
    else:
        weights = {k: keys(abs(position - k)) for k in range(start - 1, start + 3)}
    return list(zip(indices(np.array(list(weights)), size, border).tolist(), weights.values(), strict=True))


def keys(distance: float) -> float:
    if distance <= 1:
        return 1.5 * distance**3 - 2.5 * distance**2 + 1
    return -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", DTYPES)
def test_warp_runs_uncompiled(dtype: str, channels: int) -> None:
    source = numbers((2, 6, 7, channels), dtype)
    maps = [*MAPS.values(), as_coordinates(MAPS["projective"], (5, 6)).astype(np.float32) + 3]
    tolerance = {"uint8": 1, "uint16": 1, "float32": 1e-5, "float64": 1e-12}[dtype]
    for mapping, order in product(maps, (0, 1, 3)):
        for border in BORDERS if channels == 1 else ("mirror",):
            results = [
                resample(module, source, mapping, (5, 6), order, border, 1.0).astype(float)
                for module in (uncompiled("warp"), for_this_machine("warp"))
            ]
            assert_allclose(results[0], results[1], atol=tolerance)


@settings(deadline=None, max_examples=60)
@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    order=st.sampled_from([0, 1, 3]),
    border=st.sampled_from(BORDERS),
    dtype=st.sampled_from(DTYPES),
    channels=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_coordinates_of_any_kind(
    shape: tuple[int, int], order: int, border: str, dtype: str, channels: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    source = numbers((1, *shape, channels), dtype, seed)
    mapping = rng.uniform(-12, 18, (2, 5, 140))
    mapping.flat[:: rng.integers(5, 60)] = rng.choice([np.nan, np.inf, -np.inf])
    ours = resample(for_this_machine("warp"), source, mapping, (5, 140), order, border, 3.0)[0]
    for channel in range(channels):
        exact = reference(source[0, ..., channel].astype(float), mapping, order, border, 3.0)
        if dtype[0] == "u":
            assert np.abs(ours[..., channel] - np.clip(exact, 0, np.iinfo(dtype).max)).max() <= 0.6
        else:
            assert_allclose(ours[..., channel], exact, atol=1e-5 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("dtype", DTYPES)
def test_maps_agree(dtype: str, order: int) -> None:
    # An affine map given as a projective one and as coordinates.
    source = numbers((2, 150, 170, 3), dtype)
    source = ndimage.gaussian_filter(source, (0, 3, 3, 0))
    affine = np.array([[0.9, 0.3, -20.0], [-0.25, 1.1, 15.0]])
    warp = for_this_machine("warp")
    maps = [affine, np.vstack([affine, [0, 0, 1]]), as_coordinates(affine, (140, 160))]
    results = [resample(warp, source, mapping, (140, 160), order, "reflect", 0.0).astype(float) for mapping in maps]
    tolerance = {"uint8": 1, "uint16": 1, "float32": 1e-5, "float64": 1e-12}[dtype]
    assert_allclose(results[1], results[0], atol=tolerance)
    assert_allclose(results[2], results[0], atol=tolerance)


def test_projective_map_is_that_of_opencv() -> None:
    image = cv2.GaussianBlur(numbers((200, 220), "uint8"), (0, 0), 3)
    matrix = np.array([[0.9, 0.2, 5.0], [-0.1, 1.1, -8.0], [0.0005, -0.0003, 1.0]])  # of (row, column)
    swap = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    theirs = cv2.warpPerspective(image, swap @ matrix @ swap, (220, 200), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    ours = resample(for_this_machine("warp"), image[None, ..., None], matrix, (200, 220), 1, "constant", 0.0)
    assert np.abs(ours[0, ..., 0].astype(int) - theirs).max() <= 2


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_maps_that_are_not_finite_give_the_constant(bad: float) -> None:
    source = np.ones((1, 30, 40, 1), np.float32)
    module = for_this_machine("warp")
    for mapping in MAPS.values():
        for position in np.ndindex(mapping.shape):
            broken = mapping.copy()
            broken[position] = bad
            for order, border in ((1, "reflect"), (3, "constant")):
                result = resample(module, source, broken, (3, 5), order, border, 7.0)
                with np.errstate(all="ignore"):
                    coordinates = as_coordinates(broken, (3, 5))
                assert_array_equal(result[0, ~np.isfinite(coordinates).all(0)], 7)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constants_are_exact(dtype: str) -> None:
    source = np.full((1, 40, 50, 2), 0.7, dtype)
    projective = np.vstack([MAPS["affine"], [0.002, -0.001, 1.0]])  # with finite coordinates
    for mapping in (MAPS["affine"], projective, as_coordinates(MAPS["affine"], (60, 60))):
        result = resample(for_this_machine("warp"), source, mapping, (60, 60), 1, "mirror", 0.0)
        assert (result == source[0, 0, 0, 0]).all()


def test_wrong_maps() -> None:
    with pytest.raises(ValueError, match="mapping must have shape"):
        resample(for_this_machine("warp"), np.ones((1, 4, 4, 1)), np.zeros((2, 3, 4)), (4, 4), 1, "wrap", 0.0)


# Any number of axes.


@pytest.mark.parametrize("shape", [(7,), (5, 6), (4, 5, 6), (3, 1, 4, 2)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_any_number_of_axes(dtype: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    source = numbers((*shape, 2), dtype)
    target_shape = (3,) * len(shape)
    affine = np.concatenate([np.eye(len(shape)), np.zeros((len(shape), 1))], axis=1)
    affine += rng.uniform(-0.7, 0.7, affine.shape)
    coordinates = rng.uniform(-4, 9, (len(shape), *target_shape))
    coordinates.flat[::7] = np.nan
    for mapping, order, border in product((affine, coordinates), (0, 1, 3), BORDERS):
        points = mapping if mapping is coordinates else as_coordinates(affine, target_shape)
        for module in (for_this_machine("warp_nd"), uncompiled("warp_nd")):
            result = np.zeros((*target_shape, 2), dtype)
            module.warp_nd(source, result, mapping, order, BORDERS.index(border), 3.0)
            for channel in range(2):
                exact = reference(source[..., channel].astype(float), points, order, border, 3.0)
                if dtype[0] == "u":
                    exact = np.clip(exact, 0, np.iinfo(dtype).max)
                tolerance = 0.5001 if dtype[0] == "u" else 1e-5 if dtype == "float32" else 1e-12
                assert_allclose(result[..., channel], exact, atol=tolerance)


@pytest.mark.parametrize("border", BORDERS)
def test_volumes_are_those_of_scipy(border: str) -> None:
    source = numbers((20, 22, 25), "float64")
    coordinates = np.random.default_rng(1).uniform(-5, 30, (3, 18, 20, 33))
    result = np.zeros((18, 20, 33, 1))
    for_this_machine("warp_nd").warp_nd(source[..., None], result, coordinates, 1, BORDERS.index(border), 0.3)
    theirs = ndimage.map_coordinates(source, coordinates, order=1, mode=SCIPY[border], cval=0.3)
    assert_allclose(result[..., 0], theirs, atol=1e-12)


def test_constant_volumes_are_exact() -> None:
    source = np.full((9, 9, 9, 1), 0.7)
    coordinates = np.random.default_rng(1).uniform(-5, 15, (3, 10, 10, 10))
    result = np.zeros((10, 10, 10, 1))
    for order in (0, 1, 3):
        for_this_machine("warp_nd").warp_nd(source, result, coordinates, order, BORDERS.index("reflect"), 0.0)
        assert (result == 0.7).all()
