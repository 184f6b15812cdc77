"""The declared halo of a window is exact: pixels beyond it change nothing, and some pixel at its end does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import samples
from sentences import call, fail, same

WINDOWS = [name for name, operation in samples.OPERATIONS.items() if operation.kind == "window"]

SHIFTS = 24
"""How many pixels are tried until one shows the whole halo: operations may compute on a coarser grid."""

MAX_PIXELS = 2**17
"""Images that would be larger, of many axes and with a large halo, are probed with fewer axes only."""

TRIALS = 40
"""How many changes are tried where NaN does not show: a single one may change nothing."""


def run(name: str, image: NDArray[Any], parameters: dict[str, Any]) -> NDArray[Any]:
    """Return the result of an operation, or the first of several, which have the same halo."""
    found = samples.run(name, image, parameters)
    return found[0] if isinstance(found, tuple) else found


def affected(name: str, shape: tuple[int, ...], parameters: dict[str, Any], shift: int) -> NDArray[np.intp]:
    """Return the offsets of the results that change with the pixel `shift` pixels after the middle."""
    pixel = tuple(length // 2 + shift for length in shape)
    image = samples.image(name, shape, np.float64)
    image[pixel] = np.nan
    result = run(name, image, {**parameters, "channel_axis": None})
    if result.dtype.kind == "f" and np.isnan(result).any():
        return np.argwhere(np.isnan(result)) - pixel
    changed = np.zeros(shape, bool)
    for seed in range(TRIALS):
        image = samples.image(name, shape, np.float64, seed)
        before = run(name, image, {**parameters, "channel_axis": None})
        image[pixel] += (-10.0) ** (1 + seed % 4)
        changed |= run(name, image, {**parameters, "channel_axis": None}) != before
    return np.argwhere(changed) - pixel


def farthest(name: str, shape: tuple[int, ...], parameters: dict[str, Any], declared: tuple[int, ...]) -> list[int]:
    """Return along each axis the offset, with its sign, of the farthest result that a pixel changes; [] if none."""
    found: list[int] = []
    for shift in range(min(SHIFTS, *(length - length // 2 for length in shape))):
        offsets = affected(name, shape, parameters, shift)
        if offsets.size:
            far = [int(column[np.abs(column).argmax()]) for column in offsets.T]
            found = [max(pair, key=abs) for pair in zip(found or far, far, strict=True)]
        if found and all(abs(offset) >= reach for offset, reach in zip(found, declared, strict=True)):
            break
    return found


def axis_names(axes: int) -> tuple[str, ...]:
    return ("rows", "columns") if axes == 2 else tuple(f"pixels along axis {axis}" for axis in range(axes))


def wrong_halos(name: str, axes: int) -> Iterator[str]:
    """Yield a sentence for each declared halo that is not the true one."""
    for parameters in samples.parameter_sets(name, axes):
        declared = samples.OPERATIONS[name].reach(axes, **parameters)
        if len(declared) != axes:
            yield f"{name} declares a halo of {len(declared)} axes for an image of {axes}"
            continue
        # Pixels beyond a border that wraps stay away from the ones that are changed.
        shape = tuple((4 if axes < 3 else 2) * reach + 5 + (SHIFTS if axes < 3 else 2) for reach in declared)
        if axes > 2 and math.prod(shape) > MAX_PIXELS:
            continue
        found = farthest(name, shape, parameters, declared)
        where = call(name, np.empty(shape), parameters)
        if not found:
            yield f"{where}: no change of a pixel changes the result, so that its halo cannot be probed"
            continue
        for unit, reach, offset in zip(axis_names(axes), declared, found, strict=True):
            if abs(offset) > reach:
                # The pixel as the changed result sees it.
                yield f"{where} declares a halo of {reach} {unit}, but the one at {-offset} changes the result"
            elif abs(offset) < reach:
                yield f"{where} declares a halo of {reach} {unit}, but only {abs(offset)} change the result"


@pytest.mark.parametrize("axes", samples.SHAPES_BY_AXES)
@pytest.mark.parametrize("name", WINDOWS)
def test_declared_halo_is_exact(name: str, axes: int) -> None:
    if axes not in samples.axes_of(name):
        return
    wrong = list(wrong_halos(name, axes))
    if wrong:
        fail("\n".join(wrong))


@pytest.mark.parametrize("name", WINDOWS)
def test_pieces_with_their_halo_make_the_whole(name: str) -> None:
    for parameters in samples.parameter_sets(name):
        if parameters.get("mode") == "wrap":
            continue  # the pixels beyond the border are not in the piece
        image = samples.image(name, (90, 60), np.float32)
        whole = run(name, image, parameters)
        down, _ = samples.OPERATIONS[name].reach(2, **parameters)
        start, stop = 30, 60
        first = max(start - down, 0)
        piece = run(name, image[first : stop + down].copy(), parameters)
        sentence = f"rows {start} to {stop} of {call(name, image, parameters)} differ if they are computed alone"
        same(sentence, piece[start - first : stop - first], whole[start:stop], relative=1e-5)
