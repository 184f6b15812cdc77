"""Smoothing, derivatives, rank filters and thresholds."""

from typing import TYPE_CHECKING

from .._names import public
from .apply_hysteresis_threshold import apply_hysteresis_threshold
from .correlate import convolve, correlate
from .difference_of_gaussians import difference_of_gaussians
from .gaussian import gaussian
from .gradient import gradient
from .laplace import gaussian_laplace, laplace
from .median import median
from .minimum import maximum, minimum
from .percentile import percentile
from .prewitt import prewitt
from .scharr import scharr
from .sobel import sobel
from .threshold_isodata import threshold_isodata
from .threshold_li import threshold_li
from .threshold_local import threshold_local
from .threshold_mean import threshold_mean
from .threshold_minimum import threshold_minimum
from .threshold_multiotsu import threshold_multiotsu
from .threshold_niblack import threshold_niblack, threshold_sauvola
from .threshold_otsu import threshold_otsu
from .threshold_triangle import threshold_triangle
from .threshold_yen import threshold_yen
from .try_all_threshold import try_all_threshold
from .uniform import uniform
from .unsharp_mask import unsharp_mask

__all__ = [
    "apply_hysteresis_threshold",
    "convolve",
    "correlate",
    "difference_of_gaussians",
    "gaussian",
    "gaussian_laplace",
    "gradient",
    "laplace",
    "maximum",
    "median",
    "minimum",
    "percentile",
    "prewitt",
    "scharr",
    "sobel",
    "threshold_isodata",
    "threshold_li",
    "threshold_local",
    "threshold_mean",
    "threshold_minimum",
    "threshold_multiotsu",
    "threshold_niblack",
    "threshold_otsu",
    "threshold_sauvola",
    "threshold_triangle",
    "threshold_yen",
    "try_all_threshold",
    "uniform",
    "unsharp_mask",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
