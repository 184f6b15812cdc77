"""Whether a sound file is complete, where libsndfile does not tell.

libsndfile reads what is there of a WAV or Ogg file and reports no error. The functions here compare
the sizes that headers promise with the size of the file, and check the pages of Ogg.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

# Bit rates of MP3 by the index in a frame header: MPEG-2 and 2.5, and MPEG-1.
_MP3_KILOBITS = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
_CHUNKS_MAX = 10_000


@dataclass(frozen=True)
class Damage:
    """What is wrong with a file, and after how many seconds; None stands for the end."""

    words: str
    second: float | None = None


def damage(file: IO[bytes], until: float) -> Damage | None:
    """Return what is missing or broken in the first `until` seconds of a file, judged by its structure."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    head = file.read(16)
    if head[:4] == b"OggS":
        file.seek(0)
        return _ogg_damage(file, until)
    end = _promised_end(file, head)
    return Damage("it ends before what its header promises") if end is not None and end > size else None


def _promised_end(file: IO[bytes], head: bytes) -> int | None:
    """Return where the samples end according to the header, if it tells."""
    kind = head[:4]
    if kind in (b"RIFF", b"RF64", b"RIFX"):
        return _chunked_end(file, 12, b"data", ">4sI" if kind == b"RIFX" else "<4sI")
    if kind == b"FORM":
        return _chunked_end(file, 12, b"SSND", ">4sI")
    if kind == b"caff":
        return _chunked_end(file, 8, b"data", ">4sq")
    if kind == b"riff":
        return _chunked_end(file, 40, b"data", "<4s12xq")
    if kind in (b".snd", b"dns."):
        offset, length = struct.unpack(">II" if kind == b".snd" else "<II", head[4:12].ljust(8, b"\0"))
        return None if length == 0xFFFFFFFF else offset + length
    return None


def _chunked_end(file: IO[bytes], first: int, wanted: bytes, layout: str) -> int | None:
    """Return where the chunk of samples ends, in a file of chunks that begin with a name and a length."""
    file.seek(first)
    size_of_head, long_length = struct.calcsize(layout), None
    for _ in range(_CHUNKS_MAX):
        head = file.read(size_of_head)
        if len(head) < size_of_head:
            return None
        name, length = struct.unpack(layout, head)
        at = file.tell()
        if name == b"ds64" and length >= 16:
            long_length = struct.unpack("<8xQ", file.read(16))[0]
        if name == wanted:
            if long_length is not None and length == 0xFFFFFFFF:
                return int(at + long_length)
            # Programs that write to a pipe leave -1 or a length near the largest for "up to the end".
            unknown = length < 0 or (layout.endswith("I") and length >= 0x7FFF0000)
            # In W64 the length includes the head, and chunks begin at multiples of 8.
            return None if unknown else at + length - (size_of_head if first == 40 else 0)
        if length < 0:
            return None
        step = length - size_of_head if first == 40 else length
        padding = -step % 8 if first == 40 else 0 if layout == ">4sq" else step % 2
        if step < 0:
            return None
        file.seek(at + step + padding)
    return None


@dataclass(frozen=True)
class _Page:
    """A page of an Ogg file."""

    begin: int
    flags: int
    position: int
    serial: int
    number: int
    whole: bool
    good: bool
    data: bytes


_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _ogg_checksum(page: bytes) -> int:
    """Return the CRC of a page: the polynomial of zlib.crc32 with the bits in the other order, from 0."""
    found = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{found:032b}"[::-1], 2)


