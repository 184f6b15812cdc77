"""Local thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.threshold_local"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if image.ndim == 3:
        return
    largest = 255.0 if image.dtype.kind == "u" else 1.0
    for method in ("gaussian", "mean"):
        yield Case(
            label=f"{method}, 35 x 35",
            ours=lambda m=method: opsin.filters.threshold_local(image, 35, method=m),
            peers={"scikit-image": lambda m=method: skimage.filters.threshold_local(image, 35, m)},
            bytes=image.nbytes + 4 * image.size,
            tolerance=1e-5 * largest,
        )
    yield Case(
        label="Sauvola's, 25 x 25",
        ours=lambda: opsin.filters.threshold_sauvola(image, 25),
        peers={"scikit-image": lambda: skimage.filters.threshold_sauvola(image, 25)},
        bytes=image.nbytes + 4 * image.size,
        tolerance=1e-4 * largest,
    )
