"""Values along the diagonal of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.profile_line"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.float32 or image.ndim != 2:
        return
    end = (image.shape[0] - 1, image.shape[1] - 1)
    yield Case(
        label="diagonal, 5 pixels wide",
        ours=lambda: opsin.measure.profile_line(image, (0, 0), end, linewidth=5),
        peers={"scikit-image": lambda: peers.skimage.measure.profile_line(image, (0, 0), end, linewidth=5)},
        bytes=4 * 5 * max(image.shape),
        tolerance=1e-5,
    )
