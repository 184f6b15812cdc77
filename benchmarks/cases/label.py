"""Connected components of the bright parts of a photograph, and of noise. The number of them must agree."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.label"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, cc3d, ndimage, skimage = peers.cv2, peers.cc3d, peers.ndimage, peers.skimage
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    noise = np.random.default_rng(0).random(image.shape) < 0.5
    for name, objects in (("photograph", image > 120), ("noise", noise)):
        pixels = objects.view(np.uint8)
        for connectivity in (1, 2):
            near = 4 * connectivity
            window = ndimage.generate_binary_structure(2, connectivity)
            yield Case(
                label=f"{name}, {near} neighbors",
                ours=lambda o=objects, c=connectivity: opsin.measure.label(o, connectivity=c, return_num=True)[1],
                peers={
                    "OpenCV": lambda p=pixels, n=near: cv2.connectedComponents(p, connectivity=n)[0] - 1,
                    "cc3d": lambda p=pixels, n=near: cc3d.connected_components(p, connectivity=n, return_N=True)[1],
                    "SciPy": lambda o=objects, w=window: ndimage.label(o, w)[1],
                    "scikit-image": lambda o=objects, c=connectivity: skimage.measure.label(
                        o, connectivity=c, return_num=True
                    )[1],
                },
                bytes=objects.nbytes + 4 * objects.size,
            )


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cc3d, ndimage = peers.cc3d, peers.ndimage
    if volume.dtype != np.uint8:
        return
    objects = volume > 128
    pixels = objects.view(np.uint8)
    for connectivity, near in ((1, 6), (3, 26)):
        window = ndimage.generate_binary_structure(3, connectivity)
        yield Case(
            label=f"{near} neighbors",
            ours=lambda c=connectivity: opsin.measure.label(
                objects, connectivity=c, return_num=True, channel_axis=None
            )[1],
            peers={
                "cc3d": lambda n=near: cc3d.connected_components(pixels, connectivity=n, return_N=True)[1],
                "SciPy": lambda w=window: ndimage.label(objects, w)[1],
            },
            bytes=objects.nbytes + 4 * objects.size,
        )
