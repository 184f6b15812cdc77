"""Failures of the laws as sentences: which call, what was found, what is expected."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pytest
from numpy.typing import NDArray

from equality import assert_same


def fail(sentence: str) -> NoReturn:
    """Fail the test with a sentence and no traceback."""
    raise pytest.fail.Exception(sentence, pytrace=False) from None


def call(name: str, image: NDArray[Any], parameters: dict[str, Any]) -> str:
    """Return a call as text, with the dtype and the shape instead of the image."""
    settings = "".join(f", {key}={_shown(value)}" for key, value in parameters.items())
    return f"{name}({image.dtype}{list(image.shape)}{settings})"


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return "..." if callable(value) else repr(value)


def same(sentence: str, got: Any, expected: Any, *, relative: float = 0.0, levels: int = 0) -> None:
    """Fail with `sentence`, followed by the difference, unless the two results are the same."""
    try:
        assert_same(got, expected, relative=relative, levels=levels)
    except AssertionError:
        fail(f"{sentence}: {_difference(got, expected)}")


def _difference(got: Any, expected: Any) -> str:
    if isinstance(expected, tuple) and isinstance(got, tuple) and len(got) == len(expected):
        pairs = zip(got, expected, strict=True)
        return "; ".join(f"result {k}: {_difference(*pair)}" for k, pair in enumerate(pairs))
    if isinstance(expected, list):
        return f"{len(got)} curves instead of {len(expected)}, or others"
    if isinstance(expected, dict):
        if not isinstance(got, dict) or list(got) != list(expected):
            return f"got {got if not isinstance(got, dict) else list(got)}, not the columns {list(expected)}"
        return "; ".join(f"column {key}: {_difference(got[key], expected[key])}" for key in expected)
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or got.dtype != expected.dtype:
        return f"{got.dtype}{list(got.shape)} instead of {expected.dtype}{list(expected.shape)}"
    differ = got != expected
    if got.dtype.kind == "f":
        differ &= ~(np.isnan(got) & np.isnan(expected))
    if not differ.any():
        return "no difference"
    where = tuple(np.argwhere(differ)[0].tolist())
    return f"{differ.sum()} of {got.size} values differ, at {where} {got[where]!r} instead of {expected[where]!r}"
