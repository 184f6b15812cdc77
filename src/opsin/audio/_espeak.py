"""What runs in the child process: text on its standard input, speech on its standard output.

It is started as a script and imports nothing of opsin. The first line in is a request in JSON,
the text follows; the first line out is an answer in JSON, 16-bit samples of the machine's byte
order follow. espeak-ng keeps its state in globals and varies from call to call; the first call of
a new process is always the same.
"""

import ctypes
import json
import os
import sys
from typing import Any

RETRIEVAL = 1
DO_NOT_EXIT = 0x8000
CHARACTERS_UTF8 = 1
SPEED, PITCH = 1, 3


class Voice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


def voices(library: Any) -> dict[str, tuple[str, str]]:
    """Return the name and the identifier of the best voice of each language."""
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(Voice))
    listed = library.espeak_ListVoices(None)
    best: dict[str, tuple[int, str, str]] = {}
    index = 0
    while listed[index]:
        voice = listed[index].contents
        index += 1
        identifier = voice.identifier.decode()
        if identifier.startswith("mb/"):
            continue  # needs the files of another synthesiser
        # Pairs of a priority byte (small is better) and a language, up to a priority of 0.
        place = voice.languages
        while priority := ctypes.string_at(place, 1)[0]:
            language = ctypes.string_at(place + 1)
            place += len(language) + 2
            found = (priority, voice.name.decode().strip(), identifier)
            best[language.decode()] = min(found, best.get(language.decode(), found))
    return {language: (name, identifier) for language, (_, name, identifier) in sorted(best.items())}


def main() -> None:
    """Answer one request."""
    request = json.loads(sys.stdin.buffer.readline())
    text = sys.stdin.buffer.read()
    library = ctypes.CDLL(request["library"])
    # espeak-ng keeps the folder in 160 characters, so it gets a short, relative one.
    parent, folder = os.path.split(request["data"])
    os.chdir(parent)
    rate = library.espeak_Initialize(RETRIEVAL, 0, os.fsencode(folder), DO_NOT_EXIT)
    if rate <= 0:
        answer({"error": f"espeak-ng did not start from {request['data']}"})
        return
    known = voices(library)
    variants = sorted(os.listdir(os.path.join(folder, "voices", "!v")))
    language, plus, variant = request["voice"].partition("+")
    if language not in known or (plus and variant not in variants):
        answer({"voices": {key: name for key, (name, _) in known.items()}, "variants": variants})
        return
    if library.espeak_SetVoiceByName((known[language][1] + plus + variant).encode()) != 0:
        answer({"error": f"espeak-ng has no data for the voice {request['voice']!r}"})
        return
    library.espeak_SetParameter(SPEED, request["speed"], 0)
    library.espeak_SetParameter(PITCH, request["pitch"], 0)

    answer({"rate": rate})

    def take(samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            sys.stdout.buffer.write(ctypes.string_at(samples, 2 * count))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)(take)
    library.espeak_SetSynthCallback(callback)
    library.espeak_Synth.argtypes = [
        *(ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint),
        *(ctypes.c_void_p, ctypes.c_void_p),
    ]
    if library.espeak_Synth(text, len(text) + 1, 0, 1, 0, CHARACTERS_UTF8, None, None) != 0:
        sys.exit("espeak-ng refused the text")
    library.espeak_Synchronize()
    sys.stdout.buffer.flush()


def answer(message: dict[str, Any]) -> None:
    """Write the first line."""
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
