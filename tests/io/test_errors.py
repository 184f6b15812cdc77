"""What goes wrong is said: which file, what came, what is allowed, how to mend it."""

from __future__ import annotations

import io as streams
import os
import struct
import zlib

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from opsin import io

GRAY = np.arange(12, dtype=np.uint8).reshape(3, 4)
COLOR = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)


def refused(path, image, error, message, **options):
    with pytest.raises(error, match=message):
        io.imsave(path, image, **options)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "image", "error", "message"),
    [
        ("a.png", GRAY / 11.0, TypeError, r"float64.* from 0 to 1: \(image \* 255\)\.round\(\)"),
        ("a.png", GRAY * 20.0, TypeError, r"from 0 to 220: image\.round\(\)\.astype\('uint8'\).*TIFF or NPY"),
        ("a.jpg", GRAY - 5.0, TypeError, r"JPEG holds uint8; image is float64.*-5 to 6: scale it"),
        ("a.png", np.array([[np.nan, 1]]), TypeError, "not finite: np.nan_to_num"),
        ("a.png", np.full((2, 2), np.nan), TypeError, "no finite value"),
        ("a.png", GRAY.astype(int), TypeError, r"int64.*0 to 11: image\.astype\('uint8'\)"),
        ("a.png", GRAY.astype(int) * 1000, TypeError, r"0 to 11000: image\.astype\('uint16'\)"),
        ("a.png", GRAY.astype(int) - 1, TypeError, "-1 to 10: scale or clip"),
        ("a.jpg", GRAY.astype(np.uint16), TypeError, r"from 0 to 11: image\.astype\('uint8'\)"),
        ("a.jpg", GRAY.astype(np.uint16) * 99, TypeError, "drops the lower half"),
        ("a.jpg", GRAY > 3, TypeError, r"image\.astype\('uint8'\) \* 255"),
        ("a.png", GRAY * 1j, TypeError, "np.abs"),
        ("a.png", [["a", "b"]], TypeError, "array of numbers"),
        ("a.tif", [[None]], TypeError, "array of numbers"),
        (
            "a.jpg",
            np.zeros((3, 4, 4), np.uint8),
            ValueError,
            r"\(3, 4, 4\).*alpha channel: image\[\.\.\., :-1\]",
        ),
        ("a.webp", GRAY, ValueError, r"np\.stack"),
        ("a.gif", COLOR, ValueError, "gray only; use PNG for colors"),
        ("a.png", GRAY[..., None], ValueError, r"image\[\.\.\., 0\]"),
        ("a.png", np.zeros((2, 3, 4, 3), np.uint8), ValueError, r"got \(2, 3, 4, 3\)"),
        ("a.png", np.zeros((3, 4, 3), bool), ValueError, "for PNG"),
        ("a.png", GRAY[0], ValueError, r"got shape \(4,\)"),
        ("a.tif", np.zeros((0, 4)), ValueError, r"got shape \(0, 4\)"),
        ("a.webp", np.zeros((1, 16384, 3), np.uint8), ValueError, "at most 16383"),
        ("a.pmg", GRAY, ValueError, r"\.png, \.jpg.*got '\.pmg'\. Did you mean '\.p"),
        ("a", GRAY, ValueError, "got none in 'a'"),
    ],
)
def test_what_cannot_be_written(tmp_path, name, image, error, message):
    refused(tmp_path / name, image, error, message)


def test_options_that_do_not_fit(tmp_path):
    refused(tmp_path / "a.png", GRAY, ValueError, "quality is for JPEG.*PNG has no such", quality=3)
    refused(tmp_path / "a.jpg", GRAY, ValueError, "compression is for PNG, TIFF", compression=3)
    refused(tmp_path / "a.jpg", GRAY, ValueError, "at most 100; got 101", quality=101)
    refused(tmp_path / "a.jpg", GRAY, TypeError, "quality must be an integer", quality=5.5)


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.tif"
    io.imsave(path, GRAY)

    def fail(file, *rest, **options):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tifffile, "imwrite", fail)
    with pytest.raises(OSError, match="No space left"):
        io.imsave(path, GRAY + 1)
    assert list(tmp_path.iterdir()) == [path]
    assert np.array_equal(io.imread(path), GRAY)


