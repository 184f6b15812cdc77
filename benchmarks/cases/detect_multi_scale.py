"""Faces by a cascade of local binary patterns; windows are grouped differently, and their numbers are compared."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "faces.Cascade"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.shape != (512, 512) or image.dtype != np.uint8:
        return
    photograph = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)
    name = skimage.data.lbp_frontal_face_cascade_filename()
    ours, theirs, slow = opsin.faces.Cascade(name), cv2.CascadeClassifier(name), skimage.feature.Cascade(name)
    contenders = {
        "scikit-image": lambda: len(slow.detect_multi_scale(photograph, 1.1, 1, (30, 30), (300, 300))),
    }
    if not theirs.empty():  # OpenCV 5 does not read every cascade
        contenders["OpenCV"] = lambda: len(theirs.detectMultiScale(photograph, 1.1, 3, 0, (30, 30), (300, 300)))
    yield Case(
        label="local binary patterns, 30 to 300 pixels",
        ours=lambda: len(ours.detect_multi_scale(photograph, min_size=30, max_size=300)),
        peers=contenders,
        bytes=photograph.nbytes,
        tolerance=3,
    )
