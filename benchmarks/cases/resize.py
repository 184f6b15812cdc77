"""Resizing with each interpolation, with and without anti-aliasing, smaller and larger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.resize"

# opsin's word, OpenCV's, Pillow's, libvips', scikit-image's order (None where it has another definition).
WORDS = {
    "nearest": ("INTER_NEAREST_EXACT", "NEAREST", "nearest", 0),
    "linear": ("INTER_LINEAR", "BILINEAR", "linear", 1),
    "cubic": ("INTER_CUBIC", "BICUBIC", "cubic", None),
    "lanczos": ("INTER_LANCZOS4", "LANCZOS", "lanczos3", None),
    "area": ("INTER_AREA", "BOX", None, None),
}


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    size = image.shape[0]
    part = np.ascontiguousarray(image[: size // 4, : size // 4])
    for source, after, words, smooth in (
        (image, size * 2 // 5, WORDS, False),
        (image, size * 2 // 5, ("linear", "cubic", "lanczos"), True),
        (part, size // 4 * 3, ("nearest", "linear", "cubic", "lanczos"), True),
        (image, size // 2, ("area",), True),
        (image, size // 4, ("area",), True),
    ):
        for word in words:
            yield case(source, after, word, smooth, peers)


def case(source: NDArray[Any], after: int, word: str, smooth: bool, peers: SimpleNamespace) -> Case:
    cv2, vips, skimage = peers.cv2, peers.pyvips, peers.skimage
    in_opencv, in_pillow, in_vips, order = WORDS[word]
    before = source.shape[0]
    contenders: dict[str, Callable[[], Any]] = {}
    if not (smooth and before > after) or word == "area":
        flag = getattr(cv2, in_opencv)
        contenders["OpenCV"] = lambda: cv2.resize(source, (after, after), interpolation=flag)
        if order is not None:
            contenders["scikit-image"] = lambda: skimage.transform.resize(
                source, (after, after), order=order, mode="edge", preserve_range=True, anti_aliasing=False
            )
    if smooth or word == "area":
        seen = peers.pillow.fromarray(source)
        filtered = getattr(peers.pillow.Resampling, in_pillow)
        if word != "area" or before % after == 0:  # otherwise Pillow's takes whole pixels only
            contenders["Pillow"] = lambda: np.asarray(seen.resize((after, after), filtered))
        if in_vips is not None and before > after:
            loaded = vips.Image.new_from_array(source)
            contenders["pyvips"] = lambda: loaded.resize(after / before, kernel=in_vips).numpy()
    exact = word == "area" or (word == "linear" and not smooth)
    unit = 1 if source.dtype.kind == "u" else 1 / 255
    return Case(
        label=f"x{after / before:.2g} {word}{', anti-aliased' if smooth and before > after and word != 'area' else ''}",
        ours=lambda: opsin.transform.resize(source, (after, after), order=word, anti_aliasing=smooth),
        peers=contenders,
        bytes=source.nbytes + source.nbytes * after**2 // before**2,
        # A place between two pixels belongs to the one or the other. OpenCV's cubic kernel is sharper and its Lanczos
        # kernel wider; Pillow rounds between the axes.
        tolerance=(255 if word == "nearest" else 1 if exact else 30) * unit + 1e-6,
    )
