"""Distances from the dark parts of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.distance_transform"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    cv2 = peers.cv2
    objects = image > 120
    as_bytes = objects.astype(np.uint8)
    yield Case(
        label="Euclidean",
        ours=lambda: opsin.morphology.distance_transform(objects),
        peers={"OpenCV": lambda: cv2.distanceTransform(as_bytes, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)},
        bytes=5 * objects.size,
    )
    for metric, code in (("taxicab", cv2.DIST_L1), ("chessboard", cv2.DIST_C)):
        yield Case(
            label=metric,
            ours=lambda metric=metric: opsin.morphology.distance_transform(objects, metric=metric),
            peers={"OpenCV": lambda code=code: cv2.distanceTransform(as_bytes, code, 3)},
            bytes=5 * objects.size,
        )
