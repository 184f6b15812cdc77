"""Sound files: read, written, and passed through in blocks.

libsndfile, through the package soundfile, knows the formats. What stands here is what it leaves
open: files cut short are noticed, samples are rounded and not cut off, nothing half written stays
behind, and no long file is encoded in one call (libvorbis takes its memory from the stack).
"""

from __future__ import annotations

import os
import stat
import struct
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

import numpy as np

from .._atomic import replacing
from .._errors import choice, integer, number
from .sound import BLOCK, Samples, Sound, SoundLike, as_sound, columns, owned, quantized

Source: TypeAlias = str | os.PathLike[str] | IO[bytes]
Encoding: TypeAlias = Literal["int8", "int16", "int24", "int32", "float32"]
Truncated: TypeAlias = Literal["error", "keep"]


@dataclass(frozen=True)
class Format:
    """What a kind of sound file can hold, and what libsndfile calls it."""

    container: str
    encodings: dict[str, str]
    """The usual one first; a lossy format has one, without a name."""
    channels: int = 255
    rates: tuple[int, ...] = ()
    holds_nothing: bool = True
    bytes_max: int | None = None


_4_GIB = 2**32 - 2**16
_AAC_RATES = (7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)

FORMATS: dict[str, Format] = {
    "wav": Format(
        "WAV",
        {"int16": "PCM_16", "int8": "PCM_U8", "int24": "PCM_24", "int32": "PCM_32", "float32": "FLOAT"},
        bytes_max=_4_GIB,
    ),
    "flac": Format("FLAC", {"int16": "PCM_16", "int8": "PCM_S8", "int24": "PCM_24"}, 8, holds_nothing=False),
    "ogg": Format("OGG", {"": "VORBIS"}),
    "opus": Format("OGG", {"": "OPUS"}, rates=(8000, 12000, 16000, 24000, 48000), holds_nothing=False),
    "aiff": Format(
        "AIFF",
        {"int16": "PCM_16", "int24": "PCM_24", "int32": "PCM_32", "float32": "FLOAT"},
        bytes_max=_4_GIB,
    ),
    "mp3": Format("MP3", {"": "MPEG_LAYER_III"}, 2, _AAC_RATES[1:10], holds_nothing=False),
    "m4a": Format("", {"": "aac"}, 2, _AAC_RATES, holds_nothing=False),
}
_SAME = {"wave": "wav", "aif": "aiff", "oga": "ogg", "mp4": "m4a"}
# How Matroska and WebM, and ASF begin; with MP4, what libsndfile leaves to PyAV.
_MEDIA_BEGINNINGS = (b"\x1aE\xdf\xa3", b"0&\xb2u")
# Bit rates of MP3 by the index in a frame's head: MPEG-2 and 2.5, and MPEG-1.
_MP3_KILOBITS = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
# Frames asked of libsndfile at once: where a file is broken, less than this much of it is lost.
_STEP = 4096


@dataclass(frozen=True)
class SoundInfo:
    """What a sound file says of itself.

    Attributes
    ----------
    format, encoding : str
        As libsndfile names them, such as "WAV" and "PCM_16".
    rate : int
        Frames per second, in hertz.
    channels : int
    frames : int
        As the file promises.
    """

    format: str
    encoding: str
    rate: int
    channels: int
    frames: int

    @property
    def duration(self) -> float:
        """The length in seconds."""
        return self.frames / self.rate


@dataclass(frozen=True)
class Decoder:
    """An open file: what it says, and how to get (frames, channels) blocks from a frame on."""

    info: SoundInfo
    cut_short: bool
    blocks: Callable[[int, int], Iterator[Samples]]
    """From (first frame, frames in a block); ends early, without an error, where the file is broken."""


