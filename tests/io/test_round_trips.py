"""What is written comes back: same values, same dtype, same shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from opsin import io

SHAPES = [(1, 1), (1, 7), (9, 1), (13, 17)]
NUMBERS = [
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float16",
    "float32",
    "float64",
]


def image_of(shape: tuple[int, ...], dtype: str, seed: int = 0) -> NDArray:
    rng = np.random.default_rng(seed)
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if dtype.startswith("complex"):
        return (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype)
    if dtype.startswith("float"):
        return rng.normal(size=shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def check_round_trip(path: Path, image: NDArray, **options: int) -> None:
    io.imsave(path, image, **options)
    back = io.imread(path)
    assert back.dtype == image.dtype
    assert back.shape == image.shape
    assert np.array_equal(back, image)
    assert back.flags.c_contiguous
    assert back.flags.writeable
    assert back.dtype.isnative
    found = io.info(path)
    assert (found.shape, found.dtype, found.file_size) == (back.shape, back.dtype, path.stat().st_size)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("channels", [(), (2,), (3,), (4,)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_png(tmp_path, shape, channels, dtype):
    check_round_trip(tmp_path / "a.png", image_of(shape + channels, dtype))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_bool_is_one_bit(tmp_path, shape, suffix):
    image = image_of(shape, "bool")
    check_round_trip(tmp_path / f"a{suffix}", image)
    big = np.zeros((400, 400), bool)
    io.imsave(tmp_path / f"b{suffix}", big)
    assert (tmp_path / f"b{suffix}").stat().st_size < 400 * 400 / 4


@pytest.mark.parametrize("level", [0, 1, 9])
def test_png_compression(tmp_path, level):
    ramp = np.add.outer(np.arange(60), np.arange(90)).astype(np.uint16) * 100
    check_round_trip(tmp_path / "a.png", ramp, compression=level)
    plain = io.info(tmp_path / "a.png").file_size
    assert plain > ramp.nbytes if level == 0 else plain < ramp.nbytes / 10


@pytest.mark.parametrize("dtype", ["bool", *NUMBERS, "complex64", "complex128"])
@pytest.mark.parametrize(
    "shape", [(5, 7), (5, 7, 3), (5, 7, 4), (5, 7, 2), (4, 5, 7), (2, 4, 5, 7), (4, 5, 7, 3), (1, 1)]
)
@pytest.mark.parametrize("suffix", [".tif", ".npy"])
def test_every_number_type(tmp_path, dtype, shape, suffix):
    check_round_trip(tmp_path / f"a{suffix}", image_of(shape, dtype))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32", "float64"])
def test_tiff_deflate(tmp_path, dtype):
    check_round_trip(tmp_path / "a.tif", image_of((20, 30), dtype), compression=6)


def test_nan_and_infinity_survive(tmp_path):
    image = np.array([[np.nan, np.inf], [-np.inf, -0.0]])
    io.imsave(tmp_path / "a.tif", image)
    assert io.imread(tmp_path / "a.tif").tobytes() == image.tobytes()


@pytest.mark.parametrize("suffix", [".webp", ".bmp", ".jp2", ".ppm"])
def test_lossless_colour(tmp_path, suffix):
    check_round_trip(tmp_path / f"a{suffix}", image_of((13, 17, 3), "uint8"))


@pytest.mark.parametrize("suffix", [".bmp", ".jp2", ".pgm"])
def test_lossless_gray(tmp_path, suffix):
    check_round_trip(tmp_path / f"a{suffix}", image_of((13, 17), "uint8"))


@pytest.mark.parametrize("suffix", [".webp", ".jp2"])
def test_lossless_alpha(tmp_path, suffix):
    image = image_of((13, 17, 4), "uint8")
    image[..., 3] |= 1  # colours under full transparency are free to change
    check_round_trip(tmp_path / f"a{suffix}", image)


@pytest.mark.parametrize("suffix", [".jpg", ".avif", ".webp"])
def test_quality(tmp_path, suffix):
    rows, columns = np.mgrid[:64, :80]
    image = np.stack([rows * 3, columns * 3, 200 - rows], axis=-1).astype(np.uint8)
    sizes = []
    for quality in (20, 95):
        io.imsave(tmp_path / f"a{suffix}", image, quality=quality)
        sizes.append(io.info(tmp_path / f"a{suffix}").file_size)
    back = io.imread(tmp_path / f"a{suffix}").astype(int)
    assert np.abs(back - image).mean() < 3
    assert sizes[0] < sizes[1]


def test_pgm_and_ppm_hold_16_bit(tmp_path):
    check_round_trip(tmp_path / "a.pgm", image_of((13, 17), "uint16"))
    check_round_trip(tmp_path / "a.ppm", image_of((13, 17, 3), "uint16")[::-1, ::2])


def test_gif_has_a_palette_so_gray_comes_back_in_three_channels(tmp_path):
    image = image_of((13, 17), "uint8")
    io.imsave(tmp_path / "a.gif", image)
    assert np.array_equal(io.imread(tmp_path / "a.gif"), np.stack([image] * 3, axis=-1))


def test_pdf_is_written(tmp_path):
    io.imsave(tmp_path / "a.pdf", image_of((13, 17, 3), "uint8"))
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("suffix", [".png", ".tif", ".npy"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_any_strides_and_byte_order(tmp_path, suffix, dtype):
    image = image_of((13, 17, 3), dtype)
    views = [image[::-1, ::2], image.transpose(1, 0, 2), np.asfortranarray(image), image[..., ::-1]]
    views += [image.astype(image.dtype.newbyteorder(">")), np.broadcast_to(image[:1, :1], (4, 5, 3))]
    for view in views:
        view.flags.writeable = False
        before = view.copy()
        io.imsave(tmp_path / f"a{suffix}", view)
        back = io.imread(tmp_path / f"a{suffix}")
        assert np.array_equal(back, before)
        assert back.dtype == image.dtype
        assert np.array_equal(view, before)


def test_lists_are_images(tmp_path):
    io.imsave(tmp_path / "a.tif", [[1.5, 2.5], [3.5, 4.5]])
    assert np.array_equal(io.imread(tmp_path / "a.tif"), [[1.5, 2.5], [3.5, 4.5]])
