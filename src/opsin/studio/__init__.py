"""The studio: find out by hand what to do with an image, on a page in the browser, and take the program home."""

from .session import Studio

__all__ = ["Studio"]
