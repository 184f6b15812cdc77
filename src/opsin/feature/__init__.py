"""Corners, edges, blobs, and the description and matching of features."""

from typing import TYPE_CHECKING

from .._names import public
from .blobs import blob_dog, blob_doh, blob_log
from .bounding_box import bounding_box
from .brief import BRIEF
from .canny import canny
from .corner_fast import corner_fast
from .corner_harris import corner_harris
from .corner_peaks import corner_peaks
from .corner_shi_tomasi import corner_shi_tomasi
from .corner_subpix import corner_subpix
from .hessian_matrix import hessian_matrix, hessian_matrix_eigvals
from .hog import hog
from .local_binary_pattern import local_binary_pattern
from .match_descriptors import match_descriptors
from .match_template import match_template
from .orb import ORB
from .peak_local_max import peak_local_max
from .ransac import ransac
from .structure_tensor import structure_tensor, structure_tensor_eigenvalues

__all__ = [
    "BRIEF",
    "ORB",
    "blob_dog",
    "blob_doh",
    "blob_log",
    "bounding_box",
    "canny",
    "corner_fast",
    "corner_harris",
    "corner_peaks",
    "corner_shi_tomasi",
    "corner_subpix",
    "hessian_matrix",
    "hessian_matrix_eigvals",
    "hog",
    "local_binary_pattern",
    "match_descriptors",
    "match_template",
    "peak_local_max",
    "ransac",
    "structure_tensor",
    "structure_tensor_eigenvalues",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
