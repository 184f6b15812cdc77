"""``opsin bench``: how long operations take on this machine."""

from __future__ import annotations

import statistics
import time

import click
import numpy as np

from .._engine.runtime import simd_tier
from .._engine.threads import get_num_threads, threads
from .._operation import operations
from .._pipeline import Pipeline, Step
from .pipeline import PipelineError, parse

SECONDS = 0.5


@click.command("bench", short_help="Time pipelines, or every operation, on this machine.")
@click.argument("pipelines", nargs=-1)
@click.option("--size", default=1024, show_default=True, type=click.IntRange(1, 30_000), help="Rows and columns.")
@click.option(
    "--dtype",
    default="uint8",
    show_default=True,
    type=click.Choice(["bool", "uint8", "uint16", "float32", "float64"]),
)
@click.option("--threads", "count", type=click.IntRange(1, 256), help="How many threads share the work.")
def bench(pipelines: tuple[str, ...], size: int, dtype: str, count: int | None) -> None:
    """Time PIPELINES, or every operation that needs no parameter, on an image of noise.

    A pipeline is what `opsin apply` takes: opsin bench "gaussian sigma=10" median.
    """
    try:
        rows = [(text, parse(text)) for text in pipelines or _without_parameters()]
    except PipelineError as error:
        raise click.UsageError(str(error)) from None
    noise = np.random.default_rng(0).random((size, size, 3))
    top = 1 if np.dtype(dtype).kind in "fb" else np.iinfo(dtype).max
    image = (noise * top + (0.5 if dtype != "bool" else 0)).astype(dtype) if dtype != "bool" else noise > 0.5
    gray = np.ascontiguousarray(image[..., 0])
    with threads(count or get_num_threads()):
        click.echo(f"{size} x {size} {dtype}, {get_num_threads()} threads, {simd_tier()}")
        width = max(len(text) for text, _ in rows)
        for text, pipeline in rows:
            try:
                least, middle = _time(pipeline, image if _takes_color(pipeline.steps[0]) else gray)
            except (TypeError, ValueError) as error:
                click.echo(f"{text:{width}}  {error}")
                continue
            click.echo(
                f"{text:{width}}  {least:9.3f} ms  median {middle:9.3f} ms  {size * size / least / 1000:8.0f} Mpx/s"
            )


def _takes_color(step: Step) -> bool:
    role = step.operation.image.role
    return step.name == "as_rgb" or (role is not None and role.channels == 3)


def _without_parameters() -> list[str]:
    return [
        operation.short_name
        for operation in operations().values()
        if not any(setting.required for setting in [*operation.settings.values(), *operation.arrays.values()])
    ]


def _time(pipeline: Pipeline, image: np.ndarray) -> tuple[float, float]:
    """Return the minimum and the median time in milliseconds."""
    pipeline(image)
    taken: list[float] = []
    began = time.perf_counter()
    while len(taken) < 5 or time.perf_counter() - began < SECONDS:
        start = time.perf_counter()
        pipeline(image)
        taken.append(time.perf_counter() - start)
        if sum(taken) > 4 * SECONDS:
            break
    return 1000 * min(taken), 1000 * statistics.median(taken)
