"""The Sound: samples and their rate."""

from __future__ import annotations

import base64
import math
import struct
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import integer, number

Samples: TypeAlias = NDArray[np.float32]

CHANNELS_MAX = 255
RATE_MAX = 1_536_000
# The longest sound that is synthesised, more than eleven days.
SECONDS_MAX = 1e6

# Zero and full scale of the integer dtypes. 64-bit and other unsigned integers have no agreed scale.
_INTEGER_SCALES = {
    "uint8": (128, 2.0**7),
    "int8": (0, 2.0**7),
    "int16": (0, 2.0**15),
    "int32": (0, 2.0**31),
}

# A player contains the samples, so a long sound is shortened there (to about 95 s of stereo at 44100 Hz).
_PLAYER_BYTES = 16 * 2**20

# Long sounds are processed in blocks of this many frames, which fit in the processor's cache.
BLOCK = 65536

# An array with more channels than this, and fewer frames than channels, is probably transposed.
_USUAL_CHANNELS = 16


@dataclass(frozen=True, eq=False, repr=False)
class Sound:
    """Samples and their rate, immutable. In a notebook it is shown as a player.

    Parameters
    ----------
    samples : array_like of shape (frames,) or (frames, channels)
        Floats are taken as they are, full scale being [-1, 1]; uint8, int8, int16 and int32 are
        divided by their full scale. Copied. One channel is always held as (frames,).
    rate : int
        Frames per second, in hertz. A float with an integer value, such as 16000.0, is accepted.

    Attributes
    ----------
    samples : ndarray of float32, read-only
    rate : int

    Raises
    ------
    TypeError
        If the samples are not real numbers, or are integers without an agreed full scale.
    ValueError
        If the shape is not that of a sound, or a sample is NaN or infinite. A Sound is always
        finite.

    Warns
    -----
    UserWarning
        If the array has more channels than frames, and more than 16: it is probably transposed.

    Notes
    -----
    ``sound[a:b]`` selects frames and ``sound.between(1.0, 2.5)`` selects seconds; both return views.
    ``a + b`` and ``a - b`` mix, ``0.5 * a`` and ``a / 2`` scale, ``-a`` inverts, and
    ``sum([a, b, c])`` mixes all. A Sound may hold values beyond [-1, 1]; they are clipped only when
    it is played or written.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.audio import Sound
    >>> sound = Sound(np.zeros(8000), 16000)
    >>> sound
    <Sound: 0.500 s, 16000 Hz, 1 channel>
    >>> sound[:1600].duration, sound.between(0.1, 0.4).frames
    (0.1, 4800)
    """

    samples: Samples
    rate: int

    __array_ufunc__ = None  # so that `array * sound` raises TypeError instead of returning an array

    def __init__(self, samples: ArrayLike, rate: int) -> None:
        given = _as_array(samples)
        self._keep(_as_float32(_full_scale(given)), rate)
        if 0 < self.frames < self.channels and self.channels > _USUAL_CHANNELS:
            warnings.warn(
                f"samples of the shape {given.shape} hold {self.channels} channels of {self.frames} frames. "
                "If the array is (channels, frames), pass its transpose, samples.T.",
                stacklevel=2,
            )

    @classmethod
    def from_interleaved(cls, samples: ArrayLike, rate: int, channels: int) -> Sound:
        """Return the Sound of samples in one row: frame by frame, the channels of each in turn."""
        given = _as_array(samples)
        channels = integer("channels", channels, low=1, high=CHANNELS_MAX)
        if given.ndim != 1 or len(given) % channels:
            raise ValueError(
                f"interleaved samples must have the shape (frames * {channels},) for {channels} channels; "
                f"got {given.shape}."
            )
        result = object.__new__(cls)
        result._keep(_as_float32(_full_scale(given.reshape(-1, channels))), rate)
        return result

    def _keep(self, samples: Samples, rate: int) -> None:
        samples = _shaped(samples)
        _refuse_not_finite(samples)
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate", as_rate(rate))

    def __reduce__(self) -> tuple[Any, ...]:
        return Sound, (self.samples, self.rate)

    @property
    def frames(self) -> int:
        """How many samples each channel has; also ``len(sound)``."""
        return int(self.samples.shape[0])

    @property
    def channels(self) -> int:
        """1 for mono, 2 for stereo."""
        return int(self.samples.shape[1]) if self.samples.ndim == 2 else 1

    @property
    def duration(self) -> float:
        """The length in seconds."""
        return self.frames / self.rate

    @property
    def peak(self) -> float:
        """The largest magnitude of any sample; 0 for an empty sound."""
        if self.frames == 0:
            return 0.0
        return float(max(self.samples.max(), -self.samples.min()))

    @property
    def rms(self) -> float:
        """The root mean square of all samples; 0 for an empty sound. See also `loudness`."""
        if self.frames == 0:
            return 0.0
        parts = (self.samples[start : start + BLOCK].astype(np.float64) for start in range(0, self.frames, BLOCK))
        return math.sqrt(sum(float(np.vdot(part, part)) for part in parts) / self.samples.size)

    def between(self, start: float = 0.0, stop: float | None = None) -> Sound:
        """Return the part from `start` to `stop` seconds, cut to what there is."""
        first = number("start", start, low=0, unit="seconds")
        last = self.duration if stop is None else number("stop", stop, low=first, unit="seconds")
        return self[nearest_frame(first, self.rate) : nearest_frame(last, self.rate)]

    def channel(self, index: int) -> Sound:
        """Return one channel, counted from 0."""
        index = integer("index", index, low=0, high=self.channels - 1)
        return owned(np.ascontiguousarray(columns(self.samples)[:, index]), self.rate)

    def mono(self) -> Sound:
        """Return the mean of the channels."""
        return self if self.channels == 1 else owned(self.samples.mean(axis=1), self.rate)

    def stereo(self) -> Sound:
        """Return a mono sound in two equal channels; a stereo sound is returned as it is."""
        if self.channels > 2:
            raise ValueError(f"stereo takes 1 or 2 channels; got {self.channels}. See mono and channel.")
        return self if self.channels == 2 else owned(np.stack([self.samples, self.samples], axis=1), self.rate)

    def interleaved(self) -> Samples:
        """Return the samples in one row: frame by frame, the channels of each in turn. Read-only."""
        return self.samples.reshape(-1)

    def __len__(self) -> int:
        return self.frames

    def __getitem__(self, frames: slice) -> Sound:
        if not isinstance(frames, slice):
            raise TypeError(
                "sound[...] takes a slice of frames, such as sound[:16000]; "
                "single numbers are in sound.samples, seconds in sound.between(start, stop)."
            )
        if frames.step not in (None, 1, -1):
            raise ValueError(f"the step of a slice must be 1 or -1; got {frames.step!r}. See resample.")
        return owned(self.samples[frames], self.rate)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.samples, dtype=dtype, copy=copy)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sound):
            return NotImplemented
        return self.rate == other.rate and np.array_equal(self.samples, other.samples)

    def __add__(self, other: Sound) -> Sound:
        if not isinstance(other, Sound):
            return NotImplemented
        return added(alike([self, other]), [0, 0])

    def __radd__(self, other: int) -> Sound:
        # sum([...]) starts with 0.
        return self if type(other) is int and other == 0 else NotImplemented

    def __sub__(self, other: Sound) -> Sound:
        return self + -other if isinstance(other, Sound) else NotImplemented

    def __neg__(self) -> Sound:
        return owned(-self.samples, self.rate)

    def __truediv__(self, divisor: float) -> Sound:
        if not isinstance(divisor, (int, float, np.number)):
            return NotImplemented
        if number("divisor", divisor) == 0:
            raise ValueError("divisor must not be 0.")
        return scaled(self, 1 / float(divisor))

    def __mul__(self, factor: float) -> Sound:
        if not isinstance(factor, (int, float, np.number)):
            return NotImplemented
        return scaled(self, number("factor", factor))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"<Sound: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Return a player that contains the samples."""
        return player(self)

    def _summary(self) -> str:
        plural = "" if self.channels == 1 else "s"
        return f"{self.duration:.3f} s, {self.rate} Hz, {self.channels} channel{plural}"


