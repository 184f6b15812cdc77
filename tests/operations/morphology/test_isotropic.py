"""Binary morphology with balls, against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st

import opsin

from equality import assert_same

NAMES = ["isotropic_erosion", "isotropic_dilation", "isotropic_opening", "isotropic_closing"]


@pytest.mark.parametrize("name", NAMES)
@given(
    shape=st.tuples(st.integers(1, 30), st.integers(1, 40)),
    radius=st.sampled_from([0, 1, 1.5, 2, 2.3, 4, 5]),
    spacing=st.sampled_from([None, 0.5, (0.5, 1.5)]),
    seed=st.integers(0, 99),
)
def test_equals_scikit_image(name: str, shape: tuple[int, int], radius: float, spacing: Any, seed: int) -> None:
    mask = np.random.default_rng(seed).random(shape) < 0.8
    mask[0, 0], mask[-1, -1] = False, shape != (1, 1)
    peer = skimage.morphology
    first = peer.isotropic_dilation if "closing" in name else peer.isotropic_erosion
    step = first(mask, radius, spacing=spacing)
    if step.any() != step.all():  # if all pixels are equal the peer's distances mean nothing
        got = getattr(opsin.morphology, name)(mask, radius, spacing=1.0 if spacing is None else spacing)
        assert_same(got, getattr(peer, name)(mask, radius, spacing=spacing))


def test_disks() -> None:
    mask = np.random.default_rng(0).random((60, 70)) < 0.02
    for radius in (1, 3, 8):
        dilated = opsin.morphology.dilation(mask, opsin.morphology.disk(radius))
        assert_same(opsin.morphology.isotropic_dilation(mask, radius), dilated)
        assert_same(opsin.morphology.isotropic_erosion(~mask, radius), ~dilated)


def test_masks_without_background_or_objects() -> None:
    for name in NAMES:
        function = getattr(opsin.morphology, name)
        assert function(np.ones((4, 5), bool), 2).all()
        assert not function(np.zeros((4, 5), bool), 2).any()
        assert function(np.zeros((0, 5), bool), 2).shape == (0, 5)
