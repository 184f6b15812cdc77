"""The structural similarity of an image and the same with noise."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "metrics.structural_similarity"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    span = 255 if image.dtype == np.uint8 else 1.0
    noise = np.random.default_rng(0).normal(0, 0.05 * span, image.shape)
    other = np.clip(image + noise, 0, span).astype(image.dtype)
    axis = -1 if image.ndim == 3 else None
    similarity = peers.skimage.metrics.structural_similarity
    for label, weighted in (("boxes", False), ("Gaussians", True)):
        if weighted and image.ndim == 3:
            continue
        yield Case(
            label=label,
            ours=lambda w=weighted: opsin.metrics.structural_similarity(image, other, gaussian_weights=w),
            peers={
                "scikit-image": lambda w=weighted: similarity(
                    image, other, data_range=span, channel_axis=axis, gaussian_weights=w
                )
            },
            bytes=2 * image.nbytes,
            tolerance=1e-4,
        )
