"""The median of squares from small to large."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.median"

MAX_FOR_SCIPY = 2**24
"""Windows times pixels; SciPy takes seconds for more."""


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage = peers.cv2, peers.ndimage
    for size in (3, 5, 7, 9, 15, 31, 71):
        contenders = {}
        if image.dtype == "uint8" or size <= 5:
            contenders["OpenCV"] = lambda n=size: cv2.medianBlur(image, n)
        if size * size * image.size <= MAX_FOR_SCIPY:
            sizes = (size, size, 1)[: image.ndim]
            contenders["SciPy"] = lambda sizes=sizes: ndimage.median_filter(image, sizes, mode="nearest")
        if contenders:
            yield Case(
                label=f"{size} x {size}",
                ours=lambda n=size: opsin.filters.median(image, n),
                peers=contenders,
                bytes=2 * image.nbytes,
                tolerance=0,
            )


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    ndimage, sitk = peers.ndimage, peers.sitk
    loaded = sitk.GetImageFromArray(volume)
    peer = {"SimpleITK": lambda: sitk.Median(loaded, [1, 1, 1])}
    if volume.size <= 2**22:
        peer["SciPy"] = lambda: ndimage.median_filter(volume, 3, mode="nearest")
    yield Case(
        label="3 x 3 x 3",
        ours=lambda: opsin.filters.median(volume, 3, channel_axis=None),
        peers=peer,
        bytes=2 * volume.nbytes,
    )
