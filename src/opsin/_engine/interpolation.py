"""The words for how values between the pixels are found."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, TypeAlias

import numpy as np

from .._errors import choice, integer

Order: TypeAlias = Literal[0, 1, 3, "nearest", "linear", "cubic"]
"""scikit-image's numbers for the interpolation, or their names."""

NUMBERS = {0: "nearest", 1: "linear", 3: "cubic"}


def order_name(order: Any, allowed: Collection[str], dtype: np.dtype[Any]) -> str:
    """Return the name of the interpolation; without one, the nearest pixel for bool and linear for all else."""
    if order is None:
        return "nearest" if dtype == np.bool_ else "linear"
    if isinstance(order, str):
        return choice("order", order, allowed)
    number = integer("order", order)
    if number not in NUMBERS:
        listed = ", ".join(repr(word) for word in (*NUMBERS, *allowed))
        raise ValueError(f"order must be one of {listed}; got {number}.")
    return NUMBERS[number]
