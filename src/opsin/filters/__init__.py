"""Smoothing, derivatives, rank filters and thresholds."""

from .gaussian import gaussian
from .median import median

__all__ = ["gaussian", "median"]
