"""Sound: files, speech, filters, a synthesiser, and pictures of it.

Every function takes a `Sound` or a pair ``(array, rate)``, changes neither, and returns a `Sound`.
"""

from .editing import concatenate, fade, gain, mix, normalize, resample, trim_silence
from .files import SoundInfo, blocks, info, read, write, write_blocks
from .filters import bandpass, bandstop, filter_blocks, highpass, lowpass
from .playback import play
from .plots import spectrogram, waveform
from .sound import Sound
from .speech import speak, voices
from .synthesis import chord, melody, note, scale, silence, tone

__all__ = [
    "Sound",
    "SoundInfo",
    "bandpass",
    "bandstop",
    "blocks",
    "chord",
    "concatenate",
    "fade",
    "filter_blocks",
    "gain",
    "highpass",
    "info",
    "lowpass",
    "melody",
    "mix",
    "normalize",
    "note",
    "play",
    "read",
    "resample",
    "scale",
    "silence",
    "speak",
    "spectrogram",
    "tone",
    "trim_silence",
    "voices",
    "waveform",
    "write",
    "write_blocks",
]
