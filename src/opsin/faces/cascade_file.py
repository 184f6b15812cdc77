"""Cascades of classifiers in OpenCV's XML, in its old and its new format, as checked arrays.

Files are not trusted: document types, and with them entities, are refused, and
every size, index, count and number is checked. All that the compiled code
reads of a model is within its arrays.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 1 << 26
MAX_DEPTH = 32
"""How deeply elements may be nested; cascades need 9 levels."""

MIN_WINDOW = 3
MAX_WINDOW = 1024
"""The sides of a window: sums over it are less than 2**31."""

MAX_RECTANGLES = 3
"""A Haar-like feature has so many boxes at most."""

LARGEST = 1e30
"""The largest magnitude of a number."""

EPSILON = 1e-5
"""How far the sum of a stage may be below its threshold, as in OpenCV: it was rounded when it was written."""

MAX_STUMPS = 1024
"""So many trees have a table of their leaves."""

PATTERN_WORDS = 8
"""A subset of the 256 local binary patterns has so many words of 32 bits."""


@dataclass(frozen=True, eq=False)
class Model:
    """A cascade as arrays: stages of trees of nodes, which test features."""

    height: int
    width: int
    binary: bool
    """Whether the features are local binary patterns; otherwise they are Haar-like."""
    boxes: NDArray[np.intp]
    """For each feature its boxes as (x, y, width, height): shape (features, 3, 4), or (features, 1, 4) of one block."""
    weights: NDArray[np.float32]
    """For each Haar-like feature the weights of its boxes, 0 where it has less than 3."""
    tilted: NDArray[np.bool_]
    """For each feature whether its boxes are rotated by 45 degrees."""
    stages: NDArray[np.intp]
    """The first tree of each stage, and the number of trees."""
    limits: NDArray[np.float32]
    """What the sum of each stage must reach."""
    trees: NDArray[np.intp]
    """For each tree its first node and its first leaf."""
    nodes: NDArray[np.intp]
    """For each node its feature, and its left and right child: a node of the tree, or 0 and less for a leaf."""
    thresholds: NDArray[np.float32]
    """For each node of Haar-like features: below it the left child is next."""
    subsets: NDArray[np.uint32]
    """For each node of patterns: if its bit is set the left child is next."""
    leaves: NDArray[np.float32]

    @cached_property
    def stumps(self) -> int:
        """Of how many stages from the first all trees have one node; no more than have `MAX_STUMPS` trees."""
        sizes = np.diff(np.append(self.trees[:, 0], len(self.nodes)))
        larger = np.append(np.flatnonzero(sizes > 1), len(sizes))
        return int(np.searchsorted(self.stages, min(int(larger[0]), MAX_STUMPS), "right") - 1)

    @cached_property
    def votes(self) -> NDArray[np.float32]:
        """For each tree of these stages the leaf of each pattern, (trees, 256); Haar-like features have none."""
        if not self.binary:
            return np.empty((0, 32 * PATTERN_WORDS), np.float32)
        first, leaf = self.trees[: self.stages[self.stumps]].T[..., None]
        codes = np.arange(32 * PATTERN_WORDS)
        bits = self.subsets[first, codes >> 5] >> (codes & 31).astype(np.uint32) & 1
        votes: NDArray[np.float32] = self.leaves[leaf - np.where(bits, self.nodes[first, 1], self.nodes[first, 2])]
        return votes

    @cached_property
    def is_small(self) -> bool:
        """Whether the features are patterns, of which no block has a sum of 2**16 and more."""
        return self.binary and int(self.boxes[..., 2:].prod(axis=-1).max()) * 255 < 2**16


@dataclass
class _Node:
    feature: int
    left: int
    right: int
    threshold: float
    subset: list[int]


_Tree = tuple[list[_Node], list[float]]
_Feature = tuple[list[list[int]], list[float], bool]
_Stage = tuple[float, list[_Tree]]


class _NoCascadeError(ValueError):
    """What is wrong with a file."""


def read_cascade(source: Any) -> Model:
    """Return the cascade of a file, given its path or an open binary file."""
    name, content = _content(source)
    try:
        return _model(_parsed(content))
    except LookupError as error:  # of an encoding
        raise ValueError(f"{name} must be a cascade in OpenCV's XML: {error}.") from None
    except expat.ExpatError as error:
        raise ValueError(f"{name} must be a cascade in OpenCV's XML; it is not well-formed: {error}.") from None
    except _NoCascadeError as error:
        raise ValueError(f"{name} must be a cascade in OpenCV's XML: {error}.") from None


def _content(source: Any) -> tuple[str, bytes]:
    """Return what a file is called in error messages, and its bytes."""
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            content = file.read(MAX_BYTES + 1)
        name = f"xml_file {os.fspath(source)!r}"
    elif hasattr(source, "read"):
        content = source.read(MAX_BYTES + 1)
        name = "xml_file"
        if isinstance(content, str):
            raise TypeError("xml_file must be opened in binary mode, such as open(path, 'rb').")
    else:
        raise TypeError(f"xml_file must be a path or an open binary file; got {type(source).__name__}.")
    if len(content) > MAX_BYTES:
        raise ValueError(f"{name} must have at most {MAX_BYTES} bytes.")
    return name, bytes(content)


def _fail(message: str) -> NoReturn:
    raise _NoCascadeError(message)


def _parsed(content: bytes) -> Element:
    """Return the root element; without a document type there are no entities to expand."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            _fail(f"elements are nested more than {MAX_DEPTH} deep")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: Any) -> None:
        _fail("it has a document type, which is refused")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.Parse(content, True)
    return builder.close()


