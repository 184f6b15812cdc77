"""Playback by an audio device, or by a player in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._errors import flag, missing_extra
from .filters import parts_of_one_sound
from .sound import Sound, SoundLike, as_sound, player, quantized


def play(sound: SoundLike, *, autoplay: bool = False) -> None:
    """Play a sound: in a notebook a player is shown; elsewhere it is played to its end.

    Parameters
    ----------
    sound : Sound or (array, rate)
        Values beyond [-1, 1] are clipped.
    autoplay : bool
        Whether the player in a notebook starts by itself.

    Raises
    ------
    ImportError
        Outside a notebook, if the extra "player" is not installed.
    RuntimeError
        If no audio device is found.
    """
    sound = as_sound(sound)
    if flag("autoplay", autoplay) and _in_notebook():
        from IPython.display import HTML, display

        display(HTML(player(sound, autoplay=True)))
    elif _in_notebook():
        from IPython.display import display

        display(sound)
    else:
        play_blocks([sound])


def play_blocks(blocks: Iterable[SoundLike]) -> None:
    """Play a sound that is given in blocks, such as a file longer than memory, to its end.

    Parameters
    ----------
    blocks : iterable of Sound
        Consecutive parts of one sound, as `opsin.audio.blocks` reads them.

    Raises
    ------
    ImportError
        If the extra "player" is not installed.
    ValueError
        If the blocks differ in rate or channels.
    RuntimeError
        If no audio device is found.
    """
    try:
        import miniaudio
    except ImportError:
        raise missing_extra("Playing sound outside a notebook", "player") from None
    parts = parts_of_one_sound(blocks)
    first = next(parts, None)
    if first is None:
        return
    try:
        _play(miniaudio, first, parts)
    except miniaudio.MiniaudioError as error:
        raise RuntimeError(f"no audio device was found ({error}).") from None


def _play(miniaudio: Any, first: Sound, rest: Iterable[Sound] = (), backends: list[Any] | None = None) -> None:
    """Give the samples to the device, and wait until it has taken them all."""
    import threading

    done = threading.Event()
    failures: list[Exception] = []
    device = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=first.channels,
        sample_rate=first.rate,
        backends=backends,
    )
    with device:
        samples = _samples(first, rest, done, failures)
        next(samples)
        device.start(samples)
        # Short waits, so that Ctrl-C interrupts on every platform.
        while not done.wait(0.1):
            pass
    if failures:
        raise failures[0]


def _samples(
    first: Sound, rest: Iterable[Sound], done: Any, failures: list[Exception]
) -> Generator[NDArray[Any] | bytes, int, None]:
    """Yield as many frames as the device asks for, and set `done` when all are played."""
    asked = yield b""
    try:
        for part in chain([first], rest):
            position = 0
            while position < part.frames:
                block = part.samples[position : position + asked]
                position += len(block)
                asked = yield quantized(block, 16)
    except Exception as error:
        # The generator runs in the thread of the device, where an exception would be lost.
        failures.append(error)
    # The device still holds the last block while it asks for the next.
    yield np.zeros((asked, first.channels), np.int16)
    done.set()


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")
