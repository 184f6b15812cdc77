"""New arrays for results: where their memory comes from, and that they are arrays like all others."""

from __future__ import annotations

import copy
import os
import pickle
import sys
import threading
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import opsin
from opsin._engine.runtime import empty, kept_blocks

FLOAT32 = np.dtype(np.float32)
LARGE = (4096, 3800)
"""Of 60 MB."""

cached = pytest.mark.skipif(
    sys.platform != "linux" or os.confstr("CS_GNU_LIBC_VERSION") is None, reason="the cache is for glibc"
)


def forget() -> None:
    """Make the cache empty, as every fork does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@given(st.lists(st.integers(0, 4), max_size=6), st.sampled_from(["u1", "?", "f4", "f8", "i4", "c16"]))
def test_small_arrays(shape: list[int], dtype: str) -> None:
    array = empty(tuple(shape), np.dtype(dtype))
    assert array.shape == tuple(shape)
    assert array.dtype == dtype
    assert array.flags.c_contiguous
    assert array.flags.owndata
    assert array.flags.writeable


def test_what_is_no_shape_is_refused() -> None:
    with pytest.raises(TypeError):
        empty([3], FLOAT32)
    with pytest.raises(TypeError):
        empty((3,), "float32")
    with pytest.raises(ValueError, match="negative"):
        empty((-3,), FLOAT32)
    with pytest.raises((ValueError, MemoryError)):
        empty((1 << 40, 1 << 40), FLOAT32)
    with pytest.raises(MemoryError):
        empty((1 << 46,), FLOAT32)


def test_large_arrays_are_arrays_like_all_others() -> None:
    array = empty(LARGE, FLOAT32)
    assert array.flags.owndata
    assert array.flags.c_contiguous
    assert array.flags.aligned
    assert array.base is None
    array[:] = 3
    for other in (pickle.loads(pickle.dumps(array)), copy.deepcopy(array), array.copy()):
        np.testing.assert_array_equal(other, array)
    array.resize((2, 3), refcheck=False)
    np.testing.assert_array_equal(array, np.full((2, 3), 3, np.float32))
    array.resize((5000, 5000), refcheck=False)
    np.testing.assert_array_equal(array.reshape(-1)[:6], 3)
    assert not array.reshape(-1)[6:].any()


def test_memory_of_large_arrays_is_traced() -> None:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        array = empty(LARGE, FLOAT32)
        assert tracemalloc.get_traced_memory()[0] - before >= array.nbytes
        del array
        assert tracemalloc.get_traced_memory()[0] - before < 1 << 20
    finally:
        tracemalloc.stop()


@cached
def test_a_freed_block_is_used_again() -> None:
    forget()
    assert kept_blocks() == 0
    array = empty(LARGE, FLOAT32)
    address = array.ctypes.data
    del array
    assert kept_blocks() == 1
    assert empty((4096, 2048), FLOAT32).ctypes.data != address  # much smaller
    again = empty((4096, 3700), FLOAT32)
    assert again.ctypes.data == address
    again[:] = 1


@cached
def test_the_blocks_kept_are_bounded() -> None:
    forget()
    arrays = [empty(LARGE, FLOAT32) for _ in range(8)]
    del arrays
    assert kept_blocks() == 4
    arrays = [empty((12000, 4096), FLOAT32) for _ in range(3)]
    del arrays
    assert kept_blocks() == 1  # of 188 MB each
    big = empty((5 * 4096, 4096), FLOAT32)
    del big
    assert kept_blocks() == 1
    small = empty((1024, 1024), FLOAT32)
    del small
    assert kept_blocks() == 1
    forget()
    assert kept_blocks() == 0


@cached
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_a_cache_of_its_own() -> None:
    shared = empty(LARGE, FLOAT32)
    shared[:] = 5
    kept = empty(LARGE, FLOAT32)
    del kept
    child = os.fork()
    if child == 0:
        right = kept_blocks() == 0
        own = empty(LARGE, FLOAT32)
        own[:] = 6
        del own
        right = right and kept_blocks() == 1 and bool((shared == 5).all())
        del shared
        os._exit(0 if right and kept_blocks() == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (shared == 5).all()


def test_threads_share_the_cache() -> None:
    def fill(number: int) -> bool:
        right = True
        for _ in range(20):
            array: NDArray[np.float32] = empty((9 << 20,), FLOAT32)
            array[:: 1 << 12] = number
            right = right and bool((array[:: 1 << 12] == number).all())
        return right

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(fill, range(6)))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of the process is read from Linux")
def test_threads_that_end_keep_no_scratch_memory() -> None:
    image = np.zeros((64, 1500), np.float64)

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def erode() -> None:
        opsin.morphology.erosion(image, 9)

    def in_threads(count: int) -> None:
        for _ in range(count):
            thread = threading.Thread(target=erode)
            thread.start()
            thread.join()

    with opsin.threads(1):
        in_threads(5)
        before = resident()
        in_threads(60)
    assert resident() - before < 20e6


PARTS = {
    "filters.gaussian": {"sigma": 3},
    "filters.median": {"footprint": 3},
    "filters.sobel": {},
    "filters.uniform": {"footprint": 31},
    "morphology.erosion": {"footprint": 5},
    "transform.downscale_local_mean": {"factors": 2},
    "transform.integral_image": {},
    "transform.pyramid_reduce": {},
    "transform.rescale": {"scale": 0.5},
    "transform.resize": {"output_shape": (300, 3000), "order": "cubic"},
    "transform.rotate": {"angle": 30},
    "transform.warp": {"inverse_map": np.array([[0.87, 0.5, -100], [-0.5, 0.87, 300], [1e-5, 2e-5, 1]])},
    "transform.zoom": {"zoom": 0.5},
    "util.crop": {"crop_width": 5},
    "util.invert": {},
    "util.pad": {"pad_width": 5},
    "util.random_noise": {"rng": 0},
}
"""Operations, and parameters for them, that convert large images of other dtypes in parts."""


@pytest.mark.parametrize("name", PARTS)
def test_a_memory_map_of_another_dtype_is_not_converted_as_a_whole(name: str, tmp_path: Path) -> None:
    shape = (2100, 3000)
    np.zeros(shape, np.int64).tofile(tmp_path / "image.raw")
    image = opsin.io.imread(tmp_path / "image.raw", raw=opsin.io.RawFormat(shape, "int64"), mmap=True)
    operation = opsin.operations()[name]
    operation.function(image[:64, :64], **PARTS[name])
    tracemalloc.start()
    try:
        result = operation.function(image, **PARTS[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    own = 0 if np.may_share_memory(result, image) else result.nbytes
    assert peak - own < image.nbytes / 2


VOLUMES: dict[str, dict[str, Any]] = {
    "filters.correlate": {"weights": np.arange(27.0).reshape(3, 3, 3)},
    "filters.gaussian": {"sigma": 1},
    "filters.minimum": {"footprint": 3},
    "filters.sobel": {},
    "filters.uniform": {"footprint": 3},
    "morphology.erosion": {},
}
"""Operations that convert large volumes of other dtypes in parts."""


@pytest.mark.parametrize("name", VOLUMES)
@pytest.mark.parametrize("axes", [None, 0])
def test_a_volume_of_another_dtype_is_not_converted_as_a_whole(name: str, axes: int | None) -> None:
    volume = np.zeros((160, 200, 256), np.int64)
    operation = opsin.operations()[name]
    parameters: dict[str, Any] = dict(VOLUMES[name])
    if axes is not None:
        parameters["axis" if name == "filters.sobel" else "axes"] = axes
        if "weights" in parameters:
            parameters["weights"] = np.arange(3.0)
    operation.function(volume[:4], **parameters)
    tracemalloc.start()
    try:
        result = operation.function(volume, **parameters)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - result.nbytes < volume.nbytes * 3 / 4
