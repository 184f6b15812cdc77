"""Morphology: shapes in images, probed by footprints."""

from typing import TYPE_CHECKING

from .._names import public
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

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
