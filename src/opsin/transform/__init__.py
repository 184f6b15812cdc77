"""Geometry: images of other sizes, turned and warped."""

from .rescale import rescale
from .resize import resize
from .rotate import rotate

__all__ = [
    "rescale",
    "resize",
    "rotate",
]
