"""Cascades made at random, written in both of OpenCV's formats, and classified without any shortcut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 12


@dataclass
class Node:
    """A test of a feature: children are nodes of the tree, or 0 and less for leaves."""

    feature: int
    threshold: float
    subset: list[int]
    left: int
    right: int


@dataclass
class Description:
    """A cascade: features as lists of (x, y, width, height, weight), with whether they are tilted."""

    binary: bool
    features: list[tuple[list[tuple[Any, ...]], bool]] = field(default_factory=list)
    stages: list[tuple[float, list[tuple[list[Node], list[float]]]]] = field(default_factory=list)


def drawn(seed: int, *, binary: bool = False, tilted: bool = True, deep: bool = True) -> Description:
    """Return a cascade with random features, of which each stage passes a part of all windows."""
    rng = np.random.default_rng(seed)
    cascade = Description(binary)
    for number in range(12):
        tilt = tilted and not binary and number % 3 == 2
        cascade.features.append((_boxes(rng, binary, tilt), tilt))
    for _ in range(3):
        trees = []
        for _ in range(int(rng.integers(2, 5))):
            count = int(rng.integers(1, 4)) if deep else 1
            nodes = []
            leaves: list[float] = []
            for k in range(count):
                children = []
                for side in range(2):
                    if side == 0 and k + 1 < count:
                        children.append(k + 1)
                    else:
                        children.append(-len(leaves))
                        leaves.append(float(rng.normal()))
                subset = rng.integers(-(2**31), 2**31, 8).tolist()
                nodes.append(Node(int(rng.integers(0, 12)), float(rng.normal() * 0.05), subset, *children))
            trees.append((nodes, leaves))
        cascade.stages.append((-0.6, trees))
    return cascade


def _boxes(rng: np.random.Generator, binary: bool, tilt: bool) -> list[tuple[Any, ...]]:
    if binary:
        width, height = rng.integers(1, 4, 2).tolist()
        x, y = int(rng.integers(0, SIDE - 3 * width + 1)), int(rng.integers(0, SIDE - 3 * height + 1))
        return [(x, y, width, height)]
    boxes = []
    # Weighted by their areas, the boxes balance.
    for weight in [(-9.0, 9.0), (-9.0, 6.0, 3.0)][int(rng.integers(0, 2))]:
        if tilt:
            width, height = rng.integers(1, 5, 2).tolist()
            x, y = int(rng.integers(height, SIDE - width + 1)), int(rng.integers(0, SIDE - width - height + 1))
        else:
            x, y = rng.integers(0, SIDE - 2, 2).tolist()
            width, height = int(rng.integers(1, SIDE - x + 1)), int(rng.integers(1, SIDE - y + 1))
        boxes.append((x, y, width, height, weight / (width * height)))
    return boxes


def new_format(cascade: Description) -> str:
    """Return the XML that opencv_traincascade writes."""
    stages = ""
    for limit, trees in cascade.stages:
        weak = ""
        for nodes, leaves in trees:
            words = ""
            for node in nodes:
                rest = " ".join(map(str, node.subset)) if cascade.binary else repr(node.threshold)
                words += f"{node.left} {node.right} {node.feature} {rest} "
            weak += (
                f"<_><internalNodes>{words}</internalNodes><leafValues>{' '.join(map(repr, leaves))}</leafValues></_>"
            )
        stages += (
            f"<_><maxWeakCount>{len(trees)}</maxWeakCount><stageThreshold>{limit!r}</stageThreshold>"
            f"<weakClassifiers>{weak}</weakClassifiers></_>"
        )
    features = ""
    for boxes, tilt in cascade.features:
        if cascade.binary:
            features += f"<_><rect>{' '.join(map(str, boxes[0]))}</rect></_>"
        else:
            rects = "".join(f"<_>{' '.join(map(str, box))}</_>" for box in boxes)
            features += f"<_><rects>{rects}</rects><tilted>{int(tilt)}</tilted></_>"
    kind, count = ("LBP", 256) if cascade.binary else ("HAAR", 0)
    return (
        f'<?xml version="1.0"?><opencv_storage><cascade type_id="opencv-cascade-classifier">'
        f"<stageType>BOOST</stageType><featureType>{kind}</featureType><height>{SIDE}</height><width>{SIDE}</width>"
        f"<stageParams><maxWeakCount>9</maxWeakCount></stageParams><featureParams><maxCatCount>{count}</maxCatCount>"
        f"<featSize>1</featSize><mode>ALL</mode></featureParams><stageNum>{len(cascade.stages)}</stageNum>"
        f"<stages>{stages}</stages><features>{features}</features></cascade></opencv_storage>"
    )


def old_format(cascade: Description) -> str:
    """Return the XML that haartraining wrote; leaves are numbered as they are met."""
    stages = ""
    for number, (limit, trees) in enumerate(cascade.stages):
        text = ""
        for nodes, leaves in trees:
            text += "<_>"
            for node in nodes:
                boxes, tilt = cascade.features[node.feature]
                rects = "".join(f"<_>{' '.join(map(str, box))}</_>" for box in boxes)
                children = ""
                for side, child in (("left", node.left), ("right", node.right)):
                    tag, value = ("node", child) if child > 0 else ("val", leaves[-child])
                    children += f"<{side}_{tag}>{value!r}</{side}_{tag}>"
                text += (
                    f"<_><feature><rects>{rects}</rects><tilted>{int(tilt)}</tilted></feature>"
                    f"<threshold>{node.threshold!r}</threshold>{children}</_>"
                )
            text += "</_>"
        stages += (
            f"<_><trees>{text}</trees><stage_threshold>{limit!r}</stage_threshold>"
            f"<parent>{number - 1}</parent><next>-1</next></_>"
        )
    return (
        f'<?xml version="1.0"?><opencv_storage><face type_id="opencv-haar-classifier"><size>{SIDE} {SIDE}</size>'
        f"<stages>{stages}</stages></face></opencv_storage>"
    )


def quadrant(plane: NDArray[Any], x: int, y: int) -> int:
    """Return the sum of the pixels (j, i) with j < y and |i - x + 1| <= y - 1 - j."""
    rows, columns = np.indices(plane.shape)
    inside = (rows < y) & (np.abs(columns - x + 1) <= y - 1 - rows)
    return int(plane[inside].sum(dtype=np.int64))


def box_sum(plane: NDArray[Any], box: tuple[Any, ...], tilt: bool) -> int:
    """Return the sum of the pixels of a box."""
    x, y, width, height = box[:4]
    if not tilt:
        return int(plane[y : y + height, x : x + width].sum(dtype=np.int64))
    return (
        quadrant(plane, x, y)
        - quadrant(plane, x - height, y + height)
        - quadrant(plane, x + width, y + width)
        + quadrant(plane, x + width - height, y + width + height)
    )


def goes_left(cascade: Description, node: Node, plane: NDArray[Any], scale: float) -> bool:
    boxes, tilt = cascade.features[node.feature]
    if cascade.binary:
        x, y, width, height = boxes[0]
        sums = np.array(
            [
                [box_sum(plane, (x + i * width, y + j * height, width, height), False) for i in range(3)]
                for j in range(3)
            ]
        )
        bits = sums >= sums[1, 1]
        ring = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
        code = sum(128 >> k for k, place in enumerate(ring) if bits[place])
        return bool(node.subset[code >> 5] >> (code & 31) & 1)
    value = sum(box[4] * box_sum(plane, box, tilt) for box in boxes)
    return value * scale < node.threshold


def accepts(cascade: Description, window: NDArray[Any]) -> bool:
    """Return whether a cascade accepts a window, by its definition."""
    scale = 1.0
    if not cascade.binary:
        inner = window[1:-1, 1:-1].astype(np.float64)
        if inner.std() <= 10:
            return False
        scale = 1 / (inner.size * inner.std())
    for limit, trees in cascade.stages:
        total = 0.0
        for nodes, leaves in trees:
            child = 0
            while True:
                node = nodes[child]
                child = node.left if goes_left(cascade, node, window, scale) else node.right
                if child <= 0:
                    break
            total += leaves[-child]
        if total < limit - 1e-5:
            return False
    return True
