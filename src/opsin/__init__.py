"""Image processing for Python: as easy as scikit-image, faster than OpenCV, Python source all the way down."""

from . import audio, color, exposure, filters, io, measure, morphology, segmentation, transform
from ._engine.threads import get_num_threads, set_num_threads, threads
from ._operation import operations
from ._show import show

__version__ = "0.1.0"

__all__ = [
    "audio",
    "color",
    "exposure",
    "filters",
    "get_num_threads",
    "io",
    "measure",
    "morphology",
    "operations",
    "segmentation",
    "set_num_threads",
    "show",
    "threads",
    "transform",
]
