"""Cascades: against their definition, against OpenCV and scikit-image, and files that must not be trusted."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage
import skimage.data
import skimage.feature
from cascades import SIDE, accepts, drawn, new_format, old_format, quadrant
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import opsin
from opsin.faces import Cascade, blur_regions, detect_faces
from opsin.faces.cascade import _tilted_sums

LBP = Path(skimage.__file__).parent / "data" / "lbpcascade_frontalface_opencv.xml"


def cascade_of(text: str | bytes) -> Cascade:
    return Cascade(io.BytesIO(text.encode() if isinstance(text, str) else text))


def windows(cascade: Cascade, image: Any) -> set[tuple[int, int]]:
    """Return the places of all windows that are accepted without reducing the image."""
    found = cascade.detect_multi_scale(image, max_size=SIDE, min_neighbors=0)
    return {(box["r"], box["c"]) for box in found}


def noise(seed: int, shape: tuple[int, int]) -> Any:
    image = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    return opsin.filters.gaussian(image, 1) * 2  # larger structures; it wraps


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["Haar", "tilted", "deep", "patterns", "deep patterns"])
def test_every_window_is_classified_as_defined(seed: int, kind: str) -> None:
    description = drawn(seed, binary="patterns" in kind, tilted=kind == "tilted", deep="deep" in kind)
    image = noise(seed, (SIDE + 9, SIDE + 17))
    expected = {(r, c) for r in range(10) for c in range(18) if accepts(description, image[r : r + SIDE, c : c + SIDE])}
    assert windows(cascade_of(new_format(description)), image) == expected
    assert len(expected) < 180
    assert expected or seed


@pytest.mark.parametrize("seed", range(3))
def test_both_formats_are_one_cascade(seed: int) -> None:
    description = drawn(seed)
    image = noise(seed, (80, 90))
    found = windows(cascade_of(old_format(description)), image)
    assert found == windows(cascade_of(new_format(description)), image)
    assert found


@pytest.mark.parametrize("kind", ["Haar", "tilted", "patterns"])
def test_opencv_finds_no_other_windows(kind: str, tmp_path: Path) -> None:
    for seed in range(3):
        description = drawn(seed, binary=kind == "patterns", tilted=kind == "tilted", deep=False)
        path = tmp_path / f"{seed}.xml"
        path.write_text(new_format(description))
        peer = cv2.CascadeClassifier(str(path))
        image = noise(seed, (90, 110))
        boxes = peer.detectMultiScale(image, 1.5, 0, minSize=(SIDE, SIDE), maxSize=(SIDE, SIDE))
        theirs = {(int(y), int(x)) for x, y, _, _ in boxes}
        # OpenCV tries every other window, and leaves out those beside one that is rejected.
        assert theirs
        assert len(theirs - windows(cascade_of(new_format(description)), image)) <= len(theirs) // 50


def test_quadrants_by_definition() -> None:
    plane = np.random.default_rng(0).integers(0, 256, (7, 9)).astype(np.uint8)
    expected = [[quadrant(plane, x, y) for x in range(10)] for y in range(8)]
    np.testing.assert_array_equal(_tilted_sums(plane), expected)


def test_threads_and_steps() -> None:
    image = skimage.data.astronaut()
    detector = Cascade(LBP)
    with opsin.threads(1):
        alone = detector.detect_multi_scale(image, min_neighbors=0)
    with opsin.threads(3):
        assert detector.detect_multi_scale(image, min_neighbors=0) == alone
    fewer = detector.detect_multi_scale(image, min_neighbors=0, step_ratio=2)
    places = {tuple(box.values()) for box in alone}
    assert {tuple(box.values()) for box in fewer} <= places
    assert len(fewer) < len(alone) / 2


def test_attributes() -> None:
    detector = Cascade(str(LBP))
    assert (detector.window_width, detector.window_height, detector.stages_number) == (24, 24, 20)
    assert repr(detector) == "<Cascade: 24 x 24, 20 stages of LBP features>"
    with LBP.open("rb") as file:
        assert Cascade(file).stumps_number == detector.stumps_number == 139
    assert detector.features_number == 136


def overlap(box: Any, r: int, c: int, width: int, height: int) -> float:
    down = min(box["r"] + box["height"], r + height) - max(box["r"], r)
    across = min(box["c"] + box["width"], c + width) - max(box["c"], c)
    shared = max(down, 0) * max(across, 0)
    return shared / (box["width"] * box["height"] + width * height - shared)


def test_the_astronaut() -> None:
    image = skimage.data.astronaut()
    peer = skimage.feature.Cascade(str(LBP))
    search: dict[str, Any] = {"scale_factor": 1.2, "step_ratio": 1, "min_size": (10, 10), "max_size": (200, 200)}
    theirs = peer.detect_multi_scale(img=image, **search)
    ours = Cascade(LBP).detect_multi_scale(image, **search)
    for box in theirs:
        assert max(overlap(other, **box) for other in ours) > 0.7
    for photograph in (image, image[..., 0], image / 255, image.astype(np.uint16) * 257):
        (face,) = detect_faces(photograph)
        assert overlap(face, 71, 177, 85, 85) > 0.7
    (face,) = detect_faces(image[:, ::-1])
    assert overlap(face, 71, 512 - 177 - 85, 85, 85) > 0.7
    (face,) = detect_faces(opsin.transform.rescale(image, 0.5))
    assert overlap(face, 36, 89, 43, 43) > 0.7


@pytest.mark.parametrize("name", ["camera", "coins", "page", "text", "chelsea", "coffee", "brick", "moon"])
def test_no_faces_where_there_are_none(name: str) -> None:
    assert detect_faces(getattr(skimage.data, name)()) == []


@pytest.mark.parametrize("shape", [(0, 0), (0, 50), (1, 1), (23, 100), (24, 24), (24, 24, 3), (24, 24, 4), (30, 25)])
def test_small_images(shape: tuple[int, ...]) -> None:
    assert detect_faces(np.zeros(shape, np.uint8)) == []
    assert Cascade(LBP).detect_multi_scale(np.full(shape, np.nan), min_neighbors=0) is not None


def test_a_story_of_privacy() -> None:
    image = skimage.data.astronaut()
    (face,) = detect_faces(image)
    private = blur_regions(image, [face], sigma=8)
    inside = np.s_[face["r"] : face["r"] + face["height"], face["c"] : face["c"] + face["width"]]
    changed = (private != image).any(axis=-1)
    assert private.dtype == np.uint8
    assert changed[inside].mean() > 0.9
    assert changed.sum() == changed[inside].sum()
    np.testing.assert_array_equal(private[inside], opsin.filters.gaussian(image[inside], 8))


def test_blurred_boxes() -> None:
    image = skimage.data.camera()
    before = image.copy()
    boxes = [{"r": -10, "c": 500, "width": 50, "height": 50}, {"r": 600, "c": 0, "width": 9, "height": 9}]
    found = blur_regions(image, boxes, 3)
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(found[:40, 500:], opsin.filters.gaussian(image[:40, 500:], 3))
    assert (found != image).sum() == (found[:40, 500:] != image[:40, 500:]).sum()
    np.testing.assert_array_equal(blur_regions(image, [], 3), image)
    blur_regions(before, boxes, 3, out=before)
    np.testing.assert_array_equal(before, found)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (None, "boxes must be a list of dicts"),
        ("face", "boxes must be a list of dicts"),
        ({"r": 0}, "boxes must be a list of dicts"),
        ([1], "boxes must be dicts"),
        ([{"r": 0}], "one has no 'c'"),
        ([{"r": 0.5, "c": 0, "width": 1, "height": 1}], "must be an integer"),
        ([{"r": 0, "c": 0, "width": -1, "height": 1}], "must be at least 0"),
    ],
)
def test_wrong_boxes(boxes: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        blur_regions(np.zeros((5, 5)), boxes)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"scale_factor": 1}, "scale_factor must be at least 1.01"),
        ({"step_ratio": 0.5}, "step_ratio must be at least 1"),
        ({"min_size": (1, 2, 3)}, "min_size must be one number or two"),
        ({"max_size": 0}, "max_size must be at least 1"),
        ({"min_neighbors": -1}, "min_neighbors must be at least 0"),
        ({"intersection_score_threshold": 2}, "intersection_score_threshold must be at least 0 and at most 1"),
        ({"scale_factor": "1.2"}, "scale_factor must be a number"),
    ],
)
def test_wrong_parameters(parameters: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        Cascade(LBP).detect_multi_scale(np.zeros((50, 50)), **parameters)
    with pytest.raises(ValueError, match="image must be gray"):
        detect_faces(np.zeros((5, 6, 7)))


# Files.

HAAR = new_format(drawn(0))
PATTERNS = new_format(drawn(0, binary=True))
OLD = old_format(drawn(0))


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        (r"<\?xml[^>]*>", '<!DOCTYPE a [<!ENTITY b "c">]>', "document type"),
        (r"<\?xml[^>]*>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">', "document type"),
        ("opencv_storage", "storage", "root must be"),
        ("opencv-cascade-classifier", "opencv-ml-svm", "no cascade"),
        ("<height>12", "<height>-12", "the height of the window must be from 3"),
        ("<height>12", "<height>4000000000", "the height of the window must be from 3"),
        ("<height>12", "<height>1e1", "must be an integer"),
        ("<stageNum>3", "<stageNum>4", "the number of stages must be from 3 to 3"),
        ("HAAR", "HOG", "must be HAAR or LBP"),
        ("<stageThreshold>-0.6", "<stageThreshold>nan", "the threshold of a stage must be a number"),
        ("<stageThreshold>-0.6", "<stageThreshold>1e999", "at most"),
        ("<stageThreshold>-0.6", "<stageThreshold>", "the threshold of a stage must be a number"),
        (r"<internalNodes>-?\d+", "<internalNodes>7", "child of"),
        (r"<internalNodes>-?\d+", "<internalNodes>-7", "the left child of a node must be"),
        (r"(<internalNodes>-?\d+ -?\d+) \d+", r"\1 12", "the feature of a node must be from 0 to 11"),
        (r"(<internalNodes>-?\d+ -?\d+) \d+", r"\1 -1", "the feature of a node must be from 0 to 11"),
        (r"<leafValues>[^<]*", "<leafValues>", "child of"),
        (r"<leafValues>", "<leafValues>inf ", "a leaf must be a number"),
        (r"<rects><_>\d+", "<rects><_>11", "within the window"),
        (r"<rects><_>\d+", "<rects><_>-1", "a side of a box"),
        (r"<rects>.*?</rects>", "<rects></rects>", "1 to 3 boxes"),
        (r"<tilted>0", "<tilted>2", "tilted must be from 0 to 1"),
        (r"<features>.*</features>", "<features></features>", "must be from 0 to -1"),
        (r"<stages>.*</stages>", "<stages></stages>", "the number of stages must be from 0 to 0"),
        (r"<stageNum>3</stageNum><stages>.*</stages>", "<stages></stages>", "must have features, stages"),
        (
            r"<weakClassifiers>.*?</weakClassifiers>",
            "<weakClassifiers></weakClassifiers>",
            "must have features, stages",
        ),
        (r"<features>.*</features>", "", "has no <features>"),
        ("</opencv_storage>", "", "not well-formed"),
        ("<features>", "<a>" * 50, "nested more than"),
        (r"<\?xml[^>]*>", '<?xml version="1.0" encoding="nothing"?>', "unknown encoding"),
    ],
)
def test_wrong_files_are_refused(find: str, put: str, message: str) -> None:
    text, count = re.subn(find, put, HAAR, count=0 if find == "opencv_storage" else 1, flags=re.S)
    assert count
    with pytest.raises(ValueError, match=f"xml_file must be a cascade in OpenCV's XML.*{re.escape(message)}"):
        cascade_of(text)


def test_cycles_of_nodes_are_refused() -> None:
    description = drawn(0, deep=False)
    nodes, leaves = description.stages[0][1][0]
    nodes.append(nodes[0])
    description.stages[0][1][0][0][0].left = 1
    with pytest.raises(ValueError, match="must be a later node or a leaf"):
        cascade_of(new_format(description))
    assert leaves


def test_branching_cascades_are_refused() -> None:
    for find, put in (("<next>-1", "<next>2"), ("<parent>0", "<parent>-1")):
        with pytest.raises(ValueError, match="in a cascade that is no tree"):
            cascade_of(OLD.replace(find, put, 1))


def test_wrong_sources() -> None:
    with pytest.raises(TypeError, match="xml_file must be a path or an open binary file; got int"):
        Cascade(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="binary mode"):
        Cascade(io.StringIO(HAAR))  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        Cascade("no_such_file.xml")
    for content in (b"", b"\0" * 100, b"<", b"not xml", b"<a/>"):
        with pytest.raises(ValueError, match="xml_file must be a cascade"):
            cascade_of(content)


IMAGE = noise(0, (40, 50))


def survives(text: bytes) -> None:
    """Read a file that may be damaged; use it if it is accepted."""
    try:
        cascade = cascade_of(text)
    except ValueError:
        return
    if max(cascade.window_width, cascade.window_height) <= 50:
        cascade.detect_multi_scale(IMAGE, scale_factor=2, min_neighbors=0)


WORDS = [
    "-1",
    "0",
    "1",
    "255",
    "1e30",
    "-1e-30",
    "nan",
    "inf",
    "2147483648",
    "-2147483648",
    "99999999999",
    "",
    "x",
    "1 2",
]


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([HAAR, PATTERNS, OLD]), st.data())
def test_damaged_numbers(text: str, data: st.DataObject) -> None:
    places = [match.span() for match in re.finditer(r"(?<=[> ])-?[\d.e-]+(?=[< ])", text)]
    for _ in range(data.draw(st.integers(1, 3))):
        start, stop = data.draw(st.sampled_from(places))
        word = data.draw(st.sampled_from(WORDS) | st.integers(-20, 20).map(str))
        survives((text[:start] + word + text[stop:]).encode())


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([HAAR, PATTERNS, OLD]), st.data())
def test_damaged_bytes(text: str, data: st.DataObject) -> None:
    content = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))]))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([HAAR, PATTERNS, OLD]), st.data())
def test_missing_and_repeated_elements(text: str, data: st.DataObject) -> None:
    elements = [match.span() for match in re.finditer(r"<(\w+)>[^<>]*</\1>", text)]
    start, stop = data.draw(st.sampled_from(elements))
    copies = data.draw(st.sampled_from([0, 2, 5]))
    survives((text[:start] + text[start:stop] * copies + text[stop:]).encode())
