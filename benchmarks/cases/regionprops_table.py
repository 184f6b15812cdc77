"""Measures of the regions of a photograph's bright parts. The areas must agree."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.regionprops_table"

PLACES = ("label", "area", "bbox", "centroid")
INTENSITIES = (*PLACES, "intensity_mean", "intensity_min", "intensity_max")


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, cc3d, ndimage, skimage = peers.cv2, peers.cc3d, peers.ndimage, peers.skimage
    if image.ndim != 2:
        return
    objects = image > np.median(image)
    labels = opsin.measure.label(objects)
    unsigned = labels.astype(np.uint32)
    numbers = np.arange(1, labels.max() + 1)

    if image.dtype == np.uint8:
        yield Case(
            label="places, and the labels before",
            ours=lambda: opsin.measure.regionprops_table(opsin.measure.label(objects), properties=PLACES)["area"].sum(),
            peers={
                "OpenCV": lambda: cv2.connectedComponentsWithStats(objects.view(np.uint8))[2][1:, 4].sum(),
            },
            bytes=objects.nbytes + 2 * labels.nbytes,
        )
        yield Case(
            label="places",
            ours=lambda: opsin.measure.regionprops_table(labels, properties=PLACES)["area"],
            peers={
                "cc3d": lambda: cc3d.statistics(unsigned)["voxel_counts"][1:],
                "scikit-image": lambda: skimage.measure.regionprops_table(labels, properties=PLACES)["area"],
            },
            bytes=labels.nbytes,
        )
        if image.size <= 512 * 512:  # the peer visits every region
            shapes = ("area", "orientation", "eccentricity", "perimeter", "euler_number", "solidity", "area_filled")
            yield Case(
                label="shapes",
                ours=lambda: opsin.measure.regionprops_table(labels, properties=shapes)["perimeter"],
                peers={
                    "scikit-image": lambda: skimage.measure.regionprops_table(labels, properties=shapes)["perimeter"]
                },
                bytes=labels.nbytes,
            )
    yield Case(
        label="places and intensities; SciPy: mean",
        ours=lambda: opsin.measure.regionprops_table(labels, image, properties=INTENSITIES)["intensity_mean"],
        peers={"SciPy": lambda: ndimage.mean(image, labels, numbers)},
        bytes=labels.nbytes + image.nbytes,
        tolerance=1e-4,
    )
