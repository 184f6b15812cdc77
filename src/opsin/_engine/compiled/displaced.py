# cython: infer_types=True
"""An extended image, its result and a window: what filters have in common that go from one displacement to the next.

A tile of the result is computed at a time: the pixels of the tile and those so far away stay in cache through all
displacements. ``displaced.pxd`` declares the tiles and `filter_tiles`.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.runtime import parallel_for


@cython.cclass
class Displaced:
    """An image of floats, whose channels are rows, and the tiles of its result.

    Parameters
    ----------
    image : (channels, R, C) ndarray of float32 or float64
        The extended image as rows, C-contiguous; an extended plane follows the other.
    result : (channels, planes * rows, columns) ndarray
        The result, of the dtype of the image.
    planes : (n,) ndarray of intp
        The row of the extended image that each plane begins in.
    window : (n, 2) ndarray of intp
        How many rows and columns away the pixels of the window are.
    share : float
        The weight of a squared difference in the exponent.
    tile : (int, int)
        The rows and columns of a tile.
    """

    def __init__(self, image, result, planes, window, share, tile):
        self.is_double = image.dtype == np.float64
        if self.is_double:
            self.image8, self.result8 = image, result
        else:
            self.image4, self.result4 = image, result
        self.window, self.share = window, share
        rows, columns = result.shape[1] // len(planes), result.shape[2]
        pad = (image.shape[2] - columns) // 2
        self.tiles = np.array(
            [
                (
                    plane + top,
                    pad + left,
                    number * rows + top,
                    left,
                    min(tile[0], rows - top),
                    min(tile[1], columns - left),
                )
                for number, plane in enumerate(planes.tolist())
                for top in range(0, rows, tile[0])
                for left in range(0, columns, tile[1])
            ],
            np.intp,
        ).reshape(-1, 6)


def filter_tiles(job, strip, strips, scratch_shape, cost):
    """Run `strip` for each tile.

    Parameters
    ----------
    strips : int
        How many tiles are handed out together, at the most.
    scratch_shape : (int, int)
        The rows and columns of the scratch of a strip.
    cost : float
        The nanoseconds of a tile.
    """
    tiles = job.tiles.shape[0]
    strips = min(strips, tiles)
    if job.is_double:
        job.scratch8 = np.empty((strips, *scratch_shape), np.float64)
    else:
        job.scratch4 = np.empty((strips, *scratch_shape), np.float32)
    for first in range(0, tiles, strips):
        job.first = first
        count = min(strips, tiles - first)
        parallel_for(strip, count, job, count * cost)
