"""Damaged files give an error that names them, and never half of a picture."""

from __future__ import annotations

import io as streams
import lzma
import random
import signal
import struct
import subprocess
import sys
import time
import warnings
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from opsin import io

RNG = np.random.default_rng(1)
NOISE = RNG.integers(0, 256, (9, 11, 3), dtype=np.uint8)
ROWS, COLUMNS = np.mgrid[:40, :64]
PHOTO = np.stack([ROWS * 5, COLUMNS * 3, 255 - ROWS - COLUMNS], axis=-1).astype(np.uint8)
PHOTO ^= RNG.integers(0, 8, PHOTO.shape, dtype=np.uint8)


def saved(image, name, **options):
    stream = streams.BytesIO()
    Image.fromarray(image).save(stream, name, **options)
    return stream.getvalue()


def saved_tiff(image, **options):
    stream = streams.BytesIO()
    tifffile.imwrite(stream, image, **options)
    return stream.getvalue()


def quantized(colors, name, **options):
    stream = streams.BytesIO()
    Image.fromarray(NOISE).quantize(colors).save(stream, name, **options)
    return stream.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gray_png(rows, depth, interlace=0):
    """Return a PNG of a row of bytes for each row of pixels."""
    columns = len(rows[0]) * 8 // depth
    header = struct.pack(">IIBBBBB", columns, len(rows), depth, 0, 0, 0, interlace)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


PNGS = {
    "palette": quantized(7, "PNG"),
    "palette of 200": quantized(200, "PNG"),
    "palette with alpha": quantized(4, "PNG", transparency=b"\xff\x80\x00"),
    "1 bit": saved(NOISE[..., 0] > 99, "PNG"),
    "2 bit": gray_png([b"\x1b\x2c", b"\xe4\x01"], 2),
    "4 bit": gray_png([b"\x1b\x2c", b"\xe4\x01", b"\xf3\x77"], 4),
    "8 bit": saved(NOISE[..., 0], "PNG"),
    "RGB": saved(NOISE, "PNG"),
}


@pytest.mark.parametrize("kind", PNGS)
def test_every_bit_of_a_png(kind):
    """Checksums cover all of it."""
    data = PNGS[kind]
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(ValueError, match="cannot read '<bytes>'"):
            io.imread(bytes(damaged))


def parts(data):
    """Return the chunks of a PNG as a list of names and contents."""
    found, position = [], 8
    while position < len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        found.append((name, data[position + 8 : position + 8 + length]))
        position += 12 + length
    return found


def joined(chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks)


PALETTE = parts(PNGS["palette with alpha"])  # IHDR PLTE tRNS IDAT IEND
HEADER, COLORS, ALPHA, DATA, END = PALETTE


@pytest.mark.parametrize(
    ("chunks", "message"),
    [
        ([COLORS, HEADER, ALPHA, DATA, END], "out of order: PLTE after nothing"),
        ([DATA, HEADER, COLORS, ALPHA, END], "out of order: IDAT after nothing"),
        ([HEADER, HEADER, COLORS, ALPHA, DATA, END], "out of order: IHDR after IHDR"),
        ([HEADER, DATA, COLORS, ALPHA, END], "out of order: PLTE after the data"),
        ([HEADER, COLORS, DATA, ALPHA, END], "out of order: tRNS after the data"),
        ([HEADER, ALPHA, COLORS, DATA, END], "out of order: PLTE after tRNS"),
        ([HEADER, COLORS, COLORS, ALPHA, DATA, END], "more than one PLTE"),
        ([HEADER, COLORS, ALPHA, ALPHA, DATA, END], "more than one tRNS"),
        ([HEADER, COLORS, DATA, (b"tEXt", b"a\0b"), DATA, END], "other chunks lie between its data"),
        ([HEADER, COLORS, (b"ABCD", b""), DATA, END], "an ABCD chunk|a ABCD chunk"),
        ([HEADER, COLORS, (b"a1cd", b""), DATA, END], "name b'a1cd'"),
        ([(b"CgBI", b"1234"), HEADER, COLORS, DATA, END], "CgBI chunk"),
        ([HEADER, DATA, END], "no palette"),
        ([HEADER, (b"PLTE", COLORS[1][:-1]), DATA, END], "palette has 11 bytes"),
        ([HEADER, (b"PLTE", b""), DATA, END], "palette has 0 bytes"),
        ([HEADER, (b"PLTE", COLORS[1][:3]), DATA, END], "the color 3 of a palette of 1"),
        ([(b"IHDR", HEADER[1][:-1]), COLORS, DATA, END], "header chunk has the wrong length"),
        ([HEADER, COLORS, (b"IDAT", DATA[1][:-4]), END], "end before their checksum"),
        ([HEADER, COLORS, (b"IDAT", DATA[1][:-1] + bytes([DATA[1][-1] ^ 1])), END], "compressed data are broken"),
        ([HEADER, COLORS, (b"IDAT", zlib.compress(bytes(20))), END], "give 20 of the 36 bytes"),
        ([HEADER, COLORS, (b"IDAT", zlib.compress(bytes(1000))), END], "more than the 36 bytes"),
        ([HEADER, COLORS, END], "give 0 of the 36 bytes"),
        ([HEADER, COLORS, DATA], "before its end chunk"),
    ],
)
def test_chunks_of_a_png(chunks, message):
    with pytest.raises(ValueError, match=message):
        io.imread(joined(chunks))


