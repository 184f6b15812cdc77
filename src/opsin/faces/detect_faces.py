"""Faces in a photograph, without a file of one's own."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from .._errors import missing_extra
from .._types import ImageLike
from .cascade import Cascade, Detection

SCALE_FACTOR = 1.05
MIN_NEIGHBORS = 24
"""On photographs a face of any size has 40 windows and more, and what is no face mostly less than 20."""

FILE = "lbpcascade_frontalface_opencv.xml"


def detect_faces(image: ImageLike, *, min_size: int | None = None, data_range: float | None = None) -> list[Detection]:
    """Find frontal faces in a photograph.

    The cascade of local binary patterns is that of OpenCV, in the package of scikit-image, which
    ``pip install 'opsin[faces]'`` brings; no network is needed. `opsin.faces.Cascade` takes other cascades and has
    parameters for their search.

    Parameters
    ----------
    image : array_like
        Gray image of two axes, or color image with a last axis of three or four channels, of any real dtype. Faces are
        upright.
    min_size : int, optional
        Least height and width of a face in pixels. By default a sixteenth of the shorter side of the image, and at
        least 24, the size of the cascade's window.
    data_range : float, optional
        Range of the data; by default the greatest value of the dtype for integers, and 1 for floats and bool.

    Returns
    -------
    list of dict
        For each face its first row ``"r"`` and column ``"c"``, its ``"width"`` and ``"height"`` in pixels.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.
    ImportError
        If the package with the cascade is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.faces.detect_faces(np.zeros((100, 100), np.uint8))
    []
    """
    detector = _frontal_faces()
    if min_size is None:
        sides = getattr(image, "shape", ())[:2]
        min_size = max(detector.window_height, min(sides, default=0) // 16)
    return detector.detect_multi_scale(
        image, scale_factor=SCALE_FACTOR, min_size=min_size, min_neighbors=MIN_NEIGHBORS, data_range=data_range
    )


@lru_cache(maxsize=1)
def _frontal_faces() -> Cascade:
    """Return the cascade, read once."""
    package = importlib.util.find_spec("skimage")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        path = Path(folder) / "data" / FILE
        if path.exists():
            return Cascade(path)
    raise missing_extra("opsin.faces.detect_faces", "faces")
