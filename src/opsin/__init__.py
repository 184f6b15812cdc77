"""Image processing and sound for Python: as easy as scikit-image, faster than OpenCV, Python source all the way down.

An image is a NumPy array of (rows, columns), with a last axis of three or four
channels if it is in color. Every operation is a function that takes one.

- ``color``, ``exposure``, ``filters``, ``measure``, ``morphology``,
  ``segmentation``, ``transform``: the operations
- ``io``: image files
- ``data``: sample images
- ``audio``: sound
- ``show``: a picture of an image, by matplotlib
- ``operations``: the parameters of every operation, as data
- ``Pipeline``: operations and their parameters as one value, called on an image
- ``threads``, ``get_num_threads``, ``set_num_threads``: how many threads are used
"""

from typing import TYPE_CHECKING

from . import audio, color, data, exposure, filters, io, measure, morphology, segmentation, transform
from ._engine.threads import get_num_threads, set_num_threads, threads
from ._names import public
from ._operation import operations
from ._pipeline import Pipeline
from ._show import show

__version__ = "0.1.0"

__all__ = [
    "Pipeline",
    "audio",
    "color",
    "data",
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

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, [*__all__, "__version__"])
