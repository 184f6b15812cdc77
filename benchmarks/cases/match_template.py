"""Normalized correlation with templates of several sizes."""

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
    for side in (8, 32, 100):
        template = np.ascontiguousarray(image[100 : 100 + side, 200 : 200 + side])
        if template.shape != (side, side):
            continue
        contenders = {"OpenCV": lambda t=template: cv2.matchTemplate(image, t, cv2.TM_CCOEFF_NORMED)}
        if image.dtype.kind == "u":  # of float32, scikit-image takes differences of large sums in float32
            contenders["scikit-image"] = lambda t=template: skimage.feature.match_template(image, t)
        yield Case(
            label=f"{side} x {side}",
            ours=lambda t=template: opsin.feature.match_template(image, t),
            peers=contenders,
            bytes=image.nbytes + 4 * image.size,
            tolerance=2e-3,
        )
