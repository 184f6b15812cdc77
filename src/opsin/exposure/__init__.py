"""Histograms and the distribution of grey levels."""

__all__: list[str] = []
