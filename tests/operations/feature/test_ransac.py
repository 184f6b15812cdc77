"""Random sample consensus, against scikit-image and with models of every kind."""

import numpy as np
import pytest
import skimage.measure
import skimage.transform

from opsin.feature import ransac


class Line:
    """The older kind of model: made without arguments, and estimated in place."""

    def estimate(self, points):
        if len(np.unique(points[:, 0])) < 2:
            return False
        self.slope, self.offset = np.polyfit(points[:, 0], points[:, 1], 1)
        return True

    def residuals(self, points):
        return points[:, 1] - self.slope * points[:, 0] - self.offset


def points_of_a_line(outliers=40):
    rng = np.random.default_rng(0)
    x = np.linspace(0, 10, 100)
    points = np.stack([x, 3 * x - 2 + rng.normal(0, 0.05, 100)], axis=1)
    points[:outliers, 1] = rng.uniform(-30, 30, outliers)
    return points


def test_a_line_among_outliers():
    model, inliers = ransac(points_of_a_line(), Line, 2, 0.3, max_trials=200, rng=0)
    assert model.slope == pytest.approx(3, abs=0.02)
    assert model.offset == pytest.approx(-2, abs=0.1)
    assert inliers[40:].all()
    assert inliers[:40].sum() < 5


@pytest.mark.parametrize(
    "options", [{}, {"stop_probability": 0.99}, {"stop_sample_num": 50}, {"max_trials": 7}], ids=str
)
def test_scikit_image(options):
    rng = np.random.default_rng(1)
    source = rng.uniform(0, 100, (60, 2))
    transform = skimage.transform.SimilarityTransform(scale=1.3, rotation=0.4, translation=(5, 9))
    target = transform(source)
    target[:20] += rng.uniform(-50, 50, (20, 2))
    kind = skimage.transform.SimilarityTransform
    model, inliers = ransac((source, target), kind, 3, 0.5, rng=7, **options)
    peer, expected = skimage.measure.ransac((source, target), kind, 3, 0.5, rng=7, **options)
    np.testing.assert_array_equal(inliers, expected)
    np.testing.assert_allclose(model.params, peer.params)


def test_checks_of_data_and_models():
    calls = []
    model, inliers = ransac(
        points_of_a_line(0), Line, 2, 0.3, rng=0, max_trials=5,
        is_data_valid=lambda points: calls.append(len(points)) or True,
        is_model_valid=lambda model, points: model.slope < 0,
    )  # fmt: skip
    assert calls == [2] * 5
    assert model is None
    assert inliers is None


def test_trials_end_once_all_samples_agree():
    calls = []
    ransac(points_of_a_line(0), Line, 2, 5, rng=0, is_data_valid=lambda points: calls.append(0) or True)
    assert len(calls) == 1


def test_first_samples_and_fractions():
    points = points_of_a_line()
    first = np.zeros(100, bool)
    first[50:] = True
    model, inliers = ransac(points, Line, 0.02, 0.3, max_trials=1, initial_inliers=first)
    assert model.slope == pytest.approx(3, abs=0.02)
    assert inliers[40:].all()
    assert ransac(points, Line, 2, 0.3, max_trials=0) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((np.zeros((5, 2)), Line, 6, 1), {}, "min_samples must be at least 1 and at most 5"),
        ((np.zeros((5, 2)), Line, 1.5, 1), {}, "min_samples must be an integer"),
        ((np.zeros((0, 2)), Line, 1, 1), {}, "data must have at least one sample"),
        (((np.zeros(5), np.zeros(4)), Line, 2, 1), {}, "data must be arrays of one length"),
        ((np.zeros((5, 2)), Line, 2, -1), {}, "residual_threshold must be at least 0"),
        ((np.zeros((5, 2)), int, 2, 1), {}, "model_class must be a class with a method residuals"),
        ((np.zeros((5, 2)), Line, 2, 1), {"stop_probability": 2}, "stop_probability must be at least 0 and at most 1"),
        ((np.zeros((5, 2)), Line, 2, 1), {"initial_inliers": [True]}, "initial_inliers must have a value for each"),
        ((np.zeros((5, 2)), Line, 2, 1), {"is_data_valid": 3}, "is_data_valid must be callable"),
        ((np.zeros((5, 2)), Line, 2, 1), {"rng": "a"}, "rng must be an integer"),
        ((["a"], Line, 1, 1), {}, "data must be an array of numbers"),
    ],
)
def test_wrong_parameters(arguments, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        ransac(*arguments, **options)
