"""The tutorial's two recipes about sound, as they are written today."""

import io

import numpy as np
import pytest
from scipy import signal

from opsin import audio


def test_applying_digital_filters_to_speech(tmp_path):
    # The tutorial asked a server for an mp3 and turned it into a wav; both conversions are still here.
    spoken = audio.speak("hello world")
    mp3 = io.BytesIO()
    audio.write(mp3, spoken, format="mp3")
    voice = audio.read(mp3)
    audio.write(tmp_path / "voice.wav", voice)
    assert voice.rate == spoken.rate
    assert voice.duration == pytest.approx(spoken.duration)

    low = audio.lowpass(voice, 500)
    high = audio.highpass(voice, 1000)

    # What the tutorial computed.
    for kind, cutoff, found in (("low", 500.0, low), ("high", 1000.0, high)):
        b, a = signal.butter(4, cutoff / (voice.rate / 2.0), kind)
        np.testing.assert_allclose(found.samples, signal.filtfilt(b, a, voice.samples), atol=1e-5)

    ax = audio.waveform(voice, label="original")
    audio.waveform(low, label="low-pass", ax=ax)
    assert "<audio" in high._repr_html_()

    # Its slider: any cutoff from 100 to 5000 Hz.
    quieter = [audio.highpass(voice, cutoff).peak for cutoff in range(100, 5001, 700)]
    assert quieter[-1] < quieter[0]


def test_creating_a_sound_synthesizer():
    names = audio.scale("C5", "C6")
    notes = dict(zip(["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B", "C+"], names, strict=True))
    for index, name in enumerate(notes.values()):
        key = audio.tone(name, 0.5, rate=16000)
        assert key.frames == 8000
        strongest = np.abs(np.fft.rfft(key.samples, 2**18)).argmax() * 16000 / 2**18
        assert strongest == pytest.approx(440 * 2 ** ((index + 3) / 12), abs=0.5)
