"""Warping by a projective matrix, and by coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.warp"

TILT = np.array([[0.87, 0.5, -100], [-0.5, 0.87, 300], [1e-4, 2e-4, 1]])
"""For points (x, y)."""

MAX_FOR_SLOW = 2**20
"""Elements; scikit-image and SciPy take a second for more."""

FLAGS = {0: "INTER_NEAREST", 1: "INTER_LINEAR", 3: "INTER_CUBIC"}


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage, ndimage = peers.cv2, peers.skimage, peers.ndimage
    rows, columns = image.shape[:2]
    size = (columns, rows)
    unit = 1 if image.dtype.kind == "u" else 1 / 255
    places = np.indices((rows, columns)).astype(np.float32)
    places = 0.9 * places + 3 * np.sin(places[::-1] / 30)
    affine = opsin.transform.AffineTransform.from_xy(TILT[:2])
    tilt = opsin.transform.ProjectiveTransform.from_xy(TILT)
    for order, word in FLAGS.items():
        flag = getattr(cv2, word) | cv2.WARP_INVERSE_MAP
        contenders = {"OpenCV": lambda flag=flag: cv2.warpPerspective(image, TILT, size, flags=flag)}
        if image.size <= MAX_FOR_SLOW:
            contenders["scikit-image"] = lambda order=order: skimage.transform.warp(
                image, TILT, order=order, preserve_range=True
            )
        yield Case(
            label=f"projective, order {order}",
            ours=lambda order=order: opsin.transform.warp(image, tilt, order=order),
            peers=contenders,
            bytes=2 * image.nbytes,
            tolerance=2 * unit,
            difference=mean_difference,
        )
    yield Case(
        label="affine, order 1",
        ours=lambda: opsin.transform.warp(image, affine),
        peers={"OpenCV": lambda: cv2.warpAffine(image, TILT[:2], size, flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR)},
        bytes=2 * image.nbytes,
        tolerance=2 * unit,
        difference=mean_difference,
    )
    for order, word in ((0, "INTER_NEAREST"), (1, "INTER_LINEAR")):
        flag = getattr(cv2, word)
        contenders = {"OpenCV": lambda flag=flag: cv2.remap(image, places[1], places[0], flag)}
        if image.size <= MAX_FOR_SLOW and image.ndim == 2:
            contenders["SciPy"] = lambda order=order: ndimage.map_coordinates(image, places, order=order)
        yield Case(
            label=f"coordinates, order {order}",
            ours=lambda order=order: opsin.transform.warp(image, places, order=order),
            peers=contenders,
            bytes=2 * image.nbytes + places.nbytes,
            tolerance=2 * unit,
            difference=mean_difference,
        )


def mean_difference(ours: Any, theirs: Any) -> float:
    """Return the mean over all pixels: those on the edge of a border or of a pixel may fall to either side."""
    return float(np.abs(np.asarray(ours, float) - np.asarray(theirs, float)).mean())
