"""The bilateral filter of 9 x 9. OpenCV takes a disk and adds the differences of channels, so results differ.

The disk that fits into the square has 49 of its 81 pixels; the disk of diameter 11 has 81.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "restoration.denoise_bilateral"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    top = 255 if image.dtype == np.uint8 else 1
    for diameter, label in ((11, "9 x 9, OpenCV's disk of 81 pixels"), (9, "9 x 9, OpenCV's disk of 49 pixels")):
        yield Case(
            label=label,
            ours=lambda: opsin.restoration.denoise_bilateral(image, 9, sigma_color=0.1, sigma_spatial=3, mode="mirror"),
            peers={"OpenCV": lambda d=diameter: cv2.bilateralFilter(image, d, 0.1 * top, 3)},
            bytes=2 * image.nbytes,
            tolerance=top,
            arithmetic=81 * 20 * image.size,
        )
