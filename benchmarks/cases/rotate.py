"""Rotation by thirty degrees with each interpolation, and by quarter turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.rotate"

ANGLE = 30

MAX_FOR_SLOW = 2**20
"""Elements; scikit-image and SciPy take a second for more."""

# opsin's order, OpenCV's word, Pillow's, and the mean difference that is due to how they define it, in gray levels.
ORDERS = {
    0: ("INTER_NEAREST", "NEAREST", 2.0),
    1: ("INTER_LINEAR", "BILINEAR", 1.0),
    3: ("INTER_CUBIC", "BICUBIC", 2.0),
}


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    for order in ORDERS:
        yield by_angle(image, order, peers)
    for quarters, word in ((1, "ROTATE_90_COUNTERCLOCKWISE"), (2, "ROTATE_180")):
        code = getattr(peers.cv2, word)
        yield Case(
            label=f"{90 * quarters} degrees",
            ours=lambda quarters=quarters: opsin.transform.rotate(image, 90 * quarters, resize=True),
            peers={
                "OpenCV": lambda code=code: peers.cv2.rotate(image, code),
                "NumPy": lambda quarters=quarters: np.rot90(image, quarters).copy(),
            },
            bytes=2 * image.nbytes,
        )


def by_angle(image: NDArray[Any], order: int, peers: SimpleNamespace) -> Case:
    cv2, skimage, ndimage = peers.cv2, peers.skimage, peers.ndimage
    in_opencv, in_pillow, difference = ORDERS[order]
    rows, columns = image.shape[:2]
    turn = cv2.getRotationMatrix2D(((columns - 1) / 2, (rows - 1) / 2), ANGLE, 1)
    flag = getattr(cv2, in_opencv)
    seen, sampling = peers.pillow.fromarray(image), getattr(peers.pillow.Resampling, in_pillow)
    contenders: dict[str, Callable[[], Any]] = {
        "OpenCV": lambda: cv2.warpAffine(image, turn, (columns, rows), flags=flag),
        "Pillow": lambda: np.asarray(seen.rotate(ANGLE, sampling)),
    }
    if image.size <= MAX_FOR_SLOW:
        contenders["scikit-image"] = lambda: skimage.transform.rotate(image, ANGLE, order=order, preserve_range=True)
        contenders["SciPy"] = lambda: ndimage.rotate(image, ANGLE, reshape=False, order=order)
    return Case(
        label=f"{ANGLE} degrees, order {order}",
        ours=lambda: opsin.transform.rotate(image, ANGLE, order=order),
        peers=contenders,
        bytes=2 * image.nbytes,
        tolerance=difference * (1 if image.dtype.kind == "u" else 1 / 255),
        difference=mean_difference,
    )


def mean_difference(ours: Any, theirs: Any) -> float:
    """Return the mean over all pixels: those on the edge of a border or of a pixel may fall to either side."""
    return float(np.abs(np.asarray(ours, float) - np.asarray(theirs, float)).mean())


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    ndimage = peers.ndimage
    yield Case(
        label=f"{ANGLE} degrees of the last two axes, order 1",
        ours=lambda: opsin.transform.rotate(volume, ANGLE, order=1, mode="nearest", channel_axis=None),
        peers={
            "SciPy": lambda: ndimage.rotate(volume, ANGLE, (2, 1), reshape=False, order=1, mode="nearest"),
        },
        bytes=2 * volume.nbytes,
        difference=lambda ours, theirs: float(np.mean(np.abs(ours.astype(float) - theirs))),
        tolerance=2 if volume.dtype.kind == "u" else 1e-2,
    )
