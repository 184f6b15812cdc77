"""The entropy of values, against scikit-image."""

import numpy as np
import pytest
import skimage.data
import skimage.measure

from opsin.measure import shannon_entropy


@pytest.mark.parametrize("base", [2, np.e, 10])
def test_entropies_are_scikit_images(base):
    for image in (skimage.data.camera(), skimage.data.camera() / 255, skimage.data.astronaut(), np.eye(3, dtype=bool)):
        expected = skimage.measure.shannon_entropy(image, base)
        assert shannon_entropy(image, base) == pytest.approx(expected, rel=1e-12)


def test_bits():
    assert shannon_entropy(np.arange(256, dtype=np.uint8)) == 8
    assert shannon_entropy(np.full((3, 3), 7.5)) == 0
    assert shannon_entropy([np.nan, np.nan, 1, 1]) == 1


def test_errors_name_what_came():
    with pytest.raises(ValueError, match="image must have at least one pixel"):
        shannon_entropy(np.zeros((0, 3)))
    with pytest.raises(ValueError, match="base must be more than 1"):
        shannon_entropy([1, 2], 1)
