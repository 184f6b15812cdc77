"""Geometry: images of other sizes, turned and warped."""

from .resize import resize
from .rotate import rotate

__all__ = [
    "resize",
    "rotate",
]
