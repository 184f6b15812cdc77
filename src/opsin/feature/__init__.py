"""Corners, edges, blobs, and the description and matching of features."""

from typing import TYPE_CHECKING

from .._names import public
from .bounding_box import bounding_box
from .canny import canny
from .corner_harris import corner_harris
from .corner_peaks import corner_peaks
from .corner_shi_tomasi import corner_shi_tomasi
from .peak_local_max import peak_local_max

__all__ = [
    "bounding_box",
    "canny",
    "corner_harris",
    "corner_peaks",
    "corner_shi_tomasi",
    "peak_local_max",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
