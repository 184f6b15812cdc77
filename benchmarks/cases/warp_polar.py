"""Polar coordinates about the center."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.warp_polar"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    rows, columns = image.shape[:2]
    center, radius = ((columns - 1) / 2, (rows - 1) / 2), min(rows, columns) // 2
    yield Case(
        label="the size of the image, order 1",
        ours=lambda: opsin.transform.warp_polar(image, radius=radius, output_shape=(rows, columns)),
        peers={"OpenCV": lambda: cv2.warpPolar(image, (columns, rows), center, radius, cv2.INTER_LINEAR)},
        bytes=2 * image.nbytes,
        tolerance=2 if image.dtype.kind == "u" else 2 / 255,
        difference=mean_difference,
    )


def mean_difference(ours: Any, theirs: Any) -> float:
    """Return the mean over all pixels: those on the edge of a pixel may fall to either side."""
    return float(np.abs(np.asarray(ours, float) - np.asarray(theirs, float)).mean())
