"""Cascades of local binary patterns and of Haar-like features; the numbers of detections are compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "faces.Cascade"

SIDE = 24
STUMPS = (3, 9, 16, 21, 33, 39, 44, 50, 56, 71, 80, 102)
"""The stumps of each stage of a cascade of Haar-like features, as many as in those that find faces."""


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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cascade.xml"
        path.write_text(_halving_cascade(photograph))
        boxes, peer = opsin.faces.Cascade(path), cv2.CascadeClassifier(str(path))
    yield Case(
        label="Haar-like features, 30 to 300 pixels, all windows; OpenCV steps by two pixels below 48",
        ours=lambda: len(boxes.detect_multi_scale(photograph, min_size=30, max_size=300)),
        peers={"OpenCV": lambda: len(peer.detectMultiScale(photograph, 1.1, 3, 0, (30, 30), (300, 300)))},
        bytes=photograph.nbytes,
        tolerance=50,
    )


def _halving_cascade(photograph: NDArray[Any]) -> str:
    """Return a cascade with random features, of which each stage passes half of the windows of a photograph.

    It is as fast as a cascade that was trained, which rejects as many windows at each stage.
    """
    rng = np.random.default_rng(0)
    rows, columns = rng.integers(0, photograph.shape[0] - SIDE, (2, 6000))
    views = np.lib.stride_tricks.sliding_window_view
    scenes = (photograph, opsin.filters.gaussian(photograph, 2))
    windows = np.concatenate([views(scene, (SIDE, SIDE))[rows, columns] for scene in scenes]).astype(float)
    deviations = windows[:, 1:-1, 1:-1].std(axis=(1, 2))
    windows, deviations = windows[deviations > 10], deviations[deviations > 10]
    sums = np.pad(windows.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))
    features, stages = "", ""
    left = np.arange(len(windows))
    number = 0
    for count in STUMPS:
        total, weak = np.zeros(len(windows)), ""
        for _ in range(count):
            boxes = _random_boxes(rng)
            values = np.zeros(len(windows))
            for x, y, width, height, weight in boxes:
                right, bottom = x + width, y + height
                corners = sums[:, bottom, right] - sums[:, y, right] - sums[:, bottom, x] + sums[:, y, x]
                values += weight * corners / (deviations * (SIDE - 2) ** 2)
            threshold, leaf = float(np.median(values[left])), float(rng.choice([-1, 1]) * rng.uniform(0.3, 1))
            total += np.where(values < threshold, leaf, -leaf)
            weak += f"<_><internalNodes>0 -1 {number} {threshold!r}</internalNodes>"
            weak += f"<leafValues>{leaf!r} {-leaf!r}</leafValues></_>"
            rects = "".join(f"<_>{' '.join(map(str, box))}</_>" for box in boxes)
            features += f"<_><rects>{rects}</rects><tilted>0</tilted></_>"
            number += 1
        limit = float(np.median(total[left]))
        left = left[total[left] >= limit]
        stages += f"<_><maxWeakCount>{count}</maxWeakCount><stageThreshold>{limit!r}</stageThreshold>"
        stages += f"<weakClassifiers>{weak}</weakClassifiers></_>"
    return (
        '<?xml version="1.0"?><opencv_storage><cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType>'
        f"<featureType>HAAR</featureType><height>{SIDE}</height><width>{SIDE}</width>"
        f"<stageParams><maxWeakCount>{max(STUMPS)}</maxWeakCount></stageParams><featureParams>"
        "<maxCatCount>0</maxCatCount><featSize>1</featSize><mode>BASIC</mode></featureParams>"
        f"<stageNum>{len(STUMPS)}</stageNum><stages>{stages}</stages><features>{features}</features>"
        "</cascade></opencv_storage>"
    )


def _random_boxes(rng: np.random.Generator) -> list[tuple[float, ...]]:
    """Return two boxes that balance: a bar of two or three parts, and one of its parts."""
    parts = int(rng.integers(2, 4))
    part, length = int(rng.integers(2, SIDE // parts)), int(rng.integers(3, SIDE - 2))
    start, across = int(rng.integers(0, SIDE - parts * part + 1)), int(rng.integers(0, SIDE - length + 1))
    bars = [(start, parts * part, -1.0), (start + part * (parts == 3), part, float(parts))]
    if rng.integers(2):
        return [(across, begin, length, extent, weight) for begin, extent, weight in bars]
    return [(begin, across, extent, length, weight) for begin, extent, weight in bars]
