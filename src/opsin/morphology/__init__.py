"""Morphology: shapes in images, probed by footprints."""

from .erosion import closing, dilation, erosion, opening
from .footprints import ball, diamond, disk, footprint_rectangle

__all__ = [
    "ball",
    "closing",
    "diamond",
    "dilation",
    "disk",
    "erosion",
    "footprint_rectangle",
    "opening",
]
