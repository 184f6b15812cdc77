"""Colour spaces and the way to grey."""

from .rgb2gray import rgb2gray

__all__ = [
    "rgb2gray",
]