def read(source: Source, *, start: float = 0.0, stop: float | None = None, truncated: Truncated = "error") -> Sound:
    """Read a sound file, or a part of it.

    Parameters
    ----------
    source : str, path or binary file
        WAV, FLAC, Ogg Vorbis, Opus, AIFF, MP3 and whatever else libsndfile reads, known by content
        and not by name. M4A, MP4 and WebM need the extra "media".
    start, stop : float
        Seconds; the rest of a long file is not decoded.
    truncated : {"error", "keep"}
        What to do with a file that ends before what its header promises: refuse it, or take what
        is there.

    Returns
    -------
    Sound

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file.
    ValueError
        If it is empty, is no sound, is cut short, or holds NaN.
    ImportError
        If its format needs an extra that is not installed.

    Examples
    --------
    >>> import io
    >>> from opsin.audio import read, tone, write
    >>> file = io.BytesIO()
    >>> write(file, tone(440, 1.0), format="flac")
    >>> read(file, start=0.5)
    <Sound: 0.500 s, 16000 Hz, 1 channel>
    """
    with _decoder(source) as decoder:
        info = decoder.info
        first, last = _span(info, start, stop)
        try:
            samples = np.empty((last - first, info.channels), np.float32)
        except (MemoryError, ValueError):
            raise ValueError(
                f"{_name(source)} promises {info.frames} frames, more than memory holds; "
                "read a part with start and stop, or go through it with blocks."
            ) from None
        filled = 0
        for block in _checked_blocks(source, decoder, first, last, BLOCK, truncated):
            samples[filled : filled + len(block)] = block
            filled += len(block)
    return _named(source, samples if filled == len(samples) else samples[:filled].copy(), info.rate)


def blocks(
    source: Source,
    frames: int = BLOCK,
    *,
    start: float = 0.0,
    stop: float | None = None,
    truncated: Truncated = "error",
) -> Iterator[Sound]:
    """Read a sound file in consecutive parts, so that it may be longer than memory.

    Parameters
    ----------
    source : str, path or binary file
    frames : int
        The length of each part; the last may be shorter.
    start, stop, truncated
        As in `read`. A file cut short gives its error after its last good part.

    Yields
    ------
    Sound

    Raises
    ------
    FileNotFoundError, IsADirectoryError, ValueError, ImportError
        As `read` does.

    Examples
    --------
    >>> import io
    >>> from opsin.audio import blocks, tone, write
    >>> file = io.BytesIO()
    >>> write(file, tone(440, 1.0), format="wav")
    >>> [part.frames for part in blocks(file, 6000)]
    [6000, 6000, 4000]
    """
    frames = integer("frames", frames, low=1)
    with _decoder(source) as decoder:
        first, last = _span(decoder.info, start, stop)
        for block in _checked_blocks(source, decoder, first, last, frames, truncated):
            yield _named(source, block, decoder.info.rate)


def info(source: Source) -> SoundInfo:
    """Return what a sound file says of itself, without decoding it.

    Parameters
    ----------
    source : str, path or binary file

    Returns
    -------
    SoundInfo

    Raises
    ------
    FileNotFoundError, IsADirectoryError, ValueError, ImportError
        As `read` does.

    Examples
    --------
    >>> import io
    >>> from opsin.audio import info, tone, write
    >>> file = io.BytesIO()
    >>> write(file, tone(440, 1.0), format="wav")
    >>> info(file)
    SoundInfo(format='WAV', encoding='PCM_16', rate=16000, channels=1, frames=16000)
    """
    with _decoder(source) as decoder:
        return decoder.info


def write(target: Source, sound: SoundLike, *, encoding: Encoding | None = None, format: str | None = None) -> None:
    """Write a sound file.

    The file appears whole or not at all: it is written beside its place and renamed.

    Parameters
    ----------
    target : str, path or binary file
    sound : Sound or (array, rate)
    encoding : {"int8", "int16", "int24", "int32", "float32"}, optional
        How a sample is held in WAV, AIFF and FLAC; "int16" if not said. Samples are rounded to the
        nearest level.
    format : {"wav", "flac", "ogg", "opus", "aiff", "mp3", "m4a"}, optional
        If not said, the ending of the name decides. M4A needs the extra "media".

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    ValueError
        If the format is unknown, or cannot hold the rate, the channels or the encoding.
    ImportError
        If the format needs an extra that is not installed.

    Warns
    -----
    UserWarning
        If samples beyond [-1, 1] were clipped.

    Examples
    --------
    >>> import io
    >>> from opsin.audio import tone, write
    >>> write(io.BytesIO(), tone(440, 1.0), format="ogg")
    """
    write_blocks(target, [as_sound(sound)], encoding=encoding, format=format)


