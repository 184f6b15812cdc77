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
    rows, columns = image.shape[:2]
    part = np.ascontiguousarray(image[: max(rows // 4, 1), : max(columns // 4, 1)])
    for source, factor, words, smooth in (
        (image, 0.4, WORDS, False),
        (image, 0.4, ("linear", "cubic", "lanczos"), True),
        (part, 3, ("nearest", "linear", "cubic", "lanczos"), True),
        (image, 0.5, ("area",), True),
        (image, 0.25, ("area",), True),
    ):
        for word in words:
            yield case(source, factor, word, smooth, peers)


def case(source: NDArray[Any], factor: float, word: str, smooth: bool, peers: SimpleNamespace) -> Case:
    cv2, vips, skimage, kornia = peers.cv2, peers.pyvips, peers.skimage, peers.kornia
    in_opencv, in_pillow, in_vips, order = WORDS[word]
    rows, columns = after = tuple(max(1, int(length * factor)) for length in source.shape[:2])
    smaller = factor < 1
    contenders: dict[str, Callable[[], Any]] = {}
    if not (smooth and smaller) or word == "area":
        flag = getattr(cv2, in_opencv)
        contenders["OpenCV"] = lambda: cv2.resize(source, (columns, rows), interpolation=flag)
        if order is not None:
            contenders["scikit-image"] = lambda: skimage.transform.resize(
                source, after, order=order, mode="edge", preserve_range=True, anti_aliasing=False
            )
        if source.ndim == 3 and word in ("nearest", "linear"):
            in_kornia = {"nearest": "nearest", "linear": "bilinear"}[word]
            contenders["kornia-rs"] = lambda: kornia.resize(source, after, in_kornia)
    if smooth or word == "area":
        seen = peers.pillow.fromarray(source)
        filtered = getattr(peers.pillow.Resampling, in_pillow)
        if word != "area" or (source.shape[0] % rows == 0 and source.shape[1] % columns == 0):
            # Otherwise Pillow's box takes whole pixels only.
            contenders["Pillow"] = lambda: np.asarray(seen.resize((columns, rows), filtered))
        if in_vips is not None and smaller:
            loaded = vips.Image.new_from_array(source)
            across, down = columns / source.shape[1], rows / source.shape[0]
            contenders["pyvips"] = lambda: loaded.resize(across, vscale=down, kernel=in_vips).numpy()
    exact = word == "area" or (word == "linear" and not smooth)
    unit = 1 if source.dtype.kind == "u" else 1 / 255
    return Case(
        label=f"x{factor:.2g} {word}{', anti-aliased' if smooth and smaller and word != 'area' else ''}",
        ours=lambda: opsin.transform.resize(source, after, order=word, anti_aliasing=smooth),
        peers=contenders,
        bytes=source.nbytes + source.nbytes * rows * columns // (source.shape[0] * source.shape[1]),
        # A position between two pixels belongs to the one or the other. OpenCV's cubic kernel is sharper and its
        # Lanczos kernel wider; Pillow rounds between the axes; kornia-rs aligns the corners.
        tolerance=(255 if word == "nearest" else 1 if exact else 30) * unit + 1e-6,
    )


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    after = tuple(length // 2 for length in volume.shape)
    yield Case(
        label="x0.5 linear",
        ours=lambda: opsin.transform.resize(volume, after, order=1, anti_aliasing=False, channel_axis=None),
        peers={
            "scikit-image": lambda: skimage.transform.resize(
                volume, after, order=1, mode="edge", preserve_range=True, anti_aliasing=False
            )
        },
        bytes=volume.nbytes + volume.nbytes // 8,
        tolerance=1 if volume.dtype.kind == "u" else 1e-4,
    )
