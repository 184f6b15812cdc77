"""What cameras, scanners and other programs write."""

from __future__ import annotations

import base64
import importlib.util
import sys
import types
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tifffile
from PIL import Image

from opsin import io
from opsin.io.opened import oriented

ROWS, COLUMNS = np.mgrid[:40, :64]
PHOTO = np.stack([ROWS * 5, COLUMNS * 3, 255 - ROWS - COLUMNS], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.tif", "a.png"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(tmp_path, name, orientation):
    """The eight ways to hold a camera: the upright picture comes back."""
    # How a camera held so stores an upright picture: the inverse of what EXIF asks of a viewer.
    store = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if name == "a.webp" else {}
    Image.fromarray(np.ascontiguousarray(store(PHOTO))).save(tmp_path / name, exif=exif, **options)
    back = io.imread(tmp_path / name)
    tolerance = 12 if name == "a.jpg" else 0
    assert back.shape == PHOTO.shape == io.info(tmp_path / name).shape
    assert np.abs(back.astype(int) - PHOTO).max() <= tolerance
    assert back.flags.c_contiguous
    assert back.flags.writeable
    stored = io.imread(tmp_path / name, apply_orientation=False)
    assert stored.shape == store(PHOTO).shape
    assert np.abs(stored.astype(int) - store(PHOTO)).max() <= tolerance


@pytest.mark.parametrize("shape", [(1, 1), (70, 1100), (1100, 70, 3), (2, 3, 130, 600), (2, 130, 60, 4)])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_turning_large_images(shape, orientation):
    """As Pillow turns them, whatever the blocks."""
    image = np.random.default_rng(0).integers(0, 1000, shape)
    axis = {2: 0, 3: 0, 4: len(shape) - 2 if shape[-1] > 4 else 1}[len(shape)]
    methods = dict(zip(range(2, 9), [0, 3, 1, 5, 4, 6, 2], strict=True))  # Image.Transpose, in EXIF's order
    where = Image.fromarray(np.arange(shape[axis] * shape[axis + 1], dtype=np.int32).reshape(shape[axis : axis + 2]))
    index = np.asarray(where.transpose(Image.Transpose(methods[orientation])))
    flat = image.reshape(*shape[:axis], -1, *shape[axis + 2 :])
    result = oriented(image, orientation, axis)
    assert np.array_equal(result, np.take(flat, index, axis))
    assert result.flags.c_contiguous


def test_unknown_orientation_and_broken_exif_change_nothing(tmp_path):
    assert oriented(PHOTO, 9) is PHOTO
    Image.fromarray(PHOTO).save(tmp_path / "a.jpg", exif=b"Exif\0\0garbage")
    assert io.imread(tmp_path / "a.jpg").shape == PHOTO.shape


def test_jpeg_equals_pillow(tmp_path):
    """Also above the size from which the optional codecs decode."""
    rng = np.random.default_rng(0)
    big = np.kron(PHOTO, np.ones((27, 17, 1), np.uint8)) ^ rng.integers(0, 16, (1080, 1088, 1), dtype=np.uint8)
    for number, options in enumerate(
        [{}, {"subsampling": 0}, {"subsampling": 1, "quality": 30}, {"progressive": True}, {"keep_rgb": True}]
    ):
        for image in (big, big[..., 0], big[:333, :217]):
            path = tmp_path / f"{number}.jpg"
            Image.fromarray(image).save(path, **options)
            with Image.open(path) as expected:
                assert np.array_equal(io.imread(path), np.asarray(expected))


def test_large_jpeg_that_is_cut_off_is_an_error(tmp_path):
    path = tmp_path / "a.jpg"
    Image.fromarray(np.kron(PHOTO, np.ones((27, 17, 1), np.uint8))).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 9 // 10])
    with pytest.raises(ValueError, match="truncated"):
        io.imread(path)


def test_cmyk_jpeg_is_rgb(tmp_path):
    Image.fromarray(PHOTO).convert("CMYK").save(tmp_path / "a.jpg", quality=98)
    back = io.imread(tmp_path / "a.jpg")
    assert back.shape == PHOTO.shape
    assert np.abs(back.astype(int) - PHOTO).mean() < 4


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_animation_reads_one_frame(tmp_path, name):
    frames = [Image.new("RGB", (6, 4), color) for color in ("red", "lime", "blue")]
    frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], lossless=True)
    first = io.imread(tmp_path / name)
    assert first.shape == (4, 6, 3)
    assert first[0, 0].tolist() == [255, 0, 0]
    if name != "a.png":
        assert io.info(tmp_path / name).pages == 3
        assert io.imread(tmp_path / name, page=2)[0, 0].tolist() == [0, 0, 255]
        with pytest.raises(ValueError, match="page must be at most 2; got 3"):
            io.imread(tmp_path / name, page=3)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "packbits", "tiff_deflate", "jpeg", "group4"])
def test_tiff_of_other_programs(tmp_path, compression):
    image = Image.fromarray(PHOTO)
    if compression == "group4":
        image = image.convert("1")
    image.save(tmp_path / "a.tif", compression=compression)
    with Image.open(tmp_path / "a.tif") as read:
        expected = np.asarray(read.convert(image.mode))
    back = io.imread(tmp_path / "a.tif")
    assert back.dtype == expected.dtype
    assert np.array_equal(back, expected)
    assert io.info(tmp_path / "a.tif").shape == expected.shape


