"""Files without a header, windows, several pages, and frames of animations."""

from __future__ import annotations

import contextlib
import io as streams
import tracemalloc

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal
from PIL import Image

from opsin import io

RNG = np.random.default_rng(0)
COLOR = RNG.integers(0, 256, (200, 330, 3), np.uint8)
GRAY = COLOR[..., 0]
WINDOWS = [np.s_[10:20, 30:40], np.s_[:, :], np.s_[-5:, 100:], np.s_[63:130, 47:97], np.s_[199:, 329:]]


def animation(name: str, frames: int = 4, **options: object) -> bytes:
    stream = streams.BytesIO()
    images = [Image.fromarray(RNG.integers(0, 256, (20, 30, 3), np.uint8)) for _ in range(frames)]
    images[0].save(stream, name, save_all=True, append_images=images[1:], duration=50, **options)
    return stream.getvalue()


# Raw files.


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", ">i8", "<u2", ">f4", "float64", "complex64"])
def test_raw_files(dtype: str, tmp_path) -> None:
    image = (RNG.random((6, 7, 3)) * 100).astype(dtype)
    path = tmp_path / "image.raw"
    path.write_bytes(b"head" + image.tobytes())
    layout = io.RawFormat((6, 7, 3), dtype, offset=4)
    for raw in (layout, io.RawFormat((-1, 7, 3), dtype, 4), io.RawFormat((6, -1, 3), np.dtype(dtype), offset=4)):
        found = io.imread(path, raw=raw)
        assert found.dtype == np.dtype(dtype).newbyteorder("=")
        assert_array_equal(found, image)
    mapped = io.imread(path, raw=layout, mmap=True)
    assert isinstance(mapped, np.memmap)
    assert mapped.dtype == dtype
    assert_array_equal(mapped, image)
    assert_array_equal(io.imread(path, raw=layout, window=np.s_[2:4, 1:]), image[2:4, 1:])
    assert_array_equal(io.imread(path, raw=layout, window=np.s_[2:4, 1:], mmap=True), image[2:4, 1:])
    described = io.info(path, raw=layout)
    assert (described.format, described.shape, described.dtype) == ("raw", (6, 7, 3), found.dtype)
    io.imsave(path, image)
    assert path.read_bytes() == image.astype(found.dtype).tobytes()


