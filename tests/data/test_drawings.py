"""Drawn images: what they show, shapes from 1 x 1, the same each time, and errors."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import opsin
from opsin import data

PLANE = [data.cells, data.color_chart, data.disks, data.page, data.shepp_logan_phantom, data.step_wedge]
RANDOM = [data.beads, data.cells, data.disks, data.page]
FLOAT = [data.beads, data.shepp_logan_phantom]


def shape_of(function: Callable[..., NDArray[Any]], *sizes: int) -> tuple[int, ...]:
    return (*sizes, 3) if function is data.color_chart else sizes


@pytest.mark.parametrize("function", [*PLANE, data.beads], ids=lambda function: function.__name__)
def test_dtype_range_and_contrast(function: Callable[..., NDArray[Any]]) -> None:
    image = function()
    assert image.dtype == (np.float32 if function in FLOAT else np.uint8)
    assert image.flags.c_contiguous
    assert image.flags.writeable
    white = 1 if function in FLOAT else 255
    low, high = np.percentile(image, [0.5, 99.5])
    assert image.min() >= 0
    assert image.max() <= white
    assert high - low > 0.5 * white


@pytest.mark.parametrize("function", PLANE, ids=lambda function: function.__name__)
def test_shapes_from_one_pixel(function: Callable[..., NDArray[Any]]) -> None:
    for sizes in itertools.product((1, 2, 7, 73, 150), repeat=2):
        assert function(sizes).shape == shape_of(function, *sizes)
    assert function([5, 6]).shape == shape_of(function, 5, 6)


def test_volumes_from_one_voxel() -> None:
    for sizes in itertools.product((1, 2, 9, 20), repeat=3):
        assert data.beads(sizes).shape == sizes


@pytest.mark.parametrize("function", RANDOM, ids=lambda function: function.__name__)
def test_the_seed_decides(function: Callable[..., NDArray[Any]]) -> None:
    np.testing.assert_array_equal(function(), function())
    np.testing.assert_array_equal(function(rng=3), function(rng=np.random.default_rng(3)))
    assert not np.array_equal(function(rng=3), function(rng=4))


def test_disks_are_found_when_the_light_is_evened() -> None:
    image = data.disks()
    flat = image - opsin.morphology.opening(image, 71)
    mask = opsin.morphology.closing(flat > opsin.filters.threshold_otsu(flat), 5)
    table = opsin.measure.regionprops_table(opsin.measure.label(mask), properties=("area", "bbox"))
    assert len(table["area"]) == 24
    assert table["area"].min() > 800
    assert table["area"].max() < 2700
    assert table["bbox-0"].min() > 0
    # One threshold is not enough: light table is as bright as dark disks.
    assert image[:10].mean() > image[flat > 20].min()
    plain = opsin.measure.label(opsin.morphology.closing(image > opsin.filters.threshold_otsu(image), 5))
    assert plain.max() != 24


def test_cells_are_found_by_one_threshold() -> None:
    smooth = opsin.filters.gaussian(data.cells(), 1.5)
    mask = smooth > opsin.filters.threshold_otsu(smooth)
    whole = opsin.measure.label(opsin.segmentation.clear_border(mask))
    areas = opsin.measure.regionprops_table(whole, properties=("area",))["area"]
    assert len(areas) == 26
    assert areas.min() > 350
    assert opsin.measure.label(mask).max() == 34


def test_page_has_lines_of_text() -> None:
    image = data.page((300, 440)).astype(np.float32)
    ink = image < 0.85 * opsin.filters.gaussian(image, 12)
    lines = np.flatnonzero(np.diff((ink[:, 18:-18].mean(axis=1) > 0.1).astype(int)) == 1)
    assert 10 <= len(lines) <= 14
    assert 0.04 < ink.mean() < 0.25
    assert not ink[:, :14].any()
    light = opsin.filters.median(image, 15)
    assert light.max() > 2 * light.min()


@pytest.mark.parametrize("steps", [2, 3, 16, 256])
def test_step_wedge_rises_in_equal_steps(steps: int) -> None:
    image = data.step_wedge((3, 4 * steps), steps=steps)
    levels, counts = np.unique(image[0], return_counts=True)
    assert levels.tolist() == [round(255 * k / (steps - 1) + 1e-9) for k in range(steps)]
    assert set(counts) == {4}
    assert (np.diff(image.astype(int)) >= 0).all()


def test_color_chart_has_24_patches() -> None:
    chart = data.color_chart((256, 384))
    middles = chart[32::64, 32::64]
    assert middles.shape == (4, 6, 3)
    assert len(np.unique(middles.reshape(-1, 3), axis=0)) == 24
    assert (middles[3] == middles[3, :, :1]).all()
    assert middles[3, :, 0].tolist() == [255, 204, 153, 102, 51, 0]
    for row in middles[:3]:
        assert [tuple(color > color.mean()) for color in row.astype(int)] == [
            tuple(bool(bit) for bit in bits)
            for bits in [(1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1)]
        ]


def test_phantom_has_its_regions() -> None:
    phantom = data.shepp_logan_phantom((401, 401))
    # Toft's values: outside, skull, brain, the two ventricles, the large tumor.
    for (x, y), value in {
        (0.95, 0.95): 0.0,
        (0.0, 0.9): 1.0,
        (0.0, -0.35): 0.2,
        (0.22, 0.0): 0.0,
        (-0.22, 0.0): 0.0,
        (0.0, 0.4): 0.3,
        (0.0, 0.07): 0.3,
    }.items():
        assert phantom[round(200 * (1 - y)), round(200 * (1 + x))] == pytest.approx(value, abs=1e-6)
    # The left ventricle is the larger one, and both are turned so that they part at the bottom.
    dark = opsin.measure.label(opsin.segmentation.clear_border(phantom[60:340, 60:340] < 0.05))
    table = opsin.measure.regionprops_table(dark, properties=("area", "centroid"))
    assert len(table["area"]) == 2
    left, right = np.argsort(table["centroid-1"])
    assert table["area"][left] > 1.5 * table["area"][right]


def test_beads_have_the_noise_of_counts() -> None:
    volume = data.beads((32, 128, 128))
    smooth = opsin.filters.gaussian(volume, 1.5)
    beads = smooth > opsin.filters.threshold_otsu(smooth)
    assert 10 < opsin.measure.label(beads).max() < 60
    background = 80 * volume[smooth < np.percentile(smooth, 30)]
    assert background.var() == pytest.approx(background.mean(), rel=0.25)
    inside = opsin.morphology.erosion(beads, 5)
    assert volume[inside].mean() > 4 * volume[~beads].mean()


@pytest.mark.parametrize("function", [*PLANE, data.beads], ids=lambda function: function.__name__)
@pytest.mark.parametrize(
    ("shape", "error", "message"),
    [
        ((0, 5, 5), ValueError, r"shape"),
        ((5,), ValueError, r"shape must have \d integers; got \(5,\)"),
        ((5, -1), ValueError, "shape"),
        ((5, 10**9), ValueError, "shape"),
        ((5, 2.5), (TypeError, ValueError), "shape"),
        (5, TypeError, "shape must be a sequence"),
        ("55", TypeError, "shape must be a sequence"),
    ],
)
def test_wrong_shapes(function: Callable[..., NDArray[Any]], shape: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        function(shape)


@pytest.mark.parametrize("function", RANDOM, ids=lambda function: function.__name__)
def test_wrong_sources_of_random_numbers(function: Callable[..., NDArray[Any]]) -> None:
    with pytest.raises(TypeError, match=r"rng must be an integer or a numpy.random.Generator; got None"):
        function(rng=None)
    with pytest.raises(ValueError, match="rng must be at least 0; got -1"):
        function(rng=-1)


def test_wrong_steps() -> None:
    with pytest.raises(ValueError, match="steps must be at least 2 and at most 256; got 1"):
        data.step_wedge(steps=1)
    with pytest.raises(TypeError, match="steps must be an integer"):
        data.step_wedge(steps=2.0)
