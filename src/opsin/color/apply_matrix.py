"""A matrix of the color channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, with_channels
from .._engine.pointwise import Affine, affine, mixed
from .._errors import choice
from .._operation import operation
from .._types import Image, Out, RGBLike

Matrix: TypeAlias = Sequence[Sequence[float]] | NDArray[Any]
"""Three rows of three weights, or of three weights and what is added."""

MAX_ENTRY = 1e6
"""Larger numbers would exceed single precision."""


@operation(kind="point", since="0.1")
def apply_matrix(
    image: RGBLike,
    matrix: Matrix,
    *,
    space: Literal["linear", "logit"] | None = None,
    channel_axis: int = -1,
    out: Out = None,
) -> Image:
    """Replace each channel of a color image by a weighted sum of its channels.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype, with an axis of three channels.
    matrix : array_like
        Three rows of three weights: row i makes channel i of the result. A fourth number in each row is added.
    space : {None, 'linear', 'logit'}
        Space of the sums. ``None``: the values as they are. ``"linear"``: the light of a display, which sRGB encodes.
        ``"logit"``: the logarithm of odds, in which no sum leaves the range of the dtype; black is ``-log(256)``, white
        ``log(256)``.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the new channels, of the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    Notes
    -----
    In the spaces ``"linear"`` and ``"logit"``, the values of an integer dtype from 0 to the largest one, and those of
    floats from 0 to 1, are clipped to these ranges; the result is within them. What a fourth number adds is in the
    units of the space. The space and the sums are computed in one pass.

    The logit of a level v of 8 bits is that of the probability ``(1 + v) / 257``; other dtypes have the same margin.

    References
    ----------
    .. [1] IEC 61966-2-1, "Colour Management - Default RGB Colour Space - sRGB", 1999 (the space ``"linear"``).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[[200, 100, 0]]], np.uint8)
    >>> opsin.color.apply_matrix(image, [[0, 0, 1], [0, 1, 0], [0.5, 0.5, 0.5]])
    array([[[  0, 100, 150]]], dtype=uint8)
    >>> opsin.color.apply_matrix(image, np.eye(3) * 0.5, space="logit")
    array([[[167, 114,  14]]], dtype=uint8)
    """
    pixels, axis = with_channels(image, channel_axis)
    weights = _as_matrix(matrix)
    chain = "matrix" if space is None else choice("space", space, ("linear", "logit"))
    return mixed(pixels, axis, chain, (weights,), rounded=True, ranged=space is not None, out=out)


def _as_matrix(matrix: Any) -> Affine:
    """Return three rows of four numbers."""
    array: NDArray[Any] = as_array("matrix", matrix)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"matrix must be three rows of three or four numbers; got dtype {array.dtype}.")
    if array.shape not in ((3, 3), (3, 4)):
        raise ValueError(f"matrix must have three rows of three or four numbers; got shape {array.shape}.")
    if not np.all(np.abs(array.astype(np.float64)) <= MAX_ENTRY):
        raise ValueError(f"matrix must have finite numbers from -{MAX_ENTRY:g} to {MAX_ENTRY:g}; got {array.tolist()}.")
    return affine(array[:, :3], array[:, 3] if array.size == 12 else (0, 0, 0))