def _ogg_pages(file: IO[bytes]) -> Iterator[_Page | int]:
    """Yield the pages, and the place of anything between them that is none."""
    begin = 0
    while True:
        file.seek(begin)
        head = file.read(27)
        if not head:
            return
        if head[:4] != b"OggS" or len(head) < 27:
            yield begin
            found = _next_capture(file, begin + 1)
            if found is None:
                return
            begin = found
            continue
        lacing = file.read(head[26])
        body = file.read(sum(lacing))
        whole = len(lacing) == head[26] and len(body) == sum(lacing)
        _, flags, position, serial, number, checksum = struct.unpack("<BBqIII", head[4:26])
        good = whole and _ogg_checksum(head[:22] + bytes(4) + head[26:] + lacing + body) == checksum
        yield _Page(begin, flags, position, serial, number, whole, good, body[:64])
        if good:
            begin += 27 + len(lacing) + len(body)
            continue
        found = _next_capture(file, begin + 4)
        if found is None:
            return
        begin = found


def _next_capture(file: IO[bytes], begin: int) -> int | None:
    """Return where the next page begins."""
    file.seek(begin)
    kept = b""
    while block := file.read(2**16):
        at = (kept + block).find(b"OggS")
        if at >= 0:
            return begin - len(kept) + at
        begin += len(block)
        kept = (kept + block)[-3:]
    return None


def _ogg_damage(file: IO[bytes], until: float) -> Damage | None:
    """Return the first page that is broken or missing, or the missing end."""
    rates: dict[int, int] = {}
    numbers: dict[int, int] = {}
    open_streams: set[int] = set()
    second = 0.0
    for page in _ogg_pages(file):
        if isinstance(page, int):
            if not open_streams and numbers:
                return None  # a tag behind the end
            return Damage(f"{_where(second)} are bytes that belong to no page", second)
        if not page.good:
            if not page.whole and _next_capture(file, page.begin + 4) is None:
                return Damage("its last page is incomplete")
            return Damage(f"{_where(second)} a page fails its checksum", second)
        if page.serial in numbers and page.number != numbers[page.serial] + 1:
            missing = (page.number - numbers[page.serial] - 1) % 2**32
            return Damage(f"{_where(second)} {missing} page{'s are' if missing > 1 else ' is'} missing", second)
        numbers[page.serial] = page.number
        if page.flags & 2:
            open_streams.add(page.serial)
            rates[page.serial] = _ogg_rate(page.data)
        if page.flags & 4:
            open_streams.discard(page.serial)
        if page.position >= 0 and rates.get(page.serial):
            second = page.position / rates[page.serial]
        # Opus counts some frames before the beginning.
        if second > until + 1:
            return None
    if open_streams:
        return Damage("it lacks its last page")
    return None


def _where(second: float) -> str:
    return f"after {second:.2f} s"


def _ogg_rate(first_packet: bytes) -> int:
    """Return how many positions of a stream make a second, or 0 if the codec is not known."""
    if first_packet[:7] == b"\x01vorbis" and len(first_packet) >= 16:
        return int(struct.unpack("<I", first_packet[12:16])[0])
    if first_packet[:8] == b"OpusHead":
        return 48000
    if first_packet[:5] == b"\x7fFLAC" and len(first_packet) >= 30:
        return int.from_bytes(first_packet[27:30], "big") >> 4
    return 0


def mp3_length_is_unknown(file: IO[bytes]) -> bool:
    """Return whether an MP3 file has a varying bit rate and no index that counts its frames."""
    file.seek(0)
    at = _after_id3(file.read(10))
    file.seek(at)
    first = file.read(200)
    if any(tag in first for tag in (b"Xing", b"Info", b"VBRI")):
        return False
    first_bit_rate = None
    while True:
        file.seek(at)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
            return False
        version_1 = head[1] & 0x18 == 0x18
        index, rate_index, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
        if index in (0, 15) or rate_index == 3:
            return False
        if first_bit_rate is None:
            first_bit_rate = index
        if index != first_bit_rate:
            return True
        halvings = 0 if version_1 else 1 if head[1] & 0x10 else 2
        rate = (44100, 48000, 32000)[rate_index] >> halvings
        at += (144 if version_1 else 72) * 1000 * _MP3_KILOBITS[version_1][index] // rate + padding


def _after_id3(head: bytes) -> int:
    """Return where an ID3v2 tag at the beginning ends."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
