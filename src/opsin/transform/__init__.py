"""Geometry: images of other sizes, turned and warped."""

from .rescale import rescale
from .resize import resize

__all__ = ["rescale", "resize"]
