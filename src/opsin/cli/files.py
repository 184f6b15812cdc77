"""Which files a command reads and writes, and how messages name them."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from .. import io
from ..io.writing import SUFFIXES

STDIO = "-"
"""The name that stands for standard input and standard output."""

# What an error of one file may be; anything else is a fault of opsin and is shown whole.
FILE_ERRORS = (OSError, ValueError, TypeError, MemoryError, ImportError, OverflowError)


@dataclass(frozen=True)
class Source:
    """An input: a file, or standard input."""

    path: Path
    inside: Path
    """Its path below the folder, or the fixed part of the pattern, that was given; results keep it."""

    @property
    def is_stdin(self) -> bool:
        return str(self.path) == STDIO

    @cached_property
    def content(self) -> Path | bytes:
        """What `io.imread` reads: the path, or the bytes of standard input."""
        if not self.is_stdin:
            return self.path
        return sys.stdin.buffer.read()

    def __str__(self) -> str:
        return shown(self.path)


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as text that every terminal can show: unprintable characters are escaped."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in os.fspath(path)
    )


def error_text(error: Exception, source: Source | None = None) -> str:
    """Return what went wrong on one line, without the name of the file, which stands in front."""
    if isinstance(error, OSError) and error.strerror:
        elsewhere = error.filename and source is not None and Path(error.filename) != source.path
        text = f"{error.strerror}: {shown(error.filename)}" if elsewhere else error.strerror
    elif isinstance(error, MemoryError):
        text = "there is not enough memory."
    else:
        text = str(error)
    for name in (str(source.path) if source else "", "<bytes>"):
        text = text.removeprefix(f"cannot read {name!r}: ")
    return " ".join(text.split()) or type(error).__name__


def find_sources(inputs: Sequence[str], recursive: bool, without: Path | None = None) -> list[Source]:
    """Return the files that the inputs name: files, folders, patterns, and ``-``.

    Parameters
    ----------
    inputs : sequence of str
        What was typed. Of a folder, every file whose name says that it is an image.
    recursive : bool
        Whether to look into the folders of folders, too.
    without : Path, optional
        A folder that is not searched, since results are written there.
    """
    try:
        found = [source for text in inputs for source in _sources(text, recursive, without)]
    except OSError as error:
        raise click.UsageError(f"{shown(error.filename or '')}: {error.strerror or error}") from None
    if sum(source.is_stdin for source in found) > 1:
        raise click.UsageError("- (standard input) is given more than once.")
    if any(source.is_stdin for source in found) and sys.stdin.isatty():
        raise click.UsageError("- reads an image from standard input, which is a terminal.")
    if not found:
        listed = ", ".join(shown(text) for text in inputs)
        deeper = "" if recursive else " With --recursive, the folders in it are searched, too."
        raise click.UsageError(f"no image files in {listed}.{deeper}")
    return found


def _sources(text: str, recursive: bool, without: Path | None) -> Iterator[Source]:
    if not text:
        raise click.UsageError("an input is empty text; give a file, a folder or a pattern.")
    if text == STDIO:
        yield Source(Path(STDIO), Path("stdin"))
    elif os.path.isdir(text):
        yield from _in_folder(Path(text), recursive, without)
    elif glob.has_magic(text) and not os.path.lexists(text):
        yield from _matching(text, without)
    else:
        yield Source(Path(text), Path(Path(text).name))


def _in_folder(folder: Path, recursive: bool, without: Path | None) -> Iterator[Source]:
    excluded = os.path.realpath(without) if without else None

    def fail(error: OSError) -> None:
        raise error

    for place, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(
            name
            for name in folders
            if recursive and not name.startswith(".") and os.path.realpath(os.path.join(place, name)) != excluded
        )
        for name in sorted(names):
            path = Path(place, name)
            if io.is_image_name(name) and path.is_file():
                yield Source(path, path.relative_to(folder))


def _matching(pattern: str, without: Path | None) -> Iterator[Source]:
    """Yield the files that match a pattern; with a suffix in the pattern all of them, or else those of images."""
    parts = Path(pattern).parts
    fixed = next(count for count, part in enumerate(parts) if glob.has_magic(part))
    base = Path(*parts[:fixed])
    suffix = Path(pattern).suffix
    any_name = bool(suffix) and not glob.has_magic(suffix)
    excluded = os.path.join(os.path.realpath(without), "") if without else None
    paths = [
        Path(name)
        for name in sorted(set(glob.glob(pattern, recursive=True)))
        if os.path.isfile(name)
        and (any_name or io.is_image_name(name))
        and not (excluded and os.path.realpath(name).startswith(excluded))
    ]
    if not paths:
        raise click.UsageError(f"no image file matches the pattern {shown(pattern)}.")
    for path in paths:
        yield Source(path, path.relative_to(base))


def find_targets(sources: Sequence[Source], output: str, extension: str | None, many: bool) -> list[Path]:
    """Return where each result is written; refuse to write over an input, or twice to one place.

    Parameters
    ----------
    sources : sequence of Source
        The inputs.
    output : str
        What was typed: a file, or a folder.
    extension : str, optional
        The suffix of the results, with its dot; by default that of each input.
    many : bool
        Whether there may be several results, so that the output is a folder.
    """
    path = Path(output)
    is_folder = os.path.isdir(output) or output.endswith(("/", os.sep)) or not path.suffix
    if (is_folder or many) and os.path.lexists(path) and not os.path.isdir(path):
        raise click.UsageError(f"--output must be a folder here; {shown(path)} is none.")
    if many and not is_folder and path.suffix.lower() in SUFFIXES:
        raise click.UsageError(
            f"--output must be a folder for several images; write {shown(path)}/ if it is to be one."
        )
    if is_folder or many:
        targets = [path / source.inside.with_suffix(extension or source.inside.suffix) for source in sources]
    else:
        if extension and path.suffix.lower() != extension:
            raise click.UsageError(f"--format is for folders and standard output; {shown(path)} has another suffix.")
        if path.suffix.lower() not in SUFFIXES:
            listed = ", ".join(sorted(SUFFIXES))
            raise click.UsageError(
                f"--output must end in one of {listed}; got {shown(path.suffix)!r}. "
                f"For a folder, write {shown(path)}/ with a slash."
            )
        if not path.parent.is_dir():
            raise click.UsageError(f"--output: there is no folder {shown(path.parent)}.")
        targets = [path]
    _refuse_collisions(sources, targets)
    return targets


def _refuse_collisions(sources: Sequence[Source], targets: Sequence[Path]) -> None:
    inputs = real_paths(sources)
    written: dict[str, Source] = {}
    for source, target in zip(sources, targets, strict=True):
        place = os.path.realpath(target)
        if place in inputs:
            raise click.UsageError(f"{shown(target)} is one of the inputs, which are never written over.")
        if place in written:
            raise click.UsageError(f"{written[place]} and {source} would both be written to {shown(target)}.")
        written[place] = source


def real_paths(sources: Sequence[Source]) -> set[str]:
    """Return the places of the inputs, with symbolic links resolved."""
    return {os.path.realpath(source.path) for source in sources if not source.is_stdin}
