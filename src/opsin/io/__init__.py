"""Image files: read, write, and look at what they hold."""

from typing import TYPE_CHECKING

from .._names import public
from .mat import loadmat, savemat
from .metadata import Metadata
from .names import is_image_name
from .raw import RawFormat
from .reading import ImageInfo, imread, info
from .writing import imsave

__all__ = [
    "ImageInfo",
    "Metadata",
    "RawFormat",
    "imread",
    "imsave",
    "info",
    "is_image_name",
    "loadmat",
    "savemat",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
