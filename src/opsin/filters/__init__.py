"""Smoothing, derivatives, rank filters and thresholds."""

from .difference_of_gaussians import difference_of_gaussians
from .gaussian import gaussian
from .median import median
from .sobel import sobel
from .threshold_otsu import threshold_otsu
from .uniform import uniform

__all__ = [
    "difference_of_gaussians",
    "gaussian",
    "median",
    "sobel",
    "threshold_otsu",
    "uniform",
]
