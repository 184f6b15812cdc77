"""Transforms of points against scikit-image and OpenCV, and by what is known of them."""

from __future__ import annotations

import copy
import pickle

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from skimage import transform

import opsin
from opsin.transform import AffineTransform, EuclideanTransform, ProjectiveTransform, SimilarityTransform, rotate, warp

RNG = np.random.default_rng(0)
ALL = (ProjectiveTransform, AffineTransform, EuclideanTransform, SimilarityTransform)
POINTS = RNG.uniform(0, 100, (12, 2))


@pytest.mark.parametrize("kind", ALL)
def test_estimates_are_those_of_scikit_image(kind: type[ProjectiveTransform]) -> None:
    peer = getattr(transform, kind.__name__)
    targets = POINTS @ [[2, 0.1], [-0.2, 1.9]] + 3 + RNG.random((12, 2))
    ours = kind.from_estimate(POINTS, targets)
    assert_allclose(ours.params, peer.from_estimate(POINTS, targets).params, atol=1e-9)
    assert_allclose(ours.residuals(POINTS, targets), np.linalg.norm(ours(POINTS) - targets, axis=1))
    assert type(ours) is kind


@pytest.mark.parametrize("kind", [ProjectiveTransform, AffineTransform])
def test_weights_are_those_of_scikit_image(kind: type[ProjectiveTransform]) -> None:
    weights = RNG.random(12)
    targets = POINTS @ [[2, 0.1], [-0.2, 1.9]] + RNG.random((12, 2))
    theirs = getattr(transform, kind.__name__).from_estimate(POINTS, targets, weights=weights)
    assert_allclose(kind.from_estimate(POINTS, targets, weights).params, theirs.params, atol=1e-9)


@pytest.mark.parametrize("kind", [EuclideanTransform, SimilarityTransform])
def test_pairs_of_weight_zero_do_not_count(kind: type[ProjectiveTransform]) -> None:
    targets = POINTS[:, ::-1] * [1, -1] + RNG.random((12, 2))
    weights = np.r_[np.ones(8), np.zeros(4)]
    expected = kind.from_estimate(POINTS[:8], targets[:8])
    assert_allclose(kind.from_estimate(POINTS, targets, weights).params, expected.params, atol=1e-12)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("axes", [2, 3, 4])
def test_exact_points_give_the_exact_transform(kind: type[ProjectiveTransform], axes: int) -> None:
    matrix = np.eye(axes + 1)
    turn = np.linalg.qr(RNG.random((axes, axes)))[0]
    turn[0] *= np.linalg.det(turn)
    matrix[:-1, :-1] = turn * (1 if kind is EuclideanTransform else 1.7)
    matrix[:-1, -1] = RNG.uniform(-9, 9, axes)
    if kind in (ProjectiveTransform, AffineTransform):
        matrix[:-1, :-1] += RNG.uniform(-0.2, 0.2, (axes, axes))
    if kind is ProjectiveTransform:
        matrix[-1, :-1] = RNG.uniform(-1e-3, 1e-3, axes)
    known = kind(matrix)
    points = RNG.uniform(0, 100, (3 * axes, axes))
    assert_allclose(kind.from_estimate(points, known(points)).params, matrix, atol=1e-8)


def test_the_fewest_points() -> None:
    square = np.array([(0, 0), (0, 1), (1, 1), (1, 0)])
    other = np.array([(1, 2), (3, 1), (5, 6), (2, 5)])
    found = ProjectiveTransform.from_estimate(square, other)
    assert_allclose(found(square), other, atol=1e-12)
    theirs = cv2.getPerspectiveTransform(square[:, ::-1].astype(np.float32), other[:, ::-1].astype(np.float32))
    assert_allclose(found.to_xy(), theirs, atol=1e-6)
    assert_allclose(AffineTransform.from_estimate(square[:3], other[:3])(square[:3]), other[:3], atol=1e-12)
    assert_allclose(SimilarityTransform.from_estimate(square[:2], other[:2])(square[:2]), other[:2], atol=1e-12)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    "points", [np.zeros((5, 2)), np.ones((1, 2)), np.zeros((0, 2)), np.full((6, 2), np.nan)], ids=str
)
def test_points_that_determine_nothing(kind: type[ProjectiveTransform], points: np.ndarray) -> None:
    with pytest.raises(ValueError, match="src"):
        kind.from_estimate(points, points)