def test_raw_files_of_another_size() -> None:
    data = np.arange(12).tobytes()
    with pytest.raises(ValueError, match=r"it holds 96 bytes behind the offset 0.*exact=False"):
        io.imread(data, raw=io.RawFormat((3, 4)))
    assert_array_equal(io.imread(data, raw=io.RawFormat((2, 2), "int64", 16, exact=False)), [[2, 3], [4, 5]])
    for layout in (io.RawFormat((5, 4), "int64"), io.RawFormat((3, 4), "int64", 8), io.RawFormat((3, 4), offset=200)):
        with pytest.raises(ValueError, match=r"it holds [\d,]+ bytes"):
            io.imread(data, raw=layout)
    with pytest.raises(ValueError, match="no bool"):
        io.imread(b"\0\1\2", raw=io.RawFormat((3,), bool))
    with pytest.raises(ValueError, match=r"it holds [\d,]+ bytes"):
        io.imread(data, raw=io.RawFormat((2**40, -1, 2**40)))


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"shape": (0, 3)}, ValueError, "shape"),
        ({"shape": ()}, ValueError, "shape"),
        ({"shape": (-1, -1)}, ValueError, "shape"),
        ({"shape": "ab"}, TypeError, "shape"),
        ({"shape": (2.5, 3)}, TypeError, "shape"),
        ({"dtype": "O"}, TypeError, "dtype"),
        ({"dtype": "U3"}, TypeError, "dtype"),
        ({"dtype": "nonsense"}, TypeError, "dtype"),
        ({"offset": -1}, ValueError, "offset"),
        ({"exact": 1}, TypeError, "exact"),
    ],
)
def test_layouts_that_cannot_be(settings: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        io.RawFormat(**{"shape": (3, 4), **settings})
    with pytest.raises(TypeError, match="raw must be"):
        io.imread(b"", raw=(3, 4))


# Windows.


@pytest.mark.parametrize(
    "options",
    [
        {}, {"tile": (64, 48)}, {"compression": "zlib"}, {"compression": "zlib", "tile": (32, 32), "predictor": True},
        {"rowsperstrip": 7}, {"byteorder": ">"}, {"planarconfig": "separate"}, {"bigtiff": True},
        {"compression": "zlib", "rowsperstrip": 1},
    ],
    ids=str,
)  # fmt: skip
def test_windows_of_tiff(options: dict) -> None:
    for image in (COLOR, GRAY, GRAY.astype(np.uint16) * 200, GRAY > 99, COLOR / 7):
        separate = "planarconfig" in options
        if (separate and image.ndim == 2) or (image.dtype == bool and set(options) & {"tile", "predictor"}):
            continue
        stream = streams.BytesIO()
        stored = np.moveaxis(image, 2, 0) if separate else image
        photometric = "rgb" if image.ndim == 3 else "minisblack"
        if options.get("predictor") and image.dtype.kind == "f":
            continue
        tifffile.imwrite(stream, stored, photometric=photometric, **options)
        for window in WINDOWS:
            found = io.imread(stream, window=window)
            assert found.dtype == image.dtype
            assert_array_equal(found, image[window])


def test_windows_of_other_files() -> None:
    for name in ("png", "npy", "webp", "ppm"):
        stream = streams.BytesIO()
        io.imsave(stream, COLOR, format=name)
        for window in WINDOWS:
            assert_array_equal(io.imread(stream, window=window), COLOR[window])
    gray = io.imread(stream, window=WINDOWS[0], as_gray=True)
    assert_array_equal(gray, io.imread(stream, as_gray=True)[WINDOWS[0]])


def test_a_window_of_a_turned_photograph() -> None:
    stream = streams.BytesIO()
    tifffile.imwrite(stream, COLOR, photometric="rgb", extratags=[(274, "H", 1, 6, True)])
    assert_array_equal(io.imread(stream, window=np.s_[5:9, 7:]), io.imread(stream)[5:9, 7:])


def test_a_window_takes_little_memory() -> None:
    stream = streams.BytesIO()
    tifffile.imwrite(stream, np.zeros((4096, 4096), np.uint8), tile=(256, 256), compression="zlib")
    tracemalloc.start()
    io.imread(stream, window=np.s_[1000:1100, 2000:2100])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**21
    assert io.imread(stream, window=np.s_[:10, :10], max_pixels=100).shape == (10, 10)
    with pytest.raises(ValueError, match="max_pixels="):
        io.imread(stream, window=np.s_[:, :2000], max_pixels=10**6)


@pytest.mark.parametrize(
    ("window", "error"),
    [
        ((1, 2), TypeError), ("ab", TypeError), (3, TypeError), (np.s_[1:2], TypeError), (np.s_[::2, :], ValueError),
        (np.s_[1:2, 1:2, 1:2], ValueError), (np.s_[5:5, :], ValueError), (np.s_[300:, :], ValueError),
        (np.s_["a":, :], TypeError), (np.s_[1.5:, :], TypeError),
    ],
    ids=str,
)  # fmt: skip
def test_windows_that_cannot_be(window: object, error: type[Exception]) -> None:
    stream = streams.BytesIO()
    tifffile.imwrite(stream, GRAY)
    with pytest.raises(error, match="window"):
        io.imread(stream, window=window)


# Pages.


def test_several_pages_of_tiff() -> None:
    stack = RNG.integers(0, 256, (5, 40, 50), np.uint8)
    stream = streams.BytesIO()
    tifffile.imwrite(stream, stack, photometric="minisblack", tile=(16, 16))
    assert_array_equal(io.imread(stream, page="all"), stack)
    for pages in ([1, 3], (4,), range(2), np.array([3, 0]), [2, 2]):
        assert_array_equal(io.imread(stream, page=pages), stack[list(pages)])
        window = np.s_[10:20, 7:]
        assert_array_equal(io.imread(stream, page=pages, window=window), stack[list(pages), 10:20, 7:])
    assert_array_equal(io.imread(stream, window=np.s_[3:9, :4]), stack[:, 3:9, :4])
    mixed = streams.BytesIO()
    with tifffile.TiffWriter(mixed) as file:
        for image in (GRAY, GRAY[1:], GRAY + 1):
            file.write(image, photometric="minisblack")
    assert_array_equal(io.imread(mixed, page=[0, 2])[1], GRAY + 1)
    with pytest.raises(ValueError, match="not of one shape"):
        io.imread(mixed, page=[0, 1])
    for pages, error in (
        ([], ValueError),
        ([5], ValueError),
        ([-1], ValueError),
        ("x", TypeError),
        ([1.5], TypeError),
    ):
        with pytest.raises(error, match="page"):
            io.imread(stream, page=pages)


@pytest.mark.parametrize(("name", "options"), [("GIF", {}), ("WEBP", {"lossless": True})])
def test_frames_of_animations(name: str, options: dict) -> None:
    data = animation(name, **options)
    frames = io.imread(data, page="all")
    assert frames.shape == (4, 20, 30, 3)
    for number in range(4):
        assert_array_equal(frames[number], io.imread(data, page=number)[..., :3])
    assert_array_equal(io.imread(data, page=[2, 0]), frames[[2, 0]])
    assert_array_equal(io.imread(data, page=range(1, 3), window=np.s_[2:5, 3:9]), frames[1:3, 2:5, 3:9])
    with pytest.raises(ValueError, match="page must be at most 3"):
        io.imread(data, page=[4])


def test_frames_are_complete_pictures() -> None:
    first, second = np.zeros((20, 20), np.uint8), np.zeros((20, 20), np.uint8)
    first[:10], second[:10], second[15, 15] = 255, 255, 200
    stream = streams.BytesIO()
    Image.fromarray(first).save(stream, "GIF", save_all=True, append_images=[Image.fromarray(second)])
    frames = io.imread(stream, page="all")
    assert_array_equal(frames[1, ..., 0], second)
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    stream = streams.BytesIO()
    clear.save(
        stream, "WEBP", save_all=True, append_images=[Image.new("RGBA", (8, 8), (0, 0, 255, 255))], lossless=True
    )
    assert io.imread(stream, page="all").shape == (2, 8, 8, 4)


def test_a_long_animation_is_a_bomb() -> None:
    frames = [Image.new("L", (500, 500), value) for value in (0, 255) * 30]
    stream = streams.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(ValueError, match="max_pixels="):
        io.imread(stream, page="all", max_pixels=10**7)
    assert io.imread(stream, page=range(3), max_pixels=10**7).shape == (3, 500, 500, 3)


@pytest.mark.parametrize("name", ["GIF", "WEBP"])
def test_damaged_animations(name: str) -> None:
    data = animation(name, 2)
    rng = np.random.default_rng(1)
    for _ in range(150):
        damaged = bytearray(data)
        for place in rng.integers(0, len(data), 3):
            damaged[place] = rng.integers(256)
        if rng.random() < 0.3:
            damaged = damaged[: rng.integers(1, len(data))]
        with contextlib.suppress(ValueError):
            io.imread(bytes(damaged), page="all", max_pixels=10**6)


def test_damaged_windows() -> None:
    stream = streams.BytesIO()
    tifffile.imwrite(stream, GRAY, tile=(64, 64), compression="zlib")
    data, rng = stream.getvalue(), np.random.default_rng(1)
    head = data.index(b"tifffile") if b"tifffile" in data else 300
    for _ in range(200):
        damaged = bytearray(data)
        for place in rng.integers(0, head, 2):
            damaged[place] = rng.integers(256)
        with contextlib.suppress(ValueError, ImportError):
            io.imread(bytes(damaged), window=np.s_[60:70, 100:200], max_pixels=10**6)
