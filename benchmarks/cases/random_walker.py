"""Random walks from the dark and the bright pixels of a photograph. Both solve to a tolerance of their own."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.random_walker"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    segmentation = peers.skimage.segmentation
    if image.ndim != 2 or image.dtype != np.uint8 or image.size > 512 * 512:
        return
    low, high = np.percentile(image, (5, 95))
    markers = (image <= low) + 2 * (image >= high).astype(np.int32)
    yield Case(
        label="two markers",
        ours=lambda: opsin.segmentation.random_walker(image, markers),
        peers={"scikit-image": lambda: segmentation.random_walker(image, markers, mode="cg_j")},
        bytes=image.nbytes + 8 * image.size,
        tolerance=1,
    )
