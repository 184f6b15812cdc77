"""RGB to hue, saturation and value in floats, and of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "color.rgb2hsv"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 3 and image.dtype.kind != "f":
        return
    colors = image if image.ndim == 3 else np.repeat(image[:, :, None], 3, axis=2) * np.float32([1, 0.8, 0.5])
    cv2 = peers.cv2
    # OpenCV packs the result for bytes into bytes; in floats it is another number.
    contenders = {"OpenCV": lambda: cv2.cvtColor(colors, cv2.COLOR_RGB2HSV)}
    if colors.dtype.kind == "f":
        contenders["scikit-image"] = lambda: peers.skimage.color.rgb2hsv(colors)
    yield Case(
        label="floats" if colors.dtype.kind == "f" else "bytes",
        ours=lambda: opsin.color.rgb2hsv(colors),
        peers=contenders,
        bytes=colors.size * (colors.itemsize + 4),
        tolerance=400,  # hues in degrees, bytes in units of their own
    )
