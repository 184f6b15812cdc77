"""Regions: finding them, and their sizes, places and intensities."""

from .label import label

__all__ = [
    "label",
]