def test_chunks_that_do_not_matter_are_allowed():
    expected = io.imread(PNGS["palette with alpha"])
    split = [(b"IDAT", DATA[1][:9]), (b"IDAT", b""), (b"IDAT", DATA[1][9:])]
    text = (b"tEXt", b"Comment\0hello")
    chunks = [HEADER, text, text, COLORS, ALPHA, (b"vpAg", b"123"), *split, text, END]
    assert np.array_equal(io.imread(joined(chunks)), expected)
    assert np.array_equal(io.imread(joined(chunks) + b"trailing"), expected)
    longer = (b"tRNS", ALPHA[1] + bytes(9))
    assert io.imread(joined([HEADER, COLORS, longer, DATA, END])).shape == expected.shape


def gray_with(shape=(20, 30), **options):
    return saved_tiff(RNG.integers(0, 256, shape, dtype=np.uint8), metadata=None, **options)


def with_tag(data, tag, value, kind=None, count=None):
    """Return a TIFF with another value, type or count in a tag of its first page."""
    damaged = bytearray(data)
    (start,) = struct.unpack_from("<I", data, 4)
    (length,) = struct.unpack_from("<H", data, start)
    for entry in range(start + 2, start + 2 + 12 * length, 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            old_kind, old_count = struct.unpack_from("<HI", data, entry + 2)
            struct.pack_into("<HI", damaged, entry + 2, kind or old_kind, old_count if count is None else count)
            if value is not None:
                struct.pack_into("<I", damaged, entry + 8, value)
            return bytes(damaged)
    raise AssertionError(f"there is no tag {tag}")


STRIPS = gray_with((20, 30, 3), rowsperstrip=4, photometric="rgb")
PACKED = gray_with((20, 30, 3), rowsperstrip=4, photometric="rgb", compression="zlib")
TILES = gray_with((90, 100, 3), tile=(32, 32), photometric="rgb", compression="zlib")
PLANES = gray_with((3, 20, 30), rowsperstrip=4, photometric="rgb", planarconfig="separate")


@pytest.mark.parametrize("data", [STRIPS, PACKED, TILES, PLANES])
@pytest.mark.parametrize(
    ("tag", "value"),
    [(256, 0), (257, 0), (277, 0), (284, 0), (284, 3), (284, 65535), (322, 0), (323, 0), (278, 0)],
)
def test_impossible_values_of_tiff_tags(data, tag, value):
    if struct.pack("<H", tag) not in data or (tag in (322, 323)) != (data is TILES):
        pytest.skip("the file has no such tag")
    if tag == 278 and data is TILES:
        pytest.skip("the file has no strips")
    with pytest.raises(ValueError, match="cannot read '<bytes>'"):
        io.imread(with_tag(data, tag, value))


@pytest.mark.parametrize(
    ("data", "tag", "value", "message"),
    [
        (STRIPS, 257, 21, "lists 5 of the 6 strips"),
        (STRIPS, 278, 3, "lists 5 of the 7 strips"),
        (STRIPS, 278, 5, "hold fewer bytes than their rows need"),
        (STRIPS, 256, 31, "hold fewer bytes than their rows need"),
        (PACKED, 257, 100, "lists 5 of the 25 strips"),
        (TILES, 257, 97, r"lists 12 of the 16 tiles"),
        (TILES, 256, 129, "lists 12 of the 15 tiles"),
        (TILES, 322, 16, "lists 12 of the 21 tiles"),
        (PLANES, 284, 1, "hold fewer bytes"),
        (STRIPS, 284, 2, "lists 5 of the 15 strips"),
        (TILES, 284, 2, "lists 12 of the 36 tiles"),
        (STRIPS, 277, 9, "3 values for 9 samples"),
        (STRIPS, 258, 1 << 30, "tag 258 lie outside"),
        (STRIPS, 273, 1 << 30, "tag 273 lie outside"),
    ],
)
def test_tiff_tags_that_do_not_fit_each_other(data, tag, value, message):
    with pytest.raises(ValueError, match=message):
        io.imread(with_tag(data, tag, value))
    with pytest.raises(ValueError, match="cannot read"):
        io.info(with_tag(data, tag, value))


def test_types_and_counts_of_tiff_tags():
    with pytest.raises(ValueError, match=r"tag 278 holds 1 values of type 11"):
        io.imread(with_tag(STRIPS, 278, None, kind=11))
    with pytest.raises(ValueError, match="its tags are damaged"):
        io.imread(with_tag(STRIPS, 257, None, count=0))
    with pytest.raises(ValueError, match="lists 3 of the 5 strips"):
        io.imread(with_tag(STRIPS, 273, None, count=3))
    huge = with_tag(with_tag(TILES, 322, 1 << 30, kind=4), 323, 1 << 30, kind=4)
    with pytest.raises(ValueError, match="larger than the image"):
        io.imread(huge)


def test_empty_strips_are_not_filled_in():
    one = gray_with((20, 30), compression="zlib")
    for tag in (273, 279):
        with pytest.raises(ValueError, match="strips are empty"):
            io.imread(with_tag(one, tag, 0))


@pytest.mark.parametrize(("compression", "pack"), [("zlib", zlib.compress), ("lzma", lzma.compress)])
def test_strips_are_expanded_no_further_than_their_size(compression, pack):
    small = gray_with((64, 64), compression=compression)
    for bomb in (pack(bytes(1 << 24)), pack(bytes(64 * 64))[:-3]):
        data = small + bytes(len(small) % 2)
        data = with_tag(with_tag(data, 273, len(data)), 279, len(bomb), kind=4) + bomb
        with pytest.raises(ValueError, match="damaged or not complete"):
            io.imread(data)


def test_pages_that_differ_from_the_first():
    """Tifffile would read them all as the first one says."""
    data = saved_tiff(np.zeros((3, 8, 9), np.uint16), photometric="minisblack", metadata=None)
    (start,) = struct.unpack_from("<I", data, 4)
    (length,) = struct.unpack_from("<H", data, start)
    (second,) = struct.unpack_from("<I", data, start + 2 + 12 * length)
    damaged = data[:4] + struct.pack("<I", second) + data[8:]  # begins with the second page
    damaged = with_tag(damaged, 262, 0)
    damaged = data[:4] + struct.pack("<I", start) + damaged[8:]
    with pytest.raises(ValueError, match=r"different|differ in the tags \[262\]"):
        io.imread(damaged)
    assert io.imread(damaged, page=1).max() == 65535


def test_jpeg_in_tiff_without_its_end():
    Image.fromarray(PHOTO).save(stream := streams.BytesIO(), "TIFF", compression="jpeg")
    data = stream.getvalue()
    end = data.index(b"\xff\xd9")
    with pytest.raises(ValueError, match="lack the end marker of JPEG"):
        io.imread(data[:end] + b"\0\1" + data[end + 2 :])


@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_blocks": 3}, {"optimize": True}, {"quality": 30}],
)
@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_that_ends_early_with_an_end_marker(options, size, channels):
    """Decoders fill up what is missing with gray. Up to 40 bytes, a few blocks, cannot be told apart."""
    image = np.kron(PHOTO, np.ones((size, size, 1), np.uint8))
    data = saved(image if channels == 3 else image[..., 0], "JPEG", **options)
    expected = io.imread(data)
    start = data.index(b"\xff\xda") + 20
    for end in np.linspace(start, len(data) - 42, 12).astype(int).tolist():
        with pytest.raises(ValueError, match=r"cut off|truncated"):
            io.imread(data[:end] + b"\xff\xd9")
        with pytest.raises(ValueError, match=r"cut off|truncated"):
            io.imread(data[:end] + b"\xff\xd9" + bytes(100) + b"\xff\xd9")
    assert np.array_equal(io.imread(data + b"trailing bytes"), expected)


