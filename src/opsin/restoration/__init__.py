"""Removing noise and blur, and repairing images."""

from typing import TYPE_CHECKING

from .._names import public
from .denoise_bilateral import denoise_bilateral
from .denoise_nl_means import denoise_nl_means
from .denoise_rof import denoise_rof
from .denoise_tv_bregman import denoise_tv_bregman
from .denoise_tv_chambolle import denoise_tv_chambolle
from .denoise_wavelet import denoise_wavelet
from .estimate_sigma import estimate_sigma
from .find_missing import find_missing
from .inpaint_biharmonic import inpaint_biharmonic
from .richardson_lucy import richardson_lucy
from .wiener import wiener

__all__ = [
    "denoise_bilateral",
    "denoise_nl_means",
    "denoise_rof",
    "denoise_tv_bregman",
    "denoise_tv_chambolle",
    "denoise_wavelet",
    "estimate_sigma",
    "find_missing",
    "inpaint_biharmonic",
    "richardson_lucy",
    "wiener",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