def write_blocks(
    target: Source,
    sounds: Iterable[SoundLike],
    *,
    encoding: Encoding | None = None,
    format: str | None = None,
) -> None:
    """Write consecutive parts of one sound as one file, so that it may be longer than memory.

    Parameters
    ----------
    target : str, path or binary file
    sounds : iterable of Sound or (array, rate)
        Of one rate and one number of channels. If it raises, nothing is left behind.
    encoding, format
        As in `write`.

    Raises
    ------
    FileNotFoundError, ValueError, ImportError
        As `write` does, and if there are no parts, or they do not agree.

    Examples
    --------
    >>> import io
    >>> from opsin.audio import blocks, gain, tone, write, write_blocks
    >>> loud, soft = io.BytesIO(), io.BytesIO()
    >>> write(loud, tone(440, 1.0), format="wav")
    >>> write_blocks(soft, (gain(part, -20) for part in blocks(loud)), format="flac")
    """
    name = _format_name(target, format)
    kind = FORMATS[name]
    encoding_name = _encoding_name(name, encoding)
    parts = (as_sound(sound, "each of sounds") for sound in sounds)
    first = next(parts, None)
    if first is None:
        raise ValueError("sounds must hold at least one part; got none.")
    _refuse_what_does_not_fit(name, first)
    clipped = total = 0
    with _placed(target) as place, _encoder(place, kind, encoding_name, first) as put:
        for part in chain([first], parts):
            if (part.rate, part.channels) != (first.rate, first.channels):
                raise ValueError(f"the blocks must be parts of one sound; got {first!r} and then {part!r}.")
            total += part.frames
            if kind.bytes_max and total * part.channels * _sample_bytes(encoding_name) > kind.bytes_max:
                raise ValueError(f"a {name} file cannot hold more than 4 GiB; flac and ogg can.")
            for start in range(0, part.frames, BLOCK):
                samples = part.samples[start : start + BLOCK]
                clipped += int(np.count_nonzero(np.abs(samples) > 1))
                put(columns(samples))
        if total == 0 and not kind.holds_nothing:
            raise ValueError(f"a {name} file cannot hold a sound of 0 frames; wav and ogg can.")
    if clipped and encoding_name != "float32":
        warnings.warn(
            f"{clipped} samples beyond [-1, 1] were clipped; normalize brings a sound into the range.",
            stacklevel=3 if isinstance(sounds, list) else 2,
        )


@contextmanager
def _decoder(source: Source) -> Iterator[Decoder]:
    """Open a sound file with whatever reads it."""
    name = _name(source)
    if isinstance(source, (str, os.PathLike)):
        _refuse_what_is_no_file(Path(source), name)
        opened: Any = os.fspath(source)
        with open(source, "rb") as file:
            head, cut_short = file.read(12), _is_cut_short(file)
    elif all(hasattr(source, method) for method in ("read", "seek", "tell")):
        opened = source
        source.seek(0)
        head, cut_short = source.read(12), _is_cut_short(source)
        source.seek(0)
    else:
        raise TypeError(f"source must be a path or an open binary file; got {type(source).__name__}.")
    if not head:
        raise ValueError(f"{name} is empty (0 bytes).")
    if head[4:8] == b"ftyp" or head[:4] in _MEDIA_BEGINNINGS:
        from .media import decoder

        with decoder(opened, name) as media:
            yield media
        return

    import soundfile

    try:
        file = soundfile.SoundFile(opened)
    except (soundfile.SoundFileError, TypeError) as error:
        raise ValueError(f"{name} is not a sound file that opsin can read ({_reason(error)}).") from None
    with file:
        if file.format == "MP3":
            _refuse_mp3_of_unknown_length(source, name)
        yield Decoder(
            SoundInfo(file.format, file.subtype, file.samplerate, file.channels, file.frames),
            cut_short,
            lambda first, frames: _decoded(file, first, frames),
        )


