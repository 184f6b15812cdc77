"""Smoothing, derivatives, rank filters and thresholds."""

from .difference_of_gaussians import difference_of_gaussians
from .gaussian import gaussian
from .median import median
from .sobel import sobel

__all__ = [
    "difference_of_gaussians",
    "gaussian",
    "median",
    "sobel",
]
