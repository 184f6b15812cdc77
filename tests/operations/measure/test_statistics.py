"""Statistics by label, against scipy.ndimage."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
import scipy.ndimage as ndi
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

import opsin
from opsin.measure import statistics
from opsin.measure.statistics import Statistic

EVERY = get_args(Statistic)

PEERS = {
    "sum": ndi.sum_labels,
    "mean": ndi.mean,
    "variance": ndi.variance,
    "standard_deviation": ndi.standard_deviation,
    "minimum": ndi.minimum,
    "maximum": ndi.maximum,
    "median": ndi.median,
    "center_of_mass": ndi.center_of_mass,
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(hnp.array_shapes(min_dims=1, max_dims=4, max_side=7), st.data())
def test_scipy(shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["u1", "i2", "u2", "i4", "f4", "f8"]))
    image = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(1, 40))).astype(dtype)
    labels = data.draw(hnp.arrays(np.int8, shape, elements=st.integers(-2, 4))).astype(np.int32)
    index = [number for number in (0, 3, -2, 1) if (labels == number).any()]
    if not index:
        return
    table = statistics(image, labels, index, properties=EVERY)
    assert_array_equal(table["label"], index)
    assert_array_equal(table["count"], [(labels == number).sum() for number in index])
    for name, peer in PEERS.items():
        wanted: Any = np.array(peer(image.astype(float), labels, index))
        if name in table:
            assert_allclose(table[name], wanted, rtol=1e-12, atol=1e-9, err_msg=name)
        else:
            found = np.stack([table[f"{name}-{axis}"] for axis in range(image.ndim)], axis=1)
            assert_allclose(found, wanted, rtol=1e-12, atol=1e-12, err_msg=name)
    for name, extreme in (("minimum_position", np.min), ("maximum_position", np.max)):
        found = np.stack([table[f"{name}-{axis}"] for axis in range(image.ndim)], axis=1)
        for number, place in zip(index, found, strict=True):  # the peer's is not always the first
            inside = labels == number
            assert_array_equal(place, np.argwhere(inside & (image == extreme(image[inside])))[0])


def test_whole_image() -> None:
    image = np.random.default_rng(0).random((20, 30))
    table = statistics(image, properties=EVERY)
    assert_allclose(table["median"], np.median(image))
    assert_allclose(table["standard_deviation"], image.std())
    assert (table["minimum_position-0"][0], table["minimum_position-1"][0]) == ndi.minimum_position(image)


def test_labels_of_the_image_and_labels_without_pixels() -> None:
    image, labels = np.array([4.0, 5, 6, 7]), np.array([-1, 0, 9, 3])
    assert_array_equal(statistics(image, labels)["label"], [3, 9])
    table = statistics(image, labels, (5, 9), properties=EVERY)
    assert_array_equal(table["count"], [0, 1])
    assert_array_equal(table["sum"], [0, 6])
    assert_array_equal(table["mean"], [np.nan, 6])
    assert_array_equal(table["median"], [np.nan, 6])
    assert_array_equal(table["maximum_position-0"], [-1, 2])
    assert_array_equal(statistics(image, np.zeros(4, int), 7, properties=EVERY)["mean"], [np.nan])
    assert statistics(image, np.zeros(4, int), properties=EVERY)["center_of_mass-0"].shape == (0,)
    assert_array_equal(statistics(np.zeros((0, 4)), np.zeros((0, 4), int), 1)["count"], [0])


def test_channels() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (8, 9, 3), np.uint8)
    labels = np.arange(72).reshape(8, 9) // 20
    table = statistics(rgb, labels, range(4), properties=("mean", "center_of_mass", "maximum_position"))
    for channel in range(3):
        values = rgb[..., channel].astype(float)
        assert_allclose(table[f"mean-{channel}"], ndi.mean(values, labels, range(4)))
        found = np.stack([table[f"center_of_mass-{axis}-{channel}"] for axis in (0, 1)], axis=1)
        assert_allclose(found, ndi.center_of_mass(values, labels, range(4)))
        found = np.stack([table[f"maximum_position-{axis}-{channel}"] for axis in (0, 1)], axis=1)
        assert_array_equal(found, ndi.maximum_position(values, labels, range(4)))


def test_not_a_number_and_precision() -> None:
    image = np.array([1.0, np.nan, 3, 4])
    table = statistics(image, np.array([1, 1, 2, 2]), properties=EVERY)
    for name in ("sum", "mean", "variance", "minimum", "maximum", "median", "center_of_mass-0"):
        assert np.isnan(table[name][0]), name
        assert not np.isnan(table[name][1])
    far = np.random.default_rng(2).random(10_000) + 1e8
    assert_allclose(statistics(far, properties=("variance",))["variance"], far.var(), rtol=1e-12)


def test_threads_agree() -> None:
    rng = np.random.default_rng(3)
    image, labels = rng.random((700, 500)), rng.integers(0, 40, (700, 500))
    with opsin.threads(1):
        alone = statistics(image, labels, properties=EVERY)
    with opsin.threads(3):
        together = statistics(image, labels, properties=EVERY)
    for name in alone:
        assert_array_equal(together[name], alone[name])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"labels": np.zeros((3, 4), int)}, ValueError, "image must have the shape of labels"),
        ({"labels": np.zeros((3, 3))}, TypeError, "labels"),
        ({"index": 0.5}, TypeError, "index"),
        ({"index": []}, ValueError, "index"),
        ({"index": -(2**63)}, ValueError, "index"),
        ({"properties": "mean"}, TypeError, "properties"),
        ({"properties": ("maen",)}, ValueError, "Did you mean 'mean'"),
    ],
)
def test_errors(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        statistics(np.zeros((3, 3)), **options)