@pytest.mark.parametrize("orientation", [1, 2, 6, 7, 8])
def test_stored_orientation_of_a_tiff_read_by_pillow(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    cmyk = Image.fromarray(PHOTO).convert("CMYK")
    cmyk.save(tmp_path / "a.tif", exif=exif)
    stored = np.asarray(cmyk.convert("RGB"))
    assert np.array_equal(io.imread(tmp_path / "a.tif", apply_orientation=False), stored)
    assert np.array_equal(io.imread(tmp_path / "a.tif"), oriented(stored, orientation))


def test_tiff_pages(tmp_path):
    stack = np.arange(3 * 4 * 5, dtype=np.uint16).reshape(3, 4, 5)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, stack, photometric="minisblack", metadata=None)
    assert np.array_equal(io.imread(path), stack)
    assert io.info(path) == io.ImageInfo("TIFF", (3, 4, 5), np.dtype(np.uint16), 3, path.stat().st_size)
    for page in range(3):
        assert np.array_equal(io.imread(path, page=page), stack[page])
    with pytest.raises(ValueError, match="page must be at most 2; got 3"):
        io.imread(path, page=3)


def test_tiff_pages_in_colour_planes_and_turned(tmp_path):
    stack = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    path = tmp_path / "a.tif"
    options = {"photometric": "rgb", "planarconfig": "separate", "metadata": None}
    tifffile.imwrite(path, stack, **options)
    assert np.array_equal(io.imread(path), np.moveaxis(stack, 1, -1))
    assert np.array_equal(io.imread(path, page=1), np.moveaxis(stack[1], 0, -1))
    tifffile.imwrite(path, stack, extratags=[(274, 3, 1, 6, True)], **options)
    expected = np.stack([np.rot90(np.moveaxis(one, 0, -1), -1) for one in stack])
    assert np.array_equal(io.imread(path), expected)
    assert io.info(path).shape == expected.shape


def test_tiff_pages_of_different_shapes(tmp_path):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(np.zeros((4, 5), np.uint8))
        tiff.write(np.ones((6, 7), np.uint8))
    with pytest.raises(ValueError, match=r"different shapes \(\(4, 5\), \(6, 7\)\); read one with page="):
        io.imread(path)
    assert np.array_equal(io.imread(path, page=1), np.ones((6, 7), np.uint8))


def test_reduced_pages_of_a_pyramid_are_left_out(tmp_path):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(PHOTO, photometric="rgb")
        tiff.write(PHOTO[::2, ::2], photometric="rgb", subfiletype=1)
    assert np.array_equal(io.imread(path), PHOTO)


def test_bigtiff_tiled_and_big_endian(tmp_path):
    image = np.arange(300 * 200, dtype=np.int32).reshape(300, 200)
    tifffile.imwrite(tmp_path / "a.tif", image, bigtiff=True, tile=(64, 64), byteorder=">", compression="zlib")
    back = io.imread(tmp_path / "a.tif")
    assert back.dtype == np.int32
    assert back.dtype.isnative
    assert np.array_equal(back, image)


