"""Geometry: images of other sizes, turned and warped."""

from typing import TYPE_CHECKING

from .._names import public
from .downscale_local_mean import downscale_local_mean
from .integral_image import integral_image, integrate
from .projective import AffineTransform, EuclideanTransform, ProjectiveTransform, SimilarityTransform
from .pyramids import pyramid_expand, pyramid_gaussian, pyramid_laplacian, pyramid_reduce
from .rescale import rescale
from .resize import resize
from .rotate import rotate
from .warp import warp
from .warp_polar import warp_polar
from .zoom import zoom

__all__ = [
    "AffineTransform",
    "EuclideanTransform",
    "ProjectiveTransform",
    "SimilarityTransform",
    "downscale_local_mean",
    "integral_image",
    "integrate",
    "pyramid_expand",
    "pyramid_gaussian",
    "pyramid_laplacian",
    "pyramid_reduce",
    "rescale",
    "resize",
    "rotate",
    "warp",
    "warp_polar",
    "zoom",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
