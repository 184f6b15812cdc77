"""Erosion with squares, a cross and disks."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.erosion"

LARGE = 25
"""SciPy and scikit-image look at every pixel of a footprint, and take seconds for the larger ones."""


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage, skimage, dip = peers.cv2, peers.ndimage, peers.skimage, peers.diplib
    color = image.ndim == 3
    footprints = {f"{size} x {size}": np.ones((size, size), np.uint8) for size in (3, 5, 7, 31, 101)}
    footprints |= {"cross": opsin.morphology.disk(1)}
    footprints |= {f"disk {radius}": opsin.morphology.disk(radius) for radius in (7, 25)}
    for label, footprint in footprints.items():
        window = footprint[..., None] if color else footprint
        contenders = {"OpenCV": lambda f=footprint: cv2.erode(image, f)}
        if footprint.all():
            contenders["SciPy"] = lambda f=footprint, w=window: ndimage.grey_erosion(image, w.shape, mode="nearest")
            name = "rectangular"
        else:
            name = "diamond" if len(footprint) == 3 else "elliptic"
            if len(footprint) < LARGE:
                contenders["scikit-image"] = lambda w=window: skimage.morphology.erosion(image, w, mode="max")
        if not color:
            size = len(footprint)
            contenders["DIPlib"] = lambda s=size, n=name: dip.Erosion(image, dip.SE(s, n), ["add max"])
        yield Case(
            label=label,
            ours=lambda f=footprint: opsin.morphology.erosion(image, f),
            peers=contenders,
            bytes=2 * image.nbytes,
        )


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    ndimage, sitk, fastmorph = peers.ndimage, peers.sitk, peers.fastmorph
    loaded = sitk.GetImageFromArray(volume)
    for size in (3, 9):
        contenders = {
            "SciPy": lambda s=size: ndimage.minimum_filter(volume, s, mode="nearest"),
            "SimpleITK": lambda s=size: sitk.GrayscaleErode(loaded, [s // 2] * 3, sitk.sitkBox),
        }
        if size == 3 and volume.dtype.kind == "u":
            contenders["fastmorph"] = lambda: fastmorph.erode(volume, mode=fastmorph.Mode.grey, erode_border=False)
        yield Case(
            label=f"{size} x {size} x {size}",
            ours=lambda s=size: opsin.morphology.erosion(volume, s, channel_axis=None),
            peers=contenders,
            bytes=2 * volume.nbytes,
        )
    ball = opsin.morphology.ball(3)
    yield Case(
        label="ball 3",
        ours=lambda: opsin.morphology.erosion(volume, ball, channel_axis=None),
        peers={
            "SimpleITK": lambda: sitk.GrayscaleErode(loaded, [3, 3, 3], sitk.sitkBall),
        },
        bytes=2 * volume.nbytes,
    )
