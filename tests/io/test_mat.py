"""MATLAB files against SciPy, and hostile ones."""

from __future__ import annotations

import contextlib
import io as streams
import struct
import zlib

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from opsin import io

ARRAYS = {
    "image": np.arange(12.0).reshape(3, 4),
    "volume": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
    "mask": np.eye(3) > 0,
    "field": np.array([[1 + 2j, 3]]),
    "field32": np.array([[1 + 2j, 3]], np.complex64),
    "big": np.array([[2**62, -5]]),
    "text": "hello wörld",
    "rows": np.array(["ab", "cde"]),
    "line": np.arange(5, dtype=np.float32),
    "number": 3.5,
    "empty": np.zeros((0, 3)),
    "other_order": np.arange(6, dtype=">i2").reshape(2, 3),
}


def saved(arrays: dict, **options: object) -> bytes:
    stream = streams.BytesIO()
    scipy.io.savemat(stream, arrays, **options)
    return stream.getvalue()


@pytest.mark.parametrize("compress", [False, True])
def test_arrays_are_those_of_scipy(compress: bool) -> None:
    stream = streams.BytesIO()
    io.savemat(stream, ARRAYS, compress=compress)
    ours, theirs = io.loadmat(stream), scipy.io.loadmat(stream)
    assert list(ours) == list(ARRAYS)
    for name, array in ours.items():
        assert_array_equal(array, theirs[name])
        assert array.shape == theirs[name].shape
        assert array.dtype == (bool if name == "mask" else theirs[name].dtype)
        assert array.flags.c_contiguous
        assert array.flags.writeable
    theirs = io.loadmat(saved({name: ARRAYS[name] for name in ("image", "text")}, do_compression=compress))
    assert_array_equal(theirs["image"], ARRAYS["image"])


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
)
def test_every_type(dtype: str, tmp_path) -> None:
    array = (np.random.default_rng(0).random((5, 6, 3)) * 100).astype(dtype)
    io.savemat(tmp_path / "a.mat", {"a": array})
    found = io.loadmat(tmp_path / "a.mat")["a"]
    assert found.dtype == array.dtype
    assert_array_equal(found, array)


def test_only_some_variables() -> None:
    data = saved({"x": np.eye(2), "s": {"a": 1}, "c": np.array([1, "a"], object), "y": [1]})
    assert list(io.loadmat(data, names="x")) == ["x"]
    assert list(io.loadmat(data, names=["y", "x"])) == ["x", "y"]
    with pytest.raises(ValueError, match=r"'s' is a struct, not an array. Give the names= of arrays \(\['x', 'y'\]\)"):
        io.loadmat(data)
    with pytest.raises(ValueError, match="no variable 'z'"):
        io.loadmat(data, names="z")
    with pytest.raises(TypeError, match="names"):
        io.loadmat(data, names=[3])


def test_files_of_other_versions(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"scipy\.io\.loadmat"):
        io.loadmat(saved({"x": np.eye(2)}, format="4"))
    (tmp_path / "new.mat").write_bytes(
        b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM" + bytes(384) + b"\x89HDF\r\n\x1a\n"
    )
    with pytest.raises(ValueError, match=r"new.mat.*version 7.3, which is HDF5: read it with h5py"):
        io.loadmat(tmp_path / "new.mat")
    for data in (b"", b"\x89HDF\r\n\x1a\n", bytes(200), b"x" * 127):
        with pytest.raises(ValueError, match="cannot read '<bytes>'"):
            io.loadmat(data)
    with pytest.raises(FileNotFoundError):
        io.loadmat(tmp_path / "none.mat")
    with pytest.raises(TypeError, match="source"):
        io.loadmat(3)


def test_a_bomb_is_refused() -> None:
    small = bytearray(saved({"a": np.zeros((4, 5))}))
    at = small.index(struct.pack("<III", 5, 8, 4))
    small[at + 8 : at + 16] = struct.pack("<ii", 2**20, 2**20)
    with pytest.raises(ValueError, match=r"declares arrays of 8,796,093,022,208 bytes"):
        io.loadmat(bytes(small))
    body = bytes(small[128:])
    packed = zlib.compress(body)
    bomb = bytes(small[:128]) + struct.pack("<II", 15, len(packed)) + packed
    with pytest.raises(ValueError, match="declares arrays"):
        io.loadmat(bomb)
    large = saved({"a": np.zeros(2**20)}, do_compression=True)
    with pytest.raises(ValueError, match="max_bytes="):
        io.loadmat(large, max_bytes=2**20)
    assert io.loadmat(large)["a"].shape == (1, 2**20)
    longer = zlib.compress(saved({"a": np.zeros((4, 5))})[128:] + bytes(2**20))
    with pytest.raises(ValueError, match="compressed data"):
        io.loadmat(bytes(small[:128]) + struct.pack("<II", 15, len(longer)) + longer)


DAMAGED = [saved({name: ARRAYS[name] for name in ("volume", "text", "field")}, do_compression=c) for c in (False, True)]


@settings(max_examples=400, deadline=None)
@given(
    which=st.sampled_from(DAMAGED),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5),
    end=st.integers(0, 10**6),
)
def test_damaged_files(which: bytes, changes: list[tuple[int, int]], end: int) -> None:
    data = bytearray(which)
    for place, value in changes:
        data[place % len(data)] = value
    for damaged in (bytes(data), bytes(data[: end % len(data)])):
        with contextlib.suppress(ValueError):
            io.loadmat(damaged)


@pytest.mark.parametrize(
    ("arrays", "error", "words"),
    [
        ({"1a": [1]}, ValueError, "names of MATLAB"),
        ({"_a": [1]}, ValueError, "names of MATLAB"),
        ({"a" * 64: [1]}, ValueError, "names of MATLAB"),
        ({3: [1]}, TypeError, "names"),
        ({"a": object()}, TypeError, "'a' is object"),
        ({"a": [[1, 2], [3]]}, TypeError, "rows of equal lengths; those of 'a' differ"),
        ({"a": np.zeros(3, np.float16)}, TypeError, "'a' is float16"),
        ({"a": np.array(["2020-01-01"], "M8[D]")}, TypeError, "'a' is datetime64"),
        ([1, 2], TypeError, "arrays must map names to arrays"),
    ],
)
def test_what_cannot_be_written(arrays: dict, error: type[Exception], words: str, tmp_path) -> None:
    path = tmp_path / "a.mat"
    path.write_bytes(b"old")
    with pytest.raises(error, match=words):
        io.savemat(path, arrays)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(TypeError, match="target"):
        io.savemat(3, {"a": 1})
