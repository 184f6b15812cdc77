"""Windows classified by a cascade, compiled and as plain Python."""

from __future__ import annotations

import io

import numpy as np
import pytest
from cascades import SIDE, drawn, new_format

import opsin.faces.cascade as faces
import opsin.faces.cascade_file as cascade_file
from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("deep", [False, True])
def test_plain_python(binary: bool, deep: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = faces.Cascade(io.BytesIO(new_format(drawn(1, binary=binary, deep=deep)).encode()))
    image = np.random.default_rng(0).integers(0, 256, (SIDE + 8, SIDE + 10)).astype(np.uint8)
    found = {}
    for name, module in (("compiled", for_this_machine("cascade")), ("plain", uncompiled("cascade"))):
        monkeypatch.setattr(faces, "for_this_machine", lambda _, module=module: module)
        found[name] = detector.detect_multi_scale(image, scale_factor=1.3, min_neighbors=0)
    assert found["compiled"] == found["plain"]
    assert found["plain"]


def test_sums_of_large_blocks_and_tables_of_some_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same windows are found with sums modulo 2**32, and with tables for the first trees only, or for none."""
    content = new_format(drawn(3, binary=True, deep=False)).encode()
    image = np.random.default_rng(1).integers(0, 256, (SIDE + 70, SIDE + 150)).astype(np.uint8)
    image[:40, :90] = 255
    wanted = faces.Cascade(io.BytesIO(content)).detect_multi_scale(image, min_neighbors=0)
    assert wanted
    large = faces.Cascade(io.BytesIO(content))
    assert large._model.is_small
    monkeypatch.setitem(large._model.__dict__, "is_small", False)
    assert large.detect_multi_scale(image, min_neighbors=0) == wanted
    for trees in (0, 5):
        monkeypatch.setattr(cascade_file, "MAX_STUMPS", trees)
        assert faces.Cascade(io.BytesIO(content)).detect_multi_scale(image, min_neighbors=0) == wanted
