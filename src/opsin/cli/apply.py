"""``opsin apply``: a pipeline over files, in parallel, each written whole or not at all."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, NoReturn

import click
import numpy as np
from click.shell_completion import CompletionItem

from .. import io
from .._atomic import remove_unfinished
from .._engine.threads import get_num_threads
from .._pipeline import Pipeline
from ..io.writing import SUFFIXES, held_channels, held_dtypes, suffix_of, takes_quality
from .files import FILE_ERRORS, STDIO, Source, error_text, find_sources, find_targets, real_paths, shown
from .pipeline import PipelineError, complete_operation, parse, try_out
from .storing import Conversion, storable
from .tables import Columns, Printer, as_columns, echo

Pages = Literal["each", "volume"] | int | None
"""What to read of a file with several pages: each by itself, all as one array, one of them, or undecided."""

PATIENCE = 0.5
"""Seconds that an interrupt waits for the files in work to be finished."""


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
@click.argument("inputs", nargs=-1, type=click.Path())
@click.option(
    "--recipe",
    type=click.Path(exists=True, dir_okay=False),
    help="Take the pipeline from this file, which `opsin studio` or Pipeline.save has written, in place of PIPELINE.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="A file; for several images a folder (a name without a suffix, or with a slash); - for standard output.",
)
@click.option("--format", "suffix", metavar="EXT", help="Write this format, such as png or tif.")
@click.option("--recursive", is_flag=True, help="Search the folders in folders, too; results keep their structure.")
@click.option("--skip-existing", is_flag=True, help="Leave out inputs whose results exist, to resume.")
@click.option("--quality", type=click.IntRange(1, 100), help="Of JPEG, WebP, AVIF and PDF; other formats ignore it.")
@click.option("--strip", is_flag=True, help="Write no metadata (EXIF, ICC profile, resolution).")
@click.option("--page", type=click.IntRange(min=0), help="Read this page or frame, counted from 0.")
@click.option("--each-page", is_flag=True, help="Process each page or frame by itself.")
@click.option("--volume", is_flag=True, help="Process all pages of a TIFF as one volume.")
@click.option("--clip", is_flag=True, help="Cut off values that the output cannot hold.")
@click.option("--scale", is_flag=True, help="Scale each result to the range of the output.")
@click.option("--csv", "as_csv", is_flag=True, help="Print numbers and tables as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print numbers and tables as JSON, a list of objects.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="The number of files that are processed at once; by default the number of threads.",
)
@click.option("--quiet", is_flag=True, help="Print errors only.")
def apply(
    pipeline: str,
    inputs: tuple[str, ...],
    recipe: str | None,
    output: str | None,
    suffix: str | None,
    recursive: bool,
    skip_existing: bool,
    quality: int | None,
    strip: bool,
    page: int | None,
    each_page: bool,
    volume: bool,
    clip: bool,
    scale: bool,
    as_csv: bool,
    as_json: bool,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Apply PIPELINE to image files, to the images in folders, or to the files that quoted patterns match.

    A pipeline is a sequence of operations, such as "rgb2gray | gaussian sigma=2 | sobel". `opsin ops` lists them.
    "> 120" compares, and returns a black and white image. A pipeline that ends in a number or a table prints it, and
    needs no output. INPUTS and the output may be "-", standard input and output.

    Results keep their values. Floats are rounded to the type of the input where the format holds integers only; if
    they do not fit, it is an error, unless --clip or --scale is given.
    """
    if recipe is not None:
        inputs = (pipeline, *inputs)
    elif not inputs:
        raise click.UsageError("Missing argument 'INPUTS...'.")
    try:
        steps = parse(pipeline) if recipe is None else _loaded(recipe)
        try_out(steps)
    except PipelineError as error:
        raise click.UsageError(str(error)) from None
    if steps.gives_image and output is None:
        raise click.UsageError("the pipeline returns an image: say where to write it with -o.")
    last = str(steps.steps[-1])
    if not steps.gives_image and output is not None:
        raise click.UsageError(f"{last!r} returns no image but a result that is printed: leave out -o.")
    if not steps.gives_image and (clip or scale or quality is not None):
        raise click.UsageError(f"{last!r} returns no image: leave out --clip, --scale and --quality.")
    _refuse_several({"--page": page is not None, "--each-page": each_page, "--volume": volume})
    _refuse_several({"--clip": clip, "--scale": scale})
    _refuse_several({"--csv": as_csv, "--json": as_json})
    extension = _extension(suffix)
    sources = find_sources(inputs, recursive, Path(output) if output not in (None, STDIO) else None)
    many = len(sources) > 1 or any(os.path.isdir(text) for text in inputs)
    targets: Sequence[Path | None] = [None] * len(sources)
    if output == STDIO:
        _check_stdout(len(sources))
    elif output is not None:
        targets = _prepared(sources, output, extension, many)
    if quality is not None and not any(target is None or _takes_quality(target) for target in targets):
        raise click.UsageError("--quality is for JPEG, WebP, AVIF and PDF; none is written here.")
    work = _Work(
        pipeline=steps,
        pages=page if page is not None else "each" if each_page else "volume" if volume else None,
        to_stdout=output == STDIO,
        extension=extension,
        conversion="clip" if clip else "scale" if scale else None,
        quality=quality,
        strip=strip,
        skip_existing=skip_existing,
        inputs=real_paths(sources),
    )
    named = ["file"] if many or as_csv or as_json else []
    printer = Printer("csv" if as_csv else "json" if as_json else "text", [*named, "page"] if each_page else named)
    _run(work, list(zip(sources, targets, strict=True)), printer, jobs or get_num_threads(), many, quiet)


