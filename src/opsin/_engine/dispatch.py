"""From a kernel's name and a dtype to the compiled function."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import threads  # noqa: F401 - sets the number of threads before the first kernel runs
from .runtime import KERNELS, bind, run

__all__ = ["CODES", "bind", "has_kernel", "kernel", "run"]

CODES = {
    np.dtype(np.uint8): "u8",
    np.dtype(np.uint16): "u16",
    np.dtype(np.uint32): "u32",
    np.dtype(np.float32): "f32",
    np.dtype(np.float64): "f64",
}


def kernel(name: str, dtype: np.dtype[Any]) -> Any:
    """Return the kernel `name` for images of `dtype`."""
    try:
        return KERNELS[f"{name}_{CODES[dtype]}"]
    except KeyError:
        raise LookupError(f"there is no kernel {name!r} for {dtype} images.") from None


def has_kernel(name: str, dtype: np.dtype[Any]) -> bool:
    """Return whether there is a kernel `name` for images of `dtype`."""
    return dtype in CODES and f"{name}_{CODES[dtype]}" in KERNELS
