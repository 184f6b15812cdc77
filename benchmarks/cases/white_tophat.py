"""What is brighter than its surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.white_tophat"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    for size in (5, 15):
        window = np.ones((size, size), np.uint8)
        yield Case(
            label=f"{size} x {size}",
            ours=lambda s=size: opsin.morphology.white_tophat(image, s),
            peers={"OpenCV": lambda w=window: cv2.morphologyEx(image, cv2.MORPH_TOPHAT, w)},
            bytes=2 * image.nbytes,
            tolerance=1e-6,
        )
