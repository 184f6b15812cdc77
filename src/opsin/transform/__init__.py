"""Geometry: images of other sizes, turned and warped."""

from .resize import resize

__all__ = [
    "resize",
]
