"""Lines, shapes and text: the coordinates of their pixels, and colors for them."""

from typing import TYPE_CHECKING

from .._names import public
from .bezier import bezier_curve
from .ellipse import circle_perimeter, circle_perimeter_aa, disk, ellipse, ellipse_perimeter
from .line import line, line_aa
from .polygon import polygon, polygon2mask, polygon_perimeter, rectangle, rectangle_perimeter
from .set_color import set_color
from .text import text

__all__ = [
    "bezier_curve",
    "circle_perimeter",
    "circle_perimeter_aa",
    "disk",
    "ellipse",
    "ellipse_perimeter",
    "line",
    "line_aa",
    "polygon",
    "polygon2mask",
    "polygon_perimeter",
    "rectangle",
    "rectangle_perimeter",
    "set_color",
    "text",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
