"""Whether a sound file is complete, where libsndfile does not report it.

libsndfile reads what is there of a WAV or Ogg file and reports no error. The functions here compare
the sizes that headers promise with the size of the file, check the pages of Ogg, and compare the header
of FLAC with its last frame.
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
    if head[:4] == b"fLaC":
        return _flac_damage(file, size)
    end = _promised_end(file, size, head)
    return Damage("it ends before what its header promises") if end is not None and end > size else None


def _promised_end(file: IO[bytes], size: int, head: bytes) -> int | None:
    """Return where the samples end according to the header, if it says so."""
    kind = head[:4]
    if kind in (b"RIFF", b"RF64", b"RIFX"):
        return _chunked_end(file, size, 12, b"data", ">4sI" if kind == b"RIFX" else "<4sI")
    if kind == b"FORM":
        return _chunked_end(file, size, 12, b"SSND", ">4sI")
    if kind == b"caff":
        return _chunked_end(file, size, 8, b"data", ">4sq")
    if kind == b"riff":
        return _chunked_end(file, size, 40, b"data", "<4s12xq")
    if kind in (b".snd", b"dns."):
        offset, length = struct.unpack(">II" if kind == b".snd" else "<II", head[4:12].ljust(8, b"\0"))
        return None if length == 0xFFFFFFFF else offset + length
    return None


def _chunked_end(file: IO[bytes], size: int, first: int, wanted: bytes, layout: str) -> int | None:
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
        if step < 0 or at + step > size:
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


# How far from the end of a FLAC file its last frame is searched; frames are rarely above 64 KiB.
_FLAC_TAIL = 2**18
_FLAC_RATES = (0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000)
_FLAC_BLOCKS = (0, 192, 576, 1152, 2304, 4608, 0, 0, *(256 << power for power in range(8)))


def _flac_damage(file: IO[bytes], size: int) -> Damage | None:
    """Compare the header with the last frame; the header has no checksum, and the frames have."""
    file.seek(8)
    header = file.read(34)
    if len(header) < 34:
        return None
    block = int.from_bytes(header[:2], "big")
    packed = int.from_bytes(header[10:18], "big")
    rate, total = packed >> 44, packed & (2**36 - 1)
    file.seek(max(42, size - _FLAC_TAIL))
    tail = file.read()
    at = len(tail)
    while (at := tail.rfind(b"\xff", 0, at)) >= 0:
        frame = _flac_frame(tail[at : at + 16], block)
        if frame is None or _crc16(tail[at:]) != 0:
            continue
        end, frame_rate = frame
        if frame_rate and frame_rate != rate:
            return Damage(f"its header gives a rate of {rate} Hz, and its last frame {frame_rate}", 0.0)
        # Without a length in the header the frames were counted.
        if total and end > total:
            return Damage(f"its header promises {total} frames, and its last one ends at {end}", total / max(rate, 1))
        return None
    return None


def _flac_frame(head: bytes, block: int) -> tuple[int, int] | None:
    """Return where a FLAC frame ends, in frames of sound, and its rate, 0 for the rate of the file."""
    if len(head) < 16 or head[0] != 0xFF or head[1] & 0xFE != 0xF8:
        return None
    # The number of the frame or of its first sample, coded as UTF-8 is, in up to 7 bytes.
    ones = 8 - (~head[4] & 0xFF).bit_length()
    length = max(1, ones)
    if ones in (1, 8):
        return None
    number = head[4] & (0xFF >> (ones + 1) if ones else 0x7F)
    for byte in head[5 : 4 + length]:
        number = number << 6 | byte & 0x3F
    place = 4 + length
    block_code, rate_code = head[2] >> 4, head[2] & 15
    frames = _FLAC_BLOCKS[block_code]
    if block_code in (6, 7):
        frames = int.from_bytes(head[place : place + block_code - 5], "big") + 1
        place += block_code - 5
    rate = _FLAC_RATES[rate_code] if rate_code < 12 else 0
    if rate_code in (12, 13, 14):
        width = 1 if rate_code == 12 else 2
        rate = int.from_bytes(head[place : place + width], "big") * {12: 1000, 13: 1, 14: 10}[rate_code]
        place += width
    if rate_code == 15 or not frames or _crc8(head[: place + 1]) != 0:
        return None
    return (number if head[1] & 1 else number * block) + frames, rate


def _crc_table(polynomial: int, bits: int) -> list[int]:
    table = []
    for byte in range(256):
        rest = byte << (bits - 8)
        for _ in range(8):
            rest = (rest << 1 ^ (polynomial if rest >> (bits - 1) else 0)) & (2**bits - 1)
        table.append(rest)
    return table


_CRC8, _CRC16 = _crc_table(0x07, 8), _crc_table(0x8005, 16)


def _crc8(data: bytes) -> int:
    rest = 0
    for byte in data:
        rest = _CRC8[rest ^ byte]
    return rest


def _crc16(data: bytes) -> int:
    rest = 0
    for byte in data:
        rest = (rest << 8 & 0xFFFF) ^ _CRC16[rest >> 8 ^ byte]
    return rest


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
