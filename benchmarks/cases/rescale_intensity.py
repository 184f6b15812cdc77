"""The range of an image stretched to the whole range of its dtype."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "exposure.rescale_intensity"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    top = 255 if image.dtype == np.uint8 else 1.0
    dull = (image * 0.5).astype(image.dtype)
    yield Case(
        label="image to dtype",
        ours=lambda: opsin.exposure.rescale_intensity(dull),
        peers={
            "OpenCV": lambda: cv2.normalize(dull, None, 0, top, cv2.NORM_MINMAX),
            "scikit-image": lambda: peers.skimage.exposure.rescale_intensity(dull),
        },
        bytes=2 * image.nbytes,
        tolerance=1.0 if image.dtype == np.uint8 else 1e-5,  # scikit-image cuts off
    )
