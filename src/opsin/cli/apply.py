"""``opsin apply``: a pipeline over files, in parallel, each written whole or not at all."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import click
import numpy as np
from click.shell_completion import CompletionItem
from numpy.typing import NDArray

from .. import io
from .._engine.arrays import saturate
from .._engine.threads import get_num_threads
from ..io.writing import SUFFIXES, held_channels, held_dtypes
from .pipeline import PipelineError, Step, complete_operation, parse, run

# What counts as an image among the files of a folder, by its name.
FOLDER_SUFFIXES = (SUFFIXES - {".npy", ".pdf"}) | {".jfif", ".jpe", ".pbm", ".pnm"}

# What an error of one file may be; anything else is a fault of opsin and is shown whole.
FILE_ERRORS = (OSError, ValueError, TypeError, MemoryError, ImportError)


def complete_pipeline(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the operations for the last step of what is typed."""
    before, bar, last = typed.rpartition("|")
    begun = before + bar + last[: len(last) - len(last.lstrip())]
    return [
        CompletionItem(begun + item.value, help=item.help)
        for item in complete_operation(context, parameter, last.lstrip())
    ]


@click.command("apply")
@click.argument("pipeline", shell_complete=complete_pipeline)
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A file for one image, a folder (a name without an ending) for many.",
)
@click.option("--format", "suffix", metavar="EXT", help="Write files of this kind, such as png or tif.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many files at once; as many as there are threads, if not given.",
)
@click.option("--quiet", is_flag=True, help="Say nothing but what fails.")
def apply(
    pipeline: str,
    inputs: tuple[Path, ...],
    output: Path | None,
    suffix: str | None,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Apply PIPELINE to image files, or to every image in a folder.

    A pipeline is a row of operations, such as "rgb2gray | gaussian sigma=2 | sobel". `opsin ops` lists them. "> 120"
    compares, and gives a black and white picture. A pipeline that ends in a number or a table prints it and needs
    no output.

    Results keep their values. Where the format holds no numbers with fractions, they are rounded to the type of the
    input.
    """
    try:
        steps = parse(pipeline)
    except PipelineError as error:
        raise click.UsageError(str(error)) from None
    sources = list(_sources(inputs))
    if not sources:
        raise click.UsageError(f"no image files in {', '.join(map(str, inputs))}.")
    if steps[-1].gives_image and output is None:
        raise click.UsageError("the pipeline gives an image: say where it goes with -o.")
    if not steps[-1].gives_image and output is not None:
        raise click.UsageError(f"{steps[-1].text!r} gives no image but what is printed: leave -o out.")
    many = len(sources) > 1 or any(path.is_dir() for path in inputs)
    targets = _targets(sources, output, suffix, many)

    failed = 0
    lock = threading.Lock()
    # What is printed for each file shows by itself how far the work is.
    shows_bar = many and not quiet and steps[-1].gives_image and sys.stderr.isatty()
    with (
        ThreadPoolExecutor(min(jobs or get_num_threads(), len(sources))) as pool,
        click.progressbar(length=len(sources), label="opsin", file=sys.stderr, hidden=not shows_bar) as bar,
    ):
        tasks = {
            pool.submit(_one, steps, source, target, many, lock): source
            for source, target in zip(sources, targets, strict=True)
        }
        try:
            for task in as_completed(tasks):
                try:
                    task.result()
                except FILE_ERRORS as error:
                    failed += 1
                    with lock:
                        # The line of the bar is cleared, and drawn again below.
                        click.echo("\r\x1b[K" if shows_bar else "", nl=False, err=True)
                        click.echo(f"{tasks[task]}: {words_of(error, tasks[task])}", err=True)
                bar.update(1)
        except KeyboardInterrupt:
            # Files that are begun are finished: none is left half-written.
            pool.shutdown(cancel_futures=True)
            done = sum(task.done() and not task.cancelled() for task in tasks) - failed
            click.echo(f"\nStopped: {done} of {len(sources)} files are done.", err=True)
            raise SystemExit(130) from None
    if failed:
        if many:
            others = "; the others are done" if failed < len(sources) else ""
            click.echo(f"{failed} of {len(sources)} files failed{others}.", err=True)
        raise SystemExit(1)


def words_of(error: Exception, path: Path) -> str:
    """Return what went wrong with the file at `path`, without its name, which stands in front."""
    if isinstance(error, OSError) and error.strerror:
        elsewhere = error.filename and Path(error.filename) != path
        return f"{error.strerror}: {error.filename}" if elsewhere else error.strerror
    return str(error).removeprefix(f"cannot read {str(path)!r}: ")


def _sources(inputs: Sequence[Path]) -> Iterator[Path]:
    """Yield the files, and of folders every file whose name says that it is an image."""
    for path in inputs:
        if path.is_dir():
            yield from sorted(
                item for item in path.iterdir() if item.suffix.lower() in FOLDER_SUFFIXES and item.is_file()
            )
        else:
            yield path


def _targets(sources: Sequence[Path], output: Path | None, suffix: str | None, many: bool) -> list[Path | None]:
    """Return where each result goes; refuse to write over an input or twice to one place."""
    extension = "." + suffix.lstrip(".") if suffix else None
    if output is None:
        return [None] * len(sources)
    folder = many or output.is_dir() or not output.suffix
    if folder and output.exists() and not output.is_dir():
        raise click.UsageError(f"--output must be a folder here; {output} is a file.")
    if extension and not folder and output.suffix.lower() != extension.lower():
        raise click.UsageError(f"--format is for folders; the ending of {output} says another.")
    if extension:
        try:
            held_dtypes("image" + extension)
        except ValueError as error:
            raise click.UsageError(f"--format: {error}") from None
    targets = [output / source.with_suffix(extension or source.suffix).name if folder else output for source in sources]
    seen: dict[Path, Path] = {}
    inputs = {source.resolve() for source in sources}
    for source, target in zip(sources, targets, strict=True):
        place = target.resolve()
        if place in inputs:
            raise click.UsageError(f"{target} is one of the inputs, which are never written over.")
        if place in seen:
            raise click.UsageError(f"{seen[place]} and {source} would both be written to {target}.")
        seen[place] = source
    if folder:
        output.mkdir(parents=True, exist_ok=True)
    return list(targets)


def _one(steps: Sequence[Step], source: Path, target: Path | None, many: bool, lock: threading.Lock) -> None:
    """Apply the steps to one file."""
    image = io.imread(source)
    result = run(steps, image)
    if target is not None:
        # An operation may return numbers beside its image, as label does with return_num.
        picture, result = (result[0], result[1:]) if isinstance(result, tuple) else (result, ())
        io.imsave(target, _storable(picture, target, image.dtype))
    if target is None or result:
        with lock:
            click.echo(f"{source}: {_shown(result)}" if many else _shown(result))


def _storable(result: NDArray[Any], target: Path, source_dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return `result` with the dtype and channels of the format of `target`, its values kept as far as can be."""
    channels = held_channels(target)
    if channels and 0 not in channels and result.ndim == 2:
        result = np.stack([result] * 3, axis=-1)
    held = held_dtypes(target)
    if not held or result.dtype.name in held:
        return result
    if result.dtype == bool:
        return result * np.uint8(255)
    if result.dtype.kind == "f":
        return saturate(result, np.dtype(source_dtype.name if source_dtype.name in held else "uint8"))
    for name in held[1:] if held[0] == "bool" else held:
        if result.size and result.min() >= 0 and result.max() <= np.iinfo(name).max:
            return result.astype(name)
    return result


def _shown(result: Any) -> str:
    if isinstance(result, dict):
        rows = [tuple(result), *zip(*result.values(), strict=True)]
        return "\n".join("\t".join(_shown(item) for item in row) for row in rows)
    if isinstance(result, tuple):
        return "\n".join(_shown(item) for item in result)
    if isinstance(result, np.ndarray):
        return (" " if result.ndim == 1 else "\n").join(_shown(item) for item in result)
    return f"{result:.6g}" if isinstance(result, (float, np.floating)) else str(result)
