"""A similarity between pairs of points, half of which are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.ransac"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if image.shape != (512, 512) or image.dtype != np.uint8:
        return
    rng = np.random.default_rng(0)
    source = rng.uniform(0, 500, (400, 2))
    target = source @ [[0.8, 0.3], [-0.3, 0.8]] + (10, 20)
    target[::2] += rng.uniform(50, 100, (200, 2))
    model = skimage.transform.SimilarityTransform
    settings: dict[str, Any] = {"min_samples": 2, "residual_threshold": 1, "max_trials": 100, "rng": 0}
    yield Case(
        label="400 pairs, 100 trials, scikit-image's model",
        ours=lambda: opsin.feature.ransac((source, target), model, **settings)[1],
        peers={"scikit-image": lambda: skimage.measure.ransac((source, target), model, **settings)[1]},
        bytes=source.nbytes + target.nbytes,
    )
