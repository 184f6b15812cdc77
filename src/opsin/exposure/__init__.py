"""Histograms and the distribution of grey levels."""

__all__ = []
