"""The declaration of operations: one record for each; the function itself stays an ordinary function.

``@operation`` declares only what cannot be derived: the kind, the halo of a
window, the mapping of a geometric operation, the number of spatial axes if not
any, the dtype of the result if it depends on parameters, and the first version.
Names, defaults, ranges, choices, the roles of arrays, the results and the help
are read from the signature and the docstring. The command line, the laws, the
benchmarks and the reference pages read these records.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ._errors import Allowed

P = ParamSpec("P")
R = TypeVar("R")

Kind = Literal["point", "window", "geometric", "reduce", "global"]
"""What a result depends on.

``"point"``: a pixel of the result depends on the same pixel of the images.
``"window"``: on the pixels around it, as far as the halo.
``"geometric"``: on the pixels around a position that a mapping gives.
``"reduce"``: the result is no image, and the results for the pieces of an image can be merged.
``"global"``: the result needs the whole image, as connected components and thresholds do.
"""

RoleName = Literal[
    "image",
    "mask",
    "labels",
    "markers",
    "points",
    "mapping",
    "intensity",
    "reference",
    "palette",
    "histogram",
    "model",
    "out",
]

ResultName = Literal["image", "angles", "mask", "labels", "points", "curves", "table", "values", "number"]

IMAGES = ("image", "mask", "labels")
"""The roles and results that have the shape of an image."""


_NO_ARRAYS = ("model", "mapping", "histogram", "out")


@dataclass(frozen=True)
class Role:
    """What a parameter holds that is no setting: an array, or a model."""

    name: RoleName
    kinds: str = "biuf"
    """The kinds of its dtypes, as in ``numpy.dtype.kind``."""
    channels: int | None = None
    """The length of its channel axis, if only one is accepted."""


@dataclass(frozen=True)
class Result:
    """What an operation returns, or one of several results."""

    name: ResultName
    dtype: str | None = None
    """The dtype: ``"input"``, ``"float"`` (the smallest float for the input), or a name; None: not promised."""

    @property
    def is_image(self) -> bool:
        return self.name in IMAGES


@dataclass(frozen=True)
class Typical:
    """The usual range of a parameter, for sliders and help; the values outside may be allowed, too."""

    low: float
    high: float
    unit: str = ""


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation, read from its signature and docstring."""

    name: str
    annotation: Any
    default: Any
    required: bool
    keyword_only: bool
    role: Role | None
    """What it holds if it is no setting."""
    allowed: Allowed | None
    """The range that the operation enforces, for each number if there are several."""
    typical: Typical | None
    choices: tuple[Any, ...]
    """The values of its Literals, such as the words it takes."""
    help: str

    @property
    def type_name(self) -> str:
        """The type in the notation of a docstring."""
        return _type_name(self.annotation)


@dataclass(frozen=True)
class Operation:
    """The record of one operation."""

    name: str
    function: Callable[..., Any]
    kind: Kind
    halo: Callable[..., tuple[int, ...]] | None
    mapping: Callable[..., Any] | None
    dimensions: Allowed
    dtype: Callable[..., str] | None
    since: str

    @property
    def subject(self) -> str:
        """The package of the operation, such as ``"filters"``."""
        return self.name.partition(".")[0]

    @property
    def short_name(self) -> str:
        """The name of the function."""
        return self.name.partition(".")[2]

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """All parameters by name, the image first."""
        hints = self._hints
        texts = _parameter_texts(inspect.getdoc(self.function) or "")
        return {
            name: _parameter(name, signature, hints.get(name, Any), texts.get(name, ""))
            for name, signature in inspect.signature(self.function).parameters.items()
        }

    @property
    def image(self) -> Parameter:
        """The parameter for the image that the operation is applied to."""
        return next(iter(self.parameters.values()))

    @property
    def settings(self) -> Mapping[str, Parameter]:
        """The parameters that a person sets: all that have no role."""
        return {name: parameter for name, parameter in self.parameters.items() if parameter.role is None}

    @property
    def arrays(self) -> Mapping[str, Parameter]:
        """The further arrays that it takes besides its image, such as a mask or a reference."""
        further = list(self.parameters.items())[1:]
        return {name: one for name, one in further if one.role is not None and one.role.name not in _NO_ARRAYS}

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """What the operation returns with default parameters; several results are a tuple."""
        return tuple(_results(self._hints.get("return", Any)))

    @property
    def gives_image(self) -> bool:
        """Whether the result is one image, mask or label image."""
        return len(self.results) == 1 and self.results[0].is_image

    def reach(self, axes: int, /, **parameters: Any) -> tuple[int, ...]:
        """Return how many pixels the window reaches along each of `axes` spatial axes, for the given parameters."""
        if self.halo is None:
            raise ValueError(f"{self.name} has no halo: its kind is {self.kind!r}.")
        return self.halo(axes, **self._settings(parameters))

    def result_dtypes(self, dtype: DTypeLike, /, **parameters: Any) -> tuple[np.dtype[Any] | None, ...]:
        """Return the dtype of each result for an image of `dtype`, for the given parameters; None: not promised."""
        promises = [result.dtype for result in self.results]
        if self.dtype is not None:
            promises[0] = self.dtype(**self._settings(parameters))
        return tuple(_promised(promise, np.dtype(dtype)) for promise in promises)

    def _settings(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        defaults = {name: setting.default for name, setting in self.settings.items() if not setting.required}
        return defaults | {name: value for name, value in parameters.items() if name in self.settings}

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)


OPERATIONS: dict[str, Operation] = {}
"""The operations of the subjects that have been imported."""

