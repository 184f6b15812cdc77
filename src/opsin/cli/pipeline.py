"""Pipelines as text: ``"rgb2gray | gaussian sigma=2 | sobel"``.

A step is the name of an operation and its parameters, ``name=value``; those
that Python takes by position need no name. Spaces or commas separate them, and
Python's spelling of a call, ``gaussian(2, mode="wrap")``, means the same.
``> 120`` compares, with a number or with an operation that returns one
(``> threshold_otsu``). Values are Python literals, words, words with commas
between them (``area,centroid``), or footprints such as ``disk(5)``.

An operation on RGB images is preceded by the step ``as_rgb``, unless its
``channel_axis`` is given: the files of a folder are gray, color, and with alpha.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
import numpy as np
from click.shell_completion import CompletionItem
from numpy.typing import NDArray

from .. import morphology
from .._operation import Operation, Parameter, operations
from .._pipeline import (
    COMPARISONS,
    OWN_STEPS,
    SHAPE,
    Array,
    Pipeline,
    Step,
    array_of_file,
    as_step,
    brief,
    find_operation,
    fits,
)

# Longer signs first: ">=" begins with ">".
_SIGNS = sorted(COMPARISONS, key=len, reverse=True)
_OPEN, _CLOSE = "([{", ")]}"

MAX_WINDOW = 200_000
"""Pixels of the largest window that is tried out: larger ones take a second and more."""


class PipelineError(ValueError):
    """What is wrong with the text of a pipeline."""


def parse(text: str) -> Pipeline:
    """Return the pipeline that a text describes, with every name and value checked."""
    parts = [part.strip() for part in _split(text, _at_bar)]
    if not all(parts):
        raise PipelineError(f"a step of the pipeline is empty: {brief(text)}.")
    try:
        return Pipeline(*(step for part in parts for step in _steps(part)))
    except PipelineError:
        raise
    except (TypeError, ValueError) as error:
        raise PipelineError(str(error)) from None


def try_out(pipeline: Pipeline) -> None:
    """Call each step on small images, and raise PipelineError if a parameter is wrong for all of them.

    It finds what the declared types and ranges do not say. Only errors that name a parameter count: others
    may be due to the images. Operations that change the size are left out, since the size of their
    results is not limited, and so are windows of very many pixels.
    """
    for count, step in enumerate(pipeline.steps):
        steps = [*(value.steps[-1] for _, value in step.values if isinstance(value, Pipeline)), step]
        for one in steps:
            _try_files(one)
            # Small images do not have the shape of those of files.
            if one.operation.kind == "geometric" or _is_slow(one) or one.takes_arrays:
                continue
            result = _tried(one)
            if one is step and isinstance(result, tuple) and count + 1 < len(pipeline.steps):
                raise PipelineError(
                    f"{str(pipeline.steps[count + 1])!r} needs an image, but {str(step)!r} gives {len(result)} results."
                )
            if one is not step and result is not None and not np.isscalar(result):
                raise PipelineError(f"{str(one)!r} gives no single number to compare with.")


def _try_files(step: Step) -> None:
    for name, value in step.values:
        if name in step.operation.arrays and isinstance(value, str):
            try:
                array_of_file(value)
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or one_line(str(error))
                raise PipelineError(f"{step.operation.name}: {name}={brief(value)} cannot be read: {reason}") from None


def complete_operation(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the operations whose short or full names begin as typed."""
    words = [(word, item) for name, item in operations().items() for word in (item.short_name, name)]
    return [
        CompletionItem(word, help=item.summary) for word, item in [*words, *OWN_STEPS.items()] if word.startswith(typed)
    ]


def _is_slow(step: Step) -> bool:
    """Return whether the window of an operation has so many pixels that a small image takes long, too."""
    if step.operation.halo is None:
        return False
    given = {name: value.array() if isinstance(value, Array) else value for name, value in step.values}
    try:
        reach = step.operation.reach(2, **given)
    except (TypeError, ValueError):
        return False
    return math.prod(2 * length + 1 for length in reach) > MAX_WINDOW


