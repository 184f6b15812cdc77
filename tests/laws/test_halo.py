"""The declared halo of a window is exact: pixels beyond it change nothing, and some pixel at its end does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import samples
from sentences import call, fail, same

WINDOWS = [name for name, operation in samples.OPERATIONS.items() if operation.kind == "window"]

TRIALS = 40
"""How many changes are tried where NaN does not show: a single one may change nothing."""


def affected(name: str, shape: tuple[int, ...], parameters: dict[str, Any]) -> NDArray[np.intp]:
    """Return the indices of the results that a change of the pixel in the middle changes."""
    middle = tuple(length // 2 for length in shape)
    image = samples.image(name, shape, np.float64)
    image[middle] = np.nan
    result = samples.run(name, image, {**parameters, "channel_axis": None})
    if result.dtype.kind == "f" and np.isnan(result).any():
        return np.argwhere(np.isnan(result))
    changed = np.zeros(shape, bool)
    for seed in range(TRIALS):
        image = samples.image(name, shape, np.float64, seed)
        before = samples.run(name, image, {**parameters, "channel_axis": None})
        image[middle] += (-10.0) ** (1 + seed % 4)
        changed |= samples.run(name, image, {**parameters, "channel_axis": None}) != before
    return np.argwhere(changed)


def axis_names(axes: int) -> tuple[str, ...]:
    return ("rows", "columns") if axes == 2 else tuple(f"pixels along axis {axis}" for axis in range(axes))


def wrong_halos(name: str, axes: int) -> Iterator[str]:
    """Yield a sentence for each declared halo that is not the true one."""
    for parameters in samples.parameter_sets(name, axes):
        declared = samples.OPERATIONS[name].reach(axes, **parameters)
        if len(declared) != axes:
            yield f"{name} declares a halo of {len(declared)} axes for an image of {axes}"
            continue
        # A border that wraps stays away from the pixel in the middle.
        shape = tuple(4 * reach + 5 for reach in declared) if axes < 3 else tuple(2 * reach + 5 for reach in declared)
        found = affected(name, shape, parameters)
        where = call(name, np.empty(shape), parameters)
        if found.size == 0:
            yield f"{where}: no change of a pixel changes the result, so that its halo cannot be probed"
            continue
        offsets = found - np.array(shape) // 2
        for axis, (unit, reach) in enumerate(zip(axis_names(axes), declared, strict=True)):
            farthest = int(offsets[np.abs(offsets[:, axis]).argmax(), axis])
            if abs(farthest) > reach:
                # The pixel as the changed result sees it.
                yield f"{where} declares a halo of {reach} {unit}, but the one at {-farthest} changes the result"
            elif abs(farthest) < reach:
                yield f"{where} declares a halo of {reach} {unit}, but only {abs(farthest)} change the result"


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
        whole = samples.run(name, image, parameters)
        down, _ = samples.OPERATIONS[name].reach(2, **parameters)
        start, stop = 30, 60
        first = max(start - down, 0)
        piece = samples.run(name, image[first : stop + down].copy(), parameters)
        sentence = f"rows {start} to {stop} of {call(name, image, parameters)} differ if they are computed alone"
        same(sentence, piece[start - first : stop - first], whole[start:stop], relative=1e-5)
