"""The controls of parameters: from the declarations of operations, or as a caller describes them."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from .._errors import nearest_name, number
from .._operation import Operation, Parameter
from .._pipeline import LEVEL, SHAPE, Pipeline, fits
from .pixels import Limits, data_limits, natural_limits

Kind: TypeAlias = Literal["slider", "number", "choice", "flag", "text", "image"]

_STEPS = 200


@dataclass(frozen=True)
class Control:
    """How a person sets a parameter."""

    name: str
    kind: Kind
    value: Any
    """The first value."""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    whole: bool = False
    """Whether its numbers are integers."""
    choices: tuple[Any, ...] = ()
    optional: bool = False
    """Whether it may be None."""
    unit: str = ""
    help: str = ""
    further: bool = False
    """Whether it is rarely changed."""

    def as_json(self) -> dict[str, Any]:
        """Return what the page receives; words stand for values that are no number, word, or truth value."""
        told = asdict(self)
        told["value"] = self.to_page(self.value)
        told["choices"] = [str(one) for one in self.choices]
        return told

    def to_page(self, value: Any) -> Any:
        """Return a value as the page shows it."""
        if value is None and self.optional:
            return None
        if self.kind == "choice":
            return str(value)
        if self.kind == "text":
            return value if isinstance(value, str) else repr(value)
        return value.item() if isinstance(value, np.generic) else value

    def from_page(self, value: Any) -> Any:
        """Return the value of the parameter."""
        if value is None and self.optional:
            return None
        if self.kind == "image":
            return str(value)
        if self.kind == "choice":
            found = [one for one in self.choices if str(one) == value]
            if not found:
                raise ValueError(f"{self.name} must be one of {', '.join(map(str, self.choices))}; got {value!r}.")
            return found[0]
        if self.kind == "text" and isinstance(value, str):
            if value.strip().lower() in ("inf", "-inf", "nan"):
                return float(value)
            try:
                return ast.literal_eval(value)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                return value
        if self.whole and isinstance(value, float) and value.is_integer():
            return int(value)
        # JavaScript has one kind of numbers.
        if isinstance(value, int) and type(self.value) is float and value == self.value:
            return self.value
        return value


def declared(operation: Operation, image: Any = None, *, with_arrays: bool = False) -> list[Control]:
    """Return the controls of an operation, from its declaration; sliders of gray levels have the range of the image."""
    arrays = [
        Control(one.name, "image", None, optional=True, help=one.help, further=not one.required)
        for one in operation.arrays.values()
        if with_arrays
    ]
    return arrays + [_declared(parameter, image) for parameter in operation.settings.values()]


def _declared(parameter: Parameter, image: Any) -> Control:
    annotation, default = parameter.annotation, parameter.default
    words = parameter.choices
    value = None if parameter.required else default
    common: dict[str, Any] = {
        "help": parameter.help,
        "optional": fits(annotation, None),
        "further": not parameter.required and parameter.keyword_only and parameter.typical is None,
    }
    if parameter.name == SHAPE and parameter.required:
        return Control(parameter.name, "text", "50%", **common)
    # A parameter that takes words and numbers has the control of words if its default is one.
    if words and (value is None or value in words) and not fits(annotation, 0.5):
        start = words[0] if parameter.required else value
        return Control(parameter.name, "choice", start, choices=words, **common)
    if isinstance(value, bool) or (annotation is bool):
        return Control(parameter.name, "flag", bool(value), **common)
    takes_numbers = fits(annotation, 1) and not isinstance(value, (str, tuple, list, np.ndarray))
    # A field for one number would leave out the several that it may take.
    takes_numbers = takes_numbers and not (isinstance(value, float) and not math.isfinite(value))
    if not takes_numbers or (parameter.typical is None and fits(annotation, (1, 1))):
        return Control(parameter.name, "text", "" if parameter.required else value, **common)
    whole = not fits(annotation, 0.5)
    low, high = _levels(image) if parameter.typical is LEVEL else _range(parameter)
    unit = parameter.typical.unit if parameter.typical else ""
    if low is None or high is None:
        start = value if value is not None or common["optional"] else _inside(0, low, high)
        return Control(parameter.name, "number", start, low, high, None, whole, unit=unit, **common)
    step = _step(low, high, whole)
    start = value
    if value is None and not common["optional"]:
        start = 1 if low <= 1 <= high and parameter.typical is not LEVEL else _middle(low, high, step, whole)
    return Control(parameter.name, "slider", start, low, high, step, whole, unit=unit, **common)


def _levels(image: Any) -> Limits:
    """Return the range of the gray levels of an image."""
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "biuf" or image.size == 0:
        return LEVEL.low, LEVEL.high
    return natural_limits(image) or data_limits([image])


def _range(parameter: Parameter) -> tuple[float | None, float | None]:
    if parameter.typical is not None:
        low: float | None = parameter.typical.low
        high: float | None = parameter.typical.high
    elif parameter.allowed is not None:
        low, high = parameter.allowed.low, parameter.allowed.high
    else:
        return None, None
    default = parameter.default
    if isinstance(default, (int, float)) and low is not None and high is not None:
        low, high = min(low, default), max(high, default)
    return low, high


def _inside(value: float, low: float | None, high: float | None) -> float:
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def _step(low: float, high: float, whole: bool) -> float:
    """Return a step of one digit, 1, 2 or 5, for about 200 positions."""
    if whole:
        return 1
    exact = (high - low) / _STEPS
    if exact <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(exact))
    return next((digit * power for digit in (1, 2, 5) if digit * power >= exact * 0.999), 10 * power)


def _middle(low: float, high: float, step: float, whole: bool) -> float:
    value = low + round((high - low) / 2 / step) * step
    return int(value) if whole else float(f"{value:.12g}")


def described(name: str, what: Any, default: Any = None) -> Control:
    """Return the control that a caller describes.

    ``(low, high)`` and ``(low, high, step)`` are sliders, a list is a choice, True and False a box to tick; a number
    and a text are fields.
    """
    if isinstance(what, tuple):
        if len(what) not in (2, 3):
            raise ValueError(f"{name} must be (low, high) or (low, high, step) for a slider; got {what!r}.")
        low, high = number(name, what[0]), number(name, what[1])
        if not low < high:
            raise ValueError(f"{name} must be (low, high) with low < high; got {what!r}.")
        whole = all(isinstance(one, (int, np.integer)) for one in what)
        step = number(name, what[2], above=0, high=high - low) if len(what) == 3 else _step(low, high, whole)
        fits_in = isinstance(default, (int, float)) and not isinstance(default, bool) and low <= default <= high
        start = default if fits_in else _middle(low, high, step, whole)
        if whole:
            low, high, step = int(low), int(high), int(step)
        return Control(name, "slider", start, low, high, step, whole)
    if isinstance(what, list):
        if not what:
            raise ValueError(f"{name} must have at least one choice; got an empty list.")
        return Control(name, "choice", default if default in what else what[0], choices=tuple(what))
    if isinstance(what, (bool, np.bool_)):
        return Control(name, "flag", bool(what))
    if isinstance(what, (int, float, np.integer, np.floating)):
        return Control(name, "number", what, whole=isinstance(what, (int, np.integer)))
    if isinstance(what, str):
        return Control(name, "text", what)
    raise TypeError(
        f"{name} must be (low, high), (low, high, step), a list of choices, a truth value, a number or a text; got "
        f"{what!r} ({type(what).__name__})."
    )


def unknown(name: str, known: Sequence[str]) -> ValueError:
    """Return the error for a parameter that does not exist."""
    listed = ", ".join(known) or "none"
    return ValueError(f"there is no control {name!r}.{nearest_name(name, known)} There are: {listed}.")


def checked_value(control: Control, value: Any) -> Any:
    """Return a value that a control of a caller can have."""
    if control.kind == "choice" and value not in control.choices:
        raise ValueError(f"{control.name} must be one of {', '.join(map(repr, control.choices))}; got {value!r}.")
    if control.kind in ("slider", "number") and not (value is None and control.optional):
        found = number(control.name, value, low=control.low, high=control.high)
        if control.whole:
            if found != int(found):
                raise ValueError(f"{control.name} must be an integer; got {value!r}.")
            return int(found)
    if control.kind == "flag" and not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{control.name} must be True or False; got {value!r}.")
    return value


def is_settable(value: Any) -> bool:
    """Return whether a page can show and change a value."""
    return not isinstance(value, (Pipeline, np.ndarray))
