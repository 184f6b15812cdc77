"""Sound files read whole, in parts or in blocks.

libsndfile, through the package soundfile, decodes most formats, and PyAV the others. libsndfile
returns what it can of an incomplete or damaged file; here that is an error.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, Literal, TypeAlias, cast

import numpy as np

from .._errors import choice, integer, missing_extra, number
from . import completeness
from .decoding import BrokenDataError, Decoder, SoundInfo
from .formats import FORMATS, TAGS, RawFormat, Source, shown_name
from .sound import BLOCK, Samples, Sound, nearest_frame, owned
from .streams import Stream, is_path, opened_file, reason

Truncated: TypeAlias = Literal["error", "keep"]

# How Matroska and WebM, and ASF begin. PyAV reads them, MP4 and AAC.
_MEDIA_BEGINNINGS = (b"\x1aE\xdf\xa3", b"0&\xb2u")
# Frames read by libsndfile at once: where a file is broken, less than this much of it is lost.
_STEP = 4096
# Frames decoded and dropped before the first one wanted: lossy codecs need some to settle.
_PREROLL = 2 * _STEP
# libsndfile's number of frames for a stream without a length is near 2**63.
_UNKNOWN = 2**60


def read(
    source: Source,
    *,
    start: float = 0.0,
    stop: float | None = None,
    truncated: Truncated = "error",
    raw: RawFormat | None = None,
) -> Sound:
    """Read a sound file, or a part of it.

    Parameters
    ----------
    source : str, path or binary file
        WAV, RF64, FLAC, Ogg Vorbis, Opus, AIFF, MP3 and the other formats of libsndfile. M4A, AAC, MP4,
        WebM, and MP3 of variable bit rate without an index need the extra "media". The format is
        recognized by the content, not by the name. An open file is read from its beginning.
    start, stop : float
        Seconds; the rest of a long file is not decoded.
    truncated : {"error", "keep"}
        Whether a file that is incomplete or damaged is an error, or is read as far as possible.
    raw : RawFormat, optional
        The layout of a file without a header.

    Returns
    -------
    Sound

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file.
    ValueError
        If it is empty, is not a sound file, is incomplete or damaged, or contains NaN.
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
    with _decoder(source, raw) as decoder:
        info = decoder.info
        first, last = span(info, start, stop)
        try:
            samples = np.empty((last - first, info.channels), np.float32)
        except (MemoryError, ValueError):
            raise ValueError(
                f"{shown_name(source)} promises {info.frames} frames, more than memory holds; "
                "read a part with start and stop, or all with blocks."
            ) from None
        filled = 0
        for block in _checked_blocks(source, decoder, first, last, max(1, min(BLOCK, last - first)), truncated):
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
    raw: RawFormat | None = None,
) -> Iterator[Sound]:
    """Read a sound file in consecutive parts, so that it may be longer than memory.

    Parameters
    ----------
    source : str, path or binary file
    frames : int
        The length of each part; the last may be shorter.
    start, stop, truncated, raw
        As in `read`. The error of an incomplete or damaged file is raised after its last good part.

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
    with _decoder(source, raw) as decoder:
        first, last = span(decoder.info, start, stop)
        for block in _checked_blocks(source, decoder, first, last, frames, truncated):
            yield _named(source, block, decoder.info.rate)


def info(source: Source, *, raw: RawFormat | None = None) -> SoundInfo:
    """Return the properties of a sound file.

    Its samples are decoded only if it does not state its length, as FLAC written to a pipe.

    Parameters
    ----------
    source : str, path or binary file
    raw : RawFormat, optional
        The layout of a file without a header.

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
    SoundInfo(format='WAV', encoding='PCM_16', rate=16000, channels=1, frames=16000, tags={})
    """
    with _decoder(source, raw) as decoder:
        return decoder.info


@contextmanager
def _decoder(source: Source, raw: RawFormat | None) -> Iterator[Decoder]:
    """Open a sound file with the library that reads it."""
    name = shown_name(source)
    if raw is not None and not isinstance(raw, RawFormat):
        raise TypeError(f"raw must be a RawFormat; got {type(raw).__name__}.")
    with opened_file(source) as file:
        file.seek(0)
        head = file.read(12)
        if not head:
            raise ValueError(f"{name} is empty (0 bytes).")
        # A path lets libsndfile read the file itself, which is faster than callbacks.
        by_path = is_path(source) and not os.fsdecode(cast("str", source)).lower().endswith(".raw")
        opened: Any = os.fspath(cast("str", source)) if by_path else Stream(file)
        aac = head[0] == 0xFF and head[1:2] and head[1] & 0xF6 == 0xF0
        if raw is None and (head[4:8] == b"ftyp" or head[:4] in _MEDIA_BEGINNINGS or aac):
            with _media_decoder(source, file, name) as media:
                yield media
            return
        with ExitStack() as stack:
            found = stack.enter_context(_sound_file(opened, raw, name))
            with _kept_place(file):
                unknown = found.format == "MP3" and completeness.mp3_length_is_unknown(file)
            if unknown:
                stack.close()
                try:
                    with _media_decoder(source, file, name) as media:
                        yield media
                except ImportError:
                    what = f"Reading {name}, an MP3 file of variable bit rate without a length,"
                    raise missing_extra(what, "media") from None
                return
            try:
                yield _sndfile_decoder(found, opened, file, raw, name)
            except ValueError:
                # A file whose reading failed looks incomplete.
                if isinstance(opened, Stream):
                    opened.refuse_errors()
                raise
        if isinstance(opened, Stream):
            opened.refuse_errors()


def _media_decoder(source: Source, file: IO[bytes], name: str) -> Any:
    from .media import decoder

    file.seek(0)
    return decoder(os.fspath(cast("str", source)) if is_path(source) else file, name)


@contextmanager
def _sound_file(opened: Any, raw: RawFormat | None, name: str) -> Iterator[Any]:
    import soundfile

    layout: dict[str, Any] = {}
    if raw is not None:
        subtype = FORMATS["raw"].encodings[raw.encoding]
        layout = {"samplerate": raw.rate, "channels": raw.channels, "subtype": subtype}
        layout |= {"endian": raw.byte_order.upper(), "format": "RAW"}
    try:
        if isinstance(opened, Stream):
            opened.seek(0)
        file = soundfile.SoundFile(opened, **layout)
    except (soundfile.SoundFileError, TypeError) as error:
        if isinstance(opened, Stream):
            opened.refuse_errors()
        hint = (
            " For samples without a header, pass raw=RawFormat(...)."
            if name.lower().endswith((".raw'", ".pcm'"))
            else ""
        )
        raise ValueError(f"{name} is not a sound file that opsin can read ({reason(error)}).{hint}") from None
    with file:
        yield file


def _sndfile_decoder(found: Any, opened: Any, file: IO[bytes], raw: RawFormat | None, name: str) -> Decoder:
    # soundfile seeks after each read, and libsndfile 1.2 does not return to the same frame in MP3 and
    # Vorbis, so that every block would be shifted against the one before it.
    found.seekable = lambda: False
    frames, broken = found.frames, None
    if frames > _UNKNOWN:
        with _kept_place(file), _sound_file(opened, raw, name) as counted:
            frames, broken = _counted(counted)
    given = found.copy_metadata()
    info = SoundInfo(
        found.format,
        found.subtype,
        found.samplerate,
        found.channels,
        frames,
        {tag: given[tag] for tag in TAGS if given.get(tag)},
    )

    def damage(until: float) -> completeness.Damage | None:
        with _kept_place(file):
            if raw is None:
                return broken or completeness.damage(file, until)
            file.seek(0, os.SEEK_END)
            return completeness.Damage("it ends within a frame") if file.tell() % raw.frame_bytes else None

    return Decoder(info, damage, lambda first, count: _decoded(found, frames, first, count))


@contextmanager
def _kept_place(file: IO[bytes]) -> Iterator[None]:
    """Return to the place in the file, which libsndfile may be reading too."""
    place = file.tell()
    yield
    file.seek(place)


def _counted(found: Any) -> tuple[int, completeness.Damage | None]:
    """Return the number of frames of a file that does not state it, and what ended them."""
    import soundfile

    found.seekable = lambda: False
    frames, broken = 0, None
    part = np.empty((_STEP, found.channels), np.float32)
    try:
        while got := len(found.read(out=part)):
            frames += got
    except soundfile.SoundFileRuntimeError as error:
        broken = completeness.Damage(reason(error))
    return frames, broken


def _decoded(file: Any, total: int, first: int, frames: int) -> Iterator[Samples]:
    import soundfile

    try:
        begin = max(0, first - _PREROLL)
        if begin:
            file.seek(begin)
        while begin < first:
            skipped = len(file.read(min(first - begin, _STEP), dtype="float32"))
            if skipped == 0:
                return
            begin += skipped
    except soundfile.SoundFileRuntimeError as error:
        raise BrokenDataError(reason(error)) from None
    broken: BrokenDataError | None = None
    whole = True
    while whole and broken is None:
        block = np.empty((frames, file.channels), np.float32)
        filled = 0
        while whole and filled < frames:
            # Not beyond the stated end: what may follow it (tags) would count as broken.
            step = min(_STEP, frames - filled, total - first)
            if step == 0:
                break
            try:
                got = len(file.read(out=block[filled : filled + step]))
            except soundfile.SoundFileRuntimeError as error:
                got, broken = 0, BrokenDataError(reason(error))
            filled += got
            first += got
            whole = got == step
        if filled:
            yield block[:filled]
        whole = whole and filled == frames
    if broken is not None:
        raise broken


def _checked_blocks(
    source: Source, decoder: Decoder, first: int, last: int, frames: int, truncated: Truncated
) -> Iterator[Samples]:
    """Yield the blocks of the frames from first to last; raise if they are not all there."""
    choice("truncated", truncated, ("error", "keep"))
    info, name = decoder.info, shown_name(source)
    found = decoder.damage(last / info.rate) if truncated == "error" else None
    stop = last
    if found is not None and found.second is not None:
        stop = max(first, min(last, int(found.second * info.rate)))
    position, broken = first, ""
    try:
        for block in decoder.blocks(first, frames) if stop > first else ():
            yield block[: stop - position]
            position += min(len(block), stop - position)
            if position >= stop:
                break
    except BrokenDataError as error:
        broken = str(error)
    if truncated == "keep":
        return
    keep = "truncated='keep' reads what is there."
    # libsndfile may count fewer frames than a damaged file has, so its end is also behind the damage.
    if found is not None and found.second is not None and (stop < last or last == info.frames):
        raise ValueError(f"{name} is damaged: {found.words}. {keep}")
    if broken and position < last:
        raise ValueError(
            f"{name} is cut short: it ends after {position} frames, or is damaged there ({broken}). {keep}"
        )
    if position < last or (found is not None and found.second is None and last == info.frames):
        raise ValueError(
            f"{name} is cut short: it ends after {position} frames, before what its header promises. {keep}"
        )


def span(info: SoundInfo, start: float, stop: float | None) -> tuple[int, int]:
    """Return the first frame and the one after the last, limited to those that the file states."""
    begin = number("start", start, low=0, unit="seconds")
    first = min(nearest_frame(begin, info.rate), info.frames)
    if stop is None:
        return first, info.frames
    return first, min(nearest_frame(number("stop", stop, low=begin, unit="seconds"), info.rate), info.frames)


def _named(source: Source, samples: Samples, rate: int) -> Sound:
    """Return the Sound, with the file's name in front of what is wrong with its samples."""
    try:
        return owned(samples, rate)
    except ValueError as error:
        raise ValueError(f"{shown_name(source)}: {error}") from None
