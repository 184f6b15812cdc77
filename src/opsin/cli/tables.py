"""Results that are printed: numbers and tables as one table for all files, as text, CSV or JSON."""

from __future__ import annotations

import csv
import inspect
import io
import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import click
import numpy as np

from .._operation import Operation

Columns = dict[str, list[Any]]
"""The columns of a table by name, all of one length."""


def as_columns(operation: Operation, result: Any) -> Columns:
    """Return what an operation returned as the columns of a table, without its image.

    Several results are columns beside each other; a single number is repeated for each row.
    """
    results = result if isinstance(result, tuple) else (result,)
    declared = [item.name for item in operation.results]
    columns: Columns = {}
    single: set[str] = set()
    for position, value in enumerate(results):
        kind = declared[position] if position < len(declared) else "values"
        if kind in ("image", "mask", "labels"):
            continue
        found = _columns(_result_name(operation, position, len(results)), kind, value)
        if not isinstance(value, dict | list) and np.ndim(value) == 0:
            single |= found.keys()
        columns |= found
    length = max((len(column) for name, column in columns.items() if name not in single), default=1)
    return {
        name: column * length if name in single else column + [None] * (length - len(column))
        for name, column in columns.items()
    }


def _columns(name: str, kind: str, value: Any) -> Columns:
    if isinstance(value, Mapping):
        columns: Columns = {}
        for key, column in value.items():
            columns |= _columns(str(key), "points", column)
        return columns
    if kind == "curves":
        rows = [(count, *point) for count, curve in enumerate(value) for point in np.asarray(curve).tolist()]
        width = np.shape(value[0])[1] if len(value) else 2
        names = [name, *(f"{name}-{axis}" for axis in range(width))]
        return {key: [row[place] for row in rows] for place, key in enumerate(names)}
    array = np.asarray(value)
    if array.dtype == object:
        return {name: [_listed(item) for item in array]}
    if array.ndim < 2:
        return {name: np.atleast_1d(array).tolist()}
    # The rows of points are the first axis; those of other values, such as a histogram for each channel, the last.
    flat = array.reshape(len(array), -1).T if kind == "points" else array.reshape(-1, array.shape[-1])
    return {f"{name}-{count}": column for count, column in enumerate(flat.tolist())}


def _listed(item: Any) -> Any:
    """Return a mask, coordinates or slices as nested lists."""
    if isinstance(item, slice):
        return [item.start, item.stop]
    return [_listed(one) for one in item] if isinstance(item, tuple) else np.asarray(item).tolist()


def _result_name(operation: Operation, position: int, count: int) -> str:
    """Return the name of a result in the docstring, or the name of the operation."""
    section = re.search(
        r"^Returns\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", inspect.getdoc(operation.function) or "", re.M | re.S
    )
    names = re.findall(r"^(\w+) : ", section[1], re.M) if section else []
    if position < len(names):
        return str(names[position])
    return operation.short_name if count == 1 else f"{operation.short_name}-{position}"


class Printer:
    """Prints the rows of one table as they come: the header once, with the columns of the first rows."""

    def __init__(self, style: Literal["text", "csv", "json"], named: Sequence[str]) -> None:
        self.style = style
        self.named = tuple(named)
        """The columns that say where a row comes from, such as the file."""
        self.header: tuple[str, ...] | None = None
        self.has_rows = False

    def add(self, columns: Columns, **names: Any) -> None:
        """Print rows; raise ValueError if they have other columns than those before."""
        header = (*self.named, *columns)
        rows = [(*(names[name] for name in self.named), *row) for row in zip(*columns.values(), strict=True)]
        if self.style == "json":
            self._json(header, rows)
            return
        if self.header is None:
            self.header = header
            is_one_number = self.style == "text" and len(header) == 1 and len(rows) == 1
            rows = rows if is_one_number else [header, *rows]
        elif header != self.header:
            raise ValueError(
                f"its columns ({', '.join(header)}) are not those of the first table ({', '.join(self.header)}); "
                "--json takes both."
            )
        if not rows:
            return
        lines = io.StringIO()
        if self.style == "csv":
            csv.writer(lines, lineterminator="\n").writerows([_plain(item) for item in row] for row in rows)
        else:
            lines.writelines("\t".join(map(_text, row)) + "\n" for row in rows)
        echo(lines.getvalue(), nl=False)

    def _json(self, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            record = {name: _finite(item) for name, item in zip(header, row, strict=True)}
            echo((",\n" if self.has_rows else "[\n") + json.dumps(record), nl=False)
            self.has_rows = True

    def close(self) -> None:
        """Print what ends the table."""
        if self.style == "json":
            echo("\n]" if self.has_rows else "[]")


def echo(text: str, nl: bool = True, err: bool = False) -> None:
    """Print text; what the encoding of the terminal does not have is escaped."""
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=nl, err=err)


def _finite(value: Any) -> Any:
    """Return a value for JSON, which has no infinity and no NaN."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
