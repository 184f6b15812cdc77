"""Morphology: shapes in images, probed by footprints."""

from typing import TYPE_CHECKING

from .._names import public
from .area_opening import area_closing, area_opening
from .convex_hull_image import convex_hull_image, convex_hull_object
from .distance_transform import distance_transform
from .erosion import closing, dilation, erosion, opening
from .fill_holes import fill_holes
from .flood import flood, flood_fill
from .footprints import (
    ball,
    diamond,
    disk,
    ellipse,
    footprint_neighbors,
    footprint_rectangle,
    octagon,
    octahedron,
    star,
)
from .isotropic import isotropic_closing, isotropic_dilation, isotropic_erosion, isotropic_opening
from .local_maxima import h_maxima, h_minima, local_maxima, local_minima
from .medial_axis import medial_axis
from .morphological_gradient import morphological_gradient
from .reconstruction import reconstruction
from .remove_small import remove_small_holes, remove_small_objects
from .skeletonize import skeletonize, thin
from .tophat import black_tophat, white_tophat

__all__ = [
    "area_closing",
    "area_opening",
    "ball",
    "black_tophat",
    "closing",
    "convex_hull_image",
    "convex_hull_object",
    "diamond",
    "dilation",
    "disk",
    "distance_transform",
    "ellipse",
    "erosion",
    "fill_holes",
    "flood",
    "flood_fill",
    "footprint_neighbors",
    "footprint_rectangle",
    "h_maxima",
    "h_minima",
    "isotropic_closing",
    "isotropic_dilation",
    "isotropic_erosion",
    "isotropic_opening",
    "local_maxima",
    "local_minima",
    "medial_axis",
    "morphological_gradient",
    "octagon",
    "octahedron",
    "opening",
    "reconstruction",
    "remove_small_holes",
    "remove_small_objects",
    "skeletonize",
    "star",
    "thin",
    "white_tophat",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
