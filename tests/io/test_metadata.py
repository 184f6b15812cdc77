"""EXIF, ICC profile and resolution survive reading, processing and writing."""

from __future__ import annotations

import io as streams
import struct

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from opsin import io
from opsin.io.metadata import as_stored, orientation_of

MAKE, DATE, MODEL, EXPOSURE = 0x010F, 0x0132, 0x0110, 0x829A
RNG = np.random.default_rng(0)
COLOR = RNG.integers(0, 256, (24, 32, 3), dtype=np.uint8)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif_block(orientation=6, byte_order="<", thumbnail=b""):
    """Return a block as cameras write it: two directories, a place and a thumbnail."""
    exif = Image.Exif()
    exif.endian = byte_order
    exif[MAKE] = "opsin"
    exif[0x0112] = orientation
    exif[0x011A], exif[0x011B], exif[0x0128] = 150.0, 75.0, 2
    exif[DATE] = "2024:02:03 04:05:06"
    exif[0x8769] = {EXPOSURE: 0.125, 0xA002: 999, 0xA003: 888}
    exif[0x8825] = {1: "N", 2: (48.0, 8.0, 12.5)}
    block = exif.tobytes()[6:]
    if thumbnail:
        # The link to the next directory stands after the entries of the first.
        (first,) = struct.unpack_from(byte_order + "I", block, 4)
        (length,) = struct.unpack_from(byte_order + "H", block, first)
        block += bytes(len(block) % 2)
        start = len(block)
        entries = [(0x0201, 4, 1, start + 30), (0x0202, 4, 1, len(thumbnail))]
        directory = struct.pack(byte_order + "H", 2)
        directory += b"".join(struct.pack(byte_order + "HHII", *entry) for entry in entries) + bytes(4)
        block = bytearray(block + directory + thumbnail)
        struct.pack_into(byte_order + "I", block, first + 2 + 12 * length, start)
    return bytes(block)


def loaded(block):
    exif = Image.Exif()
    exif.load(block)
    return exif


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".avif"])
def test_metadata_of_a_photograph_are_kept(tmp_path, suffix, byte_order):
    """As a program does: read a photograph taken sideways, halve it, write it with what it said."""
    photo = tmp_path / "photo.jpg"
    exif = exif_block(6, byte_order)
    Image.fromarray(COLOR).save(photo, exif=b"Exif\0\0" + exif, icc_profile=PROFILE, dpi=(150, 75), quality=95)
    image, found = io.imread(photo), io.info(photo)
    assert found.metadata.resolution == (150, 75)  # rotated by 90 degrees
    assert found.metadata.icc_profile == PROFILE
    target = tmp_path / f"half{suffix}"
    io.imsave(target, image[::2, ::2], metadata=found.metadata)
    with Image.open(target) as read:
        back = read.getexif()
        assert back[MAKE].rstrip("\0") == "opsin"
        assert back[DATE] == "2024:02:03 04:05:06"
        assert back.get(0x0112, 1) == 1
        inner = back.get_ifd(0x8769)
        assert (inner[EXPOSURE], inner[0xA002], inner[0xA003]) == (0.125, 12, 16)
        assert back.get_ifd(0x8825)[2] == (48.0, 8.0, 12.5)
        assert read.info["icc_profile"] == PROFILE
        if suffix in (".jpg", ".png", ".tif"):
            assert tuple(map(round, read.info["dpi"])) == (75, 150)
    assert io.imread(target).shape == (16, 12, 3)
    again = io.info(target).metadata
    assert again.icc_profile == PROFILE
    assert again.resolution == (150, 75)
    assert loaded(again.exif).get_ifd(0x8769)[EXPOSURE] == 0.125


def test_bytes_that_are_not_known_stay(tmp_path):
    """Only the values that change are edited: notes of camera makers hold positions within the block."""
    block = exif_block(1)
    io.imsave(tmp_path / "a.png", COLOR, metadata=io.Metadata(exif=b"Exif\0\0" + block))
    back = io.info(tmp_path / "a.png").metadata.exif
    assert len(back) == len(block)
    assert sum(a != b for a, b in zip(back, block, strict=True)) <= 8


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_thumbnail_is_removed(tmp_path, byte_order):
    """It shows the picture as it was: what was blurred or cut off would still be seen."""
    secret = b"\xff\xd8 what was seen before \xff\xd9"
    block = exif_block(6, byte_order, secret)
    assert secret in block
    Image.fromarray(COLOR).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + block)
    found = io.info(tmp_path / "a.jpg").metadata
    assert loaded(found.exif)[MAKE] == "opsin"
    io.imsave(tmp_path / "b.jpg", COLOR, metadata=found)
    assert secret not in (tmp_path / "b.jpg").read_bytes()


