"""The properties of a sound file that a decoder reports, and how its samples are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import completeness
from .formats import sample_type
from .sound import Samples


@dataclass(frozen=True)
class SoundInfo:
    """The properties of a sound file.

    Attributes
    ----------
    format, encoding : str
        As libsndfile names them, such as "WAV" and "PCM_16".
    rate : int
        Frames per second, in hertz.
    channels : int
    frames : int
        As the file states.
    tags : dict of str to str
        Title, artist, album, date, genre, tracknumber, comment, copyright and license, if present.
    """

    format: str
    encoding: str
    rate: int
    channels: int
    frames: int
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """The length in seconds."""
        return self.frames / self.rate

    @property
    def sample_type(self) -> str | None:
        """The encoding as `write` takes it, such as "int24"; None for lossy formats."""
        return sample_type(self.encoding)


class BrokenDataError(Exception):
    """A decoder met data that it cannot decode."""


@dataclass(frozen=True)
class Decoder:
    """An open file: its properties, and how to get (frames, channels) blocks from a frame on."""

    info: SoundInfo
    damage: Callable[[float], completeness.Damage | None]
    """From the seconds that matter."""
    blocks: Callable[[int, int], Iterator[Samples]]
    """From (first frame, frames in a block); ends early or raises BrokenDataError where the file is damaged."""