# Numbers.


def _child(element: Element, tag: str) -> Element:
    found = element.find(tag)
    return _fail(f"<{element.tag}> has no <{tag}>") if found is None else found


def _text(element: Element, tag: str) -> str:
    return (_child(element, tag).text or "").strip()


def _integer(text: str, what: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text):
        _fail(f"{what} must be an integer; got {text[:40]!r}")
    value = int(text)
    if not low <= value <= high:
        _fail(f"{what} must be from {low} to {high}; got {value}")
    return value


def _real(text: str, what: str) -> float:
    # Integers are written with a point at their end.
    if not re.fullmatch(r"[+-]?([0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?", text):
        _fail(f"{what} must be a number; got {text[:40]!r}")
    value = float(text)
    if not math.isfinite(value) or abs(value) > LARGEST:
        _fail(f"{what} must be at most {LARGEST:g}; got {text[:40]!r}")
    return value


def _window(height: str, width: str) -> tuple[int, int]:
    rows = _integer(height, "the height of the window", MIN_WINDOW, MAX_WINDOW)
    return rows, _integer(width, "the width of the window", MIN_WINDOW, MAX_WINDOW)


# The two formats.


def _model(root: Element) -> Model:
    """Return the cascade of a document."""
    if root.tag != "opencv_storage":
        _fail(f"the root must be <opencv_storage>; got <{root.tag[:40]}>")
    for cascade in root:
        kind = cascade.get("type_id", "")
        if kind == "opencv-cascade-classifier":
            return _new_format(cascade)
        if kind == "opencv-haar-classifier":
            return _old_format(cascade)
    return _fail("it has no cascade")


def _new_format(cascade: Element) -> Model:
    if _text(cascade, "stageType") != "BOOST":
        _fail(f"the stages must be BOOST; got {_text(cascade, 'stageType')[:40]!r}")
    kind = _text(cascade, "featureType")
    if kind not in ("HAAR", "LBP"):
        _fail(f"the features must be HAAR or LBP; got {kind[:40]!r}")
    binary = kind == "LBP"
    window = _window(_text(cascade, "height"), _text(cascade, "width"))
    read = _pattern_feature if binary else _haar_feature
    features = [read(feature, window) for feature in _child(cascade, "features")]
    found = list(_child(cascade, "stages"))
    if "stageNum" in {child.tag for child in cascade}:
        _integer(_text(cascade, "stageNum"), "the number of stages", len(found), len(found))
    stages: list[_Stage] = []
    for stage in found:
        trees = [_new_tree(tree, binary, len(features)) for tree in _child(stage, "weakClassifiers")]
        stages.append((_real(_text(stage, "stageThreshold"), "the threshold of a stage"), trees))
    return _assembled(window, binary, features, stages)


def _new_tree(tree: Element, binary: bool, features: int) -> _Tree:
    words = _text(tree, "internalNodes").split()
    size = 3 + PATTERN_WORDS if binary else 4
    if not words or len(words) % size:
        _fail(f"the nodes of a tree must have {size} numbers each; got {len(words)} in all")
    leaves = [_real(word, "a leaf") for word in _text(tree, "leafValues").split()]
    count = len(words) // size
    nodes = []
    for number in range(count):
        left, right, feature, *rest = words[size * number : size * (number + 1)]
        nodes.append(
            _Node(
                _integer(feature, "the feature of a node", 0, features - 1),
                _integer(left, "the left child of a node", -len(leaves), count),
                _integer(right, "the right child of a node", -len(leaves), count),
                0.0 if binary else _real(rest[0], "the threshold of a node"),
                [_integer(word, "a subset", -(2**31), 2**32 - 1) for word in rest] if binary else [],
            )
        )
    return nodes, leaves