SUBJECTS = (
    "color",
    "draw",
    "exposure",
    "faces",
    "feature",
    "filters",
    "measure",
    "metrics",
    "morphology",
    "restoration",
    "segmentation",
    "transform",
    "util",
)
"""The packages of opsin that hold operations."""


def operation(
    *,
    kind: Kind,
    halo: Callable[..., tuple[int, ...]] | None = None,
    mapping: Callable[..., Any] | None = None,
    dimensions: Allowed = Allowed(1),  # noqa: B008 - it is immutable
    dtype: Callable[..., str] | None = None,
    since: str,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Record an operation and return the very same function.

    Parameters
    ----------
    kind : {'point', 'window', 'geometric', 'reduce', 'global'}
        What a result depends on. Readers choose previews and chunks by it.
    halo : callable, optional
        For windows, and only for them: ``halo(axes, /, **settings)`` returns how many pixels the window reaches along
        each of so many spatial axes.
    mapping : callable, optional
        For geometric operations: ``mapping(shape, /, **settings)`` returns the mapping from the pixels of the result to
        those of the image, and the shape of the result.
    dimensions : Allowed
        How many spatial axes an image may have, if not any number.
    dtype : callable, optional
        ``dtype(**settings)`` returns the dtype of the first result where it depends on parameters: ``"input"``,
        ``"float"`` or a name.
    since : str
        The first version that has the operation.

    Returns
    -------
    callable
        The decorator, which returns its argument.

    Raises
    ------
    ValueError
        If another operation has the same short name, or the halo or the mapping do not fit the kind.
    """

    def record(function: Callable[P, R]) -> Callable[P, R]:
        subject = function.__module__.removeprefix("opsin.").partition(".")[0]
        name = f"{subject}.{function.__name__}"
        if (halo is not None) != (kind == "window"):
            raise ValueError(f"{name}: windows, and only they, declare a halo; the kind is {kind!r}.")
        if mapping is not None and kind != "geometric":
            raise ValueError(f"{name}: only geometric operations declare a mapping; the kind is {kind!r}.")
        for other in OPERATIONS.values():
            # The same function again is a module that is reloaded.
            if other.short_name == function.__name__ and other.function.__module__ != function.__module__:
                raise ValueError(
                    f"{name} has the short name of {other.name}: the command line could not distinguish them."
                )
        OPERATIONS[name] = Operation(name, function, kind, halo, mapping, dimensions, dtype, since)
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
    for subject in SUBJECTS:
        import_module(f".{subject}", __package__)
    return dict(sorted(OPERATIONS.items()))


_ARRAY_LIKE = get_args(ArrayLike)


def _promised(promise: str | None, dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    if promise == "input":
        return dtype
    if promise == "float":
        fits_float32 = dtype.kind == "b" or dtype.itemsize <= 2 or dtype == np.float32
        return np.dtype(np.float32 if fits_float32 else np.float64)
    return None if promise is None else np.dtype(promise)


def _parameter(name: str, signature: inspect.Parameter, hint: Any, text: str) -> Parameter:
    metadata = list(_metadata(hint))
    required = signature.default is inspect.Parameter.empty
    return Parameter(
        name=name,
        annotation=hint,
        default=None if required else signature.default,
        required=required,
        keyword_only=signature.kind is inspect.Parameter.KEYWORD_ONLY,
        role=_first(metadata, Role),
        allowed=_first(metadata, Allowed),
        typical=_first(metadata, Typical),
        choices=_choices(hint),
        help=text,
    )


def _first(metadata: Sequence[Any], kind: type[R]) -> R | None:
    return next((item for item in metadata if isinstance(item, kind)), None)


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (typing.Union, types.UnionType)


def _metadata(annotation: Any) -> Iterator[Any]:
    """Yield what ``Annotated`` adds to an annotation or to the members of a union."""
    if get_origin(annotation) is Annotated:
        yield from annotation.__metadata__
        yield from _metadata(get_args(annotation)[0])
    elif _is_union(annotation):
        for member in get_args(annotation):
            yield from _metadata(member)


def _choices(annotation: Any) -> tuple[Any, ...]:
    """Return the values of a Literal, or of the Literals of a union."""
    if get_origin(annotation) is Annotated:
        return _choices(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if _is_union(annotation):
        return tuple(value for member in get_args(annotation) for value in _choices(member))
    return ()


def _results(annotation: Any) -> Iterator[Result]:
    """Yield the results that an annotation describes; of a union the first member is the result by default."""
    if get_origin(annotation) is Annotated:
        yield from (item for item in annotation.__metadata__ if isinstance(item, Result))
    elif _is_union(annotation):
        yield from _results(get_args(annotation)[0])
    elif get_origin(annotation) is tuple:
        for member in get_args(annotation):
            yield from _results(member)


def _type_name(annotation: Any) -> str:
    if annotation is type(None):
        return "None"
    if annotation is Ellipsis:
        return "..."
    origin = get_origin(annotation)
    if origin is Annotated:
        return _type_name(get_args(annotation)[0])
    if _is_union(annotation):
        parts = get_args(annotation)
        if set(parts) >= set(_ARRAY_LIKE):
            parts = (np.ndarray, *(part for part in parts if part not in _ARRAY_LIKE))
        return " | ".join(dict.fromkeys(_type_name(part) for part in parts))
    if origin is Literal:
        return " | ".join(repr(choice) for choice in get_args(annotation))
    if origin is Sequence:
        return f"sequence of {_type_name(get_args(annotation)[0])}"
    if origin is tuple:
        return f"({', '.join(_type_name(part) for part in get_args(annotation))})"
    if np.ndarray in (origin, annotation):
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
