"""Sound files written whole or in blocks.

libsndfile, through the package soundfile, encodes most formats, and PyAV M4A. Samples are rounded here,
because libsndfile truncates them, and encoded in blocks, because libvorbis takes memory from the
stack in proportion to the length of one call.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import numpy as np

from .._errors import choice, number
from .filters import parts_of_one_sound
from .formats import (
    BITS,
    FORMATS,
    TAGS,
    Encoding,
    Format,
    Source,
    encoding_name,
    format_name,
    refuse_what_does_not_fit,
    with_article,
)
from .sound import BLOCK, Samples, Sound, SoundLike, as_sound, columns, quantized
from .streams import Stream, is_path, placed, reason


def write(
    target: Source,
    sound: SoundLike,
    *,
    encoding: Encoding | None = None,
    quality: float | None = None,
    tags: Mapping[str, str] | None = None,
    format: str | None = None,
) -> None:
    """Write a sound file.

    The file is written under another name and renamed when it is complete.

    Parameters
    ----------
    target : str, path or binary file
    sound : Sound or (array, rate)
    encoding : {"int8", "uint8", "int16", "int24", "int32", "float32", "float64", "ulaw", "alaw"}, optional
        The type of a stored sample in WAV, RF64, AIFF, FLAC (int8, int16, int24) and raw files;
        "int16" by default. Integers are rounded to the nearest level.
    quality : float, optional
        Of a lossy format: 0 gives the smallest file, 1 the best sound.
    tags : mapping of str to str, optional
        Title, artist, album, date, genre, tracknumber, comment, copyright, license: those of them that
        the format can hold.
    format : {"wav", "rf64", "flac", "ogg", "opus", "aiff", "mp3", "m4a", "raw"}, optional
        The ending of the name by default. M4A needs the extra "media". "raw" is little-endian samples
        without a header. A WAV file that exceeds 4 GiB becomes RF64, its extension for such sizes.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    ValueError
        If the format is unknown, or cannot hold the rate, the channels, the encoding or a
        tag.
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
    sound = as_sound(sound)
    _write(target, [sound], encoding, quality, tags, format, frames=sound.frames)


