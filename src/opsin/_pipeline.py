"""Pipelines: operations and their parameters as one value, which is called on images.

A pipeline also has steps that are not operations of the library, since NumPy
has them: comparing, clipping, and conversion to another dtype.
"""

from __future__ import annotations

import itertools
import operator
import os
import re
import textwrap
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _recipe
from ._atomic import replacing
from ._engine.arrays import as_pixels, saturate
from ._errors import Allowed, border_name, choice, nearest_name, number
from ._operation import IMAGES, Kind, Operation, Parameter, Result, Typical, operations
from ._types import Image, ImageLike, Mask

StepLike: TypeAlias = "Step | str | Callable[..., Any] | tuple[str | Callable[..., Any], Mapping[str, Any]]"
"""An operation, by name or as a function, alone or with the values of its parameters."""

SHAPE = "output_shape"
"""The parameter of operations that resize; pipelines take texts for it that depend on the image, such as ``"50%"``."""


@dataclass(frozen=True)
class Array:
    """A value that is an array, as an immutable value."""

    data: bytes
    dtype: str
    shape: tuple[int, ...]

    @classmethod
    def of(cls, array: NDArray[Any]) -> Array:
        """Return the immutable value of an array."""
        return cls(array.tobytes(), array.dtype.str, array.shape)

    def array(self) -> NDArray[Any]:
        """Return the array, which is read-only."""
        return np.frombuffer(self.data, self.dtype).reshape(self.shape)

    def __repr__(self) -> str:
        return f"np.array({self.array().tolist()}, {self.dtype!r})"


@dataclass(frozen=True)
class Step:
    """An operation with values for its parameters.

    Attributes
    ----------
    operation : Operation
        The declaration of the operation.
    values : tuple of (str, value)
        The parameters that are given, in their order, as immutable values.
    """

    operation: Operation
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def gives_image(self) -> bool:
        """Whether the result, or the first of several results, is an image."""
        results = self.operation.results
        return bool(results) and results[0].is_image

    @property
    def name(self) -> str:
        """The name of the operation in a pipeline."""
        name = self.operation.name
        return self.operation.short_name if name not in operations() else name

    @property
    def takes_arrays(self) -> bool:
        """Whether it is given further arrays besides its image."""
        return any(name in self.operation.arrays and value is not None for name, value in self.values)

    def __call__(self, image: NDArray[Any], files: Mapping[str, NDArray[Any]] | None = None) -> Any:
        """Return the result for `image`; `files` are images that are not read, by the names of their files."""
        given = dict(self.values)
        return self.operation.function(
            image, **{name: self._resolved(name, value, image, given, files or {}) for name, value in given.items()}
        )

    def _resolved(
        self,
        name: str,
        value: Any,
        image: NDArray[Any],
        given: Mapping[str, Any],
        files: Mapping[str, NDArray[Any]],
    ) -> Any:
        """Return the value for this image."""
        if isinstance(value, (Array, tuple)):
            return _with_arrays(value)
        if isinstance(value, str) and name in self.operation.arrays:
            found = files[value] if value in files else array_of_file(value)
            return found != 0 if is_mask(self.operation, name) else found
        if isinstance(value, Pipeline):
            found = value(image)
            if np.ndim(found) != 0:
                raise ValueError(f"{name} must be a single number; {value.steps[-1]} returns several.")
            return found
        if name == SHAPE and isinstance(value, str):
            parameter = self.operation.parameters.get("channel_axis")
            axis = given.get("channel_axis", parameter.default if parameter else None)
            return relative_shape(value, as_pixels(image, axis).spatial_shape)
        return value

    def __str__(self) -> str:
        return " ".join([self.operation.short_name, *(f"{name}={_plain(value)}" for name, value in self.values)])


