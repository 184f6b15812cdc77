"""The Gaussian blur, with the same window on every side."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.gaussian"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage, skimage = peers.cv2, peers.ndimage, peers.skimage
    color = image.ndim == 3
    for sigma in (1, 2, 10):
        width = 2 * int(4 * sigma + 0.5) + 1
        sigmas = (sigma, sigma, 0) if color else sigma
        contenders = {
            "OpenCV": lambda w=width, s=sigma: cv2.GaussianBlur(image, (w, w), s, borderType=cv2.BORDER_REPLICATE),
            "SciPy": lambda s=sigmas: ndimage.gaussian_filter(image, s, mode="nearest"),
        }
        if image.dtype.kind == "f":
            contenders["scikit-image"] = lambda s=sigma: skimage.filters.gaussian(image, s)
        yield Case(
            label=f"sigma {sigma}",
            ours=lambda s=sigma: opsin.filters.gaussian(image, s),
            peers=contenders,
            bytes=2 * image.nbytes,
            arithmetic=2 * width * image.size,
            # SciPy cuts off, not rounds, between the axes.
            tolerance=2 if image.dtype.kind == "u" else 1e-5,
        )


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    ndimage, sitk = peers.ndimage, peers.sitk
    loaded = sitk.GetImageFromArray(volume)
    for sigma in (1, 2):
        yield Case(
            label=f"sigma {sigma}",
            ours=lambda s=sigma: opsin.filters.gaussian(volume, s, channel_axis=None),
            peers={
                "SciPy": lambda s=sigma: ndimage.gaussian_filter(volume, s, mode="nearest"),
                "SimpleITK": lambda s=sigma: sitk.DiscreteGaussian(loaded, s**2, int(4 * s + 0.5), 0.001, False),
            },
            bytes=2 * volume.nbytes,
            arithmetic=3 * (2 * int(4 * sigma + 0.5) + 1) * volume.size,
            # SciPy and SimpleITK cut off, not round, between the axes and at the end; SimpleITK's kernel is another.
            tolerance=4 if volume.dtype.kind == "u" else 2e-2,
        )
