"""The commands about sound: say, melody, and the group sound."""

from __future__ import annotations

import functools
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar, get_args

import click

from .. import audio
from .._errors import missing_extra
from ..audio.filters import KINDS, PHASES, Phase
from ..audio.formats import FORMATS, Encoding, format_name, nearest_encoding
from ..audio.plots import Stretch, draw_spectrogram, draw_waveform
from ..audio.reading import span
from ..audio.synthesis import WAVES, Wave

P = ParamSpec("P")
R = TypeVar("R")

FILE = click.Path(path_type=Path, allow_dash=True)
SOURCE = click.argument("source", type=FILE)
TARGET = click.argument("output", type=FILE)
OUTPUT = click.option(
    "-o", "--output", type=FILE, required=True, help='The file to write; its ending selects the format. "-" is stdout.'
)
START = click.option("--start", default=0.0, show_default=True, help="Seconds.")
STOP = click.option("--stop", type=float, help="Seconds.")


def writing_options(function: Callable[P, R]) -> Callable[P, R]:
    """Add the options of all commands that write a sound file."""
    for option in (
        click.option("--encoding", type=click.Choice(get_args(Encoding)), help="Sample type of a lossless format."),
        click.option("--quality", type=float, help="0 to 1, for ogg, opus, mp3 and m4a."),
        click.option("--format", "format", type=click.Choice(list(FORMATS)), help="Instead of the ending."),
    ):
        function = option(function)
    return function


def errors_in_one_line(function: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors of the library into one line and exit code 1, and its warnings into one line."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", UserWarning)
                result = function(*args, **kwargs)
        except (ValueError, TypeError, OSError, ImportError, RuntimeError) as error:
            words = str(error)
            if isinstance(error, OSError) and error.strerror:
                words = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
            raise click.ClickException(words) from error
        for warning in caught:
            click.echo(f"Warning: {warning.message}", err=True)
        return result

    return run


@contextmanager
def source_file(source: Path) -> Iterator[Path | IO[bytes]]:
    """Yield the path; or standard input, copied so that it can be read twice."""
    if str(source) != "-":
        yield source
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        yield copy


def target_file(output: Path, format: str | None) -> tuple[Any, str]:
    """Return where to write and in which format; standard output gets WAV by default."""
    if str(output) == "-":
        return sys.stdout.buffer, format or "wav"
    return output, format_name(output, format)


def write(output: Path, sounds: Any, **options: Any) -> None:
    """Write the blocks of a sound."""
    target, name = target_file(output, options.pop("format"))
    audio.write_blocks(target, sounds, format=name, **options)


def rewrite(source: Path, output: Path, change: Callable[[Path | IO[bytes]], Any], **options: Any) -> None:
    """Write what `change` makes of a file, with the sample type and the tags of the source."""
    if str(source) != "-" and source.resolve() == output.resolve():
        raise click.UsageError(f"{output} is the input, which is never overwritten.")
    with source_file(source) as opened:
        found = audio.info(opened)
        target, name = target_file(output, options.pop("format"))
        if options["encoding"] is None:
            options["encoding"] = nearest_encoding(name, found.sample_type)
        tags = {tag: value for tag, value in found.tags.items() if tag in FORMATS[name].tags}
        audio.write_blocks(target, change(opened), format=name, tags=tags, **options)


@click.command()
@click.argument("text")
@OUTPUT
@click.option("--voice", default="en", show_default=True, help="A language; a wrong one lists them.")
@click.option("--speed", default=175, show_default=True, help="Words per minute, 80 to 450.")
@click.option("--pitch", default=50, show_default=True, help="0 to 99.")
@writing_options
@errors_in_one_line
def say(text: str, output: Path, voice: str, speed: int, pitch: int, **options: Any) -> None:
    """Say TEXT ("-" reads it from standard input) into a sound file."""
    if text == "-":
        text = sys.stdin.read()
    write(output, audio.speak_blocks(text, voice, speed=speed, pitch=pitch), **options)


@click.command(short_help="Play notes into a sound file.")
@click.argument("notes")
@OUTPUT
@click.option("--tempo", default=120.0, show_default=True, help="Beats per minute.")
@click.option("--wave", type=click.Choice(WAVES), default="sine", show_default=True)
@click.option("--rate", default=44100, show_default=True, help="Frames per second.")
@writing_options
@errors_in_one_line
def melody(notes: str, output: Path, tempo: float, wave: Wave, rate: int, **options: Any) -> None:
    """Play NOTES, such as "C4 C4 G4 G4 A4 A4 G4-", into a sound file; "-" reads them from standard input.

    Each "-" after a note adds a beat and each "/" halves its length; R is a rest, C4+E4+G4 a chord.
    """
    if notes == "-":
        notes = sys.stdin.read()
    parts = audio.melody_blocks(notes, tempo=tempo, wave=wave, rate=rate)
    write(output, chain_or_silence(parts, rate), **options)


