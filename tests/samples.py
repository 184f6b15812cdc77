"""Images and parameters that the laws and the kernel checks run every operation on.

The parameters of an operation stand beside its tests, in
``tests/operations/SUBJECT/NAME_samples.py``: sets that reach every kernel. The
defaults are tried, too, unless ``DEFAULTS`` there is False, as where noise has
no result.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

OPERATIONS = opsin.operations()

FOLDER = Path(__file__).parent / "operations"

SHAPES = [(1, 1), (1, 7), (5, 1), (3, 5), (17, 33), (70, 131)]

SHAPES_BY_AXES = {1: [(1,), (23,)], 2: [(1, 7), (13, 17)], 3: [(2, 1, 3), (7, 9, 8)], 4: [(1, 2, 1, 2), (5, 6, 4, 7)]}
"""Shapes of images of one to four spatial axes."""


WINDOWS = ("footprint", "structure", "weights", "psf", "reg")
"""Parameters that are arrays with an axis for each spatial axis."""


@cache
def _module(name: str) -> Any:
    """Return the file of parameters of the operation `name`, or None."""
    path = FOLDER.joinpath(*name.split(".")).with_name(f"{OPERATIONS[name].short_name}_samples.py")
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parameter_sets(name: str, axes: int = 2) -> list[dict[str, Any]]:
    """Return the sets of parameters to try for the operation `name` on images of so many spatial axes."""
    operation, module = OPERATIONS[name], _module(name)
    required = [parameter.name for parameter in operation.parameters.values() if parameter.required]
    optional = required in ([], [operation.image.name])
    defaults = optional and getattr(module, "DEFAULTS", True)
    sets = [*([{}] if defaults else []), *getattr(module, "SAMPLES", [])]
    if "rng" in operation.parameters:  # results must be the same each time
        sets = [{"rng": 0, **parameters} for parameters in sets]
    return [parameters for parameters in sets if _fits(name, parameters, axes)]


def _fits(name: str, parameters: dict[str, Any], axes: int) -> bool:
    """Return whether the parameters with a value for each axis have `axes` of them."""
    for key, value in parameters.items():
        parameter = OPERATIONS[name].parameters[key]
        per_axis = "| sequence of" in parameter.type_name and (parameter.typical or parameter.choices)
        if key in WINDOWS and isinstance(value, np.ndarray) and value.ndim != axes:
            return False
        if per_axis and isinstance(value, (tuple, list)) and len(value) != axes:
            return False
    return True


def accepts(name: str, dtype: Any) -> bool:
    """Return whether the operation `name` takes images of `dtype`."""
    role = OPERATIONS[name].image.role
    return role is None or np.dtype(dtype).kind in role.kinds


def axes_of(name: str) -> list[int]:
    """Return the numbers of spatial axes, from one to four, of images that the operation `name` takes."""
    return [axes for axes in SHAPES_BY_AXES if axes in OPERATIONS[name].dimensions]


def wants_labels(name: str) -> bool:
    """Return whether the operation `name` takes labels."""
    role = OPERATIONS[name].image.role
    return role is not None and role.name == "labels"


def wants_channels(name: str) -> bool:
    """Return whether the operation `name` takes color images only."""
    role = OPERATIONS[name].image.role
    return role is not None and role.channels is not None


def image(name: str, shape: Sequence[int], dtype: Any, seed: int = 0) -> NDArray[Any]:
    """Return an image that the operation `name` takes: its values use the range of `dtype`, or are labels."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    shape = tuple(shape)
    if wants_channels(name):
        shape = (*shape, OPERATIONS[name].image.role.channels)
    if wants_labels(name):
        return rng.integers(0, 4, shape).astype(dtype)
    if dtype.kind == "b":
        return rng.random(shape) > 0.5
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        low, high = max(limits.min, -(2**40)), min(limits.max, 2**40)
        return rng.integers(low, high, shape, dtype=dtype, endpoint=True)
    return rng.random(shape).astype(dtype)


def calls(
    name: str, dtypes: Sequence[str], shapes: Sequence[tuple[int, ...]]
) -> Iterator[tuple[NDArray[Any], dict[str, Any]]]:
    """Yield images and parameters to call the operation `name` with."""
    for dtype in dtypes:
        for shape in shapes:
            for parameters in parameter_sets(name, 2 if len(shape) == 3 and shape[2] in (3, 4) else len(shape)):
                yield image(name, shape, dtype), parameters


def arguments(parameters: dict[str, Any], pixels: Any) -> dict[str, Any]:
    """Return the parameters for an image: those that are functions are called with it."""
    return {key: value(np.asarray(pixels)) if callable(value) else value for key, value in parameters.items()}


def continuous(name: str, results: Any) -> Any:
    """Return results with vectors instead of angles, which jump by a turn, and are arbitrary for vectors of 0.

    The magnitude of the vectors is the result before the angles.
    """
    if not isinstance(results, tuple):
        return results
    found = list(results)
    for index, kind in enumerate(OPERATIONS[name].results):
        if kind.name == "angles":
            found[index] = np.stack([results[index - 1] * part(results[index]) for part in (np.cos, np.sin)])
    return tuple(found)


def run(name: str, pixels: Any, parameters: dict[str, Any]) -> Any:
    """Call the operation `name`."""
    return OPERATIONS[name].function(pixels, **arguments(parameters, pixels))
