"""The regions of an image as objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._errors import nearest_name
from .._types import Spacing
from .region_properties import OBJECTS, PEERS_NAMES, Measures


class RegionProperties:
    """One region, with its properties as attributes.

    A property is measured for all regions together when it is first read of one of them. `RegionMapping` holds the
    regions of an image; `regionprops` makes it.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> region = opsin.measure.regionprops(np.array([[1, 1, 0], [1, 0, 7]]))[1]
    >>> region.label, region.area, region.bbox
    (1, 3.0, (0, 0, 2, 2))
    >>> region.image
    array([[ True,  True],
           [ True, False]])
    """

    __slots__ = ("_measures", "_row")

    def __init__(self, measures: Measures, row: int) -> None:
        self._measures, self._row = measures, row

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        measures = self._measures
        if name not in measures.extra and name not in measures.names:
            raise AttributeError(f"a region has no {name!r}{_cause(measures, name)}")
        value = measures.value(name, self._row)
        return value if name in OBJECTS else _plain(value)

    def __getitem__(self, name: str) -> Any:
        if not isinstance(name, str):
            raise TypeError(f"a region's properties are found by their names; got {name!r}.")
        try:
            return getattr(self, name)
        except AttributeError as error:
            raise KeyError(str(error)) from None

    def __dir__(self) -> list[str]:
        return sorted(self._measures.names)

    def __repr__(self) -> str:
        return f"<region {self.label}: {self.num_pixels} pixels in {self.bbox}>"


class RegionMapping(Mapping[int, RegionProperties]):
    """The regions of an image by their labels, in rising order.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> regions = opsin.measure.regionprops(np.array([[1, 1, 0], [1, 0, 7]]))
    >>> list(regions), 7 in regions
    ([1, 7], True)
    >>> [region.area for region in regions.values()]
    [3.0, 1.0]
    """

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def __getitem__(self, label: int) -> RegionProperties:
        labels = self._measures.labels
        if isinstance(label, (int, np.integer)):
            row = int(np.searchsorted(labels, label))
            if row < len(labels) and labels[row] == label:
                return RegionProperties(self._measures, row)
        raise KeyError(f"there is no region with label {label!r}")

    def __iter__(self) -> Iterator[int]:
        return iter(self._measures.labels.tolist())

    def __len__(self) -> int:
        return len(self._measures.labels)

    def __repr__(self) -> str:
        return f"<{len(self)} regions>"


def _cause(measures: Measures, name: str) -> str:
    """Return the end of the error for a property that a region does not have."""
    if name in PEERS_NAMES:
        return f"; it is {PEERS_NAMES[name]!r} here"
    try:
        return f": it {measures.refusal(name)}"
    except KeyError:
        return f".{nearest_name(name, measures.names)}"


def _plain(value: Any) -> Any:
    """Return a number as Python's, and a row of numbers as a tuple."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return tuple(value.tolist())
    return value.copy() if isinstance(value, np.ndarray) else value


def regionprops(
    label_image: ArrayLike,
    intensity_image: ArrayLike | None = None,
    *,
    spacing: Spacing = 1.0,
    extra_properties: Sequence[Callable[..., Any]] | None = None,
) -> RegionMapping:
    """Measure the regions of a label image, as a mapping from labels to objects.

    The properties are those of `regionprops_table`, as attributes: ``regions[3].area``. Each is measured when it is
    read first, for all regions in one pass.

    Parameters
    ----------
    label_image : array_like
        Image of integers, of any number of axes: 0 for the background, and the same positive integer for all pixels
        of a region. It must not be changed as long as the result is used.
    intensity_image : array_like, optional
        Image of the same shape and any real dtype; it may have an additional last axis of channels.
    spacing : float or sequence of float
        Distance between neighboring pixels, one for all axes or one for each.
    extra_properties : sequence of callable, optional
        Functions of one's own, with the name of their attribute. They are called for each region with its mask in the
        bounding box, or with the mask and the intensities, 0 outside of the region, if they take two arguments.

    Returns
    -------
    RegionMapping
        The regions by their labels. ``len(regions)`` is their number, ``regions.values()`` are the regions.

    Raises
    ------
    TypeError
        If `label_image` is not an array of integers, or a parameter is of a wrong type.
    ValueError
        If there are negative labels, the shapes of the images do not match, or the spacing is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[1, 1, 0], [1, 0, 7], [0, 7, 7]])
    >>> regions = opsin.measure.regionprops(labels)
    >>> regions[7].area, regions[7].bbox
    (3.0, (1, 1, 3, 3))
    >>> for label, region in regions.items():
    ...     print(label, np.round(region.centroid, 2))
    1 [0.33 0.33]
    7 [1.67 1.67]
    """
    return RegionMapping(Measures(label_image, intensity_image, spacing, extra_properties))
