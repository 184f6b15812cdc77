"""Sound in M4A, MP4 and WebM files, by PyAV: the extra "media"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .._errors import missing_extra
from .files import Decoder, SoundInfo
from .sound import Samples


@contextmanager
def decoder(source: Any, name: str) -> Iterator[Decoder]:
    """Open the first sound stream of a media file."""
    av = _av(f"Reading {name}")
    try:
        container = av.open(source)
    except (av.FFmpegError, OSError) as error:
        raise ValueError(f"{name} is not a media file that can be read ({error}).") from None
    with container:
        if not container.streams.audio:
            raise ValueError(f"{name} holds no sound.")
        stream = container.streams.audio[0]
        yield Decoder(
            SoundInfo(
                container.format.name.partition(",")[0].upper(),
                stream.codec_context.name.upper(),
                stream.rate,
                stream.channels,
                _frames(container, stream),
            ),
            cut_short=False,
            blocks=lambda first, frames: _decoded(av, container, stream, first, frames),
        )


@contextmanager
def encoder(place: Any, rate: int, channels: int) -> Iterator[Callable[[Samples], None]]:
    """Open an M4A file to be written, and yield what takes its (frames, channels) blocks."""
    av = _av("Writing m4a")
    layout = "mono" if channels == 1 else "stereo"
    written = 0
    # The length of the sound is kept in this unit, a thousandth of a second if nothing is said.
    options = {"movie_timescale": str(rate)}
    with av.open(place, "w", format="mp4", options=options) as container:
        stream = container.add_stream("aac", rate=rate, layout=layout)

        def put(samples: Samples) -> None:
            nonlocal written
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate, written
            written += len(samples)
            container.mux(stream.encode(frame))

        yield put
        if written:
            container.mux(stream.encode(None))


def _decoded(av: Any, container: Any, stream: Any, first: int, frames: int) -> Iterator[Samples]:
    """Yield blocks of exactly `frames`, the last one shorter, from frames of whatever length."""
    total = _frames(container, stream)
    planar = av.AudioResampler(format="fltp")
    held: list[Samples] = []
    position, count = 0, 0
    try:
        for packet in container.decode(stream):
            for frame in planar.resample(packet):
                samples = frame.to_ndarray().T
                # The last frame is filled up with silence, which the length of the stream leaves out.
                samples = samples[max(0, first - position) : max(0, total - position)]
                position += frame.samples
                held.append(samples)
                count += len(samples)
            if count >= frames:
                joined = np.concatenate(held)
                for start in range(0, count - count % frames, frames):
                    yield joined[start : start + frames]
                held, count = [joined[count - count % frames :]], count % frames
    except av.FFmpegError:
        pass
    if count:
        yield np.concatenate(held)


def _frames(container: Any, stream: Any) -> int:
    if stream.duration is not None:
        frames: float = stream.duration * stream.time_base * stream.rate
    else:
        frames = (container.duration or 0) * stream.rate / 1_000_000
    return round(frames)


def _av(what: str) -> Any:
    try:
        import av
    except ImportError:
        raise missing_extra(what, "media") from None
    return av
