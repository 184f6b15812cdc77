"""Image files: read, write, and look at what they hold."""

from .metadata import Metadata
from .names import is_image_name
from .reading import ImageInfo, imread, info
from .writing import imsave

__all__ = ["ImageInfo", "Metadata", "imread", "imsave", "info", "is_image_name"]
