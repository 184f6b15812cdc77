"""The medial axis of a mask."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from .._engine.labels import as_label_image, as_mask
from .._engine.randomness import as_generator
from .._engine.thinning import thin_by_distance
from .._errors import flag
from .._operation import operation
from .._types import PLANE, Mask, MaskLike, ObjectsLike, Rng, Values

Domain: TypeAlias = MaskLike | None
"""Where a mask may change."""


@operation(kind="global", dimensions=PLANE, since="0.1")
def medial_axis(
    image: ObjectsLike, mask: Domain = None, *, return_distance: bool = False, rng: Rng = None
) -> Mask | tuple[Mask, Values]:
    """Reduce the objects of a mask to their medial axis: the ridges of the distance from the background.

    The lines are as connected as the objects are, and reach into their corners. Together with the distances they are
    enough to draw the objects again.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of two axes; the background is 0 or False.
    mask : array_like of bool, optional
        Where pixels may be removed; the others stay as they are, and count as background.
    return_distance : bool
        Whether the distances from the background are returned, too.
    rng : int or numpy.random.Generator, optional
        Seed or generator of random numbers. By default every call draws others.

        They decide in which order pixels of equal distance are removed.

    Returns
    -------
    axis : ndarray
        The medial axis, an array of bool.
    distances : ndarray
        float64 array with the shape of the image: the distance of each pixel from the background, infinite if there is
        none; only with ``return_distance=True``.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    skeletonize : Lines with fewer branches, in two or three dimensions.

    References
    ----------
    .. [1] H. Blum, "A Transformation for Extracting New Descriptors of Shape", Models for the Perception of Speech and
       Visual Form, MIT Press, 1967, pp. 362-380.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import medial_axis
    >>> image = np.zeros((5, 9), int)
    >>> image[1:4, 1:8] = 1
    >>> medial_axis(image, rng=0).astype(int)
    array([[0, 0, 0, 0, 0, 0, 0, 0, 0],
           [0, 1, 0, 0, 0, 0, 0, 1, 0],
           [0, 0, 1, 1, 1, 1, 1, 0, 0],
           [0, 1, 0, 0, 0, 0, 0, 1, 0],
           [0, 0, 0, 0, 0, 0, 0, 0, 0]])
    """
    objects = as_label_image("image", image) != 0
    if objects.ndim != 2:
        raise ValueError(f"image must have 2 axes; got shape {objects.shape}.")
    inside = None if mask is None else as_mask("mask", mask, objects.shape)
    wanted = flag("return_distance", return_distance)
    found, distances = thin_by_distance(objects if inside is None else objects & inside, as_generator(rng))
    result = found if inside is None else np.where(inside, found, objects)
    return (result, distances) if wanted else result
