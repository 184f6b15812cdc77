"""The commands, as they are typed."""

import io
import os
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from opsin.audio import (
    blocks,
    concatenate,
    filter_blocks,
    gain,
    highpass,
    info,
    melody,
    read,
    resample,
    speak,
    tone,
    write,
)
from opsin.audio.formats import FORMATS
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
    np.testing.assert_allclose(read("out.wav").samples, highpass(read("in.wav"), 1000).samples, atol=1e-6)
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
    monkeypatch.setattr("opsin.audio.play_blocks", lambda blocks: played.extend(blocks))
    write("a.wav", tone(440, 0.1), encoding="float32")
    run("sound", "play", "a.wav")
    assert played == [tone(440, 0.1)]


SOURCES = [("wav", encoding) for encoding in FORMATS["wav"].encodings] + [
    ("flac", "int24"),
    ("aiff", "int32"),
    ("ogg", None),
]


@pytest.mark.parametrize(("ending", "encoding"), SOURCES)
@pytest.mark.parametrize(("output", "held"), [("wav", None), ("flac", ("int8", "int16", "int24")), ("ogg", ())])
def test_filter_keeps_what_a_sample_is(run, ending, encoding, output, held):
    write(f"in.{ending}", tone(440, 0.2, 8000), encoding=encoding)
    run("sound", "filter", f"in.{ending}", f"out.{output}", "--lowpass", "1000")
    wanted = encoding or "int16"
    if held == ():
        wanted = None
    elif held is not None and wanted not in held:
        wanted = "int16" if wanted in ("ulaw", "alaw") else "int24"
    assert info(f"out.{output}").sample_type == wanted


def test_filter_keeps_tags(run):
    write("in.flac", tone(440, 0.2), tags={"title": "Hymne à la joie", "license": "CC0"})
    run("sound", "filter", "in.flac", "out.wav", "--lowpass", "1000")
    assert info("out.wav").tags == {"title": "Hymne à la joie"}
    assert "Hymne à la joie" in run("sound", "info", "out.wav")


def test_convert(run):
    write("in.wav", tone(440, 1.0, 44100).stereo(), encoding="int24")
    run("sound", "convert", "in.wav", "out.flac", "--rate", "16000", "--mono", "--start", "0.25", "--gain", "-6")
    found = info("out.flac")
    assert (found.rate, found.channels, found.frames, found.sample_type) == (16000, 1, 12000, "int24")
    wanted = resample(gain(read("in.wav", start=0.25).mono(), -6), 16000)
    np.testing.assert_allclose(read("out.flac").samples, wanted.samples, atol=1e-6)
    run("sound", "convert", "in.wav", "small.ogg", "--quality", "0")
    run("sound", "convert", "in.wav", "large.ogg", "--quality", "1")
    assert os.path.getsize("small.ogg") < os.path.getsize("large.ogg")
    assert "quality is for ogg" in run("sound", "convert", "in.wav", "b.wav", "--quality", "1", code=1)
    assert "never overwritten" in run("sound", "convert", "in.wav", "./in.wav", code=2)
    assert "Warning: " in run("sound", "convert", "in.wav", "loud.wav", "--gain", "20")


def test_standard_input_and_output(run):
    write("in.wav", tone(440, 0.5))
    data = Path("in.wav").read_bytes()
    assert "0.500 s" in run("sound", "info", "-", text=data)
    run("sound", "filter", "-", "out.wav", "--lowpass", "1000", text=data)
    assert read("out.wav").frames == 8000
    program = [sys.executable, "-c", "from opsin.cli import main; main()"]
    done = subprocess.run(
        [*program, "sound", "convert", "-", "-", "--rate", "8000", "--format", "flac"],
        input=data,
        capture_output=True,
        check=True,
    )
    assert read(io.BytesIO(done.stdout)).frames == 4000
    done = subprocess.run([*program, "melody", "-", "-o", "-"], input=b"C4 E4", capture_output=True, check=True)
    assert read(io.BytesIO(done.stdout)).frames == 44100


def test_an_empty_melody(run):
    run("melody", "", "-o", "empty.wav")
    assert read("empty.wav").frames == 0
