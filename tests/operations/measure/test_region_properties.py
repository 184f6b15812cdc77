"""All properties of regions, against scikit-image, and the regions as objects."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
import skimage.measure
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import opsin
from opsin.measure import regionprops, regionprops_table
from opsin.measure.region_properties import PEERS_NAMES, PROPERTIES, Property

NAMES = [name for name in get_args(Property) if name != "orientation"]  # of symmetric regions it is not defined
SCALED = [name for name in NAMES if name not in ("moments_hu", "moments_weighted_hu", "perimeter", "perimeter_crofton")]
IN_VOLUMES = [name for name in NAMES if 3 in (PROPERTIES[name].axes or (3,))]


def check(labels: NDArray[Any], intensity: NDArray[Any], names: list[str], **settings: Any) -> None:
    found = regionprops_table(labels, intensity, properties=names, **settings)  # type: ignore[arg-type]
    wanted = skimage.measure.regionprops_table(labels, intensity, properties=names, **settings)
    assert list(found) == list(wanted)
    for name, column in wanted.items():
        assert found[name].dtype == column.dtype, name
        if column.dtype == object:
            for one, other in zip(found[name], column, strict=True):
                assert_array_equal(one, other, err_msg=name) if isinstance(other, np.ndarray) else None
                assert isinstance(other, np.ndarray) or one == other
        else:
            # Central moments of first order are rounding errors of sums that are as large as the areas.
            size = np.abs(np.nan_to_num(column)).max(initial=1) + labels.size * 255.0 * ("moments" in name)
            assert_allclose(found[name], column, rtol=1e-8, atol=1e-11 * size, err_msg=name)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("channels", [(), (1,), (3,)])
@pytest.mark.parametrize("dtype", ["u1", "f8"])
@pytest.mark.parametrize("sigma", [0.7, 1.5, 3])
def test_scikit_image(sigma: float, dtype: str, channels: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    smooth = opsin.filters.gaussian(rng.random((90, 101)), sigma)
    labels = opsin.measure.label(smooth > np.median(smooth))
    intensity = rng.integers(1, 255, (*labels.shape, *channels)).astype(dtype)
    check(labels, intensity, NAMES)
    check(labels, intensity, ["orientation"]) if sigma == 3 else None
    check(labels, intensity, SCALED, spacing=(2.0, 0.5))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 3)))
def test_scikit_image_on_small_images(labels: NDArray[np.uint8]) -> None:
    intensity = np.arange(1.0, labels.size + 1).reshape(labels.shape)
    left_out = ("inertia_tensor_eigvals", "axis_major_length", "axis_minor_length", "eccentricity")  # roots of errors
    names = [name for name in NAMES if name not in left_out]
    if labels.any():  # the columns of no regions are objects there
        check(labels, intensity, names)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_scikit_image_in_three_dimensions() -> None:
    rng = np.random.default_rng(2)
    labels = opsin.measure.label(opsin.filters.gaussian(rng.random((20, 30, 25)), 1.2) > 0.52)
    intensity = rng.random((*labels.shape, 2))
    # The peer's are wrong for flat regions.
    left_out = ("axis_minor_length", "area_convex", "solidity", "image_convex", "feret_diameter_max")
    names = [name for name in IN_VOLUMES if name not in left_out]
    check(labels, intensity, names)
    check(labels, intensity, names, spacing=(2.0, 0.5, 1.0))


def test_holes_and_hulls_of_volumes() -> None:
    volume = np.zeros((7, 8, 9), np.uint8)
    volume[1:6, 1:6, 1:6] = 1
    volume[3, 3, 3] = 0
    volume[2, 7, 8] = 1
    check(volume, volume * 2.0, ["area_filled", "image_filled", "area_convex", "solidity", "image_convex"])
    line = regionprops_table(np.array([1, 0, 1, 2, 0, 2]), properties=("area_filled", "label"))
    assert_array_equal(line["area_filled"], [3, 3])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("spacing", [1.0, (2.0, 0.5, 1.0), (1e-3, 1e3, 1.0)])
def test_diameters_of_volumes(spacing: Any) -> None:
    rng = np.random.default_rng(4)
    labels = opsin.measure.label(opsin.filters.gaussian(rng.random((30, 40, 35)), 2) > 0.505)
    for region in regionprops(labels).values():
        if min(np.ptp(region.coords, axis=0)) < 2:  # flat
            labels[labels == region.label] = 0
    assert len(np.unique(labels)) > 4
    check(labels, labels * 1.0, ["feret_diameter_max"], spacing=spacing)
    pixel = regionprops_table(np.ones((1, 1, 1), int), properties=("feret_diameter_max",), spacing=spacing)
    assert pixel["feret_diameter_max"] == np.max(spacing)
    assert regionprops_table(0 * labels, properties=("feret_diameter_max",))["feret_diameter_max"].shape == (0,)


def test_large_labels_of_64_bits_are_told_apart() -> None:
    labels = np.array([[2**62, 2**62 + 1], [0, 2**62 + 1]], np.uint64)
    table = regionprops_table(labels, properties=("label", "area", "perimeter"))
    assert table["label"].tolist() == [2**62, 2**62 + 1]
    assert table["area"].tolist() == [1, 2]
    assert opsin.segmentation.relabel_sequential(labels)[0].tolist() == [[1, 2], [0, 2]]


def test_lines_and_four_dimensions() -> None:
    line = np.array([0, 4, 4, 0, 4])
    table = regionprops_table(line, properties=("moments_central", "centroid", "extent", "coords"))
    assert table["centroid-0"] == 7 / 3
    assert_allclose(table["moments_central-2"], np.var([1, 2, 4]) * 3)
    labels = np.random.default_rng(3).integers(0, 3, (3, 4, 5, 6))
    table = regionprops_table(labels, properties=("inertia_tensor", "label"))
    for row, number in enumerate(table["label"]):
        cov = np.cov(np.argwhere(labels == number).T, bias=True)
        for j in range(4):
            for k in range(4):
                wanted = np.trace(cov) - cov[j, j] if j == k else -cov[j, k]
                assert_allclose(table[f"inertia_tensor-{j}-{k}"][row], wanted, atol=1e-12)


def test_moments_of_large_regions_far_from_the_origin_are_precise() -> None:
    labels = np.zeros((3000, 40), np.uint8)
    labels[2900:2990, 3:37] = 1
    labels[2910, 5] = 0
    table = regionprops_table(labels, properties=("moments_central",))
    rows, columns = (np.argwhere(labels) - np.argwhere(labels).mean(axis=0)).T
    for p in range(4):
        for q in range(4):
            wanted = np.sum(rows**p * columns**q)
            size = np.sum(np.abs(rows) ** p * np.abs(columns) ** q)
            assert_allclose(table[f"moments_central-{p}-{q}"], wanted, atol=1e-12 * size)


def test_threads_agree() -> None:
    rng = np.random.default_rng(4)
    labels, intensity = rng.integers(0, 50, (600, 400)), rng.random((600, 400, 2))
    names = [name for name in NAMES if PROPERTIES[name].compute is not None]
    with opsin.threads(1):
        alone = regionprops_table(labels, intensity, properties=names)  # type: ignore[arg-type]
    with opsin.threads(3):
        together = regionprops_table(labels, intensity, properties=names)  # type: ignore[arg-type]
    for name in alone:
        assert_array_equal(together[name], alone[name])


def test_extra_properties() -> None:
    labels = np.array([[1, 1, 0], [1, 0, 7], [0, 7, 7]])
    intensity = np.arange(9.0).reshape(3, 3)

    def pixels(mask: NDArray[np.bool_]) -> int:
        return int(mask.sum())

    def quartiles(mask: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[Any]:
        return np.percentile(values[mask], (25, 50, 75))

    def ragged(mask: NDArray[np.bool_]) -> NDArray[Any]:
        return np.arange(mask[0].sum())

    table = regionprops_table(labels, intensity, properties=("label",), extra_properties=(pixels, quartiles, ragged))
    assert list(table) == ["label", "pixels", "quartiles-0", "quartiles-1", "quartiles-2", "ragged"]
    assert_array_equal(table["pixels"], [3, 3])
    assert_array_equal(table["quartiles-1"], [1, 7])
    assert table["ragged"].dtype == object
    several = regionprops_table(labels, np.stack([intensity, -intensity], axis=-1), extra_properties=(quartiles,))
    assert_array_equal(several["quartiles-1-1"], [-1, -7])
    regions = regionprops(labels, intensity, extra_properties=(pixels, quartiles))
    assert regions[7].pixels == 3
    assert regions[7].quartiles == (6.0, 7.0, 7.5)


def test_regions_are_a_mapping() -> None:
    labels = np.array([[1, 1, 0], [1, 0, 70], [0, 70, 70]])
    regions = regionprops(labels, labels * 2.0)
    assert list(regions) == [1, 70]
    assert len(regions) == 2
    assert 2 not in regions
    assert np.int32(70) in regions
    region = regions[70]
    assert region.label == 70
    assert region.area == region["area"] == 3.0
    assert region.bbox == (1, 1, 3, 3)
    assert region.centroid == pytest.approx((5 / 3, 5 / 3))
    assert region.intensity_mean == 140.0
    assert region.slice == (slice(1, 3), slice(1, 3))
    assert region.moments.shape == (4, 4)
    assert_array_equal(region.image, [[False, True], [True, True]])
    assert_array_equal(region.coords, [[1, 2], [2, 1], [2, 2]])
    assert_array_equal(labels[region.slice][region.image], [70, 70, 70])
    assert "perimeter" in dir(region)
    assert repr(regions) == "<2 regions>"
    assert repr(region) == "<region 70: 3 pixels in (1, 1, 3, 3)>"
    with pytest.raises(KeyError, match="label 2"):
        regions[2]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_objects_have_the_values_of_scikit_image() -> None:
    rng = np.random.default_rng(5)
    labels = opsin.measure.label(opsin.filters.gaussian(rng.random((50, 60)), 2) > 0.5)
    intensity = rng.random((*labels.shape, 2))
    regions = regionprops(labels, intensity)
    for peer in skimage.measure.regionprops(labels, intensity):
        for name in NAMES:
            found, wanted = regions[peer.label][name], peer[name]
            if name == "slice":
                assert found == wanted
            else:
                size = np.abs(np.nan_to_num(wanted)).max() + 1e4 * ("moments" in name)
                assert_allclose(found, wanted, rtol=1e-8, atol=1e-11 * size, err_msg=name)


def test_names_of_other_libraries_get_a_hint() -> None:
    assert set(PEERS_NAMES.values()) <= set(get_args(Property))
    labels = np.eye(3, dtype=int)
    with pytest.raises(ValueError, match=r"got 'Area'. Did you mean 'area'\?"):
        regionprops_table(labels, properties=("Area",))  # type: ignore[arg-type]
    region = regionprops(labels)[1]
    with pytest.raises(AttributeError, match="'major_axis_length'; it is 'axis_major_length' here"):
        _ = region.major_axis_length
    with pytest.raises(AttributeError, match="needs an intensity_image"):
        _ = region.intensity_mean
    with pytest.raises(AttributeError, match="Did you mean 'perimeter'"):
        _ = region.perimter
    with pytest.raises(KeyError, match="wobbliness"):
        region["wobbliness"]


def one(mask: NDArray[np.bool_]) -> int:
    return 1


def three(a: Any, b: Any, c: Any) -> int:
    return 1


def with_intensity(mask: Any, values: Any) -> int:
    return 1


def area(mask: Any) -> int:
    return 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"properties": ("intensity_std",)}, ValueError, "intensity_image must be given"),
        ({"properties": ("perimeter",), "spacing": (1, 2)}, ValueError, "perimeter.*same spacing"),
        ({"properties": ("moments_hu",), "spacing": 2}, ValueError, "moments_hu.*spacing of 1"),
        ({"extra_properties": one}, TypeError, "extra_properties must be a sequence"),
        ({"extra_properties": (3,)}, TypeError, "extra_properties must be functions"),
        ({"extra_properties": (one, one)}, ValueError, "names of their own"),
        ({"extra_properties": (area,)}, ValueError, "names of their own"),
        ({"extra_properties": (three,)}, TypeError, "must take a mask"),
        ({"extra_properties": (with_intensity,)}, ValueError, "needs an intensity_image"),
    ],
)
def test_errors(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        regionprops_table(np.eye(3, dtype=int), **options)


def test_properties_of_other_numbers_of_axes_are_refused() -> None:
    with pytest.raises(ValueError, match="'eccentricity' is for images of 2 axes, not of 3"):
        regionprops_table(np.ones((2, 2, 2), int), properties=("eccentricity",))
