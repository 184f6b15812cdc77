"""Text to speech, offline, by espeak-ng: the extra "speech".

espeak-ng is GPL-3.0-or-later and comes by the package espeakng-loader. opsin holds none of it and
does not load it: a child process does, and hands back samples. What it says belongs to you.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from .._errors import integer, missing_extra, nearest_name
from .sound import Sound

# All control characters but tab and line ends: espeak-ng ends at NUL and takes ^A for a command.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def speak(text: str, voice: str = "en", *, speed: int = 175, pitch: int = 50) -> Sound:
    """Say a text.

    Parameters
    ----------
    text : str
        Of any length. Control characters are taken for spaces; nothing in it is a command.
    voice : str
        A language from `voices`, such as "en", "en-us" or "cmn"; "+" and a variant changes the
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
        If the extra "speech" is not installed; the message has the command that installs it.
    ValueError
        If the voice is unknown; the message lists those there are.

    Examples
    --------
    >>> from opsin.audio import speak
    >>> speak("Hello world").rate
    22050
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string; got {type(text).__name__}.")
    if not isinstance(voice, str):
        raise TypeError(f"voice must be a string such as 'en'; got {type(voice).__name__}.")
    speed = integer("speed", speed, low=80, high=450, unit="words a minute")
    pitch = integer("pitch", pitch, low=0, high=99)
    answer, samples = _ask(_CONTROL.sub(" ", text), voice=voice, speed=speed, pitch=pitch)
    if "rate" not in answer:
        raise ValueError(_unknown_voice(voice, answer["voices"], answer["variants"]))
    return Sound(np.frombuffer(samples, np.int16), answer["rate"])


def voices() -> dict[str, str]:
    """Return the languages that `speak` has, and the name of the voice of each.

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
    answer, _ = _ask("", voice="", speed=175, pitch=50)
    return dict(answer["voices"])


def _ask(text: str, **request: Any) -> tuple[dict[str, Any], bytes]:
    """Return the answer of the child process, and the samples."""
    try:
        import espeakng_loader
    except ImportError:
        raise missing_extra("Speech", "speech") from None
    request |= {"library": espeakng_loader.get_library_path(), "data": espeakng_loader.get_data_path()}
    child = subprocess.run(
        # Isolated and without site packages: the script needs neither, and starts in half the time.
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("_espeak.py"))],
        input=json.dumps(request).encode() + b"\n" + text.encode(),
        capture_output=True,
        check=False,
    )
    line, _, samples = child.stdout.partition(b"\n")
    answer = json.loads(line) if line else {"error": child.stderr.decode(errors="replace").strip()}
    if child.returncode != 0 or "error" in answer:
        reason = answer.get("error") or child.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"the speech process ended with code {child.returncode}: {reason[-500:]}")
    return answer, samples


def _unknown_voice(voice: str, known: dict[str, str], variants: list[str]) -> str:
    language, plus, variant = voice.partition("+")
    if language in known and plus:
        return f"the variant of voice must be one of {', '.join(variants)}; got {variant!r}."
    return f"voice must be one of {', '.join(known)}; got {voice!r}.{nearest_name(voice, known)}"
