"""The paragraphs that the docstrings of many operations share.

Docstrings are complete in the source, where editors show them. Each shared
paragraph is written once, here; ``make generate`` writes it into the docstrings,
``make check`` and a law of the tests compare. What is particular to an
operation follows in a paragraph of its own, which stays as it is.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opsin._operation import Operation

WIDTH = 120
INDENT = 4
"""The indentation of a docstring of a function."""

ANY = object()


@dataclass(frozen=True)
class Shared:
    """The first paragraph about a parameter with a name, an annotation and a default."""

    name: str
    annotation: str
    header: str
    text: str
    default: Any = ANY
    subject: str = ""
    """The subject that it is shared within; by default all."""


PARAMETERS = [
    Shared("image", "ImageLike", "array_like", "Image of {axes} spatial axes and any real dtype."),
    Shared(
        "channel_axis",
        "ChannelAxis",
        "int, None or 'auto'",
        'Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it '
        "is 3 or 4 long. ``None``: every axis is spatial.",
    ),
    Shared(
        "channel_axis",
        "NoChannels",
        "{{'auto', None}}",
        '``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every '
        "axis is spatial.",
    ),
    Shared(
        "channel_axis",
        "ColorAxis",
        "int, None or 'auto'",
        'Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is '
        "3 or 4 long. ``None``: every axis is spatial.",
    ),
    Shared(
        "mode",
        "Mode",
        "{{'reflect', 'mirror', 'nearest', 'constant', 'wrap'}}",
        "How the image is extended beyond its border, with the names of scipy.ndimage.",
    ),
    Shared(
        "mode",
        "Modes",
        "{{'reflect', 'mirror', 'nearest', 'constant', 'wrap'}} or sequence of these",
        "How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes "
        "or one for each.",
    ),
    Shared(
        "mode",
        "Mode | None",
        "{{'reflect', 'mirror', 'nearest', 'constant', 'wrap'}}, optional",
        "How the image is extended beyond its border, with the names of scipy.ndimage. By default only the pixels of "
        "the image contribute.",
    ),
    Shared(
        "mode",
        "MorphologyModes",
        "{{'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'}} or sequence of these",
        "How the image is extended beyond its border: not at all, with the modes of scipy.ndimage, or by the greatest "
        "or the least value of its dtype; one mode for all spatial axes or one for each.",
    ),
    Shared("cval", "float", "float", 'Value beyond the border with ``mode="constant"``.'),
    Shared(
        "truncate",
        "Truncate",
        "float",
        "Where the window ends, in standard deviations: its radius is ``int(truncate * sigma + 0.5)`` up to a sigma of "
        "20. Larger Gaussians end at 5 standard deviations or more.",
    ),
    Shared(
        "footprint",
        "FootprintLike | None",
        "int, sequence of int or array_like, optional",
        "Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its "
        "origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the "
        "axes.",
        default=None,
    ),
    Shared(
        "footprint",
        "StructuringLike | None",
        "int, sequence of int, array_like or sequence of (array_like, int), optional",
        "Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its "
        "origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the "
        "axes. A sequence of pairs of an array and a number: each array is applied so many times, one after the other.",
        default=None,
    ),
    Shared(
        "iterations",
        "Iterations",
        "int",
        "Number of times that each step, erosion or dilation, is repeated; 0: until nothing changes.",
    ),
    Shared(
        "structure",
        "StructureLike | None",
        "array_like, optional",
        "Heights of a non-flat structuring element, with the shape of the footprint: they are subtracted in an erosion "
        "and added in a dilation. Without a footprint, the structuring element is the whole array.",
    ),
    Shared(
        "origin",
        "Origin",
        "int or sequence of int",
        "Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values "
        "move the window to the front.",
    ),
    Shared(
        "axes",
        "Axes",
        "int, sequence of int or None",
        "Spatial axes to work along; the axis of the channels is not counted. ``None``: all of them.",
    ),
    Shared(
        "mask",
        "MaskLike | None",
        "array_like of bool, optional",
        "Array with the shape of the image. Pixels outside the mask keep their value in each iteration.",
        subject="morphology",
    ),
    Shared("max_num_iter", "MaxNumIter", "int", "Largest number of iterations."),
    Shared(
        "data_range",
        "DataRange",
        "float, optional",
        "Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for "
        "floats and bool.",
    ),
    Shared(
        "rng",
        "Rng",
        "int or numpy.random.Generator, optional",
        "Seed or generator of random numbers. By default every call draws others.",
    ),
    Shared("out", "Out", "ndarray, optional", "Array for the result, of the shape and dtype of the result{wider}."),
]

RAISES = {
    "TypeError": "If `{image}` is not an array of {numbers}, or a parameter is of a wrong type.",
    "ValueError": "If a parameter is outside its range or does not fit the image.",
}

NUMBERS = {"biuf": "real numbers", "biu": "bool or integers", "iu": "integers", "b": "bool"}
"""The names of kinds of dtypes."""


def shared_parameters(operation: Operation) -> Iterator[tuple[str, str, str]]:
    """Yield name, header and text of the parameters whose first paragraph is shared."""
    words = _words(operation)
    for name, parameter in operation.parameters.items():
        annotation = operation.function.__annotations__[name]
        for shared in PARAMETERS:
            if (shared.name, shared.annotation) != (name, annotation):
                continue
            if shared.default in (ANY, parameter.default) and shared.subject in ("", operation.subject):
                yield name, shared.header.format(**words), shared.text.format(**words)


def renewed(docstring: str, operation: Operation) -> str:
    """Return a docstring, without indentation, with the shared paragraphs of the table."""
    lines = docstring.splitlines()
    for name, header, text in shared_parameters(operation):
        lines = _with_entry(lines, "Parameters", name, f"{name} : {header}", text)
    words = _words(operation)
    for error, text in RAISES.items():
        lines = _with_entry(lines, "Raises", error, error, text.format(**words))
    return "\n".join(lines)


def renewed_source(source: str, operations: list[Operation]) -> str:
    """Return the text of a file with the shared paragraphs in the docstrings of its operations."""
    for operation in operations:
        lines = source.splitlines()
        node = _docstring_node(source, operation.short_name)
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        text = "\n".join(line.removeprefix(" " * INDENT) for line in lines[first:last])
        fresh = textwrap.indent(renewed(text, operation), " " * INDENT).splitlines()
        source = "\n".join([*lines[:first], *fresh, *lines[last:]]) + "\n"
    return source


def _axes(low: int, high: float | None) -> str:
    """Return how many axes there may be, in words; many are any number."""
    counts = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    if high is None or high >= len(counts):
        return {1: "any number of", 2: "two or more", 3: "three or more"}[low]
    return counts[low] if low == high else f"{counts[low]} to {counts[int(high)]}"


def _words(operation: Operation) -> dict[str, str]:
    role = operation.image.role
    return {
        "axes": _axes(int(operation.dimensions.low or 1), operation.dimensions.high),
        "image": operation.image.name,
        "numbers": NUMBERS[role.kinds if role else "biuf"],
        "wider": "; float64 takes float32, too" if operation.results[0].dtype in ("input", "float") else "",
    }


def _docstring_node(source: str, name: str) -> ast.Expr:
    """Return the docstring of the last function `name` of a file; those before it are overloads."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name]
    node = functions[-1].body[0]
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        raise ValueError(f"{name} has no docstring.")
    return node


def _with_entry(lines: list[str], section: str, name: str, header: str, text: str) -> list[str]:
    """Return the lines with the header and the first paragraph of an entry of a section replaced."""
    try:
        start = next(i for i, line in enumerate(lines) if line == section and set(lines[i + 1]) == {"-"}) + 2
    except StopIteration:
        raise ValueError(f"there is no section {section}.") from None
    headings = (i for i in range(start, len(lines) - 1) if lines[i] and set(lines[i + 1]) == {"-"})
    end = next(headings, len(lines))
    entry = next((i for i in range(start, end) if re.match(rf"{name}( :|$)", lines[i])), None)
    if entry is None:
        raise ValueError(f"there is no entry {name} in the section {section}.")
    after = entry + 1
    while after < end and lines[after].startswith(" "):
        after += 1
    paragraph = textwrap.wrap(text, WIDTH - INDENT - 4, break_long_words=False, break_on_hyphens=False)
    return [*lines[:entry], header, *(f"    {line}" for line in paragraph), *lines[after:]]
