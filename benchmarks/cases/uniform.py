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


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    ndimage, sitk = peers.ndimage, peers.sitk
    loaded = sitk.GetImageFromArray(volume)
    for size in (3, 9):
        yield Case(
            label=f"{size} x {size} x {size}",
            ours=lambda s=size: opsin.filters.uniform(volume, s, channel_axis=None),
            peers={
                "SciPy": lambda s=size: ndimage.uniform_filter(volume, s),
                "SimpleITK": lambda s=size: sitk.BoxMean(loaded, [s // 2] * 3),
            },
            bytes=2 * volume.nbytes,
            tolerance=3 if volume.dtype.kind == "u" else 1e-5,
            margin=size,
        )
