"""Local binary patterns, compiled and as plain Python."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from opsin.feature import local_binary_pattern

from uncompiled import uncompiled


@pytest.mark.parametrize("method", ["default", "ror", "uniform", "nri_uniform", "var"])
def test_plain_python(method: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(0).integers(0, 4, (7, 9)).astype(np.uint8)
    expected = local_binary_pattern(image, 6, 1.5, method=method)
    module = importlib.import_module("opsin.feature.local_binary_pattern")
    monkeypatch.setattr(module, "local_patterns", uncompiled("patterns").local_patterns)
    np.testing.assert_array_equal(local_binary_pattern(image, 6, 1.5, method=method), expected)
