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
from numpy.typing import NDArray

from .. import io
from .._arrays import saturate
from .._threads import get_num_threads
from ..io.writing import SUFFIXES, held_dtypes
from .pipeline import PipelineError, Step, parse, run

# What counts as an image among the files of a folder, by its name.
FOLDER_SUFFIXES = (SUFFIXES - {".npy", ".pdf"}) | {".jfif", ".jpe", ".pbm", ".pnm"}

# What an error of one file may be; anything else is a fault of opsin and is shown whole.
FILE_ERRORS = (OSError, ValueError, TypeError, MemoryError, ImportError)


@click.command("apply")
@click.argument("pipeline")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file for one image, a folder for many.")
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
    many = len(sources) > 1 or any(path.is_dir() for path in inputs)
    targets = _targets(sources, output, suffix, many)

    failed = 0
    lock = threading.Lock()
    with (
        ThreadPoolExecutor(min(jobs or get_num_threads(), len(sources))) as pool,
        click.progressbar(length=len(sources), label="opsin", file=sys.stderr, hidden=quiet or not many) as bar,
    ):
        tasks = {
            pool.submit(_one, steps, source, target, many, lock): source
            for source, target in zip(sources, targets, strict=True)
        }
        for task in as_completed(tasks):
            bar.update(1)
            try:
                task.result()
            except FILE_ERRORS as error:
                failed += 1
                with lock:
                    click.echo(f"\n{tasks[task]}: {error}" if many else f"{tasks[task]}: {error}", err=True)
    if failed:
        if many:
            click.echo(f"{failed} of {len(sources)} files failed; the others are done.", err=True)
        raise SystemExit(1)


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
    folder = many or output.is_dir()
    if folder and output.exists() and not output.is_dir():
        raise click.UsageError(f"--output must be a folder for more than one image; {output} is a file.")
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
    if isinstance(result, np.ndarray) and result.ndim >= 2:
        if target is None:
            raise ValueError("the pipeline gives an image: say where it goes with -o.")
        io.imsave(target, _storable(result, target, image.dtype))
        return
    with lock:
        click.echo(f"{source}: {_shown(result)}" if many else _shown(result))


def _storable(result: NDArray[Any], target: Path, source_dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return `result` in a dtype that the format of `target` holds, its values kept as far as that can be."""
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
        return " ".join(_shown(item) for item in result.tolist())
    return f"{result:.6g}" if isinstance(result, (float, np.floating)) else str(result)
