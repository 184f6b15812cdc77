"""Images and parameters that the laws and the kernel checks run every operation on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

OPERATIONS = opsin.operations()

LOPSIDED = np.array([[1, 0, 0, 1], [1, 1, 1, 0], [0, 1, 1, 1]])

# Sets of parameters beyond the defaults, so that every kernel of an operation is reached; {} is always tried.
PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "filters.gaussian": [{"sigma": 2.5}, {"sigma": 0.6, "order": 1, "mode": "reflect"}],
    "filters.median": [{"footprint": 5}, {"footprint": 7, "mode": "wrap"}, {"footprint": (4, 9)}, {"footprint": 21}],
    "filters.sobel": [{"axis": 0}, {"axis": 1, "mode": "constant", "cval": 1}],
    "filters.uniform": [{"footprint": 5}, {"footprint": 21}, {"footprint": (4, 7), "mode": "constant", "cval": 1}],
    "morphology.closing": [{"footprint": 3, "iterations": 2}, {"footprint": (4, 9)}],
    "morphology.dilation": [{"footprint": 6}, {"footprint": LOPSIDED}, {"footprint": 3, "mode": "reflect"}],
    "morphology.erosion": [{"footprint": 9}, {"footprint": LOPSIDED}, {"footprint": 3, "mode": "wrap"}],
    "morphology.opening": [{"footprint": 4, "mode": "mirror"}],
    "transform.rescale": [{"order": "area"}, {"scale": (2, 0.3)}, {"scale": 3, "order": 3}],
    "transform.resize": [
        {"output_shape": 3, "order": "lanczos"},
        {"order": "nearest"},
        {"order": "cubic", "anti_aliasing": False},
        {"order": "area"},
        {"output_shape": (90, 160), "order": "cubic"},
        {"output_shape": (90, 7), "order": "lanczos"},
    ],
    "transform.rotate": [{"angle": 90}, {"angle": -20, "resize": True, "order": 3, "mode": "reflect"}],
}

# Values for parameters that have no default.
REQUIRED: dict[str, dict[str, Any]] = {
    "transform.rescale": {"scale": 0.5},
    "transform.resize": {"output_shape": 13},
    "transform.rotate": {"angle": 30},
}

SHAPES = [(1, 1), (1, 7), (5, 1), (3, 5), (17, 33), (70, 131)]


def parameter_sets(name: str) -> list[dict[str, Any]]:
    """Return the sets of parameters to try for the operation `name`."""
    required = REQUIRED.get(name, {})
    return [{**required, **chosen} for chosen in [{}, *PARAMETERS.get(name, [])]]


def wants_labels(name: str) -> bool:
    """Return whether the operation `name` takes an image of labels rather than of pixels."""
    return "label_image" in OPERATIONS[name].parameters or "labels" in OPERATIONS[name].parameters


def wants_channels(name: str) -> bool:
    """Return whether the operation `name` works on colour images only."""
    return name.partition(".")[2].startswith("rgb2")


def image(name: str, shape: tuple[int, ...], dtype: Any, seed: int = 0) -> NDArray[Any]:
    """Return an image that the operation `name` takes: its values use the range of `dtype`, or are labels."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if wants_channels(name):
        shape = (*shape, 3)
    if wants_labels(name):
        return rng.integers(0, 4, shape).astype(dtype)
    if dtype.kind == "b":
        return rng.random(shape) > 0.5
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        low, high = max(limits.min, -(2**40)), min(limits.max, 2**40)
        return rng.integers(low, high, shape, dtype=dtype, endpoint=True)
    return rng.random(shape).astype(dtype)


def calls(name: str, dtypes: list[str], shapes: list[tuple[int, ...]]) -> Iterator[tuple[NDArray[Any], dict[str, Any]]]:
    """Yield images and parameters to call the operation `name` with."""
    for dtype in dtypes:
        for shape in shapes:
            for parameters in parameter_sets(name):
                yield image(name, shape, dtype), parameters


def run(name: str, pixels: NDArray[Any], parameters: dict[str, Any]) -> Any:
    """Call the operation `name`."""
    return OPERATIONS[name].function(pixels, **parameters)
