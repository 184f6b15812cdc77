"""The mean of a box, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from opsin._engine.borders import extended
from opsin._engine.box import margin_elements
from opsin._engine.compiled import for_this_machine

from equality import assert_same
from uncompiled import uncompiled

as_python = uncompiled("box")


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("sizes", [(1, 1), (3, 4), (2, 1), (7, 9)])
@pytest.mark.parametrize("channels", [1, 3])
def test_plain_python_agrees_with_compiled(
    dtype: str, sizes: tuple[int, int], channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_python, "STRIP_ROWS", 5)
    rng = np.random.default_rng(1)
    rows, columns = sizes
    image = rng.integers(0, 250, (3, 11, 6 * channels)).astype(dtype)
    tables = (
        extended(11, rows // 2, rows // 2, "mirror"),
        margin_elements(6, columns, "constant", channels),
    )
    found = []
    for module in (for_this_machine("box"), as_python):
        target = np.zeros_like(image)
        # Sums that cross from a row of scratch into the next are not used; they may be of anything.
        with np.errstate(all="ignore"):
            module.box_mean(image, target, channels, rows, columns, *tables, 5.0)
        found.append(target)
    assert_same(found[1], found[0], relative=1e-6)
