"""Random images and parameters for the comparisons with peers."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

BUGS: dict[str, str] = {}
"""Known bugs of opsin. While one stands here, the comparisons avoid it and a test shows that it is still there."""

SCIPY_MODES = ("reflect", "mirror", "nearest", "constant", "wrap")
NUMPY_MODES = ("symmetric", "reflect", "edge", "constant", "wrap")

DTYPES = ("uint8", "int16", "uint16", "int32", "float32", "float64")


@st.composite
def images(
    draw: Any, *, dtypes: tuple[str, ...] = DTYPES, dimensions: tuple[int, int] = (1, 3), least: int = 1,
    largest: int = 9, objects: bool = False, shape: tuple[int, ...] | None = None,
) -> np.ndarray:  # fmt: skip
    """Draw an image: noise, or with `objects` an image of few values and many zeros."""
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    if shape is None:
        shape = tuple(draw(st.lists(st.integers(least, largest), min_size=dimensions[0], max_size=dimensions[1])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if objects or dtype.kind == "b":
        image = rng.integers(0, draw(st.integers(2, 4)), shape) * (rng.random(shape) < 0.7)
    elif dtype.kind == "f":
        image = rng.random(shape) * 2 - 0.5
    else:
        image = rng.integers(np.iinfo(dtype).min // 4, np.iinfo(dtype).max // 4, shape)
    image = image.astype(dtype)
    return image if draw(st.booleans()) else np.asfortranarray(image)


@st.composite
def chosen_axes(draw: Any, image: np.ndarray, *, ascending: bool = False) -> tuple[int, ...] | None:
    """Draw the axes to work along.

    Where a window is an array, functions of scipy.ndimage differ in how they take axes that are not ascending.
    """
    if draw(st.booleans()):
        return None
    axes = draw(st.permutations(range(image.ndim)))[: draw(st.integers(1, image.ndim))]
    axes = sorted(axes) if ascending else axes
    return tuple(axis - image.ndim * draw(st.booleans()) for axis in axes)


@st.composite
def borders(draw: Any, count: int, *, names: tuple[str, ...] = SCIPY_MODES, several: bool = True) -> dict[str, Any]:
    """Draw a border, or one for each axis, and the value of a constant one."""
    one = st.sampled_from(names)
    mode = draw(one | st.lists(one, min_size=count, max_size=count)) if several else draw(one)
    return {"mode": mode, "cval": draw(st.sampled_from([0, 0, 1, 7]))}


@st.composite
def sizes(draw: Any, count: int, *, largest: int = 6) -> Any:
    """Draw a size of a window, or one for each axis."""
    one = st.integers(1, largest)
    return draw(one | st.lists(one, min_size=count, max_size=count))


@st.composite
def origins(draw: Any, lengths: Any, *, dilation: bool = False) -> list[int]:
    """Draw the origin of a window along each axis."""
    found = []
    for length in lengths:
        origin = draw(st.integers(-(length // 2), (length - 1) // 2))
        found.append(0 if dilation and "dilation" in BUGS and length % 2 == 0 else origin)
    return found


@st.composite
def windows(draw: Any, count: int, *, largest: int = 4) -> np.ndarray:
    """Draw a footprint of any shape that contains a pixel."""
    shape = draw(st.lists(st.integers(1, largest), min_size=count, max_size=count))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    window = rng.random(shape) < 0.6
    window.flat[rng.integers(window.size)] = True
    return window