def test_stored_orientation_is_kept_with_stored_pixels(tmp_path):
    Image.fromarray(COLOR).save(tmp_path / "a.png", exif=b"Exif\0\0" + exif_block(6), dpi=(150, 75))
    stored = io.imread(tmp_path / "a.png", apply_orientation=False)
    found = io.info(tmp_path / "a.png", apply_orientation=False)
    assert found.shape == stored.shape == COLOR.shape
    assert found.metadata.resolution == (75, 150)
    io.imsave(tmp_path / "b.png", stored, metadata=found.metadata)
    assert io.imread(tmp_path / "b.png").shape == (32, 24, 3)


def test_profiles_for_other_colors_are_left_out(tmp_path):
    metadata = io.Metadata(icc_profile=PROFILE)
    io.imsave(tmp_path / "a.png", COLOR[..., 0], metadata=metadata)
    assert io.info(tmp_path / "a.png").metadata.icc_profile is None
    io.imsave(tmp_path / "a.png", COLOR.astype(np.uint16), metadata=metadata)
    assert io.info(tmp_path / "a.png").metadata.icc_profile == PROFILE


@pytest.mark.parametrize("suffix", [".bmp", ".gif", ".jp2", ".pgm", ".pdf", ".npy"])
def test_what_a_format_cannot_hold_is_left_out(tmp_path, suffix):
    metadata = io.Metadata(exif_block(), PROFILE, (150, 75))
    io.imsave(tmp_path / f"a{suffix}", COLOR[..., 0], metadata=metadata)
    if suffix == ".bmp":
        vertical, horizontal = io.info(tmp_path / "a.bmp").metadata.resolution
        assert (round(vertical), round(horizontal)) == (150, 75)


def test_exif_too_long_for_a_jpeg_is_left_out(tmp_path):
    metadata = io.Metadata(exif=exif_block(1) + bytes(70000))
    io.imsave(tmp_path / "a.jpg", COLOR, metadata=metadata)
    assert io.info(tmp_path / "a.jpg").metadata.exif is None
    io.imsave(tmp_path / "a.png", COLOR, metadata=metadata)
    assert len(io.info(tmp_path / "a.png").metadata.exif) == len(metadata.exif)


def test_files_without_metadata_have_none(tmp_path):
    for suffix in (".png", ".jpg", ".tif", ".webp", ".avif", ".ppm"):
        io.imsave(tmp_path / f"a{suffix}", COLOR)
        assert io.info(tmp_path / f"a{suffix}").metadata == io.Metadata(), suffix


def test_jpeg_with_resolution_only_in_exif(tmp_path):
    Image.fromarray(COLOR).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + exif_block(1))
    assert io.info(tmp_path / "a.jpg").metadata.resolution == (75, 150)


def test_tiff_in_centimeters(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", COLOR, photometric="rgb", resolution=(100, 50), resolutionunit="CENTIMETER")
    assert io.info(tmp_path / "a.tif").metadata.resolution == (127, 254)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"exif": "II"}, TypeError, "exif must be bytes or None; got str"),
        ({"exif": b"garbage"}, ValueError, "block of EXIF; got bytes that start with b'garbage'"),
        ({"icc_profile": bytes(200)}, ValueError, "must be an ICC profile"),
        ({"resolution": 300}, TypeError, "resolution must be two numbers; got 300"),
        ({"resolution": (300, 0)}, ValueError, "resolution must be more than 0"),
        ({"resolution": (300, "x")}, TypeError, "resolution must be a number"),
    ],
)
def test_wrong_metadata(values, error, message):
    with pytest.raises(error, match=message):
        io.Metadata(**values)


def test_wrong_type_of_metadata(tmp_path):
    with pytest.raises(TypeError, match=r"metadata must be opsin\.io\.Metadata or None; got dict"):
        io.imsave(tmp_path / "a.png", COLOR, metadata={"dpi": 300})
    assert not list(tmp_path.iterdir())


BLOCK = exif_block(6, "<", b"\xff\xd8 thumbnail \xff\xd9")


@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_damaged_exif_is_dropped_or_kept_and_never_fails(data):
    damaged = bytearray(BLOCK[: data.draw(st.integers(0, len(BLOCK)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    block = bytes(damaged)
    assert orientation_of(block) in range(1, 9)
    found = as_stored(exif=block, orientation=6)
    for suffix in ("png", "jpg", "tif"):
        io.imsave(streams.BytesIO(), COLOR, format=suffix, metadata=found)
