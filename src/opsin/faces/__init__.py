"""Faces and other objects that a cascade of classifiers finds."""

from typing import TYPE_CHECKING

from .._names import public
from .blur_regions import blur_regions
from .cascade import Cascade
from .detect_faces import detect_faces

__all__ = [
    "Cascade",
    "blur_regions",
    "detect_faces",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