def test_white_is_zero(tmp_path):
    gray = np.array([[0, 10, 255]], np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", gray, photometric="miniswhite")
    assert io.imread(tmp_path / "a.tif").tolist() == [[255, 245, 0]]
    tifffile.imwrite(tmp_path / "b.tif", np.array([[True, False]]), photometric="miniswhite")
    assert io.imread(tmp_path / "b.tif").tolist() == [[False, True]]


def test_tiff_palette_cmyk_and_lab(tmp_path):
    image = Image.fromarray(PHOTO).quantize(16)
    image.save(tmp_path / "a.tif")
    assert np.array_equal(io.imread(tmp_path / "a.tif"), np.asarray(image.convert("RGB")))
    assert io.info(tmp_path / "a.tif").shape == PHOTO.shape
    for mode in ("CMYK", "YCbCr", "LAB"):
        other = Image.fromarray(PHOTO).convert("RGB" if mode == "LAB" else mode)
        if mode == "LAB":
            other = Image.merge("LAB", other.split())
        other.save(tmp_path / "b.tif")
        with Image.open(tmp_path / "b.tif") as read:
            assert np.array_equal(io.imread(tmp_path / "b.tif"), np.asarray(read.convert("RGB"))), mode


def test_content_decides_and_not_the_name(tmp_path):
    io.imsave(tmp_path / "a.png", PHOTO)
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert np.array_equal(io.imread(tmp_path / "a.jpg"), PHOTO)
    assert io.info(str(tmp_path / "a.jpg")).format == "PNG"


def test_as_gray(tmp_path, monkeypatch):
    """Colours go through the one conversion that opsin has; alpha is left out."""
    color = types.ModuleType("opsin.color")
    color.rgb2gray = lambda image, *, channel_axis: image.max(axis=channel_axis)
    monkeypatch.setitem(sys.modules, "opsin.color", color)
    gray = PHOTO[..., 0]
    alpha = np.full(gray.shape, 255, np.uint8)
    for image, expected in [
        (PHOTO, PHOTO.max(axis=-1)),
        (np.dstack([PHOTO, alpha]), PHOTO.max(axis=-1)),
        (gray, gray),
        (np.dstack([gray, alpha]), gray),
    ]:
        io.imsave(tmp_path / "a.png", image)
        assert np.array_equal(io.imread(tmp_path / "a.png", as_gray=True), expected)
    stack = np.zeros((2, 5, 3), np.uint8)  # pages of 5 x 3: no colours
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack", metadata=None)
    assert np.array_equal(io.imread(tmp_path / "a.tif", as_gray=True), stack)


# 12 bit, [[0, 4095, 1000], [7, 8, 9]]; and 10 bit, 2 x 3 pixels of RGB, 900 everywhere.
JPEG_2000 = (
    "/0//UQApAAAAAAADAAAAAgAAAAAAAAAAAAAAAwAAAAIAAAAAAAAAAAABCwEB/1IADAAAAAEAAAQEAAH/XAAEQGD/ZAAlAAFD"
    "cmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAAcAAH/k9/gLAeeAjrMnuMQrO8//9k="
)
AVIF = (
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAA"
    "AAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAIgAAAChpaW5mAAAAAAABAAAAGmluZmUC"
    "AAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAAwAAAAIAAAAQcGl4aQAAAAADCgoKAAAA"
    "DGF2MUOBIEAAAAAAE2NvbHJuY2x4AAIAAgAAgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAKm1kYXQSAAoIOAQvOBAQBIAy"
    "FBAAAAAP+I4SStS5YpYv0IOeT3Dv"
)


@pytest.mark.parametrize(
    ("packed", "expected"),
    [(JPEG_2000, np.uint16([[0, 4095, 1000], [7, 8, 9]])), (AVIF, np.full((2, 3, 3), 900, np.uint16))],
)
def test_more_than_eight_bit_are_never_cut(tmp_path, packed, expected):
    """Pillow alone would give 8 bit, or 16 scaled from 12."""
    (tmp_path / "deep").write_bytes(base64.b64decode(packed))
    found = io.info(tmp_path / "deep")
    assert (found.shape, found.dtype) == (expected.shape, np.uint16)
    if importlib.util.find_spec("imagecodecs"):
        assert np.array_equal(io.imread(tmp_path / "deep"), expected)
    else:
        with pytest.raises(ImportError, match=r"more than 8 bit.*pip install 'opsin\[codecs\]'"):
            io.imread(tmp_path / "deep")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"P5 2 1 4095\n\x0f\xa0\x00\x07", np.uint16([[4000, 7]])),
        (b"P5\n# a comment\n2 # here too\n1\n100\n\x32\x64", np.uint8([[50, 100]])),
        (b"P2 3 1 300\n1 2 # three\n 300\n", np.uint16([[1, 2, 300]])),
        (b"P3 1 1 255\n1 2 3", np.uint8([[[1, 2, 3]]])),
        (b"P6 1 2 65535\n" + bytes(range(12)), np.arange(12, dtype=np.uint8).view(">u2").reshape(2, 1, 3)),
        (b"P4 3 1\n\xa0", np.array([[False, True, False]])),
    ],
)
def test_netpbm_keeps_its_numbers(tmp_path, data, expected):
    (tmp_path / "a.pnm").write_bytes(data)
    back = io.imread(tmp_path / "a.pnm")
    assert back.dtype == expected.dtype.newbyteorder("=")
    assert np.array_equal(back, expected)
    assert back.flags.writeable
    assert io.info(tmp_path / "a.pnm").shape == back.shape


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"P5 2 1 255\n1", "holds 1 of 2 values"),
        (b"P6 1 1 999\n12345", "holds 2 of 3 values"),
        (b"P2 2 1 9\n1 10", "value 10.*9 as the highest"),
        (b"P2 2 1 9\n1 x", "invalid literal"),
        (b"P5 2 0 9\n", "0 rows"),
        (b"P5 2 2 70000\n", "value of 70000"),
        (b"P5 hello", "header is damaged"),
    ],
)
def test_broken_netpbm(tmp_path, data, message):
    (tmp_path / "a.pnm").write_bytes(data)
    with pytest.raises(ValueError, match=message):
        io.imread(tmp_path / "a.pnm")


def test_many_threads(tmp_path):
    suffixes = [".png", ".tif", ".bmp", ".webp"]
    for suffix in suffixes:
        io.imsave(tmp_path / f"a{suffix}", PHOTO)
    with ThreadPoolExecutor(8) as pool:
        for back in pool.map(lambda i: io.imread(tmp_path / f"a{suffixes[i % 4]}"), range(64)):
            assert np.array_equal(back, PHOTO)


def test_reading_leaves_nothing_open_and_warns_of_nothing(tmp_path):
    io.imsave(tmp_path / "a.tif", PHOTO)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        io.imread(tmp_path / "a.tif")
        io.info(tmp_path / "a.tif")
    (tmp_path / "a.tif").unlink()
