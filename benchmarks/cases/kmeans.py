"""K-means of the colors of a photograph. The mean squared distance to the centers must nearly agree."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.kmeans"


def spread(image: NDArray[Any], labels: NDArray[Any], centers: NDArray[Any]) -> float:
    """Return the mean squared distance of the pixels to their centers."""
    return float(np.square(image - centers[labels]).sum() / labels.size)


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    if image.ndim != 3 or image.dtype != np.uint8:
        return
    flat = image.reshape(-1, 3).astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 300, 0.1)
    for count in (3, 8):
        yield Case(
            label=f"{count} clusters",
            ours=lambda n=count: opsin.segmentation.kmeans(image, n, rng=0),
            peers={"OpenCV": lambda n=count: cv2.kmeans(flat, n, None, criteria, 1, cv2.KMEANS_PP_CENTERS)},
            bytes=image.nbytes + 4 * image.shape[0] * image.shape[1],
            tolerance=0.05,
            difference=lambda ours, theirs: spread(image, *ours) * len(flat) / theirs[0] - 1,
        )
