"""Recipes: pipelines as TOML files, which people can read and change.

    [[step]]
    operation = "filters.gaussian"
    sigma = 2

A parameter that is None is named in ``none``, since TOML has no such value. An
array is a table of ``array`` and ``dtype``; a pipeline that gives the value of a
parameter is a table with steps of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

Steps: TypeAlias = list[tuple[str, dict[str, Any]]]
"""The names of operations, each with values of its parameters: numbers, texts, truth values, None, arrays, tuples of
them, or steps."""


def written(steps: Steps) -> str:
    """Return the text of a recipe."""
    return "\n".join(_lines(steps, ""))


def read(text: str) -> Steps:
    """Return the steps of a recipe."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"this is no recipe: {error}.") from None
    return _steps(content)


def _lines(steps: Steps, within: str) -> Iterator[str]:
    for count, (operation, values) in enumerate(steps):
        if count:
            yield ""
        yield f"[[{within}step]]"
        yield f"operation = {_text(operation)}"
        if missing := [name for name, value in values.items() if value is None]:
            yield f"none = {_text(missing)}"
        nested = {name: value for name, value in values.items() if isinstance(value, list)}
        for name, value in values.items():
            if value is not None and name not in nested:
                yield f"{name} = {_text(value)}"
        for name, value in nested.items():
            yield ""
            yield from _lines(value, f"{within}step.{name}.")
    if not within:
        yield ""


def _text(value: Any) -> str:
    """Return a value as TOML."""
    if isinstance(value, np.ndarray):
        return f'{{ array = {_text(value.tolist())}, dtype = "{value.dtype.str}" }}'
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(_text, value))}]"
    if not isinstance(value, str):
        raise TypeError(f"a recipe holds numbers, texts, truth values and arrays; got {value!r}.")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(letter if letter.isprintable() else f"\\U{ord(letter):08X}" for letter in escaped) + '"'


def _steps(content: Mapping[str, Any]) -> Steps:
    steps = content.get("step")
    if not isinstance(steps, list) or not steps or set(content) != {"step"}:
        raise ValueError(f"a recipe has one or more [[step]], and nothing else; got {', '.join(content) or 'nothing'}.")
    return [_step(step) for step in steps]


def _step(content: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(content, dict) or not isinstance(content.get("operation"), str):
        raise ValueError(f'each [[step]] of a recipe has operation = "..."; got {content!r}.')
    given = {name: value for name, value in content.items() if name not in ("operation", "none")}
    missing = content.get("none", [])
    if not isinstance(missing, list) or not all(isinstance(name, str) for name in missing):
        raise ValueError(f"none must be a list of names of parameters; got {missing!r}.")
    return content["operation"], {name: _value(value) for name, value in given.items()} | dict.fromkeys(missing)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_value, value))
    if not isinstance(value, dict):
        return value
    if set(value) == {"array", "dtype"}:
        dtype = np.dtype(value["dtype"])
        if dtype.kind not in "biuf":
            raise ValueError(f"an array of a recipe must be of numbers; got dtype {value['dtype']!r}.")
        return np.array(value["array"], dtype)
    return _steps(value)
