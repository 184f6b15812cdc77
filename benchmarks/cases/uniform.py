"""The mean of a box."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.uniform"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage = peers.cv2, peers.ndimage
    for size in (3, 5, 11, 31, 101):
        sizes = (size, size, 1)[: image.ndim]
        contenders = {
            "OpenCV": lambda s=size: cv2.blur(image, (s, s), borderType=cv2.BORDER_REFLECT),
            "SciPy": lambda s=sizes: ndimage.uniform_filter(image, s),
        }
        yield Case(
            label=f"{size} x {size}",
            ours=lambda s=size: opsin.filters.uniform(image, s),
            peers=contenders,
            bytes=2 * image.nbytes,
            # SciPy cuts off, not rounds, after each axis.
            tolerance=2 if image.dtype.kind == "u" else 1e-5,
        )