def test_where_to_write(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder to write into.*missing"):
        io.imsave(tmp_path / "missing" / "a.png", GRAY)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder\.png"):
        io.imsave(tmp_path / "folder.png", GRAY)
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(OSError, match="not a regular file"):
        io.imsave(tmp_path / "pipe.png", GRAY)


def test_links_and_permissions_stay(tmp_path):
    target = tmp_path / "target.png"
    io.imsave(target, GRAY)
    target.chmod(0o640)
    (tmp_path / "link.png").symlink_to(target)
    io.imsave(tmp_path / "link.png", GRAY + 1)
    assert (tmp_path / "link.png").is_symlink()
    assert np.array_equal(io.imread(target), GRAY + 1)
    assert target.stat().st_mode & 0o777 == 0o640
    umask = os.umask(0)
    os.umask(umask)
    io.imsave(tmp_path / "new.png", GRAY)
    assert (tmp_path / "new.png").stat().st_mode & 0o777 == 0o666 & ~umask


def test_what_cannot_be_opened(tmp_path):
    for read in (io.imread, io.info):
        with pytest.raises(FileNotFoundError, match=r"missing\.png"):
            read(tmp_path / "missing.png")
        with pytest.raises(IsADirectoryError):
            read(tmp_path)
        (tmp_path / "empty.png").write_bytes(b"")
        with pytest.raises(ValueError, match=r"empty\.png.*the file is empty"):
            read(tmp_path / "empty.png")
        (tmp_path / "text.png").write_text("hello, world")
        with pytest.raises(ValueError, match=r"text\.png.*not an image in a format that opsin reads.*68 65 6c 6c"):
            read(tmp_path / "text.png")
        with pytest.raises(TypeError):
            read(3.5)
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(OSError, match=r"not a regular file.*pipe\.png"):
        io.imread(tmp_path / "pipe.png")
    with pytest.raises(TypeError, match="page must be an integer"):
        io.imread(tmp_path / "text.png", page="1")
    with pytest.raises(ValueError, match="page must be at least 0; got -1"):
        io.imread(tmp_path / "text.png", page=-1)
    with pytest.raises(TypeError, match="as_gray"):
        io.imread(tmp_path / "text.png", as_gray="yes")


def png_that_claims(rows, columns, depth, color):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", columns, rows, depth, color, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(50))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def tiff_that_claims(rows, columns):
    stream = streams.BytesIO()
    tifffile.imwrite(stream, np.zeros((4, 4), np.uint8), compression="zlib", metadata=None)
    stream.seek(0)
    tiff = tifffile.TiffFile(stream)
    for name, value in (("ImageLength", rows), ("ImageWidth", columns), ("RowsPerStrip", rows)):
        stream.seek(tiff.pages[0].tags[name].valueoffset)
        stream.write(struct.pack("<H" if tiff.pages[0].tags[name].dtype == 3 else "<I", value))
    return stream.getvalue()


@pytest.mark.parametrize("data", [png_that_claims(60000, 60000, 8, 2), png_that_claims(60000, 60000, 16, 2),
                                  png_that_claims(60000, 60000, 1, 0), tiff_that_claims(60000, 60000)])  # fmt: skip
def test_bombs_are_refused_before_decoding(tmp_path, data):
    path = tmp_path / "bomb"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"declares 3,600,000,000 pixels.*limit is 268,435,456.*max_pixels="):
        io.imread(path)
    assert io.info(path).shape[:2] == (60000, 60000)


def test_many_samples_count_as_pixels(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, np.zeros((4, 5, 600), np.uint8), photometric="rgb", planarconfig="contig", compression="zlib"
    )
    assert io.imread(path, as_gray=True).shape == (4, 5, 600)
    with pytest.raises(ValueError, match="declares 12,000 pixels"):
        io.imread(path, max_pixels=11_999)


