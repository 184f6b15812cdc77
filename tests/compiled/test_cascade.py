"""Windows classified by a cascade, compiled and as plain Python."""

from __future__ import annotations

import io

import numpy as np
import pytest
from cascades import SIDE, drawn, new_format

import opsin.faces.cascade as faces
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
