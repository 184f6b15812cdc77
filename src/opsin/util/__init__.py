"""Making images: noise, margins, mosaics, views of windows, and inversion."""

from typing import TYPE_CHECKING

from .._names import public
from .invert import invert
from .margins import crop, pad
from .montage import montage
from .random_noise import random_noise
from .views import view_as_blocks, view_as_windows

__all__ = [
    "crop",
    "invert",
    "montage",
    "pad",
    "random_noise",
    "view_as_blocks",
    "view_as_windows",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