@dataclass(frozen=True, init=False, repr=False)
class Pipeline:
    """Operations that follow each other, with their parameters.

    A pipeline is called on an image, as a function is. It is immutable and
    hashable, two pipelines of equal steps are equal, and its representation is
    the code that makes it. The parameters are checked when it is made.

    Parameters
    ----------
    *steps : str, callable or (str or callable, dict)
        The operations, as functions of opsin or by their names
        (``"filters.gaussian"`` or ``"gaussian"``), each alone or with its
        parameters. Besides the operations there are ``"compare"`` (``sign``
        and ``level``, a number or a pipeline that returns one), ``"clip"``
        (``low``, ``high``), ``"scale"`` (``low``, ``high``, ``dtype``) and
        ``"as_rgb"``. ``output_shape`` may be a text that depends on the image:
        ``"50%"``, ``"640x"`` (the width), ``"x480"`` (the height). Further arrays that an operation takes, such as
        ``mask`` and ``reference``, are arrays, or paths of files with images, which are read when the pipeline is
        called; in the file of a mask every value but 0 is True.

    Attributes
    ----------
    steps : tuple of Step
        The operations, each with its `operation` and its `values`.

    Raises
    ------
    TypeError
        If a step is none, or a parameter is of a wrong type.
    ValueError
        If there are no steps, an operation or a parameter is unknown or
        missing, a value is outside its range, or a step follows one that does
        not return an image.

    See Also
    --------
    operations : Every operation by its name.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> edges = opsin.Pipeline(("gaussian", {"sigma": 2}), opsin.filters.sobel)
    >>> edges
    Pipeline(('filters.gaussian', {'sigma': 2}), 'filters.sobel')
    >>> image = np.eye(9, dtype=np.float32)
    >>> bool((edges(image) == opsin.filters.sobel(opsin.filters.gaussian(image, 2))).all())
    True

    Pixels above a threshold:

    >>> bright = opsin.Pipeline(("compare", {"sign": ">", "level": opsin.Pipeline("threshold_otsu")}))
    >>> bright(np.array([[1, 2, 200]], np.uint8))
    array([[False, False,  True]])
    """

    steps: tuple[Step, ...]

    def __init__(self, *steps: StepLike) -> None:
        if not steps:
            raise ValueError("a pipeline must have at least one step.")
        found = tuple(as_step(step) for step in steps)
        for step, following in itertools.pairwise(found):
            if not step.gives_image:
                raise ValueError(f"{str(following)!r} needs an image, but {str(step)!r} gives none.")
        object.__setattr__(self, "steps", found)

    @property
    def gives_image(self) -> bool:
        """Whether the result, or the first of several results, is an image."""
        return self.steps[-1].gives_image

    def __call__(self, image: ArrayLike) -> Any:
        """Return what the last step returns.

        Parameters
        ----------
        image : array_like
            The image for the first step.

        Returns
        -------
        result : ndarray, number, dict or tuple
            The result of the last operation.
        """
        result: Any = np.asarray(image)
        for count, step in enumerate(self.steps):
            if not isinstance(result, np.ndarray):
                kind = type(result).__name__
                raise TypeError(f"{str(step)!r} needs an image, but {str(self.steps[count - 1])!r} gives a {kind}.")
            result = step(result)
        return result

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the pipeline to a file, as a recipe in TOML.

        Parameters
        ----------
        path : path
            The file; it is replaced whole or not at all. `load` and ``opsin apply --recipe`` read it.
        """
        text = _recipe.written(plain_steps(self))
        with replacing(path) as beside:
            beside.write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Pipeline:
        """Return the pipeline of a recipe, which is checked like any other.

        Parameters
        ----------
        path : path
            A file that `save` or ``opsin studio`` has written, or a person.

        Returns
        -------
        Pipeline
            The pipeline; equal to the one that was saved.

        Raises
        ------
        TypeError
            If a parameter is of a wrong type.
        ValueError
            If the file is no recipe, or an operation or a parameter is unknown or wrong.
        OSError
            If the file cannot be read.
        """
        with open(path, encoding="utf-8") as file:
            try:
                return pipeline_of_steps(_recipe.read(file.read()))
            except UnicodeDecodeError:
                raise ValueError(f"{os.fspath(path)!r} is no recipe: it is no text in UTF-8.") from None

    def __repr__(self) -> str:
        return f"Pipeline({', '.join(map(_code, self.steps))})"


def plain_steps(pipeline: Pipeline) -> _recipe.Steps:
    """Return the steps of a pipeline as a recipe has them."""
    return [(step.name, {name: _plain_value(value) for name, value in step.values}) for step in pipeline.steps]


def _plain_value(value: Any) -> Any:
    if isinstance(value, Pipeline):
        return plain_steps(value)
    return _with_arrays(value)


def _with_arrays(value: Any) -> Any:
    """Return a value with the arrays that stand in it, also in tuples."""
    if isinstance(value, tuple):
        return tuple(map(_with_arrays, value))
    return value.array() if isinstance(value, Array) else value


def pipeline_of_steps(steps: _recipe.Steps) -> Pipeline:
    """Return the pipeline of the steps of a recipe."""

    def value_of(value: Any) -> Any:
        return pipeline_of_steps(value) if isinstance(value, list) else value

    return Pipeline(*((name, {key: value_of(value) for key, value in given.items()}) for name, given in steps))


def as_step(step: StepLike) -> Step:
    """Return a step with its parameters checked."""
    if isinstance(step, Step):
        return step
    what, given = step if isinstance(step, tuple) and len(step) == 2 else (step, {})
    if not isinstance(given, Mapping):
        raise TypeError(f"the parameters of a step must be a dict; got {given!r} ({type(given).__name__}).")
    operation = _operation_of(what)
    if reason := why_no_step(operation):
        raise ValueError(f"{operation.name} cannot be a step of a pipeline: {reason}. Call it in Python.")
    settings = {**operation.arrays, **operation.settings}
    for name in given:
        if name not in settings:
            raise ValueError(
                f"{operation.name} has no parameter {name!r}.{nearest_name(str(name), settings)} "
                f"It has: {', '.join(settings) or 'none'}."
            )
    missing = [f"{name}=" for name, setting in settings.items() if setting.required and name not in given]
    if missing:
        raise ValueError(f"{operation.short_name} needs {', '.join(missing)}.")
    values = [(name, _checked(operation, setting, given[name])) for name, setting in settings.items() if name in given]
    return Step(operation, tuple(values))


def why_no_step(operation: Operation) -> str:
    """Return why an operation cannot be a step of a pipeline; empty if it can."""
    if not operation.parameters or operation.image.role is None or operation.image.role.name not in IMAGES:
        return "it takes no image"
    needed = [item.name for item in operation.parameters.values() if item.role and item.required][1:]
    others = [name for name in needed if name not in operation.arrays]
    return f"it also needs {', '.join(others)}" if others else ""


def is_mask(operation: Operation, name: str) -> bool:
    """Return whether a further array of an operation is a mask."""
    role = operation.arrays[name].role
    return role is not None and role.kinds == "b"


def array_of_file(path: str) -> NDArray[Any]:
    """Return the image of a file, which is read-only; the last ones are remembered until their files change."""
    state = os.stat(path)
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(4)
def _read(path: str, changed: int, size: int) -> NDArray[Any]:
    from .io import imread

    image = imread(path)
    image.flags.writeable = False
    return image


def find_operation(name: str) -> Operation:
    """Return the operation called `name`, in full (``filters.gaussian``) or in short (``gaussian``)."""
    known = {**operations(), **{operation.name: operation for operation in OWN_STEPS.values()}}
    if name in known:
        return known[name]
    short = {**OWN_STEPS, **{operation.short_name: operation for operation in known.values()}}
    if name in short:
        return short[name]
    raise ValueError(f"there is no operation {brief(name)}.{nearest_name(name, [*short, *known])}")


def brief(value: Any) -> str:
    """Return the representation of a value on one line, shortened if it is long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def _operation_of(what: Any) -> Operation:
    if isinstance(what, str):
        return find_operation(what)
    for operation in operations().values():
        if operation.function is what:
            return operation
    raise TypeError(f"a step must be an operation of opsin or its name; got {brief(what)} ({type(what).__name__}).")


