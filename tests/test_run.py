"""Kernels bound to some of their arguments, and loops over leading axes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import opsin
from opsin._engine import runtime
from opsin._engine.borders import extended, margins
from opsin._engine.runtime import KERNELS, bind, run

RADIUS = 1
WEIGHTS = np.array([0.25, 0.5, 0.25], np.float32)


def bound_blur(rows: int, columns: int, **options: float) -> runtime.Bound:
    tables = extended(rows, RADIUS, RADIUS, "nearest"), margins(columns, RADIUS, "nearest")
    return bind(KERNELS["correlate_f32"], None, *tables, 0.0, WEIGHTS, WEIGHTS, 1, None, **options)


def plane_by_plane(image: NDArray[np.float32]) -> NDArray[np.float32]:
    result = np.empty(image.shape, np.float32)
    rows, columns = image.shape[-2:]
    tables = extended(rows, RADIUS, RADIUS, "nearest"), margins(columns, RADIUS, "nearest")
    for index in np.ndindex(image.shape[:-2]):
        KERNELS["correlate_f32"](image[index], *tables, 0.0, WEIGHTS, WEIGHTS, 1, result[index])
    return result


def random(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).random(shape, np.float32)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 5), max_size=4),
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from([0.01, 1e6]),
    st.data(),
)
def test_leading_axes_are_loops(leading: list[int], rows: int, columns: int, cost: float, data: st.DataObject) -> None:
    image = random(*leading, rows, columns)
    order = data.draw(st.permutations(range(len(leading))))
    image = image.transpose(*order, len(leading), len(leading) + 1)
    image = image[tuple(slice(None, None, data.draw(st.sampled_from([1, -1]))) for _ in leading)]
    result = np.full(image.shape, np.nan, np.float32)
    run(bound_blur(rows, columns, cost=cost), image, result)
    np.testing.assert_array_equal(result, plane_by_plane(image))


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("shape", [(3, 400, 300), (500, 20, 30), (7, 11, 64, 65), (70000, 2, 2)])
def test_loops_on_any_number_of_threads(shape: tuple[int, ...], count: int) -> None:
    image = random(*shape)
    result = np.empty(shape, np.float32)
    with opsin.threads(count):
        run(bound_blur(*shape[-2:]), image, result)
    sample = np.random.default_rng(1).integers(0, shape[0], 50)
    np.testing.assert_array_equal(result[sample], plane_by_plane(image[sample]))


def test_leading_axes_are_broadcast() -> None:
    kernel = KERNELS["correlate_f32"]
    image = random(3, 1, 8, 9)
    weights = np.array([[0, 1, 0], [0.25, 0.5, 0.25]], np.float32)
    result = np.empty((3, 2, 8, 9), np.float32)
    tables = extended(8, RADIUS, RADIUS, "nearest"), margins(9, RADIUS, "nearest")
    run(bind(kernel, None, *tables, 0.0, None, None, 1, None), image, weights, weights, result)
    for i, j in np.ndindex(3, 2):
        expected = np.empty((8, 9), np.float32)
        kernel(image[i, 0], *tables, 0.0, weights[j], weights[j], 1, expected)
        np.testing.assert_array_equal(result[i, j], expected)


def test_numbers_may_be_given_at_run() -> None:
    image, result = random(1, 1), np.empty((1, 1), np.float32)
    tables = extended(1, RADIUS, RADIUS, "constant"), margins(1, RADIUS, "constant")
    bound = bind(KERNELS["correlate_f32"], None, *tables, None, WEIGHTS, WEIGHTS, 1, None)
    for border in (0.0, 4.0):
        run(bound, image, border, result)
        assert result[0, 0] == pytest.approx(image[0, 0] / 4 + border * 0.75)


def test_what_does_not_fit_is_refused() -> None:
    bound = bound_blur(4, 5)
    image, result = random(4, 5), np.empty((4, 5), np.float32)
    with pytest.raises(TypeError, match="lacks image, output; got 1 arguments"):
        run(bound, image)
    with pytest.raises(TypeError, match="image must be an array; got list"):
        run(bound, image.tolist(), result)
    for wrong in (image.astype(np.float64), image.astype(">f4"), image.astype(np.int32)):
        with pytest.raises(TypeError, match="image must be an aligned float32 array in native byte order"):
            run(bound, wrong, result)
    unaligned = np.zeros(81, np.uint8)[1:].view(np.float32).reshape(4, 5)
    with pytest.raises(TypeError, match="aligned float32"):
        run(bound, unaligned, result)
    with pytest.raises(TypeError, match="2 dimensions; got 1"):
        run(bound, image[0], result)
    with pytest.raises(ValueError, match="output must have the leading shape"):
        run(bound, random(3, 4, 5), result)
    with pytest.raises(ValueError, match="leading axes do not fit together"):
        run(bound, random(3, 4, 5), np.empty((2, 4, 5), np.float32))
    with pytest.raises(ValueError, match="output must have the leading shape"):
        run(bound, random(3, 1, 4, 5), np.empty((3, 4, 5), np.float32))
    with pytest.raises(ValueError, match="at most 32 leading axes"):
        run(bound, random(*[1] * 33, 4, 5), result)
    result.flags.writeable = False
    with pytest.raises(ValueError, match="output must be writable"):
        run(bound, image, result)
    with pytest.raises(ValueError, match="extent"):
        run(bound, image, np.empty((5, 5), np.float32))
    with pytest.raises(ValueError, match="extent"):
        run(bound, random(9, 4, 5), np.empty((9, 5, 5), np.float32))


def test_what_cannot_be_bound_is_refused() -> None:
    kernel = KERNELS["correlate_f32"]
    result = np.empty((4, 5), np.float32)
    tables = extended(4, RADIUS, RADIUS, "nearest"), margins(5, RADIUS, "nearest")
    with pytest.raises(TypeError, match="takes 8 arguments"):
        bind(kernel, None)
    with pytest.raises(TypeError, match="output is an output"):
        bind(kernel, None, *tables, 0.0, WEIGHTS, WEIGHTS, 1, result)
    with pytest.raises(TypeError, match="1 dimensions; got 2"):
        bind(kernel, None, *tables, 0.0, WEIGHTS[None], WEIGHTS, 1, None)
    with pytest.raises(TypeError, match="real number"):
        bind(kernel, None, *tables, "black", WEIGHTS, WEIGHTS, 1, None)


def test_planes_beyond_what_a_kernel_can_address_are_refused() -> None:
    column = np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (2**16, 2**16), (0, 4))
    result = np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (2**16, 2**16), (0, 0))
    with pytest.raises(ValueError, match="beyond what a kernel can address"):
        run(bound_blur(2**16, 2**16), column, result)
