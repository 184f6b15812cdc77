"""Sound: files, speech, filters, synthesis, levels and plots.

Functions take a `Sound` or a pair ``(array, rate)``, do not change it, and return a new `Sound`.
"""

from typing import TYPE_CHECKING

from .._names import public
from .decoding import SoundInfo
from .editing import concatenate, fade, merge_channels, mix, pan, repeat
from .filters import bandpass, bandstop, filter_blocks, highpass, lowpass
from .formats import RawFormat
from .levels import gain, loudness, normalize, split_on_silence, trim_silence
from .piano import Piano, piano
from .playback import play, play_blocks
from .plots import spectrogram, waveform
from .reading import blocks, info, read
from .resampling import resample, resample_blocks
from .sound import Sound
from .spectra import PowerSpectrogram, power_spectrogram
from .speech import speak, speak_blocks, voices
from .synthesis import chord, melody, melody_blocks, note, scale, silence, tone
from .writing import write, write_blocks

__all__ = [
    "Piano",
    "PowerSpectrogram",
    "RawFormat",
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
    "loudness",
    "lowpass",
    "melody",
    "melody_blocks",
    "merge_channels",
    "mix",
    "normalize",
    "note",
    "pan",
    "piano",
    "play",
    "play_blocks",
    "power_spectrogram",
    "read",
    "repeat",
    "resample",
    "resample_blocks",
    "scale",
    "silence",
    "speak",
    "speak_blocks",
    "spectrogram",
    "split_on_silence",
    "tone",
    "trim_silence",
    "voices",
    "waveform",
    "write",
    "write_blocks",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