@pytest.mark.parametrize("size", [8, 1100])
def test_gray_jpeg_is_not_taken_for_one_that_ends_early(size):
    gray = np.full((size, size, 3), 128, np.uint8)
    for progressive in (False, True):
        assert np.array_equal(io.imread(saved(gray, "JPEG", progressive=progressive)), gray)


FILES = {
    **{name: saved(NOISE, name) for name in ("JPEG", "GIF", "BMP", "WEBP", "AVIF", "JPEG2000")},
    **{name: saved(NOISE, name) for name in ("PPM", "ICO", "PCX", "QOI")},
    "progressive JPEG": saved(NOISE, "JPEG", progressive=True),
    "PCX with palette": quantized(200, "PCX"),
    "PCX gray": saved(NOISE[..., 0], "PCX"),
    "BMP with palette": quantized(9, "BMP"),
    "GIF with palette": quantized(9, "GIF"),
    "PBM": saved(NOISE[..., 0] > 99, "PPM"),
    "JPEG2000 gray": saved(NOISE[..., 0], "JPEG2000"),
    "WEBP lossless": saved(NOISE, "WEBP", lossless=True),
    "TIFF of Pillow": saved(NOISE, "TIFF"),
    "TIFF LZW": saved(NOISE, "TIFF", compression="tiff_lzw"),
    "TIFF with palette": quantized(9, "TIFF"),
    "TIFF strips": STRIPS[:],
    "TIFF zlib": saved_tiff(NOISE.astype(np.uint16), compression="zlib", predictor=True, photometric="rgb"),
    "TIFF pages": saved_tiff(np.arange(60, dtype=np.uint16).reshape(3, 4, 5), photometric="minisblack", metadata=None),
    "BigTIFF tiles": saved_tiff(NOISE, tile=(16, 16), photometric="rgb", bigtiff=True),
    **{f"PNG {kind}": data for kind, data in PNGS.items()},
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_file_cut_off_anywhere(kind):
    """It gives an error, or, where only bytes without meaning are missing, the picture."""
    data = FILES[kind]
    expected = io.imread(data)
    messages = []
    ends = range(len(data)) if len(data) < 700 else sorted({*range(0, len(data), 9), *range(len(data) - 60, len(data))})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for end in ends:
            try:
                image = io.imread(data[:end])
            except ImportError:
                continue
            except ValueError as error:
                messages.append(str(error))
                continue
            if not (kind.endswith("JPEG") and end > len(data) - 42):
                assert np.array_equal(image, expected), end
    assert messages
    assert all(message.startswith("cannot read '<bytes>': ") for message in messages)


@pytest.mark.parametrize("kind", FILES)
def test_bytes_changed_anywhere(kind, tmp_path):
    """A fixed sequence of damages: an image, or an error that names the file."""
    data = FILES[kind]
    path = tmp_path / "damaged"
    source = random.Random(kind)
    messages = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(150):
            damaged = bytearray(data)
            for _ in range(source.choice([1, 1, 2, 5])):
                place = source.randrange(min(len(data), source.choice([100, len(data)])))
                damaged[place] = source.choice([0, 1, 127, 128, 255, source.randrange(256)])
            path.write_bytes(damaged)
            for read in (io.info, lambda path: io.imread(path, max_pixels=1 << 20)):
                try:
                    read(path)
                except ImportError:
                    continue
                except ValueError as error:
                    messages.append(str(error))
    assert all(message.startswith(f"cannot read {str(path)!r}: ") for message in messages)


def test_symbolic_links_in_a_loop_are_left_alone(tmp_path):
    link, other = tmp_path / "a.png", tmp_path / "b.png"
    link.symlink_to(link)
    with pytest.raises(OSError, match=r"a\.png"):
        io.imsave(link, NOISE)
    assert link.is_symlink()
    link.unlink()
    link.symlink_to(other)
    other.symlink_to(link)
    with pytest.raises(OSError, match=r"a\.png"):
        io.imsave(link, NOISE)
    assert link.is_symlink()
    assert other.is_symlink()
    other.unlink()
    io.imsave(link, NOISE)  # a link to a file that does not exist creates it
    assert link.is_symlink()
    assert np.array_equal(io.imread(other), NOISE)


def test_what_a_killed_save_leaves_is_no_image(tmp_path):
    program = (
        "import sys, numpy as np; from opsin import io\n"
        "image = np.random.default_rng(0).integers(0, 256, (4000, 4000, 3), dtype=np.uint8)\n"
        "print('ready', flush=True)\n"
        "io.imsave(sys.argv[1], image, compression=9)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "big.png")], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 60
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    left = [path.name for path in tmp_path.iterdir()]
    assert left
    assert not any(io.is_image_name(name) for name in left)