def _checked(operation: Operation, setting: Parameter, value: Any) -> Any:
    """Return the value of a parameter as an immutable value, if its type and its range are right."""
    try:
        if setting.name in operation.arrays:
            return _checked_array(setting, value)
        if setting.name == SHAPE and isinstance(value, str):
            relative_shape(value, (1, 1))
            return value
        if not fits(setting.annotation, value):
            words = [word for word in setting.choices if isinstance(word, str)]
            if len(words) > 1 and isinstance(value, str) and value not in words:
                border_name(setting.name, value, words)
            expected = textwrap.shorten(setting.type_name, 300, placeholder=" ...")
            raise TypeError(f"{setting.name} must be {expected}; got {brief(value)} ({type(value).__name__}).")
        if setting.allowed is not None:
            for item in value if isinstance(value, (tuple, list)) else (value,):
                if isinstance(item, (int, float)) and not isinstance(item, bool):
                    number(setting.name, item, setting.allowed)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{operation.name}: {error}") from None
    return _immutable(value)


def _checked_array(setting: Parameter, value: Any) -> Any:
    """Return a further array as an immutable value, or the path of its file."""
    if isinstance(value, (str, Array)) or (value is None and not setting.required):
        if value == "":
            raise ValueError(f"{setting.name} must be the path of a file; got an empty text.")
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if not isinstance(value, np.ndarray) and not (isinstance(value, (tuple, list)) and _is_numeric(value)):
        raise TypeError(
            f"{setting.name} must be an array or the path of a file; got {brief(value)} ({type(value).__name__})."
        )
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{setting.name} must be an array of numbers; got dtype {array.dtype}.")
    return Array.of(array)


