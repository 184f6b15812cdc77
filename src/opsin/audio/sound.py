"""The one value of this half of opsin: samples and how many of them make a second."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opsin._errors import integer, number

Samples: TypeAlias = NDArray[np.float32]

CHANNELS_MAX = 255
RATE_MAX = 1_536_000

# What the integer dtypes call zero and full scale. 64-bit and other unsigned integers have no agreed one.
_INTEGER_SCALES = {
    "uint8": (128, 2.0**7),
    "int8": (0, 2.0**7),
    "int16": (0, 2.0**15),
    "int32": (0, 2.0**31),
}

# A page with a player holds the samples themselves, so a long sound is cut there (about 95 s of stereo).
_PLAYER_BYTES = 16 * 2**20

# Passes over long sounds go by blocks that stay in the processor's cache.
BLOCK = 65536


@dataclass(frozen=True, eq=False, repr=False)
class Sound:
    """Samples and their rate: a value that never changes, and that plays itself in a notebook.

    Parameters
    ----------
    samples : array_like of shape (frames,) or (frames, channels)
        Floats are taken as they are, full scale being [-1, 1]; uint8, int8, int16 and int32 are
        divided by their full scale. Copied. One channel is always held as (frames,).
    rate : int
        Frames per second, in hertz.

    Attributes
    ----------
    samples : ndarray of float32, read-only
    rate : int

    Raises
    ------
    TypeError
        If the samples are not real numbers, or are integers without an agreed full scale.
    ValueError
        If the shape is not that of a sound, or a sample is NaN or infinite: a Sound is always
        finite, so no operation has to say what it does with NaN.

    Notes
    -----
    ``sound[a:b]`` takes frames, as an array does, and ``sound.between(1.0, 2.5)`` takes seconds;
    both look at the same memory. ``a + b`` mixes, ``0.5 * a`` scales. Values beyond [-1, 1] may
    stand in a Sound (a mix often has them) and are clipped only where it is played or written.

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

    __array_ufunc__ = None  # NumPy's operators leave `array * sound` to the Sound, which refuses it

    def __init__(self, samples: ArrayLike, rate: int) -> None:
        self._keep(np.array(_full_scale(np.asarray(samples)), dtype=np.float32, order="C"), rate)

    def _keep(self, samples: Samples, rate: int) -> None:
        samples = _shaped(samples)
        _refuse_not_finite(samples)
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate", integer("rate", rate, low=1, high=RATE_MAX, unit="hertz"))

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

    def between(self, start: float = 0.0, stop: float | None = None) -> Sound:
        """Return the part from `start` to `stop` seconds, cut to what there is."""
        first = number("start", start, low=0, unit="seconds")
        last = self.duration if stop is None else number("stop", stop, low=first, unit="seconds")
        return self[_frame(first, self.rate) : _frame(last, self.rate)]

    def channel(self, index: int) -> Sound:
        """Return one channel, counted from 0."""
        index = integer("index", index, low=0, high=self.channels - 1)
        return owned(np.ascontiguousarray(columns(self.samples)[:, index]), self.rate)

    def mono(self) -> Sound:
        """Return the mean of the channels."""
        return self if self.channels == 1 else owned(self.samples.mean(axis=1), self.rate)

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
        from opsin.audio.editing import mix

        return mix([self, other])

    def __mul__(self, factor: float) -> Sound:
        if not isinstance(factor, (int, float, np.number)):
            return NotImplemented
        return scaled(self, number("factor", factor))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"<Sound: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Return a player that holds the sound itself: no server, no other package."""
        shown = self[: _PLAYER_BYTES // (2 * self.channels)]
        note = "" if shown.frames == self.frames else f" (the player holds the first {shown.duration:.0f} s)"
        player = ""
        if shown.frames:
            data = base64.b64encode(wav_bytes(shown)).decode("ascii")
            player = f'<audio controls preload="metadata" src="data:audio/wav;base64,{data}"></audio>'
        return f'<div class="opsin-sound">{player}<div><small>{self._summary()}{note}</small></div></div>'

    def _summary(self) -> str:
        plural = "" if self.channels == 1 else "s"
        return f"{self.duration:.3f} s, {self.rate} Hz, {self.channels} channel{plural}"


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
    """Return samples rounded to `bits` and clipped, as int16, or in the top bits of int32."""
    full = 2.0 ** (bits - 1)
    wide = samples.astype(np.float64) if bits > 24 else samples * np.float32(full)
    if bits > 24:
        wide = wide * full
    levels = np.clip(np.rint(wide), -full, full - 1)
    return levels.astype(np.int16) if bits == 16 else levels.astype(np.int32) << (32 - bits)


def wav_bytes(sound: Sound) -> bytes:
    """Return a 16-bit WAV file of the sound, made without any audio library."""
    data = quantized(sound.samples, 16).astype("<i2").tobytes()
    block = 2 * sound.channels
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, sound.channels, sound.rate),
        *(sound.rate * block, block, 16, b"data", len(data)),
    )
    return head + data


def _frame(seconds: float, rate: int) -> int:
    return round(seconds * rate)


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


def _shaped(samples: NDArray[Any]) -> NDArray[Any]:
    if samples.ndim not in (1, 2) or (samples.ndim == 2 and not 1 <= samples.shape[1] <= CHANNELS_MAX):
        raise ValueError(
            f"samples must have the shape (frames,) or (frames, channels), with 1 to {CHANNELS_MAX} "
            f"channels; got {samples.shape}."
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
