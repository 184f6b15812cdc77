"""Annotations that many signatures share: roles of arrays, results, and parameters with their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._errors import Allowed
from ._operation import Result, Role, Typical

M = TypeVar("M")

# Arrays and models that an operation takes; they are no settings.

ImageLike: TypeAlias = Annotated[ArrayLike, Role("image")]
"""An image of any real dtype."""

RGBLike: TypeAlias = Annotated[ArrayLike, Role("image", channels=3)]
"""An image with three channels: red, green and blue."""

RGBALike: TypeAlias = Annotated[ArrayLike, Role("image", channels=4)]
"""An image with four channels: red, green, blue and opacity."""

ObjectsLike: TypeAlias = Annotated[ArrayLike, Role("labels", "biu")]
"""A mask, or an image of labels or other integers whose equal neighbors belong together."""

LabelsLike: TypeAlias = Annotated[ArrayLike, Role("labels", "iu")]
"""An image of labels: 0 for the background, positive integers for regions."""

MaskLike: TypeAlias = Annotated[ArrayLike, Role("mask", "b")]
"""An array of bool, or of numbers that are 0 or 1."""

MarkersLike: TypeAlias = Annotated[ArrayLike, Role("markers", "iu")]
"""An image of labels from which regions grow; 0 where there is no marker."""

PointsLike: TypeAlias = Annotated[ArrayLike, Role("points", "iuf")]
"""Coordinates of points, shape (points, axes), in the order of the axes."""

IntensityLike: TypeAlias = Annotated[ArrayLike, Role("intensity")]
"""An image whose values are measured where another image selects pixels."""

ReferenceLike: TypeAlias = Annotated[ArrayLike, Role("reference")]
"""An image that another one is compared with, or made similar to."""

PaletteLike: TypeAlias = Annotated[ArrayLike, Role("palette")]
"""A color, or another value, for each label."""

TemplateLike: TypeAlias = Annotated[ArrayLike, Role("template")]
"""An image that is searched in another one."""

HistogramLike: TypeAlias = Annotated[ArrayLike | tuple[ArrayLike, ArrayLike], Role("histogram")]
"""The counts of a histogram, or its counts and the value of each bin."""

Model: TypeAlias = Annotated[M, Role("model", "")]
"""An immutable object with a state, such as a trained cascade: ``Model[Cascade]``."""

Out: TypeAlias = Annotated[NDArray[Any], Role("out")] | None
"""An array for the result."""

# Results.

Image: TypeAlias = Annotated[NDArray[Any], Result("image", "input")]
"""An image in the dtype of the input."""

Recast: TypeAlias = Annotated[NDArray[Any], Result("image")]
"""An image whose dtype depends on other arguments than the image."""

FloatImage: TypeAlias = Annotated[NDArray[Any], Result("image", "float")]
"""An image of float32, or of float64 if float32 cannot hold the input."""

Angles: TypeAlias = Annotated[NDArray[Any], Result("angles", "float")]
"""An angle in radians for each pixel, of the dtype of a FloatImage."""

PatternImage: TypeAlias = Annotated[NDArray[np.float64], Result("image", "float64")]
"""An image of numbers that stand for patterns."""

Mask: TypeAlias = Annotated[NDArray[np.bool_], Result("mask", "bool")]
"""An array of bool."""

Labels: TypeAlias = Annotated[NDArray[np.int32], Result("labels", "int32")]
"""Labels: 0 for the background, 1, 2, ... for regions."""

SameLabels: TypeAlias = Annotated[NDArray[Any], Result("labels", "input")]
"""Labels or a mask in the dtype of the input."""

Points: TypeAlias = Annotated[NDArray[Any], Result("points")]
"""Coordinates of points, shape (points, axes), in the order of the axes."""

Curves: TypeAlias = Annotated[list[NDArray[np.float64]], Result("curves", "float64")]
"""Curves, each an array of points."""

Table: TypeAlias = Annotated[dict[str, NDArray[Any]], Result("table")]
"""Columns by name."""

Values: TypeAlias = Annotated[NDArray[Any], Result("values")]
"""Numbers that are no image, such as the counts of a histogram."""

Number: TypeAlias = Annotated[int | float, Result("number")]
"""A single number."""

Count: TypeAlias = Annotated[int, Result("number")]
"""How many there are of something."""

# Parameters.

Mode: TypeAlias = Literal["reflect", "mirror", "nearest", "constant", "wrap"]
"""How an image is extended beyond its border, with scipy.ndimage's names."""

