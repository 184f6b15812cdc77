"""The commands about sound: say, melody, and the group sound."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, get_args

import click

from .. import audio
from .._errors import missing_extra
from ..audio.formats import Encoding
from ..audio.filters import KINDS
from ..audio.synthesis import WAVES, Wave

P = ParamSpec("P")
R = TypeVar("R")

FILE = click.Path(path_type=Path)
ENCODING = click.option(
    "--encoding", type=click.Choice(get_args(Encoding)), help="How a sample is held in wav, aiff and flac."
)
OUTPUT = click.option("-o", "--output", type=FILE, required=True, help="Where to write; the ending decides the format.")


def errors_in_one_line(function: Callable[P, R]) -> Callable[P, R]:
    """Turn the library's errors into one line and exit code 1."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (ValueError, TypeError, OSError, ImportError, RuntimeError) as error:
            words = str(error)
            if isinstance(error, OSError) and error.strerror:
                words = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
            raise click.ClickException(words) from error

    return run


@click.command()
@click.argument("text")
@OUTPUT
@click.option("--voice", default="en", show_default=True, help="A language; a wrong one lists them.")
@click.option("--speed", default=175, show_default=True, help="Words per minute, 80 to 450.")
@click.option("--pitch", default=50, show_default=True, help="0 to 99.")
@errors_in_one_line
def say(text: str, output: Path, voice: str, speed: int, pitch: int) -> None:
    """Say TEXT ("-" reads it from standard input) into a sound file."""
    if text == "-":
        text = sys.stdin.read()
    audio.write(output, audio.speak(text, voice, speed=speed, pitch=pitch))


@click.command(short_help="Play notes into a sound file.")
@click.argument("notes")
@OUTPUT
@click.option("--tempo", default=120.0, show_default=True, help="Beats per minute.")
@click.option("--wave", type=click.Choice(WAVES), default="sine", show_default=True)
@click.option("--rate", default=44100, show_default=True, help="Frames per second.")
@errors_in_one_line
def melody(notes: str, output: Path, tempo: float, wave: Wave, rate: int) -> None:
    """Play NOTES, such as "C4 C4 G4 G4 A4 A4 G4-", into a sound file.

    A "-" after a note holds it for a beat more, a "/" halves it, R is a rest, C4+E4+G4 a chord.
    """
    audio.write(output, audio.melody(notes, tempo=tempo, wave=wave, rate=rate))


@click.group()
def sound() -> None:
    """Look at, filter, draw and play sound files."""


@sound.command()
@click.argument("file", type=FILE)
@errors_in_one_line
def info(file: Path) -> None:
    """Tell what a sound FILE says of itself."""
    found = audio.info(file)
    for name, value in (
        ("format", f"{found.format}, {found.encoding}"),
        ("rate", f"{found.rate} Hz"),
        ("channels", found.channels),
        ("frames", found.frames),
        ("duration", f"{found.duration:.3f} s"),
    ):
        click.echo(f"{name:9} {value}")


@sound.command("filter")
@click.argument("source", type=FILE)
@click.argument("output", type=FILE)
@click.option("--lowpass", type=float, metavar="HZ", help="Keep what is below.")
@click.option("--highpass", type=float, metavar="HZ", help="Keep what is above.")
@click.option("--bandpass", type=(float, float), metavar="LOW HIGH", help="Keep what is between.")
@click.option("--bandstop", type=(float, float), metavar="LOW HIGH", help="Cut out what is between.")
@click.option("--order", default=4, show_default=True, help="1 to 16; 6 dB per octave each.")
@click.option(
    "--phase",
    type=click.Choice(["zero", "causal"]),
    default="zero",
    show_default=True,
    help="zero delays nothing; causal goes through a file of any length in little memory.",
)
@ENCODING
@errors_in_one_line
def filter_file(
    source: Path,
    output: Path,
    order: int,
    phase: str,
    encoding: Encoding | None,
    **cutoffs: float | tuple[float, float] | None,
) -> None:
    """Filter the file SOURCE into the file OUTPUT."""
    chosen = [(kind, cutoff) for kind in KINDS if (cutoff := cutoffs[kind]) is not None]
    if len(chosen) != 1:
        raise click.UsageError(f"give one of {', '.join('--' + kind for kind in KINDS)}; got {len(chosen)}.")
    if source.resolve() == output.resolve():
        raise click.UsageError(f"{output} is the input, which is never written over.")
    kind, cutoff = chosen[0]
    if phase == "causal":
        filtered = audio.filter_blocks(audio.blocks(source), kind, cutoff, order=order)
        audio.write_blocks(output, filtered, encoding=encoding)
    else:
        audio.write(output, getattr(audio, kind)(audio.read(source), cutoff, order=order), encoding=encoding)


@sound.command()
@click.argument("file", type=FILE)
@OUTPUT
@click.option("--start", default=0.0, show_default=True, help="Seconds.")
@click.option("--stop", type=float, help="Seconds.")
@errors_in_one_line
def plot(file: Path, output: Path, start: float, stop: float | None) -> None:
    """Draw the waveform and the spectrogram of a sound FILE."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise missing_extra("Plots", "plots") from None
    shown = audio.read(file, start=start, stop=stop)
    figure = Figure(figsize=(10, 6), layout="constrained")
    above, below = figure.subplots(2, sharex=True)
    audio.waveform(shown, ax=above).set(title=file.name, xlabel="")
    audio.spectrogram(shown, ax=below)
    figure.colorbar(below.images[0], ax=below, label="power (dB)")
    figure.savefig(output)


@sound.command()
@click.argument("file", type=FILE)
@errors_in_one_line
def play(file: Path) -> None:
    """Play a sound FILE."""
    audio.play(audio.read(file))


COMMANDS = (say, melody, sound)