def _loaded(recipe: str) -> Pipeline:
    """Return the pipeline of a file."""
    try:
        return Pipeline.load(recipe)
    except (OSError, TypeError, ValueError) as error:
        raise PipelineError(f"{shown(recipe)}: {error}") from None


def _refuse_several(given: Mapping[str, bool]) -> None:
    if sum(given.values()) > 1:
        raise click.UsageError(
            f"{' and '.join(name for name, is_given in given.items() if is_given)} exclude each other."
        )


def _extension(suffix: str | None) -> str | None:
    """Return the suffix that --format names, with its dot."""
    if suffix is None:
        return None
    extension = f".{suffix.lower().removeprefix('.')}"
    if extension not in SUFFIXES:
        listed = ", ".join(sorted(known[1:] for known in SUFFIXES))
        raise click.UsageError(f"--format must be one of {listed}; got {shown(suffix)!r}.")
    return extension


def _takes_quality(target: Path) -> bool:
    return target.suffix.lower() in SUFFIXES and takes_quality(target)


def _check_stdout(count: int) -> None:
    if count > 1:
        raise click.UsageError(f"-o - writes one image, and there are {count} inputs.")
    if sys.stdout.isatty():
        raise click.UsageError("-o - writes an image to standard output, which is a terminal.")


def _prepared(sources: Sequence[Source], output: str, extension: str | None, many: bool) -> list[Path]:
    """Return the targets, with the folder made that they are written to."""
    try:
        targets = find_targets(sources, output, extension, many)
        if targets[0] != Path(output):
            Path(output).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"--output: {error.strerror or error}: {shown(error.filename or output)}") from None
    return targets


@dataclass
class _Outcome:
    """What became of a file: rows to print, notes, and whether it was left out."""

    tables: list[tuple[int, Columns]] = field(default_factory=list)
    note: str = ""
    is_skipped: bool = False


@dataclass
class _Work:
    """What is done with every file."""

    pipeline: Pipeline
    pages: Pages
    to_stdout: bool
    extension: str | None
    conversion: Conversion | None
    quality: int | None
    strip: bool
    skip_existing: bool
    inputs: set[str]
    written: dict[str, Source] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, source: Source, target: Path | None) -> _Outcome:
        """Process one file."""
        outcome = _Outcome()
        suffix = ""
        if target is not None and target.suffix:
            suffix = target.suffix.lower()
            held_dtypes(target)  # raises for a suffix that is not written
            if self.skip_existing and target.is_file():
                outcome.is_skipped = True
                return outcome
        content = source.content
        found = io.info(content, page=self.pages if isinstance(self.pages, int) else 0)
        pages = self._selected(found, content, outcome)
        if self.to_stdout:
            suffix = self.extension or suffix_of(found.format)
        elif target is not None and not suffix:
            target = target.with_suffix(suffix := suffix_of(found.format))
        metadata = None if self.strip else found.metadata
        stack: list[Any] = []
        are_stacked = len(pages) > 1 and bool(suffix) and not held_channels(f"image{suffix}")
        if self.to_stdout and len(pages) > 1 and not are_stacked:
            raise ValueError(f"standard output takes one image, and {suffix} has no pages; use --format tif.")
        for page in pages:
            place = target
            if len(pages) > 1 and not are_stacked and target is not None:
                place = target.with_stem(f"{target.stem}-{page:0{len(str(len(pages) - 1))}}")
                self._claim(place, source)
                if self.skip_existing and place.is_file():
                    outcome.is_skipped = True
                    continue
            image = io.imread(content, page=page)
            result = self.pipeline(image)
            if columns := as_columns(self.pipeline.steps[-1].operation, result):
                outcome.tables.append((page or 0, columns))
            if not suffix:
                continue
            picture = result[0] if isinstance(result, tuple) else result
            picture = storable(picture, suffix, image.dtype, self.conversion)
            if are_stacked:
                stack.append(picture)
            else:
                self._write(picture, place, suffix, metadata)
        if are_stacked:
            if len({picture.shape for picture in stack}) > 1:
                raise ValueError("its pages have different shapes; a file for each is written with --format png.")
            self._write(np.stack(stack), target, suffix, metadata)
        return outcome

    def _selected(self, found: io.ImageInfo, content: Path | bytes, outcome: _Outcome) -> Sequence[int | None]:
        """Return the pages to read one by one; None stands for the whole file."""
        if isinstance(self.pages, int):
            return [self.pages]
        if found.pages == 1:
            return [None]
        if self.pages == "each":
            return range(found.pages)
        whole = io.info(content)
        if whole.shape == found.shape:
            outcome.note = (
                f"it has {found.pages} pages or frames, and only the first is processed; "
                "--each-page processes all of them, --page N another one."
            )
            return [None]
        if self.pages is None:
            raise ValueError(
                f"it has {found.pages} pages: choose --each-page (each by itself), --page N (one of them, from 0) "
                "or --volume (all of them as one volume)."
            )
        first = self.pipeline.steps[0]
        axis = first.operation.settings.get("channel_axis")
        if len(found.shape) > 2 and axis is not None and "channel_axis" not in dict(first.values):
            raise ValueError(
                f"its pages are in color (shape {whole.shape}): process them with --each-page, or give channel_axis=-1 "
                f"to {first.operation.short_name}."
            )
        return [None]

    def _claim(self, place: Path, source: Source) -> None:
        """Refuse to write the file of a page over an input, or over the result of another input."""
        real = os.path.realpath(place)
        if real in self.inputs:
            raise ValueError(f"{shown(place)} is one of the inputs, which are never written over.")
        with self.lock:
            owner = self.written.setdefault(real, source)
        if owner is not source:
            raise ValueError(f"{shown(place)} has been written for {owner}.")

    def _write(self, picture: Any, place: Path | None, suffix: str, metadata: io.Metadata | None) -> None:
        quality = self.quality if takes_quality(f"image{suffix}") else None
        if place is None:
            stream = BytesIO()
            io.imsave(stream, picture, format=suffix, quality=quality, metadata=metadata)
            sys.stdout.buffer.write(stream.getbuffer())
            sys.stdout.buffer.flush()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        io.imsave(place, picture, quality=quality, metadata=metadata)


