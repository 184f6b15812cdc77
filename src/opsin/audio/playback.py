"""Sound out of the loudspeaker, or a player in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._errors import missing_extra
from .sound import Sound, SoundLike, as_sound, quantized


def play(sound: SoundLike) -> None:
    """Play a sound: shows the player in a notebook; elsewhere plays it and returns at its end.

    Parameters
    ----------
    sound : Sound or (array, rate)
        Values beyond [-1, 1] are clipped.

    Raises
    ------
    ImportError
        If there is no notebook and the extra "player" is not installed.
    RuntimeError
        If no device that plays sound is found.
    """
    sound = as_sound(sound)
    if _in_notebook():
        from IPython.display import display

        show: Callable[[Sound], None] = display
        show(sound)
        return
    try:
        import miniaudio
    except ImportError:
        raise missing_extra("Playing sound outside a notebook", "player") from None
    try:
        _play(miniaudio, sound)
    except miniaudio.MiniaudioError as error:
        raise RuntimeError(f"no device that plays sound was found ({error}).") from None


def _play(miniaudio: Any, sound: Sound, backends: list[Any] | None = None) -> None:
    """Hand the samples to the device, and wait until it has taken them all."""
    import threading

    done = threading.Event()
    device = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=sound.channels,
        sample_rate=sound.rate,
        backends=backends,
    )
    with device:
        samples = _samples(sound, done)
        next(samples)
        device.start(samples)
        # Waiting in steps lets Ctrl-C through on every platform.
        while not done.wait(0.1):
            pass


def _samples(sound: Sound, done: Any) -> Generator[NDArray[Any] | bytes, int, None]:
    """Yield as many frames as the device asks for, and then say that all are played."""
    position = 0
    asked = yield b""
    while position < sound.frames:
        block = sound.samples[position : position + asked]
        position += len(block)
        asked = yield quantized(block, 16)
    # The device still holds the last block while it asks for the next.
    yield np.zeros((asked, sound.channels), np.int16)
    done.set()


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")