def fits(annotation: Any, value: Any) -> bool:
    """Return whether a value is of the annotated type, as far as the type determines it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return fits(parts[0], value)
    if origin in (typing.Union, types.UnionType):
        return any(fits(part, value) for part in parts)
    if origin is Literal:
        return any(type(word) is type(value) and word == value for word in parts)
    if origin is tuple and Ellipsis not in parts:
        return (
            isinstance(value, (tuple, list))
            and len(value) == len(parts)
            and all(fits(part, item) for part, item in zip(parts, value, strict=True))
        )
    if np.ndarray in (origin, annotation):
        return isinstance(value, np.ndarray) or (isinstance(value, (tuple, list)) and _is_numeric(value))
    if origin in (tuple, Sequence):
        if isinstance(value, np.ndarray):
            return value.ndim == 1
        return isinstance(value, (tuple, list)) and all(fits(parts[0], item) for item in value)
    if annotation is None or annotation is type(None):
        return value is None
    if annotation in (int, float):
        numbers = (int, np.integer) if annotation is int else (int, float, np.integer, np.floating)
        return isinstance(value, numbers) and not isinstance(value, bool)
    return isinstance(value, annotation) if isinstance(annotation, type) and origin is None else True


def _is_numeric(value: Any) -> bool:
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except ValueError:  # the lengths of nested sequences differ
        return False


def _immutable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return Array.of(value)
    return tuple(map(_immutable, value)) if isinstance(value, (tuple, list)) else value


def _code(step: Step) -> str:
    return f"({step.name!r}, {dict(step.values)!r})" if step.values else repr(step.name)


def _plain(value: Any) -> str:
    if isinstance(value, Array):
        return f"<{' x '.join(map(str, value.shape))} array>"
    if isinstance(value, Pipeline):
        return " | ".join(map(str, value.steps))
    return value if isinstance(value, str) else repr(value).replace(" ", "")


def relative_shape(text: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that a text such as ``"50%"``, ``"640x480"``, ``"640x"`` or ``"x480"`` means for an image.

    Only the rows and the columns, which are the last two axes, change. One side alone keeps their proportion.
    """
    sides = re.fullmatch(r"([0-9]{0,10})x([0-9]{0,10})", text)
    percentage = re.fullmatch(r"([0-9]{0,10}(?:\.[0-9]{0,10})?)%", text)
    factor = float(percentage[1]) / 100 if percentage and percentage[1].strip(".") else 0.0
    width, height = (int(side) if side else None for side in sides.groups()) if sides else (None, None)
    if (not factor and not width and not height) or 0 in (width, height):
        raise ValueError(
            f"{SHAPE} must be numbers of pixels or a text such as '640x480' (width x height), '640x', 'x480', '50%'; "
            f"got {brief(text)}."
        )
    if len(shape) < 2 or 0 in shape:
        raise ValueError(f"image must have rows and columns to be resized to {text!r}; got the shape {shape}.")
    rows, columns = shape[-2:]
    if factor:
        height, width = round(factor * rows), round(factor * columns)
    elif width is None:
        width = round(columns * (height or 0) / rows)
    elif height is None:
        height = round(rows * width / columns)
    return (*shape[:-2], max(height or 0, 1), max(width, 1))


# The steps that are no operations of the library.

Sign: TypeAlias = Literal[">", ">=", "<", "<=", "==", "!="]

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


LEVEL = Typical(0, 255)
"""The gray levels of an image of 8 bits; pages show those of the image."""


def compare(image: ImageLike, sign: Sign, level: Annotated[float, Allowed(), LEVEL] | Pipeline) -> Mask:
    """Compare each pixel with a number.

    Parameters
    ----------
    image : array_like
        Image of any shape and any real dtype.
    sign : {'>', '>=', '<', '<=', '==', '!='}
        The comparison.
    level : float or Pipeline
        The number, or an operation that computes it from the image, such as a threshold.

    Returns
    -------
    ndarray
        Whether the comparison is true, for each pixel.
    """
    return np.asarray(COMPARISONS[choice("sign", sign, COMPARISONS)](np.asarray(image), level))