def _tried(step: Step) -> Any:
    """Return the result for the first small image that the step takes, None if it takes none of them."""
    first: Exception | None = None
    for image in _small_images(step.operation):
        try:
            return step(image)
        except (TypeError, ValueError, MemoryError) as error:
            first = first or error
    names = list(step.operation.parameters)[1:]
    if first is not None and any(re.search(rf"\b{name}\b", str(first)) for name in names):
        raise PipelineError(f"{step.operation.name}: {one_line(str(first))}")
    return None


def _small_images(operation: Operation) -> Iterator[NDArray[Any]]:
    """Yield small images of every shape that the operation may take, and of a dtype that it takes."""
    role = operation.image.role
    assert role is not None
    dtype = next((name for kind, name in (("u", "uint8"), ("b", "bool"), ("f", "float32")) if kind in role.kinds), None)
    if dtype is None:
        return
    for shape in ((40, 48), (40, 48, 3), (6, 40, 48), (40, 48, 4), (40, 48, 2), (3, 6, 20, 24), (2, 3, 4, 10, 12)):
        if role.channels is None or shape[-1] == role.channels:
            values = np.arange(np.prod(shape), dtype=np.int64).reshape(shape)
            yield ((values // 7) % 5).astype(dtype)


def one_line(text: str) -> str:
    """Return a message on one line."""
    return " ".join(text.split())


def _split(text: str, ends: Callable[[str, int], int]) -> list[str]:
    """Split `text` where no quote or bracket is open; `ends` returns how many letters separate at a position."""
    parts, start, position = [], 0, 0
    brackets: list[str] = []
    quote = ""
    while position < len(text):
        letter = text[position]
        width = 0
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in _OPEN:
            brackets.append(_CLOSE[_OPEN.index(letter)])
        elif letter in _CLOSE:
            if not brackets or brackets.pop() != letter:
                raise PipelineError(f"{brief(text)}: the bracket {letter!r} closes none.")
        elif not brackets:
            width = ends(text, position)
        if width:
            parts.append(text[start:position])
            start = position + width
        position += max(width, 1)
    if quote or brackets:
        raise PipelineError(f"{brief(text)}: a quote or a bracket is open.")
    return [*parts, text[start:]]


def _at_bar(text: str, position: int) -> int:
    return int(text[position] == "|")


def _at_comma(text: str, position: int) -> int:
    return int(text[position] == ",")


def _at_space_or_comma(text: str, position: int) -> int:
    """Separate at spaces, and at commas that a space or a name=value follows: ``area,centroid`` is one value."""
    found = re.match(r"\s*,\s+|\s+,?|,(?=\w+=)|,$", text[position:])
    return found.end() if found else 0


def _steps(text: str) -> Iterator[Step]:
    compared = re.sub(r"^image\s*(?=[<>=!])", "", text)
    for sign in _SIGNS:
        if compared.startswith(sign):
            yield _comparison(text, sign, compared.removeprefix(sign).strip())
            return
    step = _call(text)
    role = step.operation.image.role
    if role is not None and role.channels == 3 and "channel_axis" not in dict(step.values):
        yield as_step("as_rgb")
    yield step


def _comparison(text: str, sign: str, right: str) -> Step:
    if not right:
        raise PipelineError(f"{text!r} needs a number or an operation to compare with.")
    if right[0] in "<>=!":
        raise PipelineError(f"{brief(text)} has two signs; compare with a number or an operation.")
    try:
        level: Any = float(right)
    except ValueError:
        level = Pipeline(*_steps(right))
        if level.gives_image:
            raise PipelineError(f"{brief(text)}: {right!r} gives no single number to compare with.") from None
    return as_step(("compare", {"sign": sign, "level": level}))


def _call(text: str) -> Step:
    """Return the step that ``name 2 key=value`` or ``name(2, key=value)`` means."""
    found = re.match(r"[\w.]+", text)
    if not found:
        raise PipelineError(f"a step begins with the name of an operation; got {brief(text)}.")
    name, rest = found[0].removeprefix("opsin."), text[found.end() :]
    operation = find_operation(name)
    if rest[:1] == "=":
        raise PipelineError(f"{brief(text)} names a parameter but no operation.")
    if rest.startswith("(") and rest.endswith(")"):
        words = [word.strip() for word in _split(rest[1:-1], _at_comma)]
        if words and words[-1] == "":
            words.pop()
        if words and words[0] == "image":
            del words[0]
        if "" in words:
            raise PipelineError(f"{brief(text)}: there is nothing between two commas.")
    else:
        rest = re.sub(r"\s*=\s*", "=", rest) if "'" not in rest and '"' not in rest else rest
        words = [word for word in _split(rest.strip(), _at_space_or_comma) if word]
    return as_step((operation.name if operation.name in operations() else name, _parameters(operation, words)))


def _parameters(operation: Operation, words: Sequence[str]) -> dict[str, Any]:
    settings = operation.settings
    unnamed = [name for name, setting in settings.items() if not setting.keyword_only]
    found: dict[str, Any] = {}
    named = False
    for count, word in enumerate(words):
        assigned = re.match(r"(\w+)\s*=(?!=)\s*", word)
        if assigned:
            name, value, named = assigned[1], word[assigned.end() :], True
        elif named or count >= len(unnamed):
            raise PipelineError(f"{operation.name}: {_without_name(operation, word, unnamed, words)}")
        else:
            name, value = unnamed[count], word
        if name in found:
            raise PipelineError(f"{operation.name}: {name} is given twice.")
        if not value:
            raise PipelineError(f"{operation.name}: {name}= has no value.")
        if name in settings:
            found[name] = _for_setting(operation, settings[name], value)
        else:
            found[name] = _path(value) if name in operation.arrays else value
    return found


def _path(text: str) -> Any:
    """Return the path of the file of an array: a word, or a text in quotes."""
    found = _literal(text)
    return found if isinstance(found, str) or found is None else text


def _without_name(operation: Operation, word: str, unnamed: Sequence[str], words: Sequence[str]) -> str:
    """Return how to write a value that has no name."""
    if re.match(r"[<>=!]", word):
        return f"put | before {brief(word)}."
    together = f"({', '.join(words)})"
    if len(unnamed) == 1 and fits(operation.settings[unnamed[0]].annotation, _literal(together)):
        return f"write {brief(word)} as name=value, or {unnamed[0]}={brief(together)[1:-1]} if it belongs to one value."
    return f"write {brief(word)} as name=value; several values of one parameter have no spaces between them."


def _for_setting(operation: Operation, setting: Parameter, text: str) -> Any:
    if setting.name == SHAPE and re.fullmatch("[0-9]*x[0-9]*", text):
        return text  # 0x10 is no number here
    try:
        value = _value(text)
    except (TypeError, ValueError, MemoryError) as error:
        raise PipelineError(f"{operation.name}: {one_line(str(error)) or 'too large for the memory'}") from None
    if setting.name == SHAPE and isinstance(value, int) and value > 1:
        raise PipelineError(
            f"{operation.name}: {value} alone is ambiguous; write {SHAPE}={value}x (the width), x{value} (the height), "
            f"{value}x{value} (a square, which may distort) or a percentage such as 50%."
        )
    if isinstance(value, str) and not fits(setting.annotation, value) and fits(setting.annotation, (value,)):
        return (value,)
    return value


def _value(text: str) -> Any:
    """Return what `text` stands for: a literal, a footprint, words with commas between them, or the word itself."""
    if (lowered := text.lower()) in ("true", "false", "none"):
        return {"true": True, "false": False, "none": None}[lowered]
    maker = re.fullmatch(r"(?:opsin\.)?(?:morphology\.)?(\w+)\((.*)\)", text, re.S)
    if maker and maker[1] in footprints():
        given = [_literal(word.strip()) for word in _split(maker[2], _at_comma)]
        return getattr(morphology, maker[1])(*given)
    value = _literal(text)
    if isinstance(value, str) and re.fullmatch(r"\w+(,\w+)*,?", text) and "," in text:
        return tuple(text.rstrip(",").split(","))
    return value


def footprints() -> list[str]:
    """Return the functions that make footprints: what the morphology package has besides its operations."""
    recorded = {operation.short_name for operation in operations().values()}
    return [name for name in morphology.__all__ if name not in recorded]


def _literal(text: str) -> Any:
    """Return the value of a Python literal; other text is returned as it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return text
    return text if isinstance(value, (bytes, complex, dict, set)) or value is Ellipsis else value
