"""Speech: repeatable, of any length, and closed to what a text could smuggle in."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from opsin.audio import concatenate, speak, speak_blocks, voices


def test_a_sentence():
    sound = speak("Hello world")
    assert (sound.rate, sound.channels) == (22050, 1)
    assert 0.5 < sound.duration < 1.2
    assert 0.3 < sound.peak <= 1


def test_the_same_words_give_the_same_samples_also_at_once():
    first = speak("Hello world")
    with ThreadPoolExecutor(4) as pool:
        assert all(sound == first for sound in pool.map(speak, ["Hello world"] * 4))


def test_voices():
    known = voices()
    assert known["de"] == "German"
    assert {"en", "en-us", "fr", "cmn", "ja", "ar"} <= known.keys()


@pytest.mark.parametrize("voice", ["en", "en-us", "de", "fr", "fr-fr", "cmn", "ja", "ar", "en+f3"])
def test_each_voice_says_it_its_own_way(voice):
    sound = speak("Hello world 12", voice)
    assert sound.peak > 0.1
    assert voice == "en" or sound != speak("Hello world 12")


def test_speed_and_pitch():
    normal = speak("one two three four")
    assert speak("one two three four", speed=350).duration < 0.7 * normal.duration
    low, high = (_fundamental(speak("aaaaaah", pitch=pitch)) for pitch in (20, 80))
    assert high > 1.2 * low


def _fundamental(sound):
    x = sound.samples[2000:8000]
    correlation = np.correlate(x, x, "full")[len(x) - 1 :]
    lags = slice(sound.rate // 400, sound.rate // 50)
    return sound.rate / (lags.start + int(np.argmax(correlation[lags])))


def test_a_very_long_text():
    text = "The quick brown fox jumps over the lazy dog. " * 700
    assert len(text) > 30_000
    assert speak(text, speed=450).duration > 300


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\x00\x01\x02"])
def test_nothing_to_say(text):
    assert speak(text).duration < 1


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x1b", "\x7f", "\ud800"])
def test_control_characters_are_spaces(control):
    assert speak(f"Hello{control}world") == speak("Hello world")


def test_nothing_in_a_text_is_a_command():
    assert speak("\x01450SHello world") == speak(" 450SHello world")
    assert speak("<voice name='de'>x</voice>").duration > speak("x").duration
    assert speak("[[h@l'oU]]").duration > 0


@pytest.mark.parametrize("text", ["你好，世界", "مرحبا", "🎵", "naïve café", "-o /etc/passwd", "$(ls); `ls`"])
def test_any_text(text):
    assert np.isfinite(speak(text).samples).all()


def test_unknown_voices_are_listed_with_the_nearest():
    with pytest.raises(ValueError, match=r"voice must be one of af, am, .*; got 'germ'\."):
        speak("x", "germ")
    with pytest.raises(ValueError, match="Did you mean 'en-us'"):
        speak("x", "en_us")
    with pytest.raises(ValueError, match=r"the variant of voice must be one of .*f3.*; got 'zz'"):
        speak("x", "en+zz")
    for hostile in ("", "../../x", "en\x00", "en+../../en", "mb/mb-en1"):
        with pytest.raises(ValueError, match="voice must be one of"):
            speak("x", hostile)


def test_wrong_arguments():
    with pytest.raises(TypeError, match="text must be a string"):
        speak(b"x")
    with pytest.raises(TypeError, match="voice must be a string"):
        speak("x", None)
    with pytest.raises(ValueError, match="speed must be at least 80 and at most 450 words a minute"):
        speak("x", speed=1000)
    with pytest.raises(ValueError, match="pitch must be at least 0 and at most 99"):
        speak("x", pitch=100)


def test_the_folder_and_its_files_do_not_matter(tmp_path, monkeypatch):
    before = speak("Hello world")
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the working folder')")
    monkeypatch.chdir(tmp_path)
    assert speak("Hello world") == before
    assert os.listdir(tmp_path) == ["json.py"]


def test_a_deep_installation(tmp_path, monkeypatch):
    """espeak-ng itself fails where its data lies deeper than 160 characters."""
    espeakng_loader = pytest.importorskip("espeakng_loader")
    deep = tmp_path.joinpath(*["a" * 60] * 4)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(espeakng_loader.get_data_path())
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(deep / "espeak-ng-data"))
    assert speak("Hello world").duration > 0.5


def test_a_broken_installation_is_said(tmp_path, monkeypatch):
    espeakng_loader = pytest.importorskip("espeakng_loader")
    (tmp_path / "espeak-ng-data").mkdir()
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(tmp_path / "espeak-ng-data"))
    with pytest.raises(RuntimeError, match="the speech process ended"):
        speak("Hello world")


def test_blocks_are_the_speech():
    text = "The quick brown fox jumps over the lazy dog. " * 20
    parts = list(speak_blocks(text))
    assert len(parts) > 5
    assert concatenate(parts) == speak(text)
    with pytest.raises(TypeError, match="text must be a string"):
        speak_blocks(5)


def test_abandoned_speech_ends_its_process():
    parts = speak_blocks("The quick brown fox jumps over the lazy dog. " * 2000)
    next(parts)
    assert next(parts).frames > 0
    parts.close()
