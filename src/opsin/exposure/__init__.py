"""Histograms and the distribution of grey levels."""

from .histogram import histogram

__all__ = [
    "histogram",
]
