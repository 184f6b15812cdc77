"""Histograms, contrast, and the range of values."""

from typing import TYPE_CHECKING

from .._names import public
from .adjust_gamma import adjust_gamma
from .adjust_log import adjust_log
from .adjust_sigmoid import adjust_sigmoid
from .convert_dtype import convert_dtype
from .cumulative_distribution import cumulative_distribution
from .equalize_adapthist import equalize_adapthist
from .equalize_hist import equalize_hist
from .histogram import histogram
from .is_low_contrast import is_low_contrast
from .match_histograms import match_histograms
from .rescale_intensity import rescale_intensity

__all__ = [
    "adjust_gamma",
    "adjust_log",
    "adjust_sigmoid",
    "convert_dtype",
    "cumulative_distribution",
    "equalize_adapthist",
    "equalize_hist",
    "histogram",
    "is_low_contrast",
    "match_histograms",
    "rescale_intensity",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
