"""Resizing, turning and warping."""

from .rotate import rotate

__all__ = ["rotate"]
