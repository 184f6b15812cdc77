"""Color spaces and conversion to gray."""

from typing import TYPE_CHECKING

from .._names import public
from .rgb2gray import rgb2gray

__all__ = [
    "rgb2gray",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
