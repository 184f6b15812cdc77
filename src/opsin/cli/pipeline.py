"""Pipelines as text: ``"rgb2gray | gaussian sigma=2 | sobel"``.

A step is the name of an operation and its parameters, ``name=value``; the one
common parameter needs no name. ``> 120`` compares, with a number or with an
operation that returns one (``> threshold_otsu``). Values are Python literals,
words of the choices, words with commas between them (``area,centroid``), or
footprints such as ``disk(5)``.

``rgb2gray`` leaves grey pictures as they are and transparency out, as
`opsin.io.imread` does with ``as_gray``: a folder holds pictures of every kind.
"""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import numpy as np
from click.shell_completion import CompletionItem
from numpy.typing import NDArray

from .. import morphology
from .._errors import choice, nearest_name
from .._operation import Operation, operations

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
FOOTPRINTS = ("ball", "diamond", "disk", "footprint_rectangle")


class PipelineError(ValueError):
    """What is wrong with the text of a pipeline."""


@dataclass(frozen=True)
class Step:
    """One step: its text, what it does to an image, and its operation if it is no comparison."""

    text: str
    apply: Callable[[NDArray[Any]], Any]
    operation: Operation | None = None

    @property
    def gives_image(self) -> bool:
        """Whether the result is an image, and not a number or a table."""
        return self.operation is None or self.operation.gives_image


def parse(text: str) -> list[Step]:
    """Return the steps of a pipeline, with every name and value checked."""
    parts = [part.strip() for part in text.split("|")]
    if not all(parts):
        raise PipelineError(f"a step of the pipeline is empty: {text!r}.")
    steps = [_step(part) for part in parts]
    for step, following in itertools.pairwise(steps):
        if not step.gives_image:
            raise PipelineError(f"{following.text!r} needs an image, but {step.text!r} gives none.")
    return steps


def run(steps: Sequence[Step], image: NDArray[Any]) -> Any:
    """Return what the steps make of `image`, one after the other."""
    result: Any = image
    for step in steps:
        if not isinstance(result, np.ndarray):
            raise PipelineError(f"{step.text!r} needs an image, but the step before it gives {result!r}.")
        result = step.apply(result)
    return result


def find_operation(name: str) -> Operation:
    """Return the operation called `name`, in full (``filters.gaussian``) or in short (``gaussian``)."""
    known = operations()
    if name in known:
        return known[name]
    short = {operation.short_name: operation for operation in known.values()}
    if name in short:
        return short[name]
    raise PipelineError(f"there is no operation {name!r}.{nearest_name(name, [*short, *known])}")


def complete_operation(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the operations whose short or full names begin as typed."""
    return [
        CompletionItem(word, help=operation.summary)
        for name, operation in operations().items()
        for word in (operation.short_name, name)
        if word.startswith(typed)
    ]


def _step(text: str) -> Step:
    for sign, compare in COMPARISONS.items():
        if text.startswith(sign):
            return _comparison(text, compare, text.removeprefix(sign).strip())
    name, *words = _words(text)
    operation = find_operation(name)
    parameters = _parameters(operation, words)
    missing = [
        setting.name for setting in operation.settings.values() if setting.required and setting.name not in parameters
    ]
    if missing:
        raise PipelineError(f"{name} needs {', '.join(f'{word}=' for word in missing)}.")
    if operation.name == "color.rgb2gray" and "channel_axis" not in parameters:
        return Step(text, lambda image: _grey(operation, image, parameters), operation)
    return Step(text, lambda image: operation.function(image, **parameters), operation)


def _grey(operation: Operation, image: NDArray[Any], parameters: Mapping[str, Any]) -> Any:
    """Return a colour picture in grey, and a grey one as it is; without transparency."""
    channels = image.shape[-1] if image.ndim > 2 else 1
    if channels == 2:
        return image[..., 0]
    return operation.function(image[..., :3], **parameters) if channels in (3, 4) else image


def _words(text: str) -> list[str]:
    """Split `text` at the spaces that stand in no brackets or quotes; those around "=" part nothing."""
    words = [""]
    depth, quote = 0, ""
    for letter in re.sub(r"\s*=\s*", "=", text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        else:
            depth += (letter in "([") - (letter in ")]")
        if letter.isspace() and not quote and depth == 0:
            words.append("")
        else:
            words[-1] += letter
    if quote or depth:
        raise PipelineError(f"{text!r}: a quote or a bracket is open.")
    return [word for word in words if word]


def _comparison(text: str, compare: Callable[[Any, Any], Any], right: str) -> Step:
    if not right:
        raise PipelineError(f"{text!r} needs a number or an operation to compare with.")
    try:
        level = float(right)
    except ValueError:
        threshold = _step(right)
    else:
        return Step(text, lambda image: compare(image, level))

    def apply(image: NDArray[Any]) -> Any:
        found = threshold.apply(image)
        if np.ndim(found) != 0:
            raise PipelineError(f"{text!r}: {right} gives no single number to compare with.")
        return compare(image, found)

    return Step(text, apply)


def _parameters(operation: Operation, words: Sequence[str]) -> dict[str, Any]:
    settings = operation.settings
    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            unnamed = [setting.name for setting in settings.values() if not setting.keyword_only]
            if not unnamed or found:
                raise PipelineError(f"{operation.name}: write {word!r} as name=value.")
            name, value = unnamed[0], word
        if name not in settings:
            raise PipelineError(
                f"{operation.name} has no parameter {name!r}.{nearest_name(name, settings)} "
                f"It has: {', '.join(settings)}."
            )
        if name in found:
            raise PipelineError(f"{operation.name}: {name} is given twice.")
        try:
            found[name] = _value(value)
            words = [word for word in settings[name].choices if isinstance(word, str)]
            if words and isinstance(found[name], str):
                choice(name, found[name], words)
        except (TypeError, ValueError, MemoryError) as error:
            raise PipelineError(f"{operation.name}: {error}") from None
    return found


def _value(text: str) -> Any:
    """Return what `text` stands for: a literal, a footprint, words with commas between them, or the word itself."""
    if (lowered := text.lower()) in ("true", "false", "none"):
        return {"true": True, "false": False, "none": None}[lowered]
    maker = re.fullmatch(r"(\w+)\((.*)\)", text)
    if maker and maker[1] in FOOTPRINTS:
        return getattr(morphology, maker[1])(_value(maker[2]))
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return tuple(text.rstrip(",").split(",")) if re.fullmatch(r"\w+(,\w+)*,?", text) and "," in text else text
