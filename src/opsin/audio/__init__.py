"""Sound: files, speech, filters, a synthesiser, and pictures of it.

Every function takes a `Sound` or a pair ``(array, rate)``, changes neither, and returns a `Sound`.
"""

from opsin.audio.editing import concatenate, fade, gain, mix, normalize, resample, trim_silence
from opsin.audio.files import SoundInfo, blocks, info, read, write, write_blocks
from opsin.audio.filters import bandpass, bandstop, filter_blocks, highpass, lowpass
from opsin.audio.playback import play
from opsin.audio.plots import spectrogram, waveform
from opsin.audio.sound import Sound
from opsin.audio.speech import speak, voices
from opsin.audio.synthesis import chord, melody, note, scale, silence, tone

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
