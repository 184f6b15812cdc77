"""What each kind of sound file can hold."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, TypeAlias

from .._errors import choice, integer
from .sound import Sound, as_rate

Source: TypeAlias = str | os.PathLike[str] | IO[bytes]
Encoding: TypeAlias = Literal["int8", "uint8", "int16", "int24", "int32", "float32", "float64", "ulaw", "alaw"]
ByteOrder: TypeAlias = Literal["little", "big"]

BITS = {
    "int8": 8,
    "uint8": 8,
    "ulaw": 8,
    "alaw": 8,
    "int16": 16,
    "int24": 24,
    "int32": 32,
    "float32": 32,
    "float64": 64,
}

TAGS = ("title", "artist", "album", "date", "genre", "tracknumber", "comment", "copyright", "license")

# The encodings by libsndfile's names.
_ENCODING_NAMES = {
    "PCM_S8": "int8",
    "PCM_U8": "int8",
    "PCM_16": "int16",
    "PCM_24": "int24",
    "PCM_32": "int32",
    "FLOAT": "float32",
    "DOUBLE": "float64",
    "ULAW": "ulaw",
    "ALAW": "alaw",
    "ALAC_16": "int16",
    "ALAC_20": "int24",
    "ALAC_24": "int24",
    "ALAC_32": "int32",
}


@dataclass(frozen=True)
class Format:
    """A kind of sound file."""

    container: str
    """libsndfile's name; empty for what PyAV writes."""
    encodings: dict[str, str]
    """libsndfile's names by ours, the default first; a lossy format has one, without a name."""
    channels: int = 255
    rates: tuple[int, ...] = ()
    holds_nothing: bool = True
    bytes_max: int | None = None
    tags: tuple[str, ...] = ()
    tag_bytes_max: int | None = None

    @property
    def lossy(self) -> bool:
        """Whether the format discards information that `quality` controls."""
        return "" in self.encodings