Modes: TypeAlias = Mode | Sequence[Mode]
"""One mode for all spatial axes or one for each."""

ChannelAxis: TypeAlias = int | Literal["auto"] | None
"""The axis of the channels; "auto": the last of a 3-D array if it is 3 or 4 long."""

NoChannels: TypeAlias = Literal["auto"] | None
"""Whether a color image is refused ("auto"), or every axis is spatial."""

MAX_SIGMA = 8191
"""With the default of `truncate` the window still has a radius below 2**15."""

MAX_SIZE = 65535

SIGMA = Allowed(0, MAX_SIGMA)
SIZE = Allowed(1, MAX_SIZE)
POSITIVE = Allowed(above=0)

PLANE = Allowed(2, 2)
"""The number of spatial axes of operations on planes."""

Sigma: TypeAlias = Annotated[float | Sequence[float], SIGMA, Typical(0, 20, "px")]
"""A standard deviation for all spatial axes or one for each."""

Truncate: TypeAlias = Annotated[float, POSITIVE, Typical(1, 8)]
"""Where the window of a Gaussian ends, in standard deviations."""

BoxSize: TypeAlias = Annotated[int | Sequence[int], SIZE, Typical(1, 31, "px")]
"""The size of a box, for all spatial axes or one for each."""

FootprintLike: TypeAlias = Annotated[int | Sequence[int] | NDArray[Any], SIZE, Typical(1, 31, "px")]
"""A window: a size for all spatial axes, one for each, or an array that is non-zero inside."""

StructuringLike: TypeAlias = Annotated[
    int | Sequence[int] | Sequence[tuple[NDArray[Any], int]] | NDArray[Any], SIZE, Typical(1, 31, "px")
]
"""A window, or a sequence of windows, each with the number of times that it is applied."""

StructureLike: TypeAlias = ArrayLike
"""The heights of a non-flat structuring element."""

WeightsLike: TypeAlias = ArrayLike
"""The weights of a window, with an axis for each spatial axis."""

Origin: TypeAlias = Annotated[int | Sequence[int], Typical(-2, 2, "px")]
"""A displacement of a window, for all spatial axes or one for each."""

Axes: TypeAlias = int | Sequence[int] | None
"""The spatial axes to work along; the axis of the channels is not counted."""

Spacing: TypeAlias = Annotated[float | Sequence[float], POSITIVE, Typical(0.1, 10)]
"""The distance of neighboring pixels, for all axes or one for each."""

MAX_NUM_ITER = Allowed(1, 100_000)

MaxNumIter: TypeAlias = Annotated[int, MAX_NUM_ITER, Typical(1, 500)]
"""The largest number of iterations."""

Eps: TypeAlias = Annotated[float, Allowed(0), Typical(0, 0.01)]
"""Where iterations end."""

DataRange: TypeAlias = Annotated[float, POSITIVE, Typical(1, 65535)] | None
"""The range of values that strengths are fractions of; None: the maximum of an integer dtype, or 1."""

Rng: TypeAlias = int | np.random.Generator | None
"""A seed or a generator of random numbers."""

InitialLike: TypeAlias = Annotated[ArrayLike, Role("image")]
"""An image that iterations start with."""

ColorAxis: TypeAlias = int | Literal["auto"] | None
"""The axis of channels that are the coordinates of a color; "auto": the last of a 3-D array if it is 3 or 4 long."""
