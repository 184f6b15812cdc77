"""Files in memory, open files and memory maps."""

from __future__ import annotations

import gzip
import io as streams
import mmap
import tempfile

import numpy as np
import pytest
import tifffile

from opsin import io

COLOR = np.random.default_rng(0).integers(0, 256, (9, 11, 3), dtype=np.uint8)
FORMATS = ["png", "tif", "webp", "jp2", "bmp", "ppm", "npy"]


@pytest.mark.parametrize("name", FORMATS)
def test_into_memory_and_back(tmp_path, name):
    stream = streams.BytesIO()
    io.imsave(stream, COLOR, format=name)
    path = tmp_path / f"a.{name}"
    io.imsave(path, COLOR)
    content = stream.getvalue()
    assert content == path.read_bytes()
    for source in (stream, content, bytearray(content), memoryview(content), np.frombuffer(content, np.uint8)):
        assert np.array_equal(io.imread(source), COLOR)
        assert io.info(source).shape == COLOR.shape
    assert io.info(content).file_size == len(content)


def test_open_files(tmp_path):
    path = tmp_path / "a.png"
    io.imsave(path, COLOR)
    with open(path, "rb") as file:
        file.seek(5)
        assert np.array_equal(io.imread(file), COLOR)
        assert not file.closed
    with open(path, "rb", buffering=0) as raw:
        assert np.array_equal(io.imread(raw), COLOR)
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert np.array_equal(io.imread(mapped), COLOR)
    with gzip.open(tmp_path / "a.png.gz", "wb") as packed:
        packed.write(path.read_bytes())
    with gzip.open(tmp_path / "a.png.gz") as packed:
        assert np.array_equal(io.imread(packed), COLOR)
    with tempfile.TemporaryFile() as file, tempfile.SpooledTemporaryFile() as spooled:
        for target in (file, spooled):
            io.imsave(target, COLOR, format="PNG")
            assert np.array_equal(io.imread(target), COLOR)
    with open(tmp_path / "b.tif", "wb") as file:  # not open for reading
        io.imsave(file, COLOR, format="tiff", metadata=io.Metadata(resolution=(1, 2)))
    assert np.array_equal(io.imread(tmp_path / "b.tif"), COLOR)


class Pipe:
    """A stream without positions, as standard input has."""

    def __init__(self, content):
        self.content = content

    def read(self, size=-1):
        content, self.content = self.content, b""
        return content


def test_streams_without_positions(tmp_path):
    io.imsave(tmp_path / "a.png", COLOR)
    assert np.array_equal(io.imread(Pipe((tmp_path / "a.png").read_bytes())), COLOR)
    with pytest.raises(TypeError, match=r"read\(\) returns bytes; got str"):
        io.imread(Pipe("text"))


def test_what_is_no_source_or_target(tmp_path):
    for read in (io.imread, io.info):
        with pytest.raises(TypeError, match="path, a binary file or a bytes-like object; got float"):
            read(3.5)
        with pytest.raises(TypeError, match="binary mode"):
            read(streams.StringIO("text"))
        with pytest.raises(ValueError, match="cannot read '<bytes>': the file is empty"):
            read(b"")
        with pytest.raises(ValueError, match="null"):
            read("a\0b.png")
    (tmp_path / "a.png").write_bytes(b"")
    with open(tmp_path / "a.png", "wb") as file, pytest.raises(ValueError, match="opened for reading"):
        io.imread(file)
    with pytest.raises(TypeError, match="target must be a path or a file opened in binary mode; got int"):
        io.imsave(3, COLOR)
    with pytest.raises(TypeError, match="binary mode; got StringIO"):
        io.imsave(streams.StringIO(), COLOR, format="png")
    with pytest.raises(ValueError, match="format must be given"):
        io.imsave(streams.BytesIO(), COLOR)
    with pytest.raises(ValueError, match=r"format must be one of .*got 'pngg'\. Did you mean 'png'"):
        io.imsave(streams.BytesIO(), COLOR, format="pngg")
    with pytest.raises(TypeError, match="format must be one of"):
        io.imsave(streams.BytesIO(), COLOR, format=3)


