"""Sound in M4A, AAC, MP4 and WebM files, and in MP3 of unknown length, by PyAV: the extra "media"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from .._errors import missing_extra
from .decoding import BrokenDataError, Decoder, SoundInfo
from .formats import TAGS
from .sound import Samples

# Streams of frames without a header that counts them; their time stamps after a seek are estimates.
_WITHOUT_INDEX = ("mp3", "aac")
# Frames decoded and dropped before the first one wanted: lossy codecs need some to settle.
_PREROLL = 8192
# Bits per second of a channel at the lowest and the highest quality of AAC.
_AAC_BIT_RATES = (24_000, 160_000)


@contextmanager
def decoder(source: Any, name: str) -> Iterator[Decoder]:
    """Open the first sound stream of a media file."""
    av = _av(f"Reading {name}")
    try:
        container = av.open(source, metadata_errors="replace")
    except (av.FFmpegError, OSError) as error:
        raise ValueError(f"{name} is not a media file that can be read ({error}).") from None
    with container:
        if not container.streams.audio:
            raise ValueError(f"{name} holds no sound.")
        stream = container.streams.audio[0]
        # A damaged header may leave a stream without a codec, and PyAV's object without these attributes.
        if not getattr(stream, "rate", 0) or not getattr(stream, "channels", 0):
            raise ValueError(f"{name} holds a sound stream without a rate or channels.")
        total = _frames(av, container, stream)
        given = {key.lower(): value for key, value in (container.metadata | stream.metadata).items()}
        given["tracknumber"] = given.get("track", "")
        yield Decoder(
            SoundInfo(
                container.format.name.partition(",")[0].upper(),
                stream.codec_context.name.upper(),
                stream.rate,
                stream.channels,
                total,
                {tag: given[tag] for tag in TAGS if given.get(tag)},
            ),
            damage=lambda _: None,
            blocks=lambda first, frames: _decoded(av, container, stream, total, first, frames),
        )


@contextmanager
def encoder(
    place: Any, rate: int, channels: int, quality: float | None, tags: dict[str, str]
) -> Iterator[Callable[[Samples], None]]:
    """Open an M4A file to be written, and yield what takes its (frames, channels) blocks."""
    av = _av("Writing m4a")
    layout = "mono" if channels == 1 else "stereo"
    written = 0
    # The length of the sound is stored in this unit; the default is a thousandth of a second.
    options = {"movie_timescale": str(rate)}
    with av.open(place, "w", format="mp4", options=options) as container:
        for tag, value in tags.items():
            container.metadata["track" if tag == "tracknumber" else tag] = value
        stream = container.add_stream("aac", rate=rate, layout=layout)
        if quality is not None:
            low, high = _AAC_BIT_RATES
            stream.bit_rate = round(channels * (low + quality * (high - low)))

        def put(samples: Samples) -> None:
            nonlocal written
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate, written
            written += len(samples)
            container.mux(stream.encode(frame))

        yield put
        if written:
            container.mux(stream.encode(None))


def _decoded(av: Any, container: Any, stream: Any, total: int, first: int, frames: int) -> Iterator[Samples]:
    """Yield blocks of exactly `frames`, the last one shorter, from frames of any length."""
    held: list[Samples] = []
    count = 0
    broken: str | None = None
    try:
        for position, decoded in _positioned(av, container, stream, first):
            # The last frame is filled with silence, which the length of the stream does not include.
            samples = decoded[max(0, first - position) : max(0, total - position)]
            held.append(samples)
            count += len(samples)
            if count >= frames:
                joined = np.concatenate(held)
                for start in range(0, count - count % frames, frames):
                    yield joined[start : start + frames]
                held, count = [joined[count - count % frames :]], count % frames
    except (av.FFmpegError, ValueError) as error:
        broken = str(error)
    if count:
        yield np.concatenate(held)
    if broken is not None:
        raise BrokenDataError(broken)


def _positioned(av: Any, container: Any, stream: Any, first: int) -> Iterator[tuple[int, Samples]]:
    """Yield decoded frames with their places, from some time before the frame `first` on.

    AAC is decoded from the beginning: its decoder replaces noise by other noise, which depends on
    everything that was decoded before.
    """
    planar = av.AudioResampler(format="fltp")
    position: int | None = 0
    if container.format.name in _WITHOUT_INDEX or stream.codec_context.name == "aac":
        container.seek(0)
    else:
        wanted = max(0, first - _PREROLL)
        container.seek(int(wanted / stream.rate / stream.time_base), stream=stream)
        position = None if wanted else 0
    for frame in container.decode(stream):
        if frame.sample_rate != stream.rate or frame.layout.nb_channels != stream.channels:
            raise ValueError("the rate or the channels change within the file")
        if position is None:
            position = round(frame.pts * frame.time_base * stream.rate)
        for part in planar.resample(frame):
            yield position, part.to_ndarray().T
            position += part.samples


def _frames(av: Any, container: Any, stream: Any) -> int:
    """Return the number of frames; where no header has it, that of the packets."""
    seconds: Any = 0.0
    if container.format.name in _WITHOUT_INDEX:
        with suppress(av.FFmpegError):
            for packet in container.demux(stream):
                seconds += float((packet.duration or 0) * packet.time_base)
    elif stream.duration is not None:
        seconds = stream.duration * stream.time_base
    else:
        seconds = (container.duration or 0) / 1_000_000
    return round(float(seconds) * int(stream.rate))


def _av(what: str) -> Any:
    try:
        import av
    except ImportError:
        raise missing_extra(what, "media") from None
    return av
