"""Smoothing, derivatives, rank filters and thresholds."""

from .gaussian import gaussian

__all__ = ["gaussian"]
