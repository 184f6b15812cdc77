"""The watershed transform."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, as_volume, is_several
from .._engine.flooding import flood_basins
from .._engine.footprints import as_footprint, neighborhood
from .._engine.labels import as_connectivity, as_label_image, as_mask, connected_components
from .._errors import Allowed, flag, integer, number
from .._operation import Role, Typical, operation
from .._types import ImageLike, Labels, MaskLike, NoChannels
from ..morphology.local_maxima import local_minima

COMPACTNESS = Allowed(0)


@operation(kind="global", since="0.1")
def watershed(
    image: ImageLike,
    markers: Annotated[ArrayLike | int | None, Role("markers", "biu")] = None,
    *,
    connectivity: int | ArrayLike = 1,
    mask: MaskLike | None = None,
    compactness: Annotated[float, COMPACTNESS, Typical(0, 1000)] = 0.0,
    watershed_line: bool = False,
    channel_axis: NoChannels = "auto",
) -> Labels:
    """Divide an image into basins, by flooding it from markers.

    The lowest pixels are flooded first. Each gets the label of the neighbor from which the flood came.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    markers : array_like of int, int or None
        Labels from which the flood starts, an array of the shape of the image that is 0 elsewhere. An integer: so many
        single pixels on a regular grid, or nearly so many. ``None``: the local minima of the image.
    connectivity : int or array_like
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. Or a footprint: an array that is non-zero at the neighbors, with the pixel
        at index ``size // 2`` of each axis.
    mask : array_like of bool, optional
        Array of the shape of the image. Only pixels inside the mask are labeled.
    compactness : float
        What each pixel of distance from the marker adds to the values of the image. Large values give basins of about
        the same size.
    watershed_line : bool
        Whether the basins are separated by a line of 0, one pixel wide.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    ndarray
        int32 array of the shape of the image: the labels of the markers, and 0 outside the mask, where no flood
        comes, and on the line.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    Pixels that are NaN are flooded last. On a plateau the basins meet in the middle.

    References
    ----------
    .. [1] S. Beucher and F. Meyer, "The Morphological Approach to Segmentation: The Watershed Transformation",
       Mathematical Morphology in Image Processing, 1993, pp. 433-481.
    .. [2] P. Neubert and P. Protzel, "Compact Watershed and Preemptive SLIC: On Improving Trade-offs of Superpixel
       Segmentation Algorithms", International Conference on Pattern Recognition, 2014, pp. 996-1001.

    Examples
    --------
    Two disks that touch are separated by their distances from the background:

    >>> import numpy as np
    >>> import opsin
    >>> row, column = np.indices((60, 80))
    >>> mask = ((row - 30) ** 2 + (column - 25) ** 2 < 400) | ((row - 30) ** 2 + (column - 52) ** 2 < 300)
    >>> distances = opsin.morphology.distance_transform(mask)
    >>> markers = opsin.measure.label(opsin.morphology.h_maxima(distances, 2))
    >>> labels = opsin.segmentation.watershed(-distances, markers, mask=mask)
    >>> int(labels.max()), int(opsin.measure.label(mask).max())
    (2, 1)
    """
    array = as_volume(image, channel_axis).array
    inside = None if mask is None else as_mask("mask", mask, array.shape)
    offsets = _neighbors(connectivity, array.ndim)
    weight = number("compactness", compactness, COMPACTNESS)
    line = flag("watershed_line", watershed_line)
    found = _markers(markers, array, inside, connectivity)
    if inside is not None:
        found = np.where(inside, found, np.int32(0))
    return flood_basins(array, found, inside, offsets, weight, line)


def _neighbors(connectivity: Any, axes: int) -> NDArray[np.intp]:
    """Return the positions of the neighbors, the nearest first."""
    if isinstance(connectivity, (np.ndarray, list, tuple)):
        offsets = as_footprint(as_array("connectivity", connectivity), axes, name="connectivity").offsets
    else:
        reach = as_connectivity(integer("connectivity", connectivity), axes)
        offsets = np.argwhere(neighborhood(axes, reach)) - 1
    offsets = offsets[np.any(offsets != 0, axis=1)]
    return offsets[np.argsort((offsets**2).sum(axis=1), kind="stable")]


def _markers(markers: Any, image: NDArray[Any], mask: NDArray[np.bool_] | None, connectivity: Any) -> NDArray[np.int32]:
    """Return the markers as an image of labels."""
    if markers is None:
        reach = connectivity if isinstance(connectivity, int) else image.ndim
        minima = local_minima(image, connectivity=reach, channel_axis=None)
        if mask is not None:
            minima &= mask
        return connected_components("image", minima, reach, 0)[0]
    if not is_several(markers) and np.ndim(markers) == 0 and not isinstance(markers, np.ndarray):
        count = integer("markers", markers, low=1)
        share = 1.0 if mask is None else float(np.mean(mask))
        return _grid(image.shape, int(count / share) if share else count)
    found = as_label_image("markers", markers)
    if found.shape != image.shape:
        raise ValueError(f"markers must have the shape of the image, {image.shape}; got {found.shape}.")
    limits = np.iinfo(np.int32)
    if found.dtype.itemsize >= 4 and found.size and not (limits.min <= found.min() and found.max() <= limits.max):
        raise ValueError(f"markers must be from {limits.min} to {limits.max}; got {found.min()} to {found.max()}.")
    return found.astype(np.int32)


def _grid(shape: tuple[int, ...], count: int) -> NDArray[np.int32]:
    """Return about so many labeled pixels on a regular grid."""
    seeds = np.zeros(shape, np.int32)
    lengths = np.sort(shape)
    steps = np.ones(len(shape))
    if seeds.size > count:
        steps[:] = (seeds.size / count) ** (1 / len(shape))
        for axis in range(len(shape)):
            if (lengths >= steps).all():
                break
            # An axis that is shorter than the step has one seed.
            steps[axis] = lengths[axis]
            rest = float(np.prod(lengths[axis + 1 :]))
            steps[axis + 1 :] = (rest / count) ** (1 / max(len(shape) - axis - 1, 1))
    order = np.argsort(np.argsort(shape))
    starts, strides = (steps // 2).astype(int)[order], np.round(steps).astype(int)[order]
    if seeds.size <= count:
        starts[:] = 0
    chosen = seeds[
        tuple(slice(start, None, stride) for start, stride in zip(starts.tolist(), strides.tolist(), strict=True))
    ]
    chosen[...] = np.arange(1, chosen.size + 1).reshape(chosen.shape)
    return seeds
