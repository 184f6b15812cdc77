"""RGB to CIELUV."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "color.rgb2luv"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim == 3 or image.dtype.kind != "f":
        return
    cv2 = peers.cv2
    colors = np.repeat(image[:, :, None], 3, axis=2) * np.float32([1, 0.8, 0.5])
    source = colors
    contenders = {"scikit-image": lambda: peers.skimage.color.rgb2luv(source)}
    contenders["OpenCV"] = lambda: cv2.cvtColor(source, cv2.COLOR_RGB2LUV)
    yield Case(
        label="floats",
        ours=lambda: opsin.color.rgb2luv(source),
        peers=contenders,
        bytes=2 * source.nbytes,
        tolerance=0.5,
    )
