"""Distances of sets, against scikit-image."""

import numpy as np
import pytest
import skimage.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from opsin.metrics import hausdorff_distance


@settings(max_examples=60, deadline=None)
@given(
    shape=st.lists(st.integers(1, 12), min_size=1, max_size=3),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    method=st.sampled_from(["standard", "modified"]),
)
def test_distances_are_scikit_images(shape, shares, method):
    rng = np.random.default_rng(0)
    first, second = (rng.random(shape) < share for share in shares)
    expected = skimage.metrics.hausdorff_distance(first, second, method=method)
    assert hausdorff_distance(first, second, method=method) == pytest.approx(expected, rel=1e-12)


def test_spacing_scales_the_axes():
    first, second = np.zeros((2, 9, 9))
    first[1, 1] = second[1, 4] = 7
    assert hausdorff_distance(first, second) == 3
    assert hausdorff_distance(first, second, spacing=(1, 0.5)) == 1.5