@pytest.mark.parametrize("kind", [ProjectiveTransform, AffineTransform])
def test_points_on_a_line(kind: type[ProjectiveTransform]) -> None:
    line = np.arange(12.0).reshape(6, 2)
    with pytest.raises(ValueError, match="src and dst must determine one transform"):
        kind.from_estimate(line, POINTS[:6])


def test_parameters_are_those_of_scikit_image() -> None:
    """The formulas are the same; scikit-image applies them to (x, y), opsin to (row, column)."""
    for settings in (
        {"scale": 2}, {"scale": (2, 3)}, {"rotation": 0.3}, {"shear": 0.2}, {"shear": (0.2, 0.1)},
        {"translation": (4, 5)}, {"scale": (2, 3), "rotation": 0.3, "shear": 0.2, "translation": (4, 5)},
    ):  # fmt: skip
        ours, theirs = AffineTransform(**settings), transform.AffineTransform(**settings)
        assert_allclose(ours.params, theirs.params, atol=1e-15)
        if settings.get("shear") != (0.2, 0.1):
            for name in ("scale", "rotation", "shear", "translation"):
                assert_allclose(getattr(ours, name), getattr(theirs, name), atol=1e-12)
    settings = {"rotation": 0.3, "translation": (4, 5)}
    assert_allclose(EuclideanTransform(**settings).params, transform.EuclideanTransform(**settings).params)
    settings["scale"] = 1.5
    ours = SimilarityTransform(**settings)
    assert_allclose(ours.params, transform.SimilarityTransform(**settings).params)
    assert ours.scale == pytest.approx(1.5)
    assert ours.rotation == pytest.approx(0.3)


def test_rotation_is_counter_clockwise_as_an_image_is_seen() -> None:
    image = RNG.random((41, 41))
    center = np.array([20, 20])
    turn = EuclideanTransform(translation=-center) + EuclideanTransform(rotation=np.deg2rad(30), translation=center)
    assert_allclose(warp(image, turn.inverse), rotate(image, 30), atol=1e-10)


def test_sums_apply_the_first_before_the_second() -> None:
    double, move = AffineTransform(scale=2), AffineTransform(translation=(1, 2))
    assert_array_equal((double + move)([[1, 1]]), [[3, 4]])
    assert_array_equal((move + double)([[1, 1]]), [[4, 6]])
    assert type(double + move) is AffineTransform
    assert type(ProjectiveTransform() + move) is ProjectiveTransform
    with pytest.raises(TypeError):
        double + 3
    with pytest.raises(ValueError, match="other must be of 2 axes"):
        double + AffineTransform(dimensionality=3)


def test_sums_are_of_the_class_that_holds_both() -> None:
    shrink, turn, slant = SimilarityTransform(scale=0.5), EuclideanTransform(rotation=1), AffineTransform(shear=0.1)
    assert type(turn + turn) is EuclideanTransform
    assert type(turn + shrink) is type(shrink + turn) is SimilarityTransform
    assert type(turn + slant) is type(slant + shrink) is AffineTransform


def test_inverse() -> None:
    tilted = ProjectiveTransform([[1.1, 0.2, 3], [-0.1, 0.9, 2], [1e-3, 2e-3, 1]])
    assert_allclose(tilted.inverse(tilted(POINTS)), POINTS, atol=1e-9)
    for kind in ALL[1:]:
        moved = kind(rotation=0.3, translation=(3, 4)) if kind is not ProjectiveTransform else tilted
        assert type(moved.inverse) is kind
        assert_allclose(moved.inverse(moved(POINTS)), POINTS, atol=1e-12)
    with pytest.raises(ValueError, match="singular"):
        _ = ProjectiveTransform(np.zeros((3, 3))).inverse


