"""Taking images apart into regions."""

from typing import TYPE_CHECKING

from .._names import public
from .clear_border import clear_border
from .expand_labels import expand_labels
from .felzenszwalb import felzenszwalb
from .find_boundaries import find_boundaries, mark_boundaries
from .gaussian_mixture import gaussian_mixture
from .join_segmentations import join_segmentations
from .kmeans import kmeans
from .random_walker import random_walker
from .relabel_sequential import LabelMap, relabel_sequential
from .slic import slic
from .spectral import spectral
from .watershed import watershed

__all__ = [
    "LabelMap",
    "clear_border",
    "expand_labels",
    "felzenszwalb",
    "find_boundaries",
    "gaussian_mixture",
    "join_segmentations",
    "kmeans",
    "mark_boundaries",
    "random_walker",
    "relabel_sequential",
    "slic",
    "spectral",
    "watershed",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