def _decoded(file: Any, first: int, frames: int) -> Iterator[Samples]:
    import soundfile

    # soundfile seeks after each read, and libsndfile 1.2 does not come back to the same frame in MP3
    # (and Vorbis), so that every block would be shifted against the one before it.
    file.seekable = lambda: False
    if file.format == "MP3" or file.subtype == "VORBIS":
        left = first
        while left > 0 and (skipped := len(file.read(min(left, _STEP), dtype="float32"))):
            left -= skipped
    elif first:
        file.seek(first)
    whole = True
    while whole:
        block = np.empty((frames, file.channels), np.float32)
        filled = 0
        while whole and filled < frames:
            # Not beyond the promised end: what may stand there (tags) would count as broken.
            step = min(_STEP, frames - filled, file.frames - first)
            if step == 0:
                break
            try:
                got = len(file.read(out=block[filled : filled + step]))
            except soundfile.SoundFileRuntimeError:
                got = 0
            filled += got
            first += got
            whole = got == step
        if filled:
            yield block[:filled]
        whole = whole and filled == frames


def _checked_blocks(
    source: Source, decoder: Decoder, first: int, last: int, frames: int, truncated: Truncated
) -> Iterator[Samples]:
    """Yield the blocks of the frames from first to last; notice if they are not all there."""
    choice("truncated", truncated, ("error", "keep"))
    position = first
    for block in decoder.blocks(first, frames):
        if position >= last:
            break
        yield block[: last - position]
        position += min(len(block), last - position)
    wanted_all = last == decoder.info.frames
    if truncated == "error" and (position < last or (wanted_all and decoder.cut_short)):
        raise ValueError(
            f"{_name(source)} is cut short: it ends after {position} frames, before what its header "
            "promises. truncated='keep' reads what is there."
        )


