"""Smoothing, derivatives, rank filters and thresholds."""

from .gaussian import gaussian
from .sobel import sobel

__all__ = ["gaussian", "sobel"]
