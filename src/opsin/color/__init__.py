"""Color spaces, palettes and channels."""

from typing import TYPE_CHECKING

from .._names import public
from .apply_matrix import apply_matrix
from .apply_palette import apply_palette
from .delta_e import deltaE_cie76, deltaE_ciede94, deltaE_ciede2000, deltaE_cmc
from .gray2rgb import gray2rgb
from .lab2lch import lab2lch, lch2lab
from .label2rgb import label2rgb
from .rgb2gray import rgb2gray
from .rgb2hed import hed2rgb, rgb2hed
from .rgb2hsv import hsv2rgb, rgb2hsv
from .rgb2lab import lab2rgb, lab2xyz, rgb2lab, xyz2lab
from .rgb2luv import luv2rgb, rgb2luv
from .rgb2xyz import rgb2xyz, xyz2rgb
from .rgb2ycbcr import rgb2ycbcr, ycbcr2rgb
from .rgb2yiq import rgb2yiq, yiq2rgb
from .rgb2yuv import rgb2yuv, yuv2rgb
from .rgba2rgb import rgba2rgb
from .split_channels import merge_channels, split_channels

__all__ = [
    "apply_matrix",
    "apply_palette",
    "deltaE_cie76",
    "deltaE_ciede94",
    "deltaE_ciede2000",
    "deltaE_cmc",
    "gray2rgb",
    "hed2rgb",
    "hsv2rgb",
    "lab2lch",
    "lab2rgb",
    "lab2xyz",
    "label2rgb",
    "lch2lab",
    "luv2rgb",
    "merge_channels",
    "rgb2gray",
    "rgb2hed",
    "rgb2hsv",
    "rgb2lab",
    "rgb2luv",
    "rgb2xyz",
    "rgb2ycbcr",
    "rgb2yiq",
    "rgb2yuv",
    "rgba2rgb",
    "split_channels",
    "xyz2lab",
    "xyz2rgb",
    "ycbcr2rgb",
    "yiq2rgb",
    "yuv2rgb",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