def _old_format(cascade: Element) -> Model:
    """Read a cascade that has its features in its nodes, and leaves in place of children."""
    size = _text(cascade, "size").split()
    if len(size) != 2:
        _fail("the size of the window must be two numbers")
    window = _window(size[1], size[0])
    features: list[_Feature] = []
    stages: list[_Stage] = []
    for number, stage in enumerate(_child(cascade, "stages")):
        if stage.find("parent") is not None:
            _integer(
                _text(stage, "parent"), "the parent of a stage, in a cascade that is no tree,", number - 1, number - 1
            )
        if stage.find("next") is not None:
            _integer(_text(stage, "next"), "the sibling of a stage, in a cascade that is no tree,", -1, -1)
        trees: list[_Tree] = []
        for tree in _child(stage, "trees"):
            nodes: list[_Node] = []
            leaves: list[float] = []
            count = len(tree)
            for node in tree:
                features.append(_haar_feature(_child(node, "feature"), window))
                children = []
                for side in ("left", "right"):
                    if node.find(f"{side}_node") is not None:
                        children.append(_integer(_text(node, f"{side}_node"), f"the {side} child of a node", 1, count))
                    else:
                        leaves.append(_real(_text(node, f"{side}_val"), "a leaf"))
                        children.append(1 - len(leaves))
                threshold = _real(_text(node, "threshold"), "the threshold of a node")
                nodes.append(_Node(len(features) - 1, children[0], children[1], threshold, []))
            trees.append((nodes, leaves))
        stages.append((_real(_text(stage, "stage_threshold"), "the threshold of a stage"), trees))
    return _assembled(window, False, features, stages)


def _box(words: Sequence[str]) -> list[int]:
    return [_integer(word, "a side of a box", 0, MAX_WINDOW) for word in words]


def _pattern_feature(feature: Element, window: tuple[int, int]) -> _Feature:
    words = _text(feature, "rect").split()
    if len(words) != 4:
        _fail(f"a box must have 4 numbers; got {len(words)}")
    x, y, width, height = _box(words)
    if min(width, height) < 1 or x + 3 * width > window[1] or y + 3 * height > window[0]:
        _fail(f"3 x 3 blocks must be within the window; got {' '.join(words)}")
    return [[x, y, width, height]], [], False


def _haar_feature(feature: Element, window: tuple[int, int]) -> _Feature:
    tilt = feature.find("tilted")
    tilted = tilt is not None and _integer((tilt.text or "").strip(), "tilted", 0, 1) == 1
    boxes, weights = [], []
    for rectangle in _child(feature, "rects"):
        words = (rectangle.text or "").split()
        if len(words) != 5:
            _fail(f"a box must have 4 numbers and a weight; got {len(words)}")
        x, y, width, height = _box(words[:4])
        inside = x + width <= window[1] and y + height <= window[0]
        if tilted:
            inside = x >= height and x + width <= window[1] and y + width + height <= window[0]
        if min(width, height) < 1 or not inside:
            _fail(f"a box must be within the window; got {' '.join(words[:4])}")
        boxes.append([x, y, width, height])
        weights.append(_real(words[4], "the weight of a box"))
    if not 1 <= len(boxes) <= MAX_RECTANGLES:
        _fail(f"a feature must have 1 to {MAX_RECTANGLES} boxes; got {len(boxes)}")
    missing = MAX_RECTANGLES - len(boxes)
    return boxes + boxes[:1] * missing, weights + [0.0] * missing, tilted


def _assembled(window: tuple[int, int], binary: bool, features: Sequence[_Feature], stages: Sequence[_Stage]) -> Model:
    """Return the model, all of whose trees end."""
    if not features or not stages or not all(trees for _, trees in stages):
        _fail("it must have features, stages, and trees in each stage")
    starts = np.cumsum([0, *(len(trees) for _, trees in stages)])
    trees = [tree for _, several in stages for tree in several]
    for nodes, leaves in trees:
        for child, number in _children(nodes):
            if number < child < len(nodes) or (child <= 0 and -child < len(leaves)):
                continue
            _fail(f"a child of node {number} must be a later node or a leaf of its tree; got {child}")
    first_nodes = np.cumsum([0, *(len(nodes) for nodes, _ in trees)])
    first_leaves = np.cumsum([0, *(len(leaves) for _, leaves in trees)])
    nodes = [node for several, _ in trees for node in several]
    words = [[word % 2**32 for word in node.subset] for node in nodes]
    return Model(
        height=window[0],
        width=window[1],
        binary=binary,
        boxes=np.array([boxes for boxes, _, _ in features], np.intp),
        weights=np.array([weights or [0.0] * MAX_RECTANGLES for _, weights, _ in features], np.float32),
        tilted=np.array([tilted for _, _, tilted in features], bool),
        stages=starts.astype(np.intp),
        limits=np.array([limit - EPSILON for limit, _ in stages], np.float32),
        trees=np.stack([first_nodes[:-1], first_leaves[:-1]], axis=1).astype(np.intp),
        nodes=np.array([[node.feature, node.left, node.right] for node in nodes], np.intp),
        thresholds=np.array([node.threshold for node in nodes], np.float32),
        subsets=np.array(words, np.uint32).reshape(len(nodes), -1),
        leaves=np.array([leaf for _, leaves in trees for leaf in leaves], np.float32),
    )


def _children(nodes: Sequence[_Node]) -> Iterator[tuple[int, int]]:
    """Yield each child of a tree, with the number of its node."""
    for number, node in enumerate(nodes):
        yield node.left, number
        yield node.right, number