def _run(
    work: _Work,
    files: Sequence[tuple[Source, Path | None]],
    printer: Printer,
    jobs: int,
    many: bool,
    quiet: bool,
) -> None:
    """Process the files in parallel, and print what comes out in their order."""
    failed = skipped = 0
    # Tables show by themselves how far the work is.
    shows_bar = many and not quiet and work.pipeline.gives_image and sys.stderr.isatty()
    pool = ThreadPoolExecutor(min(jobs, len(files)))
    tasks = [pool.submit(work, source, target) for source, target in files]
    try:
        with click.progressbar(length=len(files), label="opsin", file=sys.stderr, hidden=not shows_bar) as bar:
            for source, outcome in _outcomes(files, tasks):
                try:
                    found = outcome.result()
                    for page, columns in found.tables:
                        # Standard output carries the image.
                        if not work.to_stdout:
                            printer.add(columns, file=str(source), page=page)
                    note = "" if quiet else found.note
                    skipped += found.is_skipped
                except FILE_ERRORS as error:
                    if isinstance(error, BrokenPipeError):
                        raise
                    failed += 1
                    note = error_text(error, source)
                if note:
                    # The line of the bar is cleared; it is drawn again below.
                    echo(("\r\x1b[K" if shows_bar else "") + f"{source}: {note}", err=True)
                bar.update(1)
    except KeyboardInterrupt:
        _stop(pool, tasks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if not work.pipeline.gives_image or printer.header or printer.has_rows:
        printer.close()
    if skipped and not quiet:
        echo(f"{skipped} of {len(files)} files were skipped: their results exist.", err=True)
    if failed:
        if many:
            others = "; the others are done" if failed < len(files) else ""
            echo(f"{failed} of {len(files)} files failed{others}.", err=True)
        raise SystemExit(1)


def _outcomes(
    files: Sequence[tuple[Source, Path | None]], tasks: list[Future[_Outcome]]
) -> Iterator[tuple[Source, Future[_Outcome]]]:
    for (source, _), task in zip(files, tasks, strict=True):
        wait([task])
        yield source, task


def _stop(pool: ThreadPoolExecutor, tasks: Sequence[Future[_Outcome]]) -> NoReturn:
    """End after an interrupt: files in work get a moment to be finished, and are then given up.

    Threads cannot be ended, and the interpreter would wait for them when it exits, so the process ends at once.
    Results are written beside their places and renamed: none is left half-written.
    """
    pool.shutdown(wait=False, cancel_futures=True)
    try:
        running = wait([task for task in tasks if not task.done()], timeout=PATIENCE).not_done
    except KeyboardInterrupt:
        running = {task for task in tasks if not task.done()}
    done = sum(task.done() and not task.cancelled() and task.exception() is None for task in tasks)
    echo(f"\nStopped: {done} of {len(tasks)} files are done.", err=True)
    if running:
        remove_unfinished()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(130)
    raise SystemExit(130)
