"""Non-flat structures, masks and iterations until nothing changes, against scipy.ndimage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from opsin.morphology import closing, dilation, erosion, opening

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "wrap"]
RNG = np.random.default_rng(5)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(3, 3), (4, 5), (2, 2)], ids=str)
def test_non_flat_structures(shape: tuple[int, int], mode: str) -> None:
    image, structure = RNG.random((17, 21)), RNG.random(shape)
    footprint = RNG.random(shape) > 0.3
    footprint[0, 0] = True
    for function, reference in ((erosion, ndimage.grey_erosion), (dilation, ndimage.grey_dilation)):
        assert_same(
            function(image, structure=structure, mode=mode),
            reference(image, structure=structure, mode=mode),
            relative=1e-12,
        )
        assert_same(
            function(image, footprint, structure=structure, mode=mode),
            reference(image, footprint=footprint, structure=structure, mode=mode),
            relative=1e-12,
        )
    for function, reference in ((opening, ndimage.grey_opening), (closing, ndimage.grey_closing)):
        assert_same(
            function(image, structure=structure, mode=mode),
            reference(image, structure=structure, mode=mode),
            relative=1e-12,
        )


def test_non_flat_structures_saturate() -> None:
    image = np.array([[0, 5, 250]], np.uint8)
    assert dilation(image, structure=[[10.0]]).tolist() == [[10, 15, 255]]
    assert erosion(image, structure=[[10.0]]).tolist() == [[0, 0, 240]]


def test_structures_are_checked() -> None:
    image = np.zeros((4, 4))
    with pytest.raises(ValueError, match="structure must have the shape of the footprint"):
        erosion(image, 3, structure=np.zeros((2, 2)))
    with pytest.raises(ValueError, match="structure must be finite"):
        erosion(image, structure=[[np.nan]])
    with pytest.raises(TypeError, match="structure must be an array of integers or floats"):
        erosion(image, structure=[["a"]])


@pytest.mark.parametrize("iterations", [1, 2, 5])
def test_masks_keep_pixels(iterations: int) -> None:
    image, mask = RNG.random((30, 40)) > 0.5, RNG.random((30, 40)) > 0.4
    for times in range(iterations):
        grown = ndimage.binary_dilation(image if times == 0 else grown, mask=mask)  # noqa: F821
    assert_same(dilation(image, iterations=iterations, mask=mask), grown)


def test_zero_iterations_go_on_until_nothing_changes() -> None:
    mask = RNG.random((40, 50)) > 0.35
    seed = np.zeros_like(mask)
    seed[np.nonzero(mask)[0][0], np.nonzero(mask)[1][0]] = True
    assert_same(dilation(seed, iterations=0, mask=mask), ndimage.binary_propagation(seed, mask=mask))
    image = RNG.integers(0, 200, (9, 8)).astype(np.uint8)
    assert_same(erosion(image, 3, iterations=0), np.full_like(image, image.min()))
    out = np.empty_like(image)
    assert dilation(image, 3, iterations=0, out=out) is out
    assert_same(out, np.full_like(image, image.max()))
