"""Regions: finding them, and their sizes, places and intensities."""

from .label import label
from .regionprops_table import regionprops_table

__all__ = [
    "label",
    "regionprops_table",
]