def write_blocks(
    target: Source,
    sounds: Iterable[SoundLike],
    *,
    encoding: Encoding | None = None,
    quality: float | None = None,
    tags: Mapping[str, str] | None = None,
    format: str | None = None,
) -> None:
    """Write consecutive parts of one sound as one file, so that it may be longer than memory.

    Parameters
    ----------
    target : str, path or binary file
    sounds : iterable of Sound or (array, rate)
        Of one rate and one number of channels. If the iterable raises, no file is left.
    encoding, quality, tags, format
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
    _write(target, sounds, encoding, quality, tags, format)


def _write(
    target: Source,
    sounds: Iterable[SoundLike],
    encoding: str | None,
    quality: float | None,
    tags: Mapping[str, str] | None,
    format: str | None,
    frames: int | None = None,
) -> None:
    """Write the parts of a sound, of `frames` frames in all if that is known."""
    name = format_name(target, format)
    kind = FORMATS[name]
    encoding = encoding_name(name, encoding)
    if quality is not None:
        if not kind.lossy:
            raise ValueError(f"quality is for ogg, opus, mp3 and m4a; {name} is lossless. Got {quality!r}.")
        quality = number("quality", quality, low=0, high=1)
    tags = _checked_tags(name, {} if tags is None else tags)
    parts = parts_of_one_sound(sounds)
    first = next(parts, None)
    if first is None:
        raise ValueError("sounds must hold at least one part; got none.")
    refuse_what_does_not_fit(name, first)
    frame_bytes = first.channels * BITS.get(encoding, 0) // 8
    if name == "wav" and frames is not None and kind.bytes_max and frames * frame_bytes > kind.bytes_max:
        kind = FORMATS["rf64"]
    clipped = total = 0
    with placed(target) as place, _encoder(place, kind, encoding, first, quality, tags) as put:
        part: Sound | None = first
        while part is not None:
            total += part.frames
            if kind.bytes_max and total * frame_bytes > kind.bytes_max and not (name == "wav" and is_path(target)):
                other = "format='rf64'" if name == "wav" else "wav, flac and ogg"
                raise ValueError(f"{with_article(name)} file cannot hold more than 4 GiB; {other} can.")
            for start in range(0, part.frames, BLOCK):
                samples = part.samples[start : start + BLOCK]
                clipped += int(np.count_nonzero(np.abs(samples) > 1))
                put(columns(samples))
            part = next(parts, None)
        if total == 0 and not kind.holds_nothing:
            raise ValueError(f"{with_article(name)} file cannot hold a sound of 0 frames; wav and ogg can.")
    if clipped and not encoding.startswith("float"):
        warnings.warn(
            f"{clipped} samples beyond [-1, 1] were clipped; normalize brings a sound into the range.", stacklevel=3
        )


def _checked_tags(name: str, tags: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(tags, Mapping):
        raise TypeError(f"tags must be a mapping such as {{'title': 'Hello'}}; got {type(tags).__name__}.")
    for tag, value in tags.items():
        choice("each of tags", tag, TAGS)
        if tag not in FORMATS[name].tags:
            held = ", ".join(FORMATS[name].tags) or "none"
            raise ValueError(f"{name} cannot hold the tag {tag!r}; it can hold: {held}.")
        if not isinstance(value, str):
            raise TypeError(f"the tag {tag!r} must be a string; got {type(value).__name__}.")
        if "\0" in value or (not value.isprintable() and not value.replace("\n", "").isprintable()):
            raise ValueError(f"the tag {tag!r} must not contain control characters; got {value!r}.")
        limit = FORMATS[name].tag_bytes_max
        if limit is not None and len(value.encode()) > limit:
            raise ValueError(f"the tag {tag!r} must have at most {limit} bytes in {name}; got {len(value.encode())}.")
    return {tag: value for tag, value in tags.items() if value}


@contextmanager
def _encoder(
    place: Any, kind: Format, encoding: str, first: Sound, quality: float | None, tags: dict[str, str]
) -> Iterator[Callable[[Samples], None]]:
    """Open a file to be written and yield what takes its (frames, channels) blocks."""
    if not kind.container:
        from .media import encoder

        with encoder(place, first.rate, first.channels, quality, tags) as put:
            yield put
        return
    if kind.container == "MP3" and tags:
        # libsndfile writes tags in Latin-1 only, so the file is made without them and copied behind them.
        with tempfile.TemporaryFile() as plain:
            with _sndfile_encoder(plain, kind, encoding, first, quality, {}) as put:
                yield put
            plain.seek(0)
            with open(place, "wb") if isinstance(place, str) else nullcontext(place) as file:
                file.write(_id3(tags))
                shutil.copyfileobj(plain, file)
        return
    with _sndfile_encoder(place, kind, encoding, first, quality, tags) as put:
        yield put


@contextmanager
def _sndfile_encoder(
    place: Any, kind: Format, encoding: str, first: Sound, quality: float | None, tags: dict[str, str]
) -> Iterator[Callable[[Samples], None]]:
    import soundfile

    frame_bytes = first.channels * BITS.get(encoding, 0) // 8
    written = 0
    stream = None if isinstance(place, str) else Stream(place)
    file = _open_to_write(stream or place, kind, encoding, first, quality, tags)

    def put(samples: Samples) -> None:
        nonlocal written, file
        before, written = written, written + len(samples) * frame_bytes
        if kind.container == "WAV" and kind.bytes_max and before <= kind.bytes_max < written:
            file.close()
            file = _as_rf64(place, encoding, first, tags)
        with _errors_of_writing(stream):
            file.write(_encoded(samples, encoding))

    try:
        yield put
    except BaseException:
        with suppress(soundfile.SoundFileError):
            file.close()
        raise
    with _errors_of_writing(stream):
        file.close()


@contextmanager
def _errors_of_writing(stream: Stream | None) -> Iterator[None]:
    """Raise the error of the open file; soundfile has an assertion for a write that was incomplete."""
    import soundfile

    try:
        yield
    except (AssertionError, soundfile.SoundFileError) as error:
        if stream is not None:
            stream.refuse_errors()
        raise OSError(f"the file could not be written completely ({reason(error)}).") from None
    if stream is not None:
        stream.refuse_errors()


def _open_to_write(
    place: Any, kind: Format, encoding: str, first: Sound, quality: float | None, tags: dict[str, str]
) -> Any:
    import soundfile

    subtype = kind.encodings[encoding]
    # The encoder of MP3 refuses the level 1.
    level = None if quality is None else min(1 - quality, 0.999)
    endian = "LITTLE" if kind.container == "RAW" else None
    try:
        file = soundfile.SoundFile(
            place, "w", first.rate, first.channels, subtype, endian, kind.container, compression_level=level
        )
    except soundfile.SoundFileError as error:
        raise ValueError(f"the file cannot be written with {first!r} ({reason(error)}).") from None
    for tag, value in tags.items():
        setattr(file, tag, value)
    return file


def _as_rf64(place: str, encoding: str, first: Sound, tags: dict[str, str]) -> Any:
    """Replace a WAV file that reached its largest size by an RF64 file with the same samples, left open."""
    import soundfile

    with open(place, "rb") as file:
        os.unlink(place)
        larger = _open_to_write(place, FORMATS["rf64"], encoding, first, None, tags)
        with soundfile.SoundFile(Stream(file)) as full:
            for block in full.blocks(BLOCK, dtype=encoding if encoding.startswith("float") else "int32"):
                larger.write(block)
    return larger


def _encoded(samples: Samples, encoding: str) -> Any:
    if encoding in ("ulaw", "alaw"):
        return quantized(samples, 16)
    if encoding == "float64":
        return samples.astype(np.float64)
    return quantized(samples, BITS[encoding]) if "int" in encoding else samples


# The names of tags in ID3v2.4.
_ID3_FRAMES = {
    "title": b"TIT2",
    "artist": b"TPE1",
    "album": b"TALB",
    "date": b"TDRC",
    "genre": b"TCON",
    "tracknumber": b"TRCK",
    "comment": b"COMM",
    "copyright": b"TCOP",
}


def _id3(tags: dict[str, str]) -> bytes:
    """Return the tags as ID3v2.4, in UTF-8."""

    def synchsafe(number: int) -> bytes:
        return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))

    frames = b""
    for tag, value in tags.items():
        # A comment has a language and an empty description before it.
        text = b"\x03" + (b"eng\0" if tag == "comment" else b"") + value.encode()
        frames += _ID3_FRAMES[tag] + synchsafe(len(text)) + b"\0\0" + text
    return b"ID3\x04\0\0" + synchsafe(len(frames)) + frames