def clip(image: ImageLike, low: float | None = None, high: float | None = None) -> Image:
    """Limit the values of an image; its dtype remains.

    Parameters
    ----------
    image : array_like
        Image of any shape and any real dtype but bool.
    low : float, optional
        Lower values become this one.
    high : float, optional
        Higher values become this one.

    Returns
    -------
    ndarray
        The image with its values within the limits.
    """
    array = as_pixels(image).array
    least = -np.inf if low is None else number("low", low)
    most = np.inf if high is None else number("high", high)
    if low is None and high is None:
        raise ValueError("low or high must be given, as in clip low=0 high=255.")
    if least > most:
        raise ValueError(f"low must be at most high; got {least:g} and {most:g}.")
    if array.dtype == bool:
        raise TypeError("image must hold numbers to be clipped; got bool.")
    if array.dtype.kind == "f":
        limits = np.finfo(array.dtype)
        ends = [value if np.isinf(value) else np.clip(value, limits.min, limits.max) for value in (least, most)]
        return array.clip(ends[0], ends[1]).astype(array.dtype, copy=False)
    bounds = np.iinfo(array.dtype)
    lowest = max(bounds.min, min(bounds.max, int(np.ceil(least)))) if low is not None else bounds.min
    highest = max(bounds.min, min(bounds.max, int(np.floor(most)))) if high is not None else bounds.max
    return array.clip(lowest, highest)


def scale(
    image: ImageLike,
    low: float | None = None,
    high: float | None = None,
    *,
    dtype: Literal["uint8", "uint16"] = "uint8",
) -> Annotated[NDArray[Any], Result("image")]:
    """Map the values of an image to the full range of an integer dtype.

    Parameters
    ----------
    image : array_like
        Image of any shape and any real dtype.
    low : float, optional
        The value that becomes 0; by default the least value of the image. Lower values become 0, too.
    high : float, optional
        The value that becomes the maximum of the dtype; by default the largest value of the image. Higher values
        become the maximum, too.
    dtype : {'uint8', 'uint16'}
        The dtype of the result.

    Returns
    -------
    ndarray
        The scaled image; values are rounded to nearest. An image of a single value becomes 0.
    """
    array = as_pixels(image).array
    top = np.iinfo(choice("dtype", dtype, ("uint8", "uint16"))).max
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError("image must have finite values to be scaled; some are infinite or not a number.")
    empty = array.size == 0
    least = float(0 if empty else array.min()) if low is None else number("low", low)
    most = float(0 if empty else array.max()) if high is None else number("high", high)
    if least > most or (least == most and low is not None and high is not None):
        raise ValueError(f"low must be less than high; got {least:g} and {most:g}.")
    # Halves, since the difference of two large floats may be infinite.
    half = most / 2 - least / 2
    if half == 0:
        return np.where(array > least, np.asarray(top, dtype), np.asarray(0, dtype))
    narrow = array.dtype.itemsize <= 2 or array.dtype == np.float32
    if narrow and 1e-30 < half < 1e30 and abs(least) < 1e30:
        working: type[np.floating[Any]] = np.float32
    else:
        working = np.float64
    scaled = array.astype(working)
    scaled *= 0.5
    scaled -= working(least / 2)
    scaled /= working(half)
    scaled *= working(top)
    return saturate(scaled, np.dtype(dtype))


def as_rgb(image: ImageLike) -> Image:
    """Return an image with three channels, red, green and blue, on its last axis.

    A gray image gets three equal channels; an alpha channel is removed.

    Parameters
    ----------
    image : array_like
        Gray image, or one whose last axis holds the channels: gray and alpha, RGB, or RGBA.

    Returns
    -------
    ndarray
        The image with three channels.
    """
    array = as_pixels(image).array
    channels = array.shape[-1] if array.ndim > 2 else 1
    if channels in (3, 4):
        return array[..., :3]
    gray = array[..., 0] if channels == 2 else array
    return np.stack([gray] * 3, axis=-1)


_OWN: Sequence[tuple[Callable[..., Any], Kind]] = (
    (compare, "point"),
    (clip, "point"),
    (scale, "global"),  # by the extremes of the image
    (as_rgb, "point"),
)

OWN_STEPS: Mapping[str, Operation] = {
    function.__name__: Operation(f"pipeline.{function.__name__}", function, kind, None, None, Allowed(1), None, "0.1")
    for function, kind in _OWN
}
"""The steps that are no operations of the library, by their names."""
