"""Regions: finding them, and their sizes, places and intensities."""

from typing import TYPE_CHECKING

from .._names import public
from .label import label
from .regionprops import RegionMapping, RegionProperties, regionprops
from .regionprops_table import regionprops_table

__all__ = [
    "RegionMapping",
    "RegionProperties",
    "label",
    "regionprops",
    "regionprops_table",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