def player(sound: Sound, autoplay: bool = False) -> str:
    """Return the HTML of a player that contains the samples."""
    shown = sound[: _PLAYER_BYTES // (2 * sound.channels)]
    note = "" if shown.frames == sound.frames else f" (the player holds the first {shown.duration:.0f} s)"
    element = ""
    if shown.frames:
        data = base64.b64encode(wav_bytes(shown)).decode("ascii")
        start = " autoplay" if autoplay else ""
        element = f'<audio controls{start} preload="metadata" src="data:audio/wav;base64,{data}"></audio>'
    return f'<div class="opsin-sound">{element}<div><small>{sound._summary()}{note}</small></div></div>'


SoundLike: TypeAlias = Sound | tuple[ArrayLike, int]
"""A Sound, or a pair of an array and its rate."""


def as_sound(sound: SoundLike, name: str = "sound") -> Sound:
    """Return `sound` if it is a Sound, and the Sound of an ``(array, rate)`` pair."""
    if isinstance(sound, Sound):
        return sound
    if isinstance(sound, (tuple, list)) and len(sound) == 2:
        samples, rate = sound
        if np.ndim(samples) == 0 and np.ndim(rate) > 0:
            raise TypeError(f"{name} must be (array, rate), in this order; got (rate, array).")
        if np.ndim(samples) > 0 and np.ndim(rate) == 0:
            return Sound(samples, rate)
    raise TypeError(f"{name} must be a Sound or a pair (array, rate); got {type(sound).__name__}.")


def each_sound(sounds: Iterable[SoundLike], name: str) -> Iterator[Sound]:
    """Yield each of several sounds, checked; refuse what holds none."""
    scalar = isinstance(sounds, np.ndarray) and sounds.ndim == 0
    if scalar or isinstance(sounds, (Sound, str, bytes, memoryview)) or not hasattr(sounds, "__iter__"):
        shown = "one Sound" if isinstance(sounds, Sound) else type(sounds).__name__
        raise TypeError(f"{name} must be a list or another iterable of sounds; got {shown}.")
    for sound in sounds:
        yield as_sound(sound, f"each of {name}")


def nearest_frame(seconds: float, rate: int) -> int:
    """Return the frame at a time; a time that no sound reaches gives a frame that no sound has."""
    return round(min(seconds * rate, 2.0**62))


def alike(sounds: Iterable[SoundLike]) -> list[Sound]:
    """Return the sounds; refuse those of other rates, or of other channels than mono."""
    parts = of_one_rate(sounds)
    channels = sorted({part.channels for part in parts} - {1})
    if len(channels) > 1:
        raise ValueError(f"sounds must be mono or have one number of channels; got {channels}.")
    return parts


def of_one_rate(sounds: Iterable[SoundLike]) -> list[Sound]:
    """Return the sounds; refuse none, and those of other rates."""
    parts = list(each_sound(sounds, "sounds"))
    if not parts:
        raise ValueError("sounds must hold at least one sound; got none.")
    rates = sorted({part.rate for part in parts})
    if len(rates) > 1:
        raise ValueError(f"sounds must have one rate; got {', '.join(map(str, rates))} Hz. See resample.")
    return parts


def added(parts: Sequence[Sound], starts: Sequence[int]) -> Sound:
    """Return the sum of sounds that are alike, each from its frame on."""
    frames = max(start + part.frames for start, part in zip(starts, parts, strict=True))
    total = np.zeros((frames, max(part.channels for part in parts)), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for start, part in zip(starts, parts, strict=True):
            total[start : start + part.frames] += columns(part.samples)
    return owned(total, parts[0].rate)


def as_rate(rate: Any, name: str = "rate") -> int:
    """Return a rate in hertz as an int; floats with an integer value are accepted."""
    if isinstance(rate, (float, np.floating)):
        if not float(rate).is_integer():
            raise ValueError(f"{name} must be a whole number of hertz; got {rate!r}.")
        rate = int(rate)
    return integer(name, rate, low=1, high=RATE_MAX, unit="hertz")


def owned(samples: NDArray[Any], rate: int) -> Sound:
    """Return a Sound that keeps `samples` without a copy; the caller must not write to them again."""
    sound = object.__new__(Sound)
    sound._keep(np.asarray(samples, dtype=np.float32).view(), rate)
    return sound


def scaled(sound: Sound, factor: float) -> Sound:
    """Return the sound with every sample times `factor`."""
    result = np.empty_like(sound.samples)
    with np.errstate(over="ignore"):
        np.multiply(sound.samples, factor, out=result, dtype=np.float64, casting="same_kind")
    return owned(result, sound.rate)


def columns(samples: Samples) -> Samples:
    """Return samples as (frames, channels), without a copy."""
    return samples.reshape(samples.shape[0], -1) if samples.size else samples.reshape(0, _width(samples))


def quantized(samples: Samples, bits: int) -> NDArray[np.signedinteger[Any]]:
    """Return samples rounded to `bits` and clipped, as int16 or left-aligned in int32."""
    full = 2.0 ** (bits - 1)
    wide = samples.astype(np.float64) if bits > 24 else samples * np.float32(full)
    if bits > 24:
        wide = wide * full
    levels = np.clip(np.rint(wide), -full, full - 1)
    return levels.astype(np.int16) if bits == 16 else levels.astype(np.int32) << (32 - bits)


def wav_bytes(sound: Sound) -> bytes:
    """Return the sound as a 16-bit WAV file."""
    data = quantized(sound.samples, 16).astype("<i2").tobytes()
    block = 2 * sound.channels
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, sound.channels, sound.rate),
        *(sound.rate * block, block, 16, b"data", len(data)),
    )
    return head + data


