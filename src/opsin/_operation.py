"""One record per operation; the function itself stays an ordinary function.

``@operation`` declares only what cannot be derived: the kind, the dtypes, the
halo and the first version. Names, defaults, ranges, choices and help are read
from the signature and the docstring. The command line, the laws, the
benchmarks and the reference pages are readers of these records. Imports
nothing of opsin.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, get_args, get_origin, get_type_hints

from numpy.typing import ArrayLike, NDArray

P = ParamSpec("P")
R = TypeVar("R")

Kind = Literal["point", "stencil", "geometric", "global", "label"]
"""What a result pixel depends on: its own pixel, a window, a moved window, or the whole image."""

Returns = Literal["input", "float", "bool", "labels", "value"]
"""The dtype promise: the input's, the smallest float, bool, int32 labels, or no image at all."""

Halo = Callable[..., int | tuple[int, ...]]


@dataclass(frozen=True)
class Between:
    """The allowed range of a number, ends included, and its unit."""

    low: float
    high: float
    unit: str = ""


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation, as its signature and docstring tell it."""

    name: str
    annotation: Any
    default: Any
    required: bool
    keyword_only: bool
    limits: Between | None
    choices: tuple[Any, ...]
    help: str

    @property
    def type_name(self) -> str:
        """The type as a reader would write it."""
        if self.choices:
            return " | ".join(repr(choice) for choice in self.choices)
        return _type_name(self.annotation)


@dataclass(frozen=True)
class Operation:
    """What opsin knows of one operation."""

    name: str
    function: Callable[..., Any]
    kind: Kind
    dtypes: tuple[str, ...]
    returns: Returns
    halo: Halo | None
    since: str

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter by name, the image first."""
        hints = get_type_hints(self.function, include_extras=True)
        texts = _parameter_texts(inspect.getdoc(self.function) or "")
        return {
            name: _parameter(name, signature, hints.get(name, Any), texts.get(name, ""))
            for name, signature in inspect.signature(self.function).parameters.items()
        }

    @property
    def settings(self) -> Mapping[str, Parameter]:
        """The parameters a person sets: all but the arrays that come in and go out."""
        arrays = {next(iter(self.parameters)), "out"}
        return {name: parameter for name, parameter in self.parameters.items() if name not in arrays}


_ARRAY_LIKE = get_args(ArrayLike)

OPERATIONS: dict[str, Operation] = {}


def operation(
    *,
    kind: Kind,
    dtypes: tuple[str, ...],
    returns: Returns = "input",
    halo: Halo | None = None,
    since: str = "0.1",
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Record an operation and return the very same function.

    Parameters
    ----------
    kind : str
        What a result pixel depends on; readers choose previews and chunks by it.
    dtypes : tuple of str
        The dtypes with kernels of their own. Every other one is computed in one of these.
    returns : str
        The dtype promise.
    halo : callable, optional
        From the parameters to the reach of the window, per axis; for stencils.
    since : str
        The first version that has the operation.
    """

    def record(function: Callable[P, R]) -> Callable[P, R]:
        subject = function.__module__.removeprefix("opsin.").partition(".")[0]
        name = f"{subject}.{function.__name__}"
        OPERATIONS[name] = Operation(name, function, kind, dtypes, returns, halo, since)
        return function

    return record


def operations() -> Mapping[str, Operation]:
    """Return every operation by its name.

    Returns
    -------
    mapping of str to Operation
        The records that the command line and the documentation read, by names such as ``"filters.gaussian"``.

    Examples
    --------
    >>> import opsin
    >>> opsin.operations()["filters.gaussian"].parameters["sigma"].default
    1.0
    """
    return dict(sorted(OPERATIONS.items()))


def _parameter(name: str, signature: inspect.Parameter, hint: Any, text: str) -> Parameter:
    metadata = getattr(hint, "__metadata__", ())
    annotation = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    limits = next((item for item in metadata if isinstance(item, Between)), None)
    required = signature.default is inspect.Parameter.empty
    return Parameter(
        name=name,
        annotation=annotation,
        default=None if required else signature.default,
        required=required,
        keyword_only=signature.kind is inspect.Parameter.KEYWORD_ONLY,
        limits=limits,
        choices=_choices(annotation),
        help=text,
    )


def _choices(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return ()


def _type_name(annotation: Any) -> str:
    if annotation is type(None):
        return "None"
    if get_origin(annotation) in (typing.Union, types.UnionType):
        parts = get_args(annotation)
        if set(parts) >= set(_ARRAY_LIKE):
            parts = (NDArray[Any], *(part for part in parts if part not in _ARRAY_LIKE))
        return " | ".join(dict.fromkeys(_type_name(part) for part in parts))
    if get_origin(annotation) is Literal:
        return " | ".join(repr(choice) for choice in get_args(annotation))
    if get_origin(annotation) is Annotated:
        return _type_name(get_args(annotation)[0])
    if get_origin(annotation) is Sequence:
        return f"sequence of {_type_name(get_args(annotation)[0])}"
    if getattr(get_origin(annotation), "__name__", "") == "ndarray":
        return "array"
    return str(getattr(annotation, "__name__", annotation))


def _parameter_texts(docstring: str) -> dict[str, str]:
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", docstring, re.M | re.S)
    if section is None:
        return {}
    texts: dict[str, str] = {}
    for names, text in re.findall(r"^(\w[\w, ]*) : .*\n((?:(?:    .*)?\n?)+)", section[1] + "\n", re.M):
        for name in names.split(", "):
            texts[name] = " ".join(text.split())
    return texts
