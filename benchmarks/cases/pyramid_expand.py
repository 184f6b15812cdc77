"""A level of a Gaussian pyramid, enlarged, with the window of each: five pixels in OpenCV, more elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.pyramid_expand"

MAX_FOR_SLOW = 2**20


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    part = np.ascontiguousarray(image[: max(image.shape[0] // 2, 1), : max(image.shape[1] // 2, 1)])
    contenders = {"OpenCV": lambda: cv2.pyrUp(part)}
    if part.size <= MAX_FOR_SLOW:
        channel_axis = -1 if part.ndim == 3 else None
        contenders["scikit-image"] = lambda: skimage.transform.pyramid_expand(
            part, preserve_range=True, channel_axis=channel_axis
        )
    yield Case(
        label="twice the size",
        ours=lambda: opsin.transform.pyramid_expand(part),
        peers=contenders,
        bytes=5 * part.nbytes,
        tolerance=12 if image.dtype.kind == "u" else 12 / 255,
        difference=mean_difference,
    )


def mean_difference(ours: Any, theirs: Any) -> float:
    """Return the mean over all pixels: OpenCV takes other positions."""
    return float(np.abs(np.asarray(ours, float) - np.asarray(theirs, float)).mean())
