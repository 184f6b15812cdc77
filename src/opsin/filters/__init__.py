"""Smoothing, derivatives, rank filters and thresholds."""

from .gaussian import gaussian
from .sobel import sobel
from .threshold_otsu import threshold_otsu

__all__ = ["gaussian", "sobel", "threshold_otsu"]