def test_matrices_of_the_peers() -> None:
    ours = AffineTransform(scale=(2, 3), rotation=0.2, translation=(5, 7))
    xy = ours.to_xy()
    assert_allclose(cv2.transform(POINTS[None, :, ::-1].copy(), xy[:2])[0][:, ::-1], ours(POINTS))
    assert_allclose(transform.AffineTransform(xy)(POINTS[:, ::-1])[:, ::-1], ours(POINTS))
    for matrix in (xy, xy[:2], transform.AffineTransform(xy)):
        assert_allclose(AffineTransform.from_xy(matrix).params, ours.params)
    image = RNG.random((30, 40))
    theirs = cv2.warpAffine(image, xy[:2], (40, 30))
    assert np.abs(warp(image, ours.inverse) - theirs).max() < 0.05
    cube = ProjectiveTransform(RNG.random((4, 4)))
    assert_allclose(ProjectiveTransform.from_xy(cube.to_xy()).params, cube.params)


def test_values() -> None:
    one, same, other = AffineTransform(scale=2), AffineTransform(scale=2), AffineTransform(scale=3)
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert ProjectiveTransform() != AffineTransform()
    for again in (copy.deepcopy(one), pickle.loads(pickle.dumps(one)), AffineTransform(np.asarray(one))):
        assert again == one
        assert not again.params.flags.writeable
    with pytest.raises(AttributeError, match="read-only"):
        one.params = np.eye(3)
    with pytest.raises(ValueError, match="read-only"):
        one.params[0, 0] = 3
    array = np.array
    assert eval(repr(one), {"AffineTransform": AffineTransform, "array": array}) == one
    source = np.eye(3)
    made = ProjectiveTransform(source)
    source[0, 0] = 5
    assert made == ProjectiveTransform()


def test_points_at_infinity() -> None:
    found = ProjectiveTransform([[1, 0, 0], [0, 1, 0], [1, 0, 0]])([[0, 1], [0, 0]])
    assert np.isinf(found[0, 1])
    assert np.isnan(found[1]).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=9, max_size=9))
def test_converters_undo_each_other(values: list[float]) -> None:
    made = ProjectiveTransform(np.reshape(values, (3, 3)))
    assert ProjectiveTransform.from_xy(made.to_xy()) == made


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: ProjectiveTransform(np.zeros((3, 5))), ValueError, "matrix must have the shape"),
        (lambda: ProjectiveTransform(3), ValueError, "matrix must have the shape"),
        (lambda: ProjectiveTransform("abc"), TypeError, "matrix"),
        (lambda: ProjectiveTransform([[np.nan] * 3] * 3), ValueError, "matrix must have finite"),
        (lambda: ProjectiveTransform(dimensionality=0), ValueError, "dimensionality"),
        (lambda: ProjectiveTransform(dimensionality=2.5), TypeError, "dimensionality"),
        (lambda: AffineTransform(np.diag([1, 1, 2])), ValueError, "last row"),
        (lambda: AffineTransform(np.eye(3), scale=2), ValueError, "matrix must be left out"),
        (lambda: AffineTransform(scale=(1, 2, 3), translation=(1, 2)), ValueError, "translation"),
        (lambda: AffineTransform(rotation="x"), TypeError, "rotation"),
        (lambda: AffineTransform(rotation=1, dimensionality=3), ValueError, "rotation"),
        (lambda: AffineTransform(shear=(1, 2, 3)), ValueError, "shear"),
        (lambda: AffineTransform(translation=3), TypeError, "translation"),
        (lambda: EuclideanTransform(np.diag([2, 2, 1])), ValueError, "distances"),
        (lambda: SimilarityTransform(np.diag([2, 3, 1])), ValueError, "angles"),
        (lambda: SimilarityTransform(scale=(2, 3)), TypeError, "scale"),
        (lambda: ProjectiveTransform()([1, 2, 3]), ValueError, "points"),
        (lambda: ProjectiveTransform().residuals([[1, 2]], [[1, 2], [3, 4]]), ValueError, "dst"),
        (lambda: ProjectiveTransform.from_estimate(POINTS, POINTS, [1, 2]), ValueError, "weights"),
        (lambda: ProjectiveTransform.from_estimate(POINTS, POINTS, -np.ones(12)), ValueError, "weights"),
        (lambda: EuclideanTransform.from_estimate([["a", "b"]] * 3, POINTS[:3]), TypeError, "src"),
    ],
)
def test_errors(make, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


def test_they_are_public() -> None:
    for kind in ALL:
        assert getattr(opsin.transform, kind.__name__) is kind