def test_max_pixels(tmp_path):
    path = tmp_path / "a.png"
    io.imsave(path, np.zeros((100, 200), np.uint8))
    assert io.imread(path, max_pixels=20000).shape == (100, 200)
    assert io.imread(path, max_pixels=None).shape == (100, 200)
    with pytest.raises(ValueError, match="declares 20,000 pixels"):
        io.imread(path, max_pixels=19999)
    with pytest.raises(ValueError, match="max_pixels must be at least 1"):
        io.imread(path, max_pixels=0)
    # Data that lie in the file as they are cannot be more than they seem.
    io.imsave(tmp_path / "a.tif", np.zeros((100, 200)))
    assert io.imread(tmp_path / "a.tif", max_pixels=10).shape == (100, 200)


def test_more_pixels_than_pillow_allows(tmp_path):
    """Pillow's own limit, 179 million pixels, does not stop a panorama; ours is a parameter."""
    Image.new("1", (20000, 10000)).save(tmp_path / "a.png")
    assert io.info(tmp_path / "a.png").shape == (10000, 20000)
    with pytest.raises(ValueError, match="200,000,000 pixels"):
        io.imread(tmp_path / "a.png", max_pixels=10**8)


def test_npy_with_objects_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}]), allow_pickle=True)
    with pytest.raises(ValueError, match="holds object, not numbers"):
        io.imread(tmp_path / "a.npy")
    np.save(tmp_path / "b.npy", np.zeros((100, 100)))
    (tmp_path / "b.npy").write_bytes((tmp_path / "b.npy").read_bytes()[:5000])
    with pytest.raises(ValueError, match="cut off: it holds 4872 bytes of the 80000"):
        io.imread(tmp_path / "b.npy")


def test_tiff_cut_off_is_an_error(tmp_path):
    """What is missing is not filled in with zeros."""
    for compression in (0, 6):
        path = tmp_path / "a.tif"
        io.imsave(path, np.random.default_rng(0).random((64, 64)), compression=compression)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) - 100])
        with pytest.raises(ValueError, match=r"a\.tif"):
            io.imread(path)


def small_files():
    """Return one small file of each kind."""
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (9, 11, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    exif = Image.Exif()
    exif[0x0112] = 6
    found = {}
    for name in (
        "JPEG",
        "PNG",
        "GIF",
        "BMP",
        "WEBP",
        "AVIF",
        "JPEG2000",
        "PPM",
        "ICO",
        "TIFF",
        "PCX",
        "QOI",
    ):
        stream = streams.BytesIO()
        image.save(stream, name, **({"exif": exif} if name in ("JPEG", "PNG", "WEBP") else {}))
        found[name] = stream.getvalue()
    stream = streams.BytesIO()
    image.save(stream, "TIFF", compression="tiff_lzw")
    found["TIFF LZW"] = stream.getvalue()
    stream = streams.BytesIO()
    image.quantize(7).save(stream, "PNG")
    found["PNG palette"] = stream.getvalue()
    for name, data, options in [
        ("TIFF float", rng.random((3, 9, 11)), {"photometric": "minisblack"}),
        ("TIFF zlib", noise.astype(np.uint16), {"compression": "zlib", "predictor": True}),
        (
            "TIFF tiles",
            np.kron(noise[..., 0], np.ones((4, 4), np.uint8)),
            {"tile": (16, 16), "bigtiff": True},
        ),
    ]:
        stream = streams.BytesIO()
        tifffile.imwrite(stream, data, **options)
        found[name] = stream.getvalue()
    stream = streams.BytesIO()
    np.save(stream, noise)
    found["NPY"] = stream.getvalue()
    return found


FILES = small_files()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_damaged_files_raise_what_is_documented(tmp_path_factory, kind, data):
    """Bytes changed, removed or cut off: an image comes, or an error that names the file."""
    damaged = bytearray(FILES[kind])
    path = tmp_path_factory.getbasetemp() / "damaged"
    for _ in range(data.draw(st.integers(0, 4))):
        # Headers are where it hurts: half of the changes go there.
        place = data.draw(st.integers(0, min(99, len(damaged) - 1)) | st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged[: data.draw(st.just(len(damaged)) | st.integers(0, len(damaged)))])
    refusals = []
    for read in (io.info, lambda path: io.imread(path, max_pixels=1 << 20)):
        try:
            read(path)
        except ImportError:  # the codec that the damaged bytes ask for
            continue
        except ValueError as error:
            refusals.append(str(error))
    assert all(str(path) in text for text in refusals)
