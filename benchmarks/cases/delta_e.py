"""Differences of colors by CIEDE2000."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "color.deltaE_ciede2000"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim == 3 or image.dtype.kind != "f":
        return
    colors = np.repeat(image[:, :, None], 3, axis=2) * np.float32([1, 0.8, 0.5])
    source = opsin.color.rgb2lab(colors)
    other = source[::-1]
    contenders = {"scikit-image": lambda: peers.skimage.color.deltaE_ciede2000(source, other)}
    yield Case(
        label="floats",
        ours=lambda: opsin.color.deltaE_ciede2000(source, other),
        peers=contenders,
        bytes=2 * source.nbytes,
        tolerance=1e-2,
    )
