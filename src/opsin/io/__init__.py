"""Image files: read, write, and look at what they hold."""

from .reading import ImageInfo, imread, info
from .writing import imsave

__all__ = ["ImageInfo", "imread", "imsave", "info"]
