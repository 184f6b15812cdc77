"""Image processing for Python: as easy as scikit-image, faster than OpenCV, Python source all the way down."""

from . import filters, measure, segmentation
from ._operation import operations
from ._threads import get_num_threads, set_num_threads, threads

__version__ = "0.1.0"

__all__ = [
    "filters",
    "get_num_threads",
    "measure",
    "operations",
    "segmentation",
    "set_num_threads",
    "threads",
]
