"""Find files that end early and that a decoder would fill up with gray.

Libraries decode a JPEG, JPEG 2000 or PCX that is cut off without an error, if
what is left ends with an end marker or looks like the end. The structure of
these files shows whether all data are present.

References
----------
.. [1] ITU-T T.81, Digital compression and coding of continuous-tone still images, annexes B, F and G.
.. [2] ITU-T T.800, JPEG 2000 image coding system: Core coding system, annexes A and I.
.. [3] ZSoft, PCX Technical Reference Manual, revision 5, 1991.
"""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

# The end of entropy-coded data: a marker that is neither a stuffed zero nor a restart marker.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
# The decoder reads a few bytes ahead. No Huffman code consists of ones alone.
_PADDING = b"\xff\0" * 8
# Bytes that change the picture where they are read as its data.
_OTHER = bytes(range(1, 255, 4))


def jpeg_variants(data: bytes) -> tuple[bytes, bytes | None]:
    """Return a JPEG in forms that show whether its data end early.

    A decoder fills up with gray when it meets the end marker early. In a file of
    one scan, the marker is left out, so that a decoder that waits for more data
    runs out of them instead. A file of several scans must refine each
    coefficient to its last bit; and bytes added to its last scan must not change
    the picture, since a complete scan does not use them.

    Parameters
    ----------
    data : bytes
        One JPEG; what follows its end marker is not used.

    Returns
    -------
    data : bytes
        What to decode.
    longer : bytes or None
        What must give the same picture, for a file of several scans.

    Raises
    ------
    ValueError
        If a scan is missing.
    """
    progressive = False
    # For each component, the position of the lowest bit sent of the coefficients sent so far.
    sent: dict[int, dict[int, int]] = {}
    scans = 0
    position = 0
    while (found := _MARKER.search(data, position)) is not None:
        marker, position = found.group(1)[0], found.end()
        if marker == _EOI:
            break
        if marker == _SOI or position + 2 > len(data):
            continue
        (length,) = struct.unpack_from(">H", data, position)
        content = data[position + 2 : position + length]
        position += length
        if marker in _FRAMES and len(content) > 5:
            progressive = marker in _PROGRESSIVE
            sent = {content[i]: {} for i in range(6, min(len(content), 6 + 3 * content[5]), 3)}
        elif marker == _SOS and content and len(content) >= 4 + 2 * content[0]:
            scans += 1
            first, last, bits = content[1 + 2 * content[0] :][:3]
            for component in content[1 : 1 + 2 * content[0] : 2]:
                for coefficient in range(first, min(last, 63) + 1) if progressive else (0,):
                    sent.setdefault(component, {})[coefficient] = bits & 15 if progressive else 0
    end = len(data) if found is None else found.start()
    if scans > 1 or progressive:
        if any(0 not in bits or any(bits.values()) for bits in sent.values()):
            raise ValueError("the file is cut off: a part of its scans is missing")
        return data, data[:end] + _OTHER + b"\xff\xd9"
    return data[:end] + _PADDING, None


def check_boxes(file: BinaryIO) -> int:
    """Raise unless each box of a JP2 file lies within the file.

    Returns
    -------
    start : int
        Where the codestream starts: 0 in a file that is nothing else.
    """
    size = file.seek(0, 2)
    file.seek(4)
    if file.read(4) != b"jP  ":
        return 0
    position = 0
    while position < size:
        file.seek(position)
        head = file.read(16)
        length, name = struct.unpack(">I4s", head[:8]) if len(head) >= 8 else (2, b"")
        header = 8
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack(">Q", head[8:])
            header = 16
        elif length == 0:  # up to the end of the file
            length = size - position
        if length < header or position + length > size:
            raise ValueError("the file is cut off, or the lengths of its boxes are damaged")
        if name == b"jp2c":
            return position + header
        position += length
    raise ValueError("the file is cut off: it has no codestream")


def check_jpeg_2000(file: BinaryIO) -> None:
    """Raise if the tiles of a JPEG 2000 are not complete, up to the end marker."""
    position = check_boxes(file) + 2
    file.seek(0)
    data = file.read()
    cut = ValueError("the file is cut off: its tiles are not complete")
    try:
        while data[position : position + 2] != b"\xff\xd9":
            marker, length = struct.unpack_from(">HH", data, position)
            if marker == 0xFF90:  # a tile part, whose length covers its header and data
                (part,) = struct.unpack_from(">I", data, position + 6)
                if part == 0:  # the last one, up to the end marker
                    if not data.rstrip(b"\0").endswith(b"\xff\xd9"):
                        raise cut
                    return
                length = part - 2
            if marker < 0xFF00 or length < 2:
                raise ValueError("the markers of its codestream are damaged")
            position += length + 2
    except struct.error:
        raise cut from None


def check_pcx(file: BinaryIO) -> None:
    """Raise if the palette of a PCX with 256 colors does not follow its pixels."""
    file.seek(0)
    data = file.read()
    if len(data) < 128 or (data[1], data[3], data[65]) != (5, 8, 1) or data[68] == 2:
        return
    left, top, right, bottom = struct.unpack_from("<4H", data, 4)
    (stride,) = struct.unpack_from("<H", data, 66)
    needed = (bottom - top + 1) * max(stride, right - left + 1)
    palette = len(data) - 769
    position = 128
    while needed > 0 and position < palette:
        value = data[position]
        needed -= value & 63 if value >= 192 else 1
        position += 2 if value >= 192 else 1
    if needed > 0 or position > palette or data[palette] != 12:
        raise ValueError("the file is cut off: its palette does not follow its pixels")
