"""PNG against a plain encoder of our own, and against Pillow."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from opsin import io
from opsin._engine.compiled.png_unfilter import unfilter
from opsin.io import png

SIGNATURE = b"\x89PNG\r\n\x1a\n"


_COLOR = {1: 0, 2: 4, 3: 2, 4: 6}


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(rows: int, columns: int, depth: int, color: int, interlaced: bool = False) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, depth, color, 0, 0, int(interlaced)))


def filter_rows(rows: Sequence[bytes], step: int, kinds: Sequence[int]) -> bytes:
    """Filter byte by byte, as the specification writes it."""
    result = bytearray()
    previous = bytes(len(rows[0])) if rows else b""
    for number, row in enumerate(rows):
        kind = kinds[number % len(kinds)]
        result.append(kind)
        for i, x in enumerate(row):
            a = row[i - step] if i >= step else 0
            b = previous[i]
            c = previous[i - step] if i >= step else 0
            p = a + b - c
            paeth = min((a, b, c), key=lambda value, p=p: abs(p - value))
            result.append((x - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
        previous = row
    return bytes(result)


def make_png(
    image: NDArray, kinds: Sequence[int] = (0, 1, 2, 3, 4), interlaced: bool = False, extra: bytes = b""
) -> bytes:
    samples = image.reshape(*image.shape[:2], -1)
    rows, columns, channels = samples.shape
    passes = [samples]
    if interlaced:
        starts = [
            (0, 0, 8, 8),
            (0, 4, 8, 8),
            (4, 0, 8, 4),
            (0, 2, 4, 4),
            (2, 0, 4, 2),
            (0, 1, 2, 2),
            (1, 0, 2, 1),
        ]
        passes = [samples[r::dr, c::dc] for r, c, dr, dc in starts]
    big_endian = samples.dtype.newbyteorder(">")
    step = channels * samples.dtype.itemsize
    stream = b"".join(
        filter_rows([row.astype(big_endian).tobytes() for row in one], step, kinds) for one in passes if one.size
    )
    packed = zlib.compress(stream)
    half = len(packed) // 2
    return (
        SIGNATURE
        + header(rows, columns, 8 * samples.dtype.itemsize, _COLOR[channels], interlaced)
        + extra
        + chunk(b"IDAT", packed[:half])
        + chunk(b"IDAT", packed[half:])
        + chunk(b"IEND", b"")
    )


def image_of(shape: tuple[int, ...], dtype: str, seed: int = 0) -> NDArray:
    limits = np.iinfo(dtype)
    return np.random.default_rng(seed).integers(0, limits.max, shape, dtype=dtype, endpoint=True)


@given(
    rows=st.integers(1, 20),
    columns=st.integers(1, 20),
    channels=st.integers(1, 4),
    dtype=st.sampled_from(["uint8", "uint16"]),
    kinds=st.lists(st.integers(0, 4), min_size=1, max_size=5),
    interlaced=st.booleans(),
    seed=st.integers(0, 9),
)
@settings(deadline=None, max_examples=150)
def test_every_filter_size_and_pass(tmp_path_factory, rows, columns, channels, dtype, kinds, interlaced, seed):
    shape = (rows, columns) if channels == 1 else (rows, columns, channels)
    image = image_of(shape, dtype, seed)
    path = tmp_path_factory.getbasetemp() / "any.png"
    path.write_bytes(make_png(image, kinds, interlaced))
    back = io.imread(path)
    assert back.dtype == image.dtype
    assert np.array_equal(back, image)
    assert io.info(path).shape == image.shape


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("step", [1, 2, 3, 4, 6, 8])
def test_filters_equal_the_specification(kind, step):
    rows = image_of((6, step * 7), "uint8", seed=step)
    expected = filter_rows([row.tobytes() for row in rows], step, [kind])
    top = png._filtered(rows[:3], None, step, kind).tobytes()
    rest = png._filtered(rows[3:], rows[2], step, kind).tobytes()
    assert top + rest == expected
    back = np.zeros_like(rows)
    assert unfilter(memoryview(expected), back.reshape(-1).data, rows.shape[1], step) == -1
    assert np.array_equal(back, rows)


def test_unfilter_refuses_sizes_that_do_not_fit():
    with pytest.raises(ValueError, match="do not fit"):
        unfilter(memoryview(bytes(10)), memoryview(bytearray(8)), 3, 1)
    with pytest.raises(ValueError, match="do not fit"):
        unfilter(memoryview(bytes(10)), memoryview(bytearray(8)), 4, 5)


def test_pillow_reads_what_we_write(tmp_path):
    path = tmp_path / "a.png"
    for shape in [(40, 50), (40, 50, 2), (40, 50, 3), (40, 50, 4)]:
        rows, columns = np.mgrid[:40, :50]
        image = ((rows * columns)[..., None] * np.arange(1, 5) // 20).astype(np.uint8)
        image = image[..., 0] if len(shape) == 2 else image[..., : shape[2]]
        io.imsave(path, image)
        with Image.open(path) as read:
            assert np.array_equal(np.asarray(read), image)
    io.imsave(path, image_of((40, 50), "uint16"))
    with Image.open(path) as read:
        assert np.array_equal(np.asarray(read), image_of((40, 50), "uint16"))


def test_labels_pack_as_strings_and_noise_as_runs(tmp_path):
    labels = np.kron(np.arange(64).reshape(8, 8), np.ones((32, 32), int)).astype(np.uint16)
    io.imsave(tmp_path / "labels.png", labels)
    assert (tmp_path / "labels.png").stat().st_size < labels.nbytes / 100
    noise = image_of((256, 256, 3), "uint16")
    io.imsave(tmp_path / "noise.png", noise)
    assert (tmp_path / "noise.png").stat().st_size < noise.nbytes * 1.01


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_transparent_colour_becomes_alpha(tmp_path, dtype):
    top = np.iinfo(dtype).max
    gray = np.array([[0, 7], [7, 9]], dtype)
    (tmp_path / "a.png").write_bytes(make_png(gray, extra=chunk(b"tRNS", struct.pack(">H", 7))))
    expected = np.stack([gray, np.array([[top, 0], [0, top]], dtype)], axis=-1)
    assert np.array_equal(io.imread(tmp_path / "a.png"), expected)
    color = np.array([[[1, 2, 3], [1, 2, 4]]], dtype)
    (tmp_path / "a.png").write_bytes(make_png(color, extra=chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3))))
    back = io.imread(tmp_path / "a.png")
    assert back.dtype == dtype
    assert back.tolist() == [[[1, 2, 3, 0], [1, 2, 4, top]]]
    assert io.info(tmp_path / "a.png").shape == (1, 2, 4)


def test_palette(tmp_path):
    image = Image.new("P", (2, 2))
    image.putdata([0, 1, 2, 1])
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    image.save(tmp_path / "a.png")
    expected = np.array([[[10, 20, 30], [40, 50, 60]], [[70, 80, 90], [40, 50, 60]]], np.uint8)
    assert np.array_equal(io.imread(tmp_path / "a.png"), expected)
    image.save(tmp_path / "b.png", transparency=b"\xff\x80\x00")
    back = io.imread(tmp_path / "b.png")
    assert np.array_equal(back[..., :3], expected)
    assert back[..., 3].tolist() == [[255, 128], [0, 128]]
    assert io.info(tmp_path / "b.png").shape == back.shape


@pytest.mark.parametrize("depth", [2, 4])
def test_few_bits_are_scaled_to_eight(tmp_path, depth):
    """As the specification says a viewer shall: 3 of 3 is white."""
    top = 2**depth - 1
    row = bytes([0, top << (8 - depth)])  # one pixel of the highest value, then zeros
    data = header(1, 2, depth, 0) + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(SIGNATURE + data)
    assert io.imread(tmp_path / "a.png").tolist() == [[255, 0]]


def test_exif_turns_a_png(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = image_of((3, 5), "uint16")
    (tmp_path / "a.png").write_bytes(make_png(image, extra=chunk(b"eXIf", exif.tobytes()[6:])))
    assert np.array_equal(io.imread(tmp_path / "a.png"), np.rot90(image, -1))
    assert io.info(tmp_path / "a.png").shape == (5, 3)


GOOD = make_png(image_of((6, 7, 3), "uint16"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (GOOD[:8], "cut off"),
        (GOOD[:40], "cut off"),
        (GOOD[:-6], "cut off"),
        (GOOD.replace(b"IDAT", b"IDAX", 1), "checksum|compressed|IDA|bytes that its header"),
        (GOOD[:60] + b"\x00\x01" + GOOD[62:], "checksum"),
        (SIGNATURE + chunk(b"IEND", b""), "out of order: IEND after nothing"),
        (SIGNATURE + header(4, 4, 7, 2) + chunk(b"IEND", b""), "depth 7"),
        (SIGNATURE + header(4, 4, 16, 3) + chunk(b"IEND", b""), "color type 3"),
        (SIGNATURE + header(0, 4, 16, 2) + chunk(b"IEND", b""), "0 rows"),
        (SIGNATURE + header(4, 4, 16, 2) + chunk(b"IEND", b""), "give 0 of the 100 bytes"),
        (SIGNATURE + header(4, 4, 16, 2) + chunk(b"IDAT", b"xyz") + chunk(b"IEND", b""), "compressed data"),
        (
            SIGNATURE + header(1, 1, 16, 0) + chunk(b"IDAT", zlib.compress(b"\5ab")) + chunk(b"IEND", b""),
            "filter 5",
        ),
        (SIGNATURE + header(4, 4, 16, 0) + chunk(b"tRNS", b"a") + chunk(b"IEND", b""), "transparency"),
    ],
)
def test_broken_files_are_named(tmp_path, data, message):
    path = tmp_path / "broken.png"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message) as caught:
        io.imread(path)
    assert str(path) in str(caught.value)


def test_more_data_than_declared_is_refused(tmp_path):
    """A stream of 100 MB after a header for 32 bytes is expanded to 37 bytes."""
    bomb = zlib.compress(bytes(100_000_000), 9)
    data = SIGNATURE + header(4, 4, 16, 0) + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(ValueError, match="more than the 36 bytes"):
        io.imread(tmp_path / "a.png")


@pytest.mark.parametrize("still", [False, True])
def test_frames_of_an_animation(tmp_path: Path, still: bool) -> None:
    path = tmp_path / "animation.png"
    frames = [np.full((4, 5, 3), 40 * number, np.uint8) for number in range(4)]
    first, *rest = [Image.fromarray(frame) for frame in frames]
    first.save(path, save_all=True, append_images=rest, default_image=still)
    assert io.info(path).pages == 4
    np.testing.assert_array_equal(io.imread(path), frames[0])
    np.testing.assert_array_equal(io.imread(path, page=2), frames[2])
    np.testing.assert_array_equal(io.imread(path, page="all"), frames)
    with pytest.raises(ValueError, match="page must be at most 3; got 4"):
        io.imread(path, page=4)
