"""What an error says: the parameter, what came, and what is allowed.

Every check returns the value in the type the caller works with, so that a
function reads ``sigma = number("sigma", sigma, low=0)``. Imports nothing of
opsin.
"""

from __future__ import annotations

import difflib
import math
import numbers
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Allowed:
    """The allowed range of a number: low <= number <= high, above < number < below.

    It is written once for each parameter: the annotation shows it, and the
    check enforces it, as in ``number("sigma", sigma, SIGMA)``.
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None

    def __contains__(self, value: float) -> bool:
        return (
            (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )


def nearest_name(name: str, names: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the closest of `names`, or ``""`` if none is close.

    Close names are misspelt, or have the same words in another order.
    """
    known = list(names)
    words = sorted(name.split("_"))
    close = [one for one in known if sorted(one.split("_")) == words]
    close += difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return f" Did you mean {close[0]!r}?" if close else ""


def choice(name: str, value: Any, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of the `allowed` words."""
    words = tuple(allowed)
    if isinstance(value, str) and value in words:
        return value
    listed = ", ".join(repr(word) for word in words)
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {listed}; got {_shown(value)}.")
    raise ValueError(f"{name} must be one of {listed}; got {value!r}.{nearest_name(value, words)}")


PEERS_BORDERS = {
    "symmetric": "'symmetric' of NumPy and scikit-image is 'reflect' here",
    "edge": "'edge' of NumPy and scikit-image is 'nearest' here",
    "replicate": "OpenCV's 'replicate' is 'nearest' here",
    "reflect_101": "OpenCV's 'reflect_101' is 'mirror' here",
    "grid-mirror": "SciPy's 'grid-mirror' is 'reflect' here",
    "grid-wrap": "SciPy's 'grid-wrap' is 'wrap' here",
    "grid-constant": "SciPy's 'grid-constant' is 'constant' here",
}
"""The words of other libraries for borders that have another name here."""


def border_name(name: str, value: Any, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of the `allowed` borders; the error translates the words of other libraries."""
    words = tuple(allowed)
    if isinstance(value, str) and value not in words and value in PEERS_BORDERS:
        listed = ", ".join(repr(word) for word in words)
        raise ValueError(f"{name} must be one of {listed}; got {value!r}. {PEERS_BORDERS[value]}.")
    return choice(name, value, words)


def number(
    name: str,
    value: Any,
    allowed: Allowed | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    unit: str = "",
    infinite: bool = False,
) -> float:
    """Return `value` as a float that is `allowed`, or within low <= value <= high, above < value < below.

    It is finite, unless it may be `infinite`.
    """
    if allowed is not None:
        low, high, above, below = allowed.low, allowed.high, allowed.above, allowed.below
    plain = type(value) is float or type(value) is int
    if not plain and (isinstance(value, (bool, str, bytes)) or not _is_real(value)):
        raise TypeError(f"{name} must be a number; got {_shown(value)}.")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    except TypeError:  # NumPy counts a time among the integers
        raise TypeError(f"{name} must be a number; got {_shown(value)}.") from None
    within = (
        (math.isfinite(result) or (infinite and result == math.inf))
        and (low is None or result >= low)
        and (high is None or result <= high)
        and (above is None or result > above)
        and (below is None or result < below)
    )
    if not within:
        raise ValueError(f"{name} must be {_range(low, high, above, below, unit)}; got {_shown(value)}.")
    return result


def integer(
    name: str,
    value: Any,
    allowed: Allowed | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
) -> int:
    """Return `value` as an int that is `allowed`, or within low <= value <= high."""
    if allowed is not None:
        low, high = allowed.low, allowed.high
    if type(value) is int:
        result = value
    else:
        try:
            if isinstance(value, bool):
                raise TypeError
            result = operator.index(value)
        except TypeError:
            raise TypeError(f"{name} must be an integer; got {_shown(value)}.") from None
    if (low is not None and result < low) or (high is not None and result > high):
        raise ValueError(f"{name} must be {_range(low, high, None, None, unit)}; got {result}.")
    return result


def flag(name: str, value: Any) -> bool:
    """Return `value` if it is True or False (or NumPy's)."""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return bool(value)
    raise TypeError(f"{name} must be True or False; got {_shown(value)}.")


def missing_extra(what: str, extra: str) -> ImportError:
    """Return the error that names the one command which installs what is missing."""
    return ImportError(f"{what} needs an optional part of opsin. Install it with: pip install 'opsin[{extra}]'")


def _is_real(value: Any) -> bool:
    return isinstance(value, numbers.Real) or (
        getattr(value, "shape", None) == () and getattr(getattr(value, "dtype", None), "kind", "") in "iuf"
    )


def _shown(value: Any) -> str:
    text = repr(value)
    if len(text) > 80:
        text = text[:77] + "..."
    return f"{text} ({type(value).__name__})"


def _range(low: float | None, high: float | None, above: float | None, below: float | None, unit: str) -> str:
    bounds = [
        f"{words} {bound}" if isinstance(bound, int) else f"{words} {bound:g}"
        for words, bound in (
            ("at least", low),
            ("more than", above),
            ("at most", high),
            ("less than", below),
        )
        if bound is not None
    ]
    suffix = f" {unit}" if unit else ""
    return " and ".join(bounds) + suffix if bounds else "finite"
