"""Smoothing, derivatives, rank filters and thresholds."""

from .difference_of_gaussians import difference_of_gaussians
from .gaussian import gaussian

__all__ = ["difference_of_gaussians", "gaussian"]