def _as_array(samples: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(samples)
    except ValueError:
        raise ValueError(
            "samples must have the shape (frames,) or (frames, channels); got a ragged sequence."
        ) from None


def _width(samples: NDArray[Any]) -> int:
    return int(samples.shape[1]) if samples.ndim == 2 else 1


def _full_scale(samples: NDArray[Any]) -> NDArray[Any]:
    if samples.dtype.kind == "f" or (samples.size == 0 and samples.dtype.kind in "iu"):
        return samples
    scale = _INTEGER_SCALES.get(samples.dtype.name)
    if scale is None:
        raise TypeError(
            f"samples must be floats in [-1, 1], or uint8, int8, int16 or int32 at full scale; got {samples.dtype}."
        )
    zero, full = scale
    return (samples.astype(np.float64) - zero) / full


def _as_float32(samples: NDArray[Any]) -> Samples:
    """Return a copy of samples; those beyond float32 become infinite, which is refused."""
    with np.errstate(over="ignore"):
        return np.array(samples, dtype=np.float32, order="C")


def _shaped(samples: NDArray[Any]) -> NDArray[Any]:
    if samples.ndim not in (1, 2) or (samples.ndim == 2 and not 1 <= samples.shape[1] <= CHANNELS_MAX):
        hint = ""
        if samples.ndim == 2 and 1 <= samples.shape[0] < samples.shape[1]:
            hint = " If the array is (channels, frames), pass its transpose, samples.T."
        elif samples.ndim == 3 and 1 in samples.shape:
            hint = " Remove the axis of length 1 with numpy.squeeze."
        raise ValueError(
            f"samples must have the shape (frames,) or (frames, channels), with 1 to {CHANNELS_MAX} "
            f"channels; got {samples.shape}.{hint}"
        )
    return samples[:, 0] if samples.ndim == 2 and samples.shape[1] == 1 else samples


def _refuse_not_finite(samples: NDArray[Any]) -> None:
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK]
        if not (np.isfinite(block.max()) and np.isfinite(block.min())):
            frame = start + int(np.flatnonzero(~np.isfinite(block.reshape(len(block), -1)).all(axis=1))[0])
            raise ValueError(
                f"samples must be finite; got {samples[frame]!r} at frame {frame}. "
                "numpy.nan_to_num replaces NaN and infinity."
            )
