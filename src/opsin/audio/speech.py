"""Text to speech, offline, by espeak-ng: the extra "speech".

espeak-ng is licensed under GPL-3.0-or-later and is installed by the package espeakng-loader. opsin
contains none of it and does not load it: a child process does, and returns samples.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from .._errors import integer, missing_extra, nearest_name
from .sound import BLOCK, Sound, owned

# All control characters but tab and line ends: NUL ends the text for espeak-ng, and ^A begins a command.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def speak(text: str, voice: str = "en", *, speed: int = 175, pitch: int = 50) -> Sound:
    """Say a text.

    Parameters
    ----------
    text : str
        Of any length. Control characters are replaced by spaces, and markup is not interpreted.
    voice : str
        A language from `voices`, such as "en", "en-us" or "cmn". "+" and a variant select another
        speaker, as in "en+f3".
    speed : int
        Words per minute, 80 to 450.
    pitch : int
        0 to 99.

    Returns
    -------
    Sound
        Mono, 22050 Hz. The same arguments always give the same samples.

    Raises
    ------
    ImportError
        If the extra "speech" is not installed; the message contains the command that installs it.
    ValueError
        If the voice is unknown; the message lists the voices.

    Examples
    --------
    >>> from opsin.audio import speak
    >>> speak("Hello world").rate
    22050
    """
    parts = list(speak_blocks(text, voice, speed=speed, pitch=pitch))
    return owned(np.concatenate([part.samples for part in parts]), parts[0].rate)


def speak_blocks(text: str, voice: str = "en", *, speed: int = 175, pitch: int = 50) -> Iterator[Sound]:
    """Say a text in blocks, as they are synthesised: for long texts, and to begin playing at once.

    Parameters
    ----------
    text, voice, speed, pitch
        As in `speak`.

    Yields
    ------
    Sound
        Consecutive parts, at least one, which together are what `speak` returns.

    Raises
    ------
    ImportError, ValueError
        As `speak` does.

    Examples
    --------
    >>> import io
    >>> from opsin.audio import speak_blocks, write_blocks
    >>> write_blocks(io.BytesIO(), speak_blocks("Hello world"), format="ogg")
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string; got {type(text).__name__}.")
    if not isinstance(voice, str):
        raise TypeError(f"voice must be a string such as 'en'; got {type(voice).__name__}.")
    speed = integer("speed", speed, low=80, high=450, unit="words a minute")
    pitch = integer("pitch", pitch, low=0, high=99)
    return _spoken(_CONTROL.sub(" ", text), voice, speed, pitch)


def voices() -> dict[str, str]:
    """Return the languages of `speak`, and the name of the voice of each.

    Returns
    -------
    dict of str to str

    Raises
    ------
    ImportError
        If the extra "speech" is not installed.

    Examples
    --------
    >>> from opsin.audio import voices
    >>> voices()["de"]
    'German'
    """
    with _asked("", voice="", speed=175, pitch=50) as (answer, _):
        return dict(answer["voices"])


def _spoken(text: str, voice: str, speed: int, pitch: int) -> Iterator[Sound]:
    with _asked(text, voice=voice, speed=speed, pitch=pitch) as (answer, samples):
        if "rate" not in answer:
            raise ValueError(_unknown_voice(voice, answer["voices"], answer["variants"]))
        yield Sound(np.empty(0, np.int16), answer["rate"])
        while data := samples.read(2 * BLOCK):
            yield Sound(np.frombuffer(data, np.int16), answer["rate"])


@contextmanager
def _asked(text: str, **request: Any) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
    """Start the child process; yield its answer, and the stream of its samples."""
    try:
        import espeakng_loader
    except ImportError:
        raise missing_extra("Speech", "speech") from None
    request |= {"library": espeakng_loader.get_library_path(), "data": espeakng_loader.get_data_path()}
    # Isolated and without site packages: the script needs neither, and starts in half the time.
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("_espeak.py"))]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors) as child,
    ):
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            # The child reads all before it writes, so neither waits for the other.
            with suppress(BrokenPipeError), child.stdin:
                child.stdin.write(json.dumps(request).encode() + b"\n" + text.encode())
            line = child.stdout.readline()
            answer = json.loads(line) if line else {"error": "no answer"}
            if "error" not in answer:
                yield answer, child.stdout
            if child.wait() != 0 or "error" in answer:
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip()
                reason = said or answer.get("error", "")
                raise RuntimeError(f"the speech process ended with code {child.returncode}: {reason[-500:]}")
        finally:
            child.kill()


def _unknown_voice(voice: str, known: dict[str, str], variants: list[str]) -> str:
    language, plus, variant = voice.partition("+")
    if language in known and plus:
        return f"the variant of voice must be one of {', '.join(variants)}; got {variant!r}."
    return f"voice must be one of {', '.join(known)}; got {voice!r}.{nearest_name(voice, known)}"
