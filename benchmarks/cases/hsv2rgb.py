"""Hue, saturation and value to RGB."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "color.hsv2rgb"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim == 3 or image.dtype.kind != "f":
        return
    cv2 = peers.cv2
    colors = np.repeat(image[:, :, None], 3, axis=2) * np.float32([1, 0.8, 0.5])
    source = opsin.color.rgb2hsv(colors)
    contenders = {"scikit-image": lambda: peers.skimage.color.hsv2rgb(source)}
    turned = source * np.float32([360, 1, 1])
    contenders["OpenCV"] = lambda: cv2.cvtColor(turned, cv2.COLOR_HSV2RGB)
    yield Case(
        label="floats",
        ours=lambda: opsin.color.hsv2rgb(source),
        peers=contenders,
        bytes=2 * source.nbytes,
        tolerance=1e-4,
    )
