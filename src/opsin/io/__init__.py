"""Image files: read, write, and look at what they hold."""

from typing import TYPE_CHECKING

from .._names import public
from .metadata import Metadata
from .names import is_image_name
from .reading import ImageInfo, imread, info
from .writing import imsave

__all__ = ["ImageInfo", "Metadata", "imread", "imsave", "info", "is_image_name"]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
