"""The magnitude and the angle of the gradient."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.gradient"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    if image.ndim > 2:
        return

    def by_opencv() -> Any:
        across, down = (
            cv2.Sobel(image, cv2.CV_32F, 1 - axis, axis, scale=0.125, borderType=cv2.BORDER_REFLECT) for axis in (0, 1)
        )
        return cv2.cartToPolar(across, down)  # from 0 to 2 pi, to 0.3 degrees

    def difference(ours: Any, theirs: Any) -> float:
        """Return the largest distance between the vectors, as a fraction of the largest vector."""
        one, other = (np.multiply(length, np.exp(1j * np.asarray(angle))) for length, angle in (ours, theirs))
        return float(np.abs(one - other).max() / np.abs(one).max())

    yield Case(
        label="sigma 0",
        ours=lambda: opsin.filters.gradient(image),
        peers={"OpenCV": by_opencv},
        bytes=image.nbytes + 8 * image.size,
        tolerance=0.01,
        difference=difference,
    )
