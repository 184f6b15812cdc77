"""Normalized correlation with a template of 32 x 32 pixels."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.match_template"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim > 2:
        return
    template = np.ascontiguousarray(image[100:132, 200:232])
    contenders = {"OpenCV": lambda: cv2.matchTemplate(image, template, cv2.TM_CCOEFF_NORMED)}
    if image.dtype.kind == "u":  # of float32, scikit-image takes differences of large sums in float32
        contenders["scikit-image"] = lambda: skimage.feature.match_template(image, template)
    yield Case(
        label="32 x 32",
        ours=lambda: opsin.feature.match_template(image, template),
        peers=contenders,
        bytes=image.nbytes + 4 * image.size,
        tolerance=2e-3,
    )
