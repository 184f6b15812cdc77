"""Connected components, against a slow reference, scipy.ndimage, scikit-image and OpenCV."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import scipy.ndimage as ndi
import skimage.measure
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

import opsin
from opsin.measure import label


def slow_label(image: NDArray[Any], connectivity: int, background: int = 0) -> NDArray[np.int32]:
    """Label each value by itself, and number the components by their first pixels."""
    structure = ndi.generate_binary_structure(image.ndim, connectivity)
    numbers = np.zeros(image.shape, np.int64)
    for value in np.unique(image):
        if value != background:
            found, _ = ndi.label(image == value, structure)
            numbers += np.where(found > 0, found + numbers.max(), 0)
    labels = np.zeros(image.shape, np.int32)
    _, first = np.unique(numbers[numbers > 0], return_index=True)
    for number, pixel in enumerate(np.sort(first), start=1):
        labels[numbers == numbers[numbers > 0][pixel]] = number
    return labels


def check(labels: NDArray[Any], wanted: NDArray[Any]) -> None:
    assert labels.dtype == np.int32
    assert_array_equal(labels, wanted)


@given(hnp.array_shapes(min_dims=1, max_dims=4, max_side=9), st.data())
def test_slow_reference(shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["?", "u1", "i1", "u2", "i4", "u8", "i8", ">i4"]))
    values = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 3), fill=st.nothing()))
    image = values.astype(dtype)
    connectivity = data.draw(st.integers(1, image.ndim))
    check(label(image, connectivity=connectivity, channel_axis=None), slow_label(image, connectivity))


@pytest.mark.parametrize("columns", [1, 2, 63, 64, 65, 127, 128, 129, 200])
@pytest.mark.parametrize("values", [2, 4])
def test_ends_of_words(columns: int, values: int) -> None:
    image = np.random.default_rng(columns).integers(0, values, (40, columns), np.uint8)
    for connectivity in (1, 2):
        check(label(image, connectivity=connectivity, channel_axis=None), slow_label(image, connectivity))


@pytest.mark.parametrize("density", [0.05, 0.4, 0.5, 0.6, 0.95])
def test_opencv_and_scikit_image(density: float) -> None:
    image = np.random.default_rng(1).random((601, 407)) < density
    for connectivity in (1, 2):
        labels, count = label(image, connectivity=connectivity, return_num=True, channel_axis=None)
        check(labels, skimage.measure.label(image, connectivity=connectivity))
        found, _ = cv2.connectedComponents(image.view(np.uint8), connectivity=4 * connectivity)
        assert count == found - 1 == labels.max()


@pytest.mark.parametrize("connectivity", [1, 2, 3])
@pytest.mark.parametrize("density", [0.1, 0.3, 0.8])
def test_scipy_in_three_dimensions(connectivity: int, density: float) -> None:
    image = np.random.default_rng(2).random((30, 41, 70)) < density
    wanted, count = ndi.label(image, ndi.generate_binary_structure(3, connectivity))
    labels, found = label(image, connectivity=connectivity, return_num=True, channel_axis=None)
    assert found == count
    check(labels, wanted)


def test_threads_agree() -> None:
    rng = np.random.default_rng(3)
    for shape, values in [((900, 701), 2), ((900, 700), 4), ((64, 64, 65), 2), ((3, 100_000), 3)]:
        image = rng.integers(0, values, shape, np.uint8)
        for connectivity in range(1, image.ndim + 1):
            with opsin.threads(1):
                alone = label(image, connectivity=connectivity)
            with opsin.threads(4):
                check(label(image, connectivity=connectivity), alone)


def test_serpent() -> None:
    """One run after the other joins the same component, from both sides of the image and across all seams."""
    image = np.zeros((801, 400), bool)
    image[::2] = True
    image[1::4, -1] = True
    image[3::4, 0] = True
    labels, count = label(image, connectivity=1, return_num=True)
    assert count == 1
    check(labels, image)


def test_objects_of_one_value_besides_the_background() -> None:
    image = np.random.default_rng(4).random((70, 90)) < 0.5
    wanted = label(image)
    check(label(image.astype(np.uint8) * 255), wanted)
    check(label(np.where(image, -7, 0)), wanted)
    check(label(np.where(image, -7, 12), background=12), wanted)


def test_values_that_touch() -> None:
    image = np.array([[1, 1, 2], [2, 2, 1], [0, 2, 1]])
    check(label(image, connectivity=1), np.array([[1, 1, 2], [3, 3, 4], [0, 3, 4]]))
    check(label(image), np.array([[1, 1, 2], [2, 2, 1], [0, 2, 1]]))


@pytest.mark.parametrize("dtype", ["?", "u1", "i1", "u8", "i8"])
def test_background_that_no_pixel_has(dtype: str) -> None:
    image = np.random.default_rng(5).integers(0, 2, (9, 8)).astype(dtype)
    for background in (-1, 300, -(2**70)):
        if np.dtype(dtype) == "i8" and background > -(2**63):
            continue
        check(label(image, background=background), slow_label(image.astype(np.int64), 2, 2))


def test_any_layout_in_memory() -> None:
    base = np.random.default_rng(6).integers(0, 3, (40, 60, 3), np.uint8)
    base.flags.writeable = False
    views = [base[..., 0], base[::2, 5:-3, 1], base[::-1, ::-1, 2], base[..., 0].T, base.transpose(2, 0, 1)]
    for view in [*views, np.asfortranarray(base[..., 0])]:
        check(label(view, channel_axis=None), label(view.copy(), channel_axis=None))


def test_axes_of_length_one() -> None:
    image = np.random.default_rng(7).integers(0, 2, (12, 13), np.uint8)
    for connectivity in (1, 2):
        wanted = label(image, connectivity=connectivity)
        check(label(image[None], connectivity=connectivity), wanted[None])
        check(label(image[..., None], channel_axis=None, connectivity=connectivity), wanted[..., None])
        check(label(image[:, None, :, None], connectivity=connectivity), wanted[:, None, :, None])
    check(label(image, connectivity=2), label(image[None], connectivity=3)[0])
    check(label(np.ones((1, 1, 1), bool)), np.ones((1, 1, 1)))


@pytest.mark.parametrize("shape", [(0,), (0, 5), (5, 0), (3, 0, 2)])
def test_empty(shape: tuple[int, ...]) -> None:
    labels, count = label(np.zeros(shape, bool), return_num=True, channel_axis=None)
    assert count == 0
    check(labels, np.zeros(shape))


def test_lists_and_inputs_unchanged() -> None:
    check(label([[1, 0, 1]]), np.array([[1, 0, 2]]))
    image = np.random.default_rng(8).integers(0, 3, (20, 20))
    before = image.copy()
    label(image)
    assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("image", "options", "error", "message"),
    [
        (np.ones((3, 3)), {}, TypeError, "bool or integers; got dtype float64"),
        (np.ones((3, 3), complex), {}, TypeError, "label_image"),
        (np.array(1), {}, ValueError, "at least one axis"),
        (np.ones((3, 3), int), {"connectivity": 0}, ValueError, "connectivity"),
        (np.ones((3, 3), int), {"connectivity": 3}, ValueError, "connectivity"),
        (np.ones((3, 3), int), {"connectivity": 1.5}, TypeError, "connectivity"),
        (np.ones((3, 3), int), {"background": 0.5}, TypeError, "background"),
        (np.ones((3, 3), int), {"return_num": 1}, TypeError, "return_num"),
        (np.ones((2,) * 11, bool), {}, ValueError, "at most 10 axes"),
        (np.broadcast_to(np.uint8(1), (2**31,)), {}, ValueError, "2\\*\\*31"),
    ],
)
def test_errors(image: Any, options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        label(image, **options)


def test_color_images_are_refused() -> None:
    rgb = np.zeros((5, 6, 3), bool)
    with pytest.raises(ValueError, match=r"label_image must have one channel.*channel_axis=None"):
        label(rgb)
    check(label(rgb, channel_axis=None), np.zeros((5, 6, 3)))
    with pytest.raises(ValueError, match="channel_axis must be 'auto' or None"):
        label(rgb, channel_axis=2)
