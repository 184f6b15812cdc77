"""Image processing and sound for Python: as easy as scikit-image, faster than OpenCV, Python source all the way down.

An image is a NumPy array of (rows, columns), with a last axis of three or four
channels if it is in color. Every operation is a function that takes one.

- ``color``, ``draw``, ``exposure``, ``faces``, ``feature``, ``filters``, ``measure``, ``metrics``,
  ``morphology``, ``restoration``, ``segmentation``, ``transform``, ``util``: the operations
- ``io``: image files
- ``data``: sample images
- ``audio``: sound
- ``show``, ``overlay``, ``compare``, ``show_matches``, ``save_figure``: pictures, by matplotlib
- ``operations``: the parameters of every operation, as data
- ``Pipeline``: operations and their parameters as one value, called on an image
- ``animate``: animated GIF, WebP and PNG, and video, from images or figures
- ``explore``: controls for the parameters of an operation, in a notebook
- ``threads``, ``get_num_threads``, ``set_num_threads``: how many threads are used
- ``progress``: a function that is called before each iteration
"""

from typing import TYPE_CHECKING

from ._names import public

if TYPE_CHECKING:
    from . import (
        audio,
        color,
        data,
        draw,
        exposure,
        faces,
        feature,
        filters,
        io,
        measure,
        metrics,
        morphology,
        restoration,
        segmentation,
        transform,
        util,
    )
    from ._engine.iterate import progress
    from ._engine.threads import get_num_threads, set_num_threads, threads
    from ._operation import operations
    from ._pipeline import Pipeline
    from .plot.animate import animate
    from .plot.compare import compare, show_matches
    from .plot.explore import Explorer, explore
    from .plot.figures import save_figure
    from .plot.overlay import overlay
    from .plot.show import show

__version__ = "0.1.0"

__all__ = [
    "Explorer",
    "Pipeline",
    "animate",
    "audio",
    "color",
    "compare",
    "data",
    "draw",
    "explore",
    "exposure",
    "faces",
    "feature",
    "filters",
    "get_num_threads",
    "io",
    "measure",
    "metrics",
    "morphology",
    "operations",
    "overlay",
    "progress",
    "restoration",
    "save_figure",
    "segmentation",
    "set_num_threads",
    "show",
    "show_matches",
    "threads",
    "transform",
    "util",
]

# What is not used is not imported.
_PLACES = {
    "Explorer": ".plot",
    "Pipeline": "._pipeline",
    "animate": ".plot",
    "compare": ".plot",
    "explore": ".plot",
    "get_num_threads": "._engine.threads",
    "operations": "._operation",
    "overlay": ".plot",
    "progress": "._engine.iterate",
    "save_figure": ".plot",
    "set_num_threads": "._engine.threads",
    "show": ".plot",
    "show_matches": ".plot",
    "threads": "._engine.threads",
}

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(
        __name__, [*__all__, "__version__"], {name: _PLACES.get(name, f".{name}") for name in __all__}
    )
