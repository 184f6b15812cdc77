"""The pixels inside a star. OpenCV paints the edges, too."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "draw.polygon2mask"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    cv2 = peers.cv2
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radii = np.where(np.arange(60) % 2, 0.45, 0.2) * min(image.shape)
    corners = np.rint(np.stack([np.sin(angles), np.cos(angles)], axis=-1) * radii[:, None] + np.array(image.shape) / 2)
    points = np.ascontiguousarray(corners[:, ::-1].astype(np.int32))
    yield Case(
        label="star of 60 corners",
        ours=lambda: opsin.draw.polygon2mask(image.shape, corners),
        peers={
            "OpenCV": lambda: cv2.fillPoly(np.zeros(image.shape, np.uint8), [points], 1),
            "scikit-image": lambda: peers.skimage.draw.polygon2mask(image.shape, corners),
        },
        bytes=image.size,
        tolerance=1,
    )