def test_nothing_is_written_to_a_stream_on_an_error():
    stream = streams.BytesIO()
    with pytest.raises(TypeError, match="JPEG holds uint8"):
        io.imsave(stream, COLOR / 255, format="jpeg")
    assert stream.getvalue() == b""


def test_format_decides_before_the_suffix(tmp_path):
    for name, expected in [("PNG", "PNG"), (".png", "PNG"), ("JPEG 2000", "JPEG2000"), ("jp2", "JPEG2000")]:
        io.imsave(tmp_path / "a.part", COLOR, format=name)
        assert io.info(tmp_path / "a.part").format == expected
        assert np.array_equal(io.imread(tmp_path / "a.part"), COLOR)


@pytest.mark.parametrize("dtype", ["int64", "uint16", "float32", "bool"])
@pytest.mark.parametrize("shape", [(5, 7), (4, 5, 7), (5, 7, 3)])
def test_memory_maps(tmp_path, dtype, shape):
    image = np.random.default_rng(1).integers(0, 2 if dtype == "bool" else 1000, shape).astype(dtype)
    for suffix in (".npy", ".tif"):
        path = tmp_path / f"a{suffix}"
        io.imsave(path, image)
        if suffix == ".tif" and dtype == "bool":  # which is stored in single bits
            with pytest.raises(ValueError, match=r"a\.tif.*cannot be memory-mapped"):
                io.imread(path, mmap=True)
            continue
        mapped = io.imread(path, mmap=True)
        assert isinstance(mapped, np.memmap)
        assert not mapped.flags.writeable
        assert mapped.dtype == image.dtype
        assert np.array_equal(mapped, image)


def test_what_cannot_be_memory_mapped(tmp_path):
    image = np.arange(300, dtype=np.uint16).reshape(15, 20)
    io.imsave(tmp_path / "a.tif", image, compression=5)
    tifffile.imwrite(tmp_path / "b.tif", image, byteorder=">")
    np.save(tmp_path / "c.npy", np.asfortranarray(image))
    np.save(tmp_path / "d.npy", image.astype(">u2"))
    io.imsave(tmp_path / "e.png", image)
    io.imsave(tmp_path / "f.pgm", image)
    tifffile.imwrite(tmp_path / "g.tif", image, photometric="miniswhite")
    tifffile.imwrite(tmp_path / "h.tif", image, extratags=[(274, "H", 1, 6, True)])
    for path in tmp_path.iterdir():
        with pytest.raises(ValueError, match=f"{path.name}.*cannot be memory-mapped"):
            io.imread(path, mmap=True)
    with pytest.raises(ValueError, match="only a file given by its path"):
        io.imread((tmp_path / "c.npy").read_bytes(), mmap=True)
    with pytest.raises(TypeError, match="mmap must be True or False"):
        io.imread(tmp_path / "a.tif", mmap="r")
    assert np.array_equal(
        io.imread(tmp_path / "h.tif", mmap=True, apply_orientation=False), image
    )  # as stored, it can be


def test_memory_map_of_one_page(tmp_path):
    stack = np.arange(3 * 4 * 5, dtype=np.int64).reshape(3, 4, 5)
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack", metadata=None)
    assert np.array_equal(io.imread(tmp_path / "a.tif", page=1, mmap=True), stack[1])


def test_memory_map_of_pgm(tmp_path):
    image = np.arange(200, dtype=np.uint8).reshape(10, 20)
    io.imsave(tmp_path / "a.pgm", image)
    assert np.array_equal(io.imread(tmp_path / "a.pgm", mmap=True), image)
    (tmp_path / "a.pgm").write_bytes((tmp_path / "a.pgm").read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"a\.pgm"):
        io.imread(tmp_path / "a.pgm", mmap=True)


def test_names_of_images():
    for name in ("a.png", "b/c.JPG", "x.y.tiff", "a.pnm"):
        assert io.is_image_name(name)
    for name in (".a-0123456789ab.png", "a.npy", "a.txt", "png", ".png", "a.pdf", "a/.b.jpg"):
        assert not io.is_image_name(name)
