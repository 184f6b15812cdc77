"""Colour to grey, with the weights of each peer."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "color.rgb2gray"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim == 2 and image.dtype.kind != "f":
        return
    colour = image if image.ndim == 3 else np.ascontiguousarray(np.repeat(image[:, :, None], 3, axis=2))
    television = (0.299, 0.587, 0.114)
    contenders = {"OpenCV": lambda: peers.cv2.cvtColor(colour, peers.cv2.COLOR_RGB2GRAY)}
    if colour.dtype == np.uint8:
        picture = peers.pillow.fromarray(colour)
        contenders["Pillow"] = lambda: picture.convert("L")
    yield Case(
        label="Rec. 601",
        ours=lambda: opsin.color.rgb2gray(colour, weights=television),
        peers=contenders,
        bytes=colour.nbytes * 4 // 3,
        tolerance=1 if colour.dtype == np.uint8 else 1e-6,
    )
    if colour.dtype.kind == "f":
        yield Case(
            label="Rec. 709",
            ours=lambda: opsin.color.rgb2gray(colour),
            peers={"scikit-image": lambda: peers.skimage.color.rgb2gray(colour)},
            bytes=colour.nbytes * 4 // 3,
            tolerance=1e-6,
        )