_4_GIB = 2**32 - 2**16
_AAC_RATES = (7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
_PCM = {"int16": "PCM_16", "int24": "PCM_24", "int32": "PCM_32", "float32": "FLOAT", "float64": "DOUBLE"}
_LAWS = {"ulaw": "ULAW", "alaw": "ALAW"}
_WAV = _PCM | {"int8": "PCM_U8"} | _LAWS

FORMATS: dict[str, Format] = {
    # RIFF has no chunk for the license, and libsndfile reads no longer tags.
    "wav": Format("WAV", _WAV, bytes_max=_4_GIB, tags=TAGS[:-1], tag_bytes_max=2000),
    "rf64": Format("RF64", _WAV, tags=TAGS[:-1], tag_bytes_max=2000),
    "flac": Format("FLAC", {"int16": "PCM_16", "int8": "PCM_S8", "int24": "PCM_24"}, 8, holds_nothing=False, tags=TAGS),
    "ogg": Format("OGG", {"": "VORBIS"}, tags=TAGS),
    "opus": Format("OGG", {"": "OPUS"}, rates=(8000, 12000, 16000, 24000, 48000), holds_nothing=False, tags=TAGS),
    # Without int8: libsndfile reads the padding of an odd number of bytes as a frame.
    "aiff": Format("AIFF", _PCM | _LAWS, bytes_max=_4_GIB, tags=("title", "artist", "comment")),
    "mp3": Format("MP3", {"": "MPEG_LAYER_III"}, 2, _AAC_RATES[1:10], holds_nothing=False, tags=TAGS[:-1]),
    "m4a": Format("", {"": "aac"}, 2, _AAC_RATES, holds_nothing=False, tags=TAGS[:-1]),
    "raw": Format("RAW", _PCM | {"int8": "PCM_S8", "uint8": "PCM_U8"} | _LAWS),
}
_SAME = {"wave": "wav", "aif": "aiff", "oga": "ogg", "mp4": "m4a", "pcm": "raw"}


@dataclass(frozen=True)
class RawFormat:
    """The layout of a file without a header, for the parameter `raw` of `read`, `blocks` and `info`.

    Parameters
    ----------
    rate : int
        Frames per second, in hertz.
    channels : int
        Stored interleaved: one sample of each channel, frame after frame.
    encoding : {"int8", "uint8", "int16", "int24", "int32", "float32", "float64", "ulaw", "alaw"}
    byte_order : {"little", "big"}

    Examples
    --------
    >>> import io
    >>> from opsin.audio import RawFormat, read
    >>> read(io.BytesIO(bytes(8)), raw=RawFormat(16000, channels=2)).samples.shape
    (2, 2)
    """

    rate: int
    channels: int = 1
    encoding: Encoding = "int16"
    byte_order: ByteOrder = "little"

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", as_rate(self.rate))
        integer("channels", self.channels, low=1, high=255)
        choice("encoding", self.encoding, FORMATS["raw"].encodings)
        choice("byte_order", self.byte_order, ("little", "big"))

    @property
    def frame_bytes(self) -> int:
        """The number of bytes of a frame."""
        return self.channels * BITS[self.encoding] // 8


def sample_type(encoding: str) -> str | None:
    """Return our name of libsndfile's `encoding`, or None for a lossy one."""
    return _ENCODING_NAMES.get(encoding)


def nearest_encoding(name: str, encoding: str | None) -> str | None:
    """Return the encoding of a format that keeps what `encoding` holds, or else its most precise one."""
    encodings = FORMATS[name].encodings
    if encoding is None or FORMATS[name].lossy:
        return None
    if encoding in encodings:
        return encoding
    bits = 16 if encoding in ("ulaw", "alaw") else BITS[encoding]
    enough = [other for other in encodings if BITS[other] >= bits and other not in ("ulaw", "alaw")]
    return min(enough, key=BITS.__getitem__) if enough else max(encodings, key=BITS.__getitem__)


def refuse_what_does_not_fit(name: str, sound: Sound) -> None:
    """Refuse channels and rates that a format cannot hold."""
    kind = FORMATS[name]
    if sound.channels > kind.channels:
        raise ValueError(f"{name} holds at most {kind.channels} channels; got {sound.channels}.")
    if kind.rates and sound.rate not in kind.rates:
        allowed = ", ".join(map(str, kind.rates))
        raise ValueError(f"{name} holds rates of {allowed} Hz; got {sound.rate}. See resample.")


def format_name(target: Source, format: str | None) -> str:
    """Return the format to write: the one given, or the one of the ending."""
    if format is not None:
        return choice("format", format, FORMATS)
    if not isinstance(target, (str, os.PathLike)):
        if not hasattr(target, "write"):
            raise TypeError(f"target must be a path or an open binary file; got {type(target).__name__}.")
        raise ValueError(f"an open file needs format=, one of {', '.join(map(repr, FORMATS))}.")
    ending = Path(target).suffix.lower().removeprefix(".")
    return choice(f"the ending of {shown_name(target)}", _SAME.get(ending, ending), FORMATS)


def encoding_name(name: str, encoding: str | None) -> str:
    """Return the encoding to write, checked."""
    encodings = FORMATS[name].encodings
    if encoding is None:
        return next(iter(encodings))
    if FORMATS[name].lossy:
        raise ValueError(
            f"encoding is for wav, rf64, flac, aiff and raw; {name} is lossy and takes quality. Got {encoding!r}."
        )
    return choice(f"encoding of {name}", encoding, encodings)


def with_article(name: str) -> str:
    """Return the name of a format with its indefinite article: an m4a, a wav."""
    return f"{'an' if name[0] in 'aeio' or name in ('m4a', 'mp3', 'rf64') else 'a'} {name}"


def shown_name(source: object) -> str:
    """Return how a message names a source or target."""
    if isinstance(source, (str, os.PathLike)):
        return repr(os.fspath(source))
    return f"the {type(source).__name__}"