def chain_or_silence(parts: Iterator[audio.Sound], rate: int) -> Iterator[audio.Sound]:
    """Yield the parts after an empty one, so that a file without notes can be written."""
    yield audio.silence(0, rate)
    yield from parts


@click.group()
def sound() -> None:
    """Inspect, convert, filter, plot and play sound files."""


@sound.command()
@SOURCE
@errors_in_one_line
def info(source: Path) -> None:
    """Print the properties and tags of a sound file."""
    with source_file(source) as opened:
        found = audio.info(opened)
    for name, value in (
        ("format", f"{found.format}, {found.encoding}"),
        ("rate", f"{found.rate} Hz"),
        ("channels", found.channels),
        ("frames", found.frames),
        ("duration", f"{found.duration:.3f} s"),
        *found.tags.items(),
    ):
        click.echo(f"{name:11} {value}")


@sound.command("filter")
@SOURCE
@TARGET
@click.option("--lowpass", type=float, metavar="HZ", help="Attenuate what is above.")
@click.option("--highpass", type=float, metavar="HZ", help="Attenuate what is below.")
@click.option("--bandpass", type=(float, float), metavar="LOW HIGH", help="Attenuate what is outside.")
@click.option("--bandstop", type=(float, float), metavar="LOW HIGH", help="Attenuate what is inside.")
@click.option("--order", default=4, show_default=True, help="1 to 16; 6 dB per octave each.")
@click.option(
    "--phase",
    type=click.Choice(PHASES),
    default="zero",
    show_default=True,
    help="zero has no delay; causal has less work.",
)
@writing_options
@errors_in_one_line
def filter_file(
    source: Path,
    output: Path,
    order: int,
    phase: Phase,
    encoding: Encoding | None,
    quality: float | None,
    format: str | None,
    **cutoffs: float | tuple[float, float] | None,
) -> None:
    """Filter the file SOURCE into the file OUTPUT, of any length.

    The sample type of SOURCE is kept, or the nearest that OUTPUT can hold.
    """
    chosen = [(kind, cutoff) for kind in KINDS if (cutoff := cutoffs[kind]) is not None]
    if len(chosen) != 1:
        raise click.UsageError(f"give one of {', '.join('--' + kind for kind in KINDS)}; got {len(chosen)}.")
    kind, cutoff = chosen[0]
    rewrite(
        source,
        output,
        lambda opened: audio.filter_blocks(audio.blocks(opened), kind, cutoff, order=order, phase=phase),
        encoding=encoding,
        quality=quality,
        format=format,
    )


@sound.command()
@SOURCE
@TARGET
@click.option("--rate", type=int, help="Frames per second; the rate of SOURCE by default.")
@click.option("--mono", is_flag=True, help="The mean of the channels.")
@click.option("--gain", default=0.0, show_default=True, help="Decibels.")
@START
@STOP
@writing_options
@errors_in_one_line
def convert(
    source: Path,
    output: Path,
    rate: int | None,
    mono: bool,
    gain: float,
    start: float,
    stop: float | None,
    **options: Any,
) -> None:
    """Convert the file SOURCE to the format, rate or channels of the file OUTPUT."""

    def change(opened: Path | IO[bytes]) -> Iterator[audio.Sound]:
        parts = audio.blocks(opened, start=start, stop=stop)
        if mono:
            parts = (part.mono() for part in parts)
        if gain:
            parts = (audio.gain(part, gain) for part in parts)
        return audio.resample_blocks(parts, rate) if rate else parts

    rewrite(source, output, change, **options)


@sound.command()
@SOURCE
@OUTPUT
@START
@STOP
@errors_in_one_line
def plot(source: Path, output: Path, start: float, stop: float | None) -> None:
    """Draw the waveform and the spectrogram of a sound file."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise missing_extra("Plots", "plots") from None
    with source_file(source) as opened:
        found = audio.info(opened)
        first, last = span(found, start, stop)
        shown = Stretch(last - first, found.rate, found.channels, lambda: audio.blocks(opened, start=start, stop=stop))
        figure = Figure(figsize=(10, 6), layout="constrained")
        above, below = figure.subplots(2, sharex=True)
        draw_waveform(shown, ax=above).set(title=source.name, xlabel="")
        draw_spectrogram(shown, ax=below)
    figure.colorbar(below.images[0], ax=below, label="power (dB)")
    figure.savefig(sys.stdout.buffer if str(output) == "-" else output)


@sound.command()
@SOURCE
@errors_in_one_line
def play(source: Path) -> None:
    """Play a sound file."""
    with source_file(source) as opened:
        audio.play_blocks(audio.blocks(opened))


COMMANDS = (say, melody, sound)
