"""Binary morphology with balls of any radius, by distances."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import per_axis
from .._engine.distances import measure_distances
from .._engine.labels import as_label_image
from .._engine.pointwise import evaluate
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import POSITIVE, Mask, ObjectsLike, Out, Spacing

RADIUS = Allowed(0)

Radius = Annotated[float, RADIUS, Typical(0, 50, "px")]
"""The radius of a ball."""


@operation(kind="global", since="0.1")
def isotropic_erosion(image: ObjectsLike, radius: Radius, *, spacing: Spacing = 1.0, out: Out = None) -> Mask:
    """Remove the pixels of a mask that are no farther than a radius from the background.

    This is an erosion with a ball (in two dimensions a disk) that takes the same time for every radius. Beyond the
    border of the image nothing counts.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    radius : float
        Radius of the ball, in units of `spacing`.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        The eroded mask, an array of bool.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] I. Ragnemalm, "Fast Erosion and Dilation by Contour Processing and Thresholding of Distance Maps", Pattern
       Recognition Letters 13 (3), 1992, pp. 161-166.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import isotropic_erosion
    >>> isotropic_erosion(np.array([0, 1, 1, 1, 1, 1, 0]), 1).astype(int)
    array([0, 0, 1, 1, 1, 0, 0])
    """
    return _in_steps(image, radius, spacing, (False,), out)


@operation(kind="global", since="0.1")
def isotropic_dilation(image: ObjectsLike, radius: Radius, *, spacing: Spacing = 1.0, out: Out = None) -> Mask:
    """Add the pixels to a mask that are no farther than a radius from it.

    This is a dilation with a ball (in two dimensions a disk) that takes the same time for every radius.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    radius : float
        Radius of the ball, in units of `spacing`.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        The dilated mask, an array of bool.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] I. Ragnemalm, "Fast Erosion and Dilation by Contour Processing and Thresholding of Distance Maps", Pattern
       Recognition Letters 13 (3), 1992, pp. 161-166.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import isotropic_dilation
    >>> isotropic_dilation(np.array([0, 0, 0, 1, 0, 0, 0]), 2).astype(int)
    array([0, 1, 1, 1, 1, 1, 0])
    """
    return _in_steps(image, radius, spacing, (True,), out)


@operation(kind="global", since="0.1")
def isotropic_opening(image: ObjectsLike, radius: Radius, *, spacing: Spacing = 1.0, out: Out = None) -> Mask:
    """Remove the details of a mask that hold no ball of a radius.

    This is an erosion followed by a dilation, which take the same time for every radius.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    radius : float
        Radius of the ball, in units of `spacing`.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        The opened mask, an array of bool.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] I. Ragnemalm, "Fast Erosion and Dilation by Contour Processing and Thresholding of Distance Maps", Pattern
       Recognition Letters 13 (3), 1992, pp. 161-166.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import isotropic_opening
    >>> isotropic_opening(np.array([0, 1, 1, 1, 0, 1, 0]), 1).astype(int)
    array([0, 1, 1, 1, 0, 0, 0])
    """
    return _in_steps(image, radius, spacing, (False, True), out)


@operation(kind="global", since="0.1")
def isotropic_closing(image: ObjectsLike, radius: Radius, *, spacing: Spacing = 1.0, out: Out = None) -> Mask:
    """Fill the gaps of a mask that hold no ball of a radius.

    This is a dilation followed by an erosion, which take the same time for every radius.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    radius : float
        Radius of the ball, in units of `spacing`.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        The closed mask, an array of bool.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] I. Ragnemalm, "Fast Erosion and Dilation by Contour Processing and Thresholding of Distance Maps", Pattern
       Recognition Letters 13 (3), 1992, pp. 161-166.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import isotropic_closing
    >>> isotropic_closing(np.array([0, 0, 0, 1, 0, 1, 0, 0, 0]), 1).astype(int)
    array([0, 0, 0, 1, 1, 1, 0, 0, 0])
    """
    return _in_steps(image, radius, spacing, (True, False), out)


def _in_steps(
    image: Any, radius: Any, spacing: Any, dilations: tuple[bool, ...], out: NDArray[Any] | None
) -> NDArray[np.bool_]:
    """Take steps one after the other: dilations where True, erosions where False."""
    mask = as_label_image("image", image) != 0
    limit = number("radius", radius, RADIUS)
    steps = per_axis("spacing", spacing, mask.ndim, POSITIVE)
    distances = np.empty(mask.shape)
    result: NDArray[Any] = mask
    for number_of_step, grows in enumerate(dilations, 1):
        measure_distances(np.logical_not(result) if grows else result, "euclidean", steps, distances)
        compare = np.less_equal if grows else np.greater
        last = number_of_step == len(dilations)
        result = evaluate(
            lambda part, compare=compare: compare(part, limit), [distances], dtype=mask.dtype, out=out if last else None
        )
    return result
