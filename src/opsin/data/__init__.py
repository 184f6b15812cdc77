"""Sample images: drawn by opsin, the same in every installation, and photographs from scikit-image.

The drawn images need nothing but opsin. The photographs need the extra
``samples``, and are read from the installed files; nothing is downloaded.
"""

from typing import TYPE_CHECKING

from .._names import public
from .drawings import beads, cells, color_chart, disks, page, shepp_logan_phantom, step_wedge
from .photographs import photograph, photographs

__all__ = [
    "beads",
    "cells",
    "color_chart",
    "disks",
    "page",
    "photograph",
    "photographs",
    "shepp_logan_phantom",
    "step_wedge",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
