"""Regions and outlines: finding them, and their sizes, places, shapes and intensities."""

from typing import TYPE_CHECKING

from .._names import public
from .block_reduce import block_reduce
from .blur_effect import blur_effect
from .find_contours import find_contours
from .find_objects import find_objects
from .label import label
from .moments import (
    centroid,
    inertia_tensor,
    inertia_tensor_eigvals,
    moments,
    moments_central,
    moments_coords,
    moments_coords_central,
    moments_hu,
    moments_normalized,
)
from .perimeter import euler_number, perimeter, perimeter_crofton
from .polygon import approximate_polygon, points_in_poly, polygon_area, polygon_length, subdivide_polygon
from .polygons import Polygon, polygons, polygons_to_path, polygons_to_svg
from .profile_line import profile_line
from .regionprops import RegionMapping, RegionProperties, regionprops
from .regionprops_table import regionprops_table
from .shannon_entropy import shannon_entropy
from .statistics import statistics

__all__ = [
    "Polygon",
    "RegionMapping",
    "RegionProperties",
    "approximate_polygon",
    "block_reduce",
    "blur_effect",
    "centroid",
    "euler_number",
    "find_contours",
    "find_objects",
    "inertia_tensor",
    "inertia_tensor_eigvals",
    "label",
    "moments",
    "moments_central",
    "moments_coords",
    "moments_coords_central",
    "moments_hu",
    "moments_normalized",
    "perimeter",
    "perimeter_crofton",
    "points_in_poly",
    "polygon_area",
    "polygon_length",
    "polygons",
    "polygons_to_path",
    "polygons_to_svg",
    "profile_line",
    "regionprops",
    "regionprops_table",
    "shannon_entropy",
    "statistics",
    "subdivide_polygon",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
