"""Playing: in a notebook, through a device that swallows it, and where there is none."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from opsin.audio import Sound, play, play_blocks, playback, tone


def test_in_a_notebook_it_shows_the_player(monkeypatch):
    shown = []
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=shown.append))
    play(tone(440, 0.1))
    assert shown == [tone(440, 0.1)]


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_a_plain_shell_is_no_notebook(monkeypatch, shell):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert not playback._in_notebook()


@pytest.mark.parametrize("channels", [1, 2])
def test_a_device_gets_every_sample(channels):
    miniaudio = pytest.importorskip("miniaudio")
    sound = Sound(np.zeros((3000, channels)), 16000)
    playback._play(miniaudio, sound, backends=[miniaudio.Backend.NULL])


def test_the_samples_that_a_device_gets():
    import threading

    done = threading.Event()
    sound = Sound(np.linspace(-1, 1, 1000), 8000)
    stream = playback._samples(sound[:170], [sound[170:170], sound[170:]], done, [])
    next(stream)
    got = [stream.send(300) for _ in range(4)]
    assert [len(block) for block in got] == [170, 300, 300, 230]
    np.testing.assert_array_equal(np.concatenate(got), np.clip(np.rint(sound.samples * 2**15), -(2**15), 2**15 - 1))
    assert not done.is_set()
    assert not stream.send(300).any()
    assert list(stream) == []
    assert done.is_set()


def test_an_error_in_the_blocks_is_raised():
    miniaudio = pytest.importorskip("miniaudio")

    def parts():
        yield tone(440, 0.1)
        raise KeyError("lost")

    blocks = parts()
    with pytest.raises(KeyError):
        playback._play(miniaudio, next(blocks), blocks, backends=[miniaudio.Backend.NULL])


def test_nothing_to_play():
    pytest.importorskip("miniaudio")
    play_blocks([])


def test_autoplay(monkeypatch):
    shown = []
    notebook = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1))
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=shown.append, HTML=str))
    play(tone(440, 0.1), autoplay=True)
    assert "<audio controls autoplay" in shown[0]
    assert "autoplay" not in tone(440, 0.1)._repr_html_()
    with pytest.raises(TypeError, match="autoplay must be True or False"):
        play(tone(440, 0.1), autoplay="yes")


def test_no_device_is_said(monkeypatch):
    miniaudio = pytest.importorskip("miniaudio")

    def none(**_):
        raise miniaudio.MiniaudioError("failed to init device", -401)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", none)
    with pytest.raises(RuntimeError, match="no audio device was found"):
        play(tone(440, 0.1))


def test_wrong_things():
    with pytest.raises(TypeError, match="a Sound or a pair"):
        play("a.wav")
