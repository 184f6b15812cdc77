"""What every reader returns: the headers of a file, and a function that decodes its pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .metadata import Metadata


@dataclass(frozen=True)
class Opened:
    """An image file whose headers have been read and whose pixels have not.

    Attributes
    ----------
    format : str
        Name of the file format.
    shape : tuple of int
        Shape of what `decode` returns.
    dtype : numpy.dtype
        Type of what `decode` returns.
    channels : int
        Length of the last axis if it holds channels, 0 if there is no such axis.
    pages : int
        Number of pages or frames in the file.
    decode : callable
        Reads the pixels; called while the file is open.
    metadata : callable
        Reads the metadata of the upright image; called while the file is open.
    offset : int or None
        Where the pixels lie in the file, if it stores them as `decode` returns them.
    stored : numpy.dtype, optional
        Type of the stored pixels, if it has another byte order than `dtype`.
    frames : callable, optional
        Reads frames of an animation, given by a sequence of numbers, into one array.
    parts : callable, optional
        Reads a window, given as two slices, without decoding all pixels.
    """

    format: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    channels: int
    pages: int
    decode: Callable[[], NDArray[Any]]
    metadata: Callable[[], Metadata] = Metadata
    offset: int | None = None
    stored: np.dtype[Any] | None = None
    frames: Callable[[Sequence[int]], NDArray[Any]] | None = None
    parts: Callable[[slice, slice], NDArray[Any]] | None = None

    @property
    def pixels(self) -> int:
        """Number of pixels, over all pages."""
        count = 1
        for length in self.shape[: -1 if self.channels else None]:
            count *= length
        return count

    @property
    def nbytes(self) -> int:
        """Number of bytes that the decoded pixels take."""
        return self.pixels * max(self.channels, 1) * self.dtype.itemsize


def oriented(image: NDArray[Any], orientation: int, axis: int = 0) -> NDArray[Any]:
    """Reorder stored rows and columns so that the image is upright, as EXIF and TIFF tag 274 define.

    Parameters
    ----------
    image : array
        Pixels as stored.
    orientation : int
        1 to 8; anything else counts as 1.
    axis : int
        Axis of the rows; the columns follow it.

    Returns
    -------
    image : array
        In C order: a copy, or the image itself if the orientation changes nothing.

    References
    ----------
    .. [1] CIPA DC-008-2023, Exchangeable image file format for digital still cameras: Exif 3.0, 4.6.5.1.
    """
    if orientation not in range(2, 9):
        return np.ascontiguousarray(image)
    rows, columns = axis, axis + 1
    if swaps_sides(orientation):
        image = image.swapaxes(rows, columns)
    if orientation in (3, 4, 7, 8):
        image = np.flip(image, rows)
    if orientation in (2, 3, 6, 7):
        image = np.flip(image, columns)
    # Copied block by block and channel by channel, so that reads and writes stay in the cache:
    # 37 instead of 110 ms for 24 million pixels.
    result = np.empty(image.shape, image.dtype)
    source, target = (np.moveaxis(one, (rows, columns), (-2, -1)) for one in (image, result))
    for top in range(0, source.shape[-2], 64):
        for left in range(0, source.shape[-1], 512):
            for plane in np.ndindex(source.shape[:-2]):
                block = (*plane, slice(top, top + 64), slice(left, left + 512))
                target[block] = source[block]
    return result


def swaps_sides(orientation: int) -> bool:
    """Return whether `orientation` exchanges rows and columns."""
    return orientation in (5, 6, 7, 8)
