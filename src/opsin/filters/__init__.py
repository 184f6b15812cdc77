"""Smoothing, derivatives, rank filters and thresholds."""

from typing import TYPE_CHECKING

from .._names import public
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

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
