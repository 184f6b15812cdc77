"""Opening with squares and disks."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.opening"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    footprints = {f"{size} x {size}": np.ones((size, size), np.uint8) for size in (3, 5, 15)}
    footprints |= {"disk 5": opsin.morphology.disk(5)}
    for label, footprint in footprints.items():
        contenders = {"OpenCV": lambda f=footprint: cv2.morphologyEx(image, cv2.MORPH_OPEN, f)}
        if image.ndim == 2:
            contenders["scikit-image"] = lambda f=footprint: skimage.morphology.opening(image, f, mode="ignore")
        yield Case(
            label=label,
            ours=lambda f=footprint: opsin.morphology.opening(image, f),
            peers=contenders,
            bytes=2 * image.nbytes,
        )
