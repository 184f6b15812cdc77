"""The commands, as they are typed."""

import click
import numpy as np
import pytest
from click.testing import CliRunner

from opsin.audio import blocks, concatenate, filter_blocks, highpass, melody, read, speak, tone, write
from opsin.cli.sound import COMMANDS

PROGRAM = click.Group(commands={command.name: command for command in COMMANDS})


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*words, code=0, text=None):
        result = CliRunner().invoke(PROGRAM, words, input=text)
        assert result.exit_code == code, result.output
        return result.output

    return call


def test_say(run):
    run("say", "Hello world", "-o", "hello.wav")
    assert read("hello.wav") == speak("Hello world")
    run("say", "-", "-o", "in.wav", "--voice", "de", "--speed", "120", text="Hallo")
    assert read("in.wav") == speak("Hallo", "de", speed=120)
    assert "voice must be one of" in run("say", "x", "-o", "x.wav", "--voice", "zz", code=1)


def test_melody(run):
    run("melody", "C4 C4 G4 G4 A4 A4 G4-", "-o", "tune.flac", "--wave", "triangle")
    wanted = melody("C4 C4 G4 G4 A4 A4 G4-", rate=44100, wave="triangle")
    np.testing.assert_allclose(read("tune.flac").samples, wanted.samples, atol=1 / 2**15)
    assert "a note must be written like" in run("melody", "H4", "-o", "x.wav", code=1)


def test_info(run):
    write("a.ogg", (np.zeros((24000, 2)), 16000))
    shown = run("sound", "info", "a.ogg")
    for words in ("OGG, VORBIS", "16000 Hz", "24000", "1.500 s"):
        assert words in shown
    assert "Error: 'b.ogg' does not exist." in run("sound", "info", "b.ogg", code=1)


def test_filter(run):
    write("in.wav", tone(440, 0.3, wave="saw"), encoding="float32")
    run("sound", "filter", "--highpass", "1000", "in.wav", "out.wav", "--encoding", "float32")
    assert read("out.wav") == highpass(read("in.wav"), 1000)
    run(
        "sound",
        "filter",
        "--bandpass",
        "300",
        "3400",
        "in.wav",
        "out.flac",
        "--phase",
        "causal",
        "--order",
        "2",
    )
    wanted = concatenate(filter_blocks(blocks("in.wav"), "bandpass", (300, 3400), order=2))
    np.testing.assert_allclose(read("out.flac").samples, wanted.samples, atol=1 / 2**15)
    assert "give one of --lowpass" in run("sound", "filter", "in.wav", "out.wav", code=2)
    assert "got 2" in run("sound", "filter", "in.wav", "o.wav", "--lowpass", "5", "--highpass", "5", code=2)
    assert "less than 8000 hertz" in run("sound", "filter", "in.wav", "o.wav", "--lowpass", "9000", code=1)


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_plot(run, tmp_path, ending):
    write("a.wav", tone(440, 1.0))
    run("sound", "plot", "a.wav", "-o", f"a.{ending}", "--start", "0.2", "--stop", "0.4")
    assert (tmp_path / f"a.{ending}").stat().st_size > 5000


def test_play(run, monkeypatch):
    played = []
    monkeypatch.setattr("opsin.audio.play", played.append)
    write("a.wav", tone(440, 0.1), encoding="float32")
    run("sound", "play", "a.wav")
    assert played == [tone(440, 0.1)]
