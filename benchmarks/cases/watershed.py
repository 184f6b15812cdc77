"""The watershed of the gradient of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.watershed"


def share(ours: Any, theirs: Any) -> float:
    """Return how many of the pixels have other labels, as a fraction."""
    return float(np.mean(np.asarray(ours) != np.asarray(theirs)))


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    cv2, sitk, segmentation = peers.cv2, peers.sitk, peers.skimage.segmentation
    gradient = opsin.morphology.morphological_gradient(image, 3)
    markers = np.zeros(image.shape, np.int32)
    grid = markers[::40, ::40]
    grid[...] = np.arange(1, grid.size + 1).reshape(grid.shape)
    moved = 2 * image.nbytes + 8 * image.size
    as_itk = [sitk.GetImageFromArray(array) for array in (gradient, markers)]
    yield Case(
        label="markers on a grid; ITK floods plateaus in another order",
        ours=lambda: opsin.segmentation.watershed(gradient, markers),
        peers={
            "scikit-image": lambda: segmentation.watershed(gradient, markers),
            "SimpleITK": lambda: sitk.MorphologicalWatershedFromMarkers(*as_itk, markWatershedLine=False),
        },
        bytes=moved,
        tolerance=0.01,
        difference=share,
    )
    with_lines = Case(
        label="with lines",
        ours=lambda: opsin.segmentation.watershed(gradient, markers, watershed_line=True),
        peers={"scikit-image": lambda: segmentation.watershed(gradient, markers, watershed_line=True)},
        bytes=moved,
        difference=share,
    )
    yield with_lines
    if image.dtype == np.uint8:
        rgb = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        yield replace(
            with_lines,
            label="with lines; OpenCV floods differences of neighbors in the photograph, and has other basins",
            peers={"OpenCV": lambda: cv2.watershed(rgb, markers.copy())},
            tolerance=1.0,
        )
