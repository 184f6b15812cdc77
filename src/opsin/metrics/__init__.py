"""How different two images are."""

from typing import TYPE_CHECKING

from .._names import public
from .hausdorff_distance import hausdorff_distance
from .mean_squared_error import mean_squared_error, root_mean_squared_error
from .normalized_root_mse import normalized_root_mse
from .peak_signal_noise_ratio import peak_signal_noise_ratio
from .structural_similarity import structural_similarity

__all__ = [
    "hausdorff_distance",
    "mean_squared_error",
    "normalized_root_mse",
    "peak_signal_noise_ratio",
    "root_mean_squared_error",
    "structural_similarity",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
