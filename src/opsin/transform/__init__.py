"""Geometry: images of other sizes, turned and warped."""

from typing import TYPE_CHECKING

from .._names import public
from .rescale import rescale
from .resize import resize
from .rotate import rotate

__all__ = [
    "rescale",
    "resize",
    "rotate",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