def _is_cut_short(file: IO[bytes]) -> bool:
    """Return whether a WAV, AIFF or Ogg file lacks its end, which libsndfile does not tell."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    kind = file.read(12)[:4]
    if kind == b"OggS":
        file.seek(max(0, size - 2**17))
        tail = file.read()
        last_page = tail.rfind(b"OggS")
        # The last page has the flag 4, "end of stream", in its sixth byte; its lacing values tell its length.
        page = tail[last_page:] if last_page >= 0 else b""
        if len(page) < 27 or not page[5] & 4:
            return True
        return 27 + page[26] + sum(page[27 : 27 + page[26]]) > len(page)
    if kind not in (b"RIFF", b"FORM"):
        return False
    order, samples_chunk = ("<", b"data") if kind == b"RIFF" else (">", b"SSND")
    for _ in range(1000):
        head = file.read(8)
        if len(head) < 8:
            return False
        chunk, length = struct.unpack(f"{order}4sI", head)
        if chunk == samples_chunk:
            # Programs that write into a pipe leave a length near the largest, for "up to the end".
            return bool(length < 0x7FFF0000 and file.tell() + length > size)
        file.seek(length + length % 2, os.SEEK_CUR)
    return False


@contextmanager
def _encoder(place: Any, kind: Format, encoding: str, first: Sound) -> Iterator[Callable[[Samples], None]]:
    """Open a file to be written and yield what takes its (frames, channels) blocks."""
    if not kind.container:
        from .media import encoder

        with encoder(place, first.rate, first.channels) as put:
            yield put
        return

    import soundfile

    bits = int(encoding[3:]) if encoding.startswith("int") else None
    try:
        file = soundfile.SoundFile(
            place, "w", first.rate, first.channels, kind.encodings[encoding], format=kind.container
        )
    except soundfile.SoundFileError as error:
        raise ValueError(f"the file cannot be written with {first!r} ({_reason(error)}).") from None
    with file:
        yield lambda samples: file.write(samples if bits is None else quantized(samples, bits))


@contextmanager
def _placed(target: Source) -> Iterator[Any]:
    """Yield a path beside `target`, renamed to it at the end, removed on an error; or the open file."""
    if not isinstance(target, (str, os.PathLike)):
        yield target
        return
    with replacing(target) as beside:
        yield os.fspath(beside)


def _refuse_what_is_no_file(path: Path, name: str) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise FileNotFoundError(f"{name} does not exist.") from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(f"{name} is a folder, not a sound file.")
    if not stat.S_ISREG(mode):
        raise ValueError(f"{name} is not a regular file.")


def _refuse_mp3_of_unknown_length(source: Source, name: str) -> None:
    """Refuse a varying bit rate without a count of frames: libsndfile would guess where it ends."""
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            data = file.read()
    else:
        place = source.tell()
        source.seek(0)
        data = source.read()
        source.seek(place)
    at = 0
    if data[:3] == b"ID3" and len(data) > 10:
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    first = data[at : at + 200]
    if any(tag in first for tag in (b"Xing", b"Info", b"VBRI")):
        return
    bit_rates = set()
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] & 0xE6 == 0xE2:
        version_1 = data[at + 1] & 0x18 == 0x18
        index, rate_index, padding = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
        if index in (0, 15) or rate_index == 3:
            return
        bit_rates.add(index)
        if len(bit_rates) > 1:
            raise ValueError(
                f"{name} is an MP3 file of varying bit rate that does not tell its length, so its end would "
                "be guessed and lost. Converted to another format, it can be read."
            )
        halvings = 0 if version_1 else 1 if data[at + 1] & 0x10 else 2
        rate = (44100, 48000, 32000)[rate_index] >> halvings
        at += (144 if version_1 else 72) * 1000 * _MP3_KILOBITS[version_1][index] // rate + padding


def _refuse_what_does_not_fit(name: str, sound: Sound) -> None:
    kind = FORMATS[name]
    if sound.channels > kind.channels:
        raise ValueError(f"{name} holds at most {kind.channels} channels; got {sound.channels}.")
    if kind.rates and sound.rate not in kind.rates:
        allowed = ", ".join(map(str, kind.rates))
        raise ValueError(f"{name} holds rates of {allowed} Hz; got {sound.rate}. See resample.")


def _format_name(target: Source, format: str | None) -> str:
    if format is not None:
        return choice("format", format, FORMATS)
    if not isinstance(target, (str, os.PathLike)):
        if not hasattr(target, "write"):
            raise TypeError(f"target must be a path or an open binary file; got {type(target).__name__}.")
        raise ValueError(f"an open file needs format=, one of {', '.join(map(repr, FORMATS))}.")
    ending = Path(target).suffix.lower().removeprefix(".")
    return choice(f"the ending of {_name(target)}", _SAME.get(ending, ending), FORMATS)


def _encoding_name(name: str, encoding: str | None) -> str:
    encodings = FORMATS[name].encodings
    if encoding is None:
        return next(iter(encodings))
    if "" in encodings:
        raise ValueError(f"encoding is for wav, aiff and flac; {name} is lossy and has none. Got {encoding!r}.")
    return choice(f"encoding of {name}", encoding, encodings)


def _sample_bytes(encoding: str) -> int:
    return {"int8": 1, "int16": 2, "int24": 3}.get(encoding, 4)


def _span(info: SoundInfo, start: float, stop: float | None) -> tuple[int, int]:
    """Return the first frame and the one after the last, cut to what the file promises."""
    begin = number("start", start, low=0, unit="seconds")
    first = min(round(begin * info.rate), info.frames)
    if stop is None:
        return first, info.frames
    return first, min(round(number("stop", stop, low=begin, unit="seconds") * info.rate), info.frames)


def _named(source: Source, samples: Samples, rate: int) -> Sound:
    """Return the Sound, with the file's name in front of what is wrong with its samples."""
    try:
        return owned(samples, rate)
    except ValueError as error:
        raise ValueError(f"{_name(source)}: {error}") from None


def _name(source: Source) -> str:
    if isinstance(source, (str, os.PathLike)):
        return repr(os.fspath(source))
    return f"the {type(source).__name__}"


def _reason(error: Exception) -> str:
    return str(getattr(error, "error_string", error)).strip().rstrip(".").lower() or "no reason given"
