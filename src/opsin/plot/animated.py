"""Animated GIF, PNG and WebP, written frame by frame: no more than two frames are in memory.

Pillow keeps all frames until the last. Here Pillow encodes each frame as a
file of its own, and the parts of these files are put into one: the GIF89a
specification, the PNG specification (third edition, with APNG) and the WebP
container specification say how.

Of each frame only the rectangle that differs from the one before is stored.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any, BinaryIO, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Frame: TypeAlias = NDArray[np.uint8]
"""(rows, columns, 3) bytes."""

Box: TypeAlias = tuple[int, int, int, int]
"""The top, left, bottom and right of a rectangle."""

_MAX_COLORS = 256
_SAMPLED = 50_000


class Writer(Protocol):
    """Writes the frames of one file."""

    def write(self, frame: Frame) -> None: ...
    def close(self) -> None: ...


def changed_box(before: Frame | None, frame: Frame, even: bool = False) -> Box:
    """Return the smallest rectangle that holds all pixels that differ; one pixel if none do."""
    height, width = frame.shape[:2]
    if before is None:
        return 0, 0, height, width
    differs = (before != frame).any(axis=-1)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return 0, 0, 1, 1
    top, left = int(rows[0]), int(columns[0])
    if even:
        top, left = top - top % 2, left - left % 2
    return top, left, int(rows[-1]) + 1, int(columns[-1]) + 1


def _cut(frame: Frame, box: Box) -> Any:
    from PIL import Image

    top, left, bottom, right = box
    part = np.ascontiguousarray(frame[top:bottom, left:right])
    if (part[..., :1] == part[..., 1:]).all():
        return Image.fromarray(part[..., 0])
    return Image.fromarray(part)


class GIFWriter:
    """Writes an animated GIF; each frame has a palette of its own."""

    def __init__(self, file: BinaryIO, fps: float, loop: bool) -> None:
        self.file, self.fps, self.loop = file, fps, loop
        self.before: Frame | None = None
        self.count = 0

    def write(self, frame: Frame) -> None:
        if self.before is None:
            height, width = frame.shape[:2]
            # No palette for all frames; 8 bits per color.
            self.file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0x70, 0, 0))
            if self.loop:
                self.file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
        box = changed_box(self.before, frame)
        stream = io.BytesIO()
        _in_palette(_cut(frame, box)).save(stream, "GIF", optimize=False, interlace=0)
        palette, picture = _gif_parts(stream.getvalue())
        # Times are whole hundredths of a second; the rounding does not add up.
        ends = [round(100 * count / self.fps) for count in (self.count, self.count + 1)]
        self.file.write(b"\x21\xf9\x04" + struct.pack("<BHBB", 0x04, ends[1] - ends[0], 0, 0))
        top, left, bottom, right = box
        bits = (len(palette) // 3).bit_length() - 2
        self.file.write(struct.pack("<BHHHHB", 0x2C, left, top, right - left, bottom - top, 0x80 | bits))
        self.file.write(palette + picture)
        self.before = frame
        self.count += 1

    def close(self) -> None:
        self.file.write(b"\x3b")


def _in_palette(image: Any) -> Any:
    """Return an image with a palette: exact if it has at most 256 colors, else dithered."""
    from PIL import Image

    if image.mode == "L":
        # From white to black: Pillow takes frames whose palette counts the grays for images without one, and then loses
        # the colors of the frames that follow.
        inverse = Image.fromarray(255 - np.asarray(image))
        inverse.putpalette(np.repeat(np.arange(255, -1, -1, dtype=np.uint8), 3).tobytes())
        return inverse
    if (found := image.getcolors(_MAX_COLORS)) is not None:
        weights = np.array([1 << 16, 1 << 8, 1], np.uint32)
        colors = np.array([color for _, color in found], np.uint32)
        colors = colors[np.argsort(colors @ weights)]
        numbers = np.searchsorted(colors @ weights, np.asarray(image, np.uint32) @ weights)
        exact = Image.fromarray(numbers.astype(np.uint8))
        exact.putpalette(colors.astype(np.uint8).tobytes())
        return exact
    # A regular sample of the pixels gives the colors as well as all of them, in a tenth of the time.
    step = max(1, round((image.width * image.height / _SAMPLED) ** 0.5))
    sampled = Image.fromarray(np.asarray(image)[::step, ::step].copy())
    palette = sampled.quantize(_MAX_COLORS, method=Image.Quantize.MEDIANCUT)
    return image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _gif_parts(content: bytes) -> tuple[bytes, bytes]:
    """Return the palette of a GIF of one frame, and the data of its picture."""
    size = 3 * 2 ** ((content[10] & 7) + 1) if content[10] & 0x80 else 0
    palette, position = content[13 : 13 + size], 13 + size
    while content[position] == 0x21:  # an extension: its blocks end with an empty one
        position += 2
        while content[position]:
            position += content[position] + 1
        position += 1
    packed = content[position + 9]
    position += 10
    if packed & 0x80:
        size = 3 * 2 ** ((packed & 7) + 1)
        palette, position = content[position : position + size], position + size
    return palette, content[position:-1]


class APNGWriter:
    """Writes an animated PNG, without loss."""

    def __init__(self, file: BinaryIO, fps: float, loop: bool) -> None:
        self.file, self.loop = file, loop
        self.delay = _fraction(1 / fps)
        self.before: Frame | None = None
        self.count = self.sequence = 0
        self.control = 0

    def write(self, frame: Frame) -> None:
        from PIL import Image

        if self.before is None:
            height, width = frame.shape[:2]
            self.file.write(b"\x89PNG\r\n\x1a\n")
            self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            self.control = self.file.tell()
            self._chunk(b"acTL", bytes(8))
        top, left, bottom, right = box = changed_box(self.before, frame)
        size = right - left, bottom - top
        numerator, denominator = self.delay
        self._chunk(b"fcTL", struct.pack(">IIIIIHHBB", self._next(), *size, left, top, numerator, denominator, 0, 0))
        stream = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(frame[box[0] : box[2], box[1] : box[3]])).save(stream, "PNG")
        for name, data in _png_chunks(stream.getvalue()):
            if name == b"IDAT" and self.count == 0:
                self._chunk(b"IDAT", data)
            elif name == b"IDAT":
                self._chunk(b"fdAT", struct.pack(">I", self._next()) + data)
        self.before = frame
        self.count += 1

    def close(self) -> None:
        self._chunk(b"IEND", b"")
        self.file.seek(self.control)
        self._chunk(b"acTL", struct.pack(">II", self.count, 0 if self.loop else 1))

    def _next(self) -> int:
        self.sequence += 1
        return self.sequence - 1

    def _chunk(self, name: bytes, data: bytes) -> None:
        self.file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))


def _fraction(seconds: float) -> tuple[int, int]:
    """Return a delay as a fraction of two 16-bit integers."""
    from fractions import Fraction

    found = Fraction(seconds).limit_denominator(10_000)
    return min(found.numerator, 65535), found.denominator


def _png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    chunks, position = [], 8
    while position < len(content):
        length, name = struct.unpack(">I4s", content[position : position + 8])
        chunks.append((name, content[position + 8 : position + 8 + length]))
        position += length + 12
    return chunks


class WebPWriter:
    """Writes an animated WebP, with or without loss."""

    def __init__(self, file: BinaryIO, fps: float, loop: bool, quality: int | None) -> None:
        self.file, self.fps, self.loop, self.quality = file, fps, loop, quality
        self.before: Frame | None = None
        self.count = 0

    def write(self, frame: Frame) -> None:
        from PIL import Image

        if self.before is None:
            height, width = frame.shape[:2]
            self.file.write(b"RIFF\0\0\0\0WEBP")
            sizes = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
            self._chunk(b"VP8X", b"\x02\0\0\0" + sizes)
            self._chunk(b"ANIM", struct.pack("<IH", 0xFFFFFFFF, 0 if self.loop else 1))
        top, left, bottom, right = changed_box(self.before, frame, even=True)
        stream = io.BytesIO()
        part = Image.fromarray(np.ascontiguousarray(frame[top:bottom, left:right]))
        if self.quality is None:
            part.save(stream, "WEBP", lossless=True, quality=60, method=2)
        else:
            part.save(stream, "WEBP", quality=self.quality, method=4)
        picture = stream.getvalue()[12:]
        if picture[:4] == b"VP8X":  # the chunk of the picture alone is wanted
            picture = picture[18:]
        ends = [round(1000 * count / self.fps) for count in (self.count, self.count + 1)]
        numbers = (left // 2, top // 2, right - left - 1, bottom - top - 1, ends[1] - ends[0])
        # The frame is not blended with the one before, and remains.
        self._chunk(b"ANMF", b"".join(struct.pack("<I", one)[:3] for one in numbers) + b"\x02" + picture)
        self.before = frame
        self.count += 1

    def close(self) -> None:
        size = self.file.tell() - 8
        self.file.seek(4)
        self.file.write(struct.pack("<I", size))

    def _chunk(self, name: bytes, data: bytes) -> None:
        self.file.write(name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2))


class VideoWriter:
    """Writes MP4 (H.264) or WebM (VP9) by PyAV."""

    def __init__(self, path: str, suffix: str, fps: float, quality: int | None) -> None:
        from fractions import Fraction

        import av

        self.av = av
        options: dict[str, Any] = {"movflags": "faststart"} if suffix == ".mp4" else {}
        self.container = av.open(path, "w", format=suffix[1:], options=options)
        codec = "libx264" if suffix == ".mp4" else "libvpx-vp9"
        self.stream: Any = self.container.add_stream(codec, rate=Fraction(fps).limit_denominator(100_000))
        # The codecs count the loss from 0 upward: 18 can hardly be seen.
        loss = 18 if quality is None else round(51 - 0.46 * quality)
        self.stream.options = {"crf": str(loss), **({"b": "0", "row-mt": "1"} if suffix == ".webm" else {})}
        self.is_begun = False

    def write(self, frame: Frame) -> None:
        # Colors have half the resolution, so the sides must be even: the last row and column are repeated.
        odd = [(0, length % 2) for length in frame.shape[:2]]
        padded = np.pad(frame, (*odd, (0, 0)), mode="edge") if any(odd[0]) or any(odd[1]) else frame
        if not self.is_begun:
            self.stream.height, self.stream.width = padded.shape[:2]
            self.stream.pix_fmt = "yuv420p"
            self.is_begun = True
        picture = self.av.VideoFrame.from_ndarray(np.ascontiguousarray(padded), format="rgb24")
        self.container.mux(self.stream.encode(picture))

    def close(self) -> None:
        if self.is_begun:
            self.container.mux(self.stream.encode())
        self.container.close()
