"""The graph of neighboring pixels, for sparse systems of equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


def numbered(inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the numbers of the pixels of a mask from 0, in raster order, and -1 outside of it."""
    numbers = np.cumsum(inside.reshape(-1), dtype=np.int64).reshape(inside.shape) - 1
    numbers[~inside] = -1
    return numbers


def edges(
    numbers: NDArray[np.int64], image: NDArray[Any] | None = None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]]:
    """Yield for each axis the numbers of neighbors along it, and the squared distance of their colors.

    Parameters
    ----------
    numbers : ndarray of int64
        What `numbered` returned.
    image : (channels, ...) ndarray, optional
        The colors; without them distances are 0.
    """
    for axis in range(numbers.ndim):
        first = tuple(slice(None, -1) if other == axis else slice(None) for other in range(numbers.ndim))
        second = tuple(slice(1, None) if other == axis else slice(None) for other in range(numbers.ndim))
        both = (numbers[first] >= 0) & (numbers[second] >= 0)
        if image is None:
            distance = np.zeros(int(both.sum()))
        else:
            with np.errstate(over="ignore"):
                distance = sum(
                    ((channel[second][both] - channel[first][both]) ** 2 for channel in image),
                    np.zeros(int(both.sum()), image.dtype),
                )
        yield numbers[first][both], numbers[second][both], distance


def weighted(count: int, first: NDArray[np.int64], second: NDArray[np.int64], weights: NDArray[np.float64]) -> Any:
    """Return the sparse symmetric matrix with a weight for each pair of pixels."""
    from scipy import sparse

    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    return sparse.csr_array((np.concatenate([weights, weights]), (rows, columns)), shape=(count, count))


def factored(matrix: Any) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function that solves a sparse symmetric system for the columns of a right side, directly."""
    from scipy.sparse.linalg import splu

    options = {"SymmetricMode": True}
    return splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options).solve  # type: ignore[no-any-return]


def solved(matrix: Any, sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve a sparse symmetric system for the columns of `sides`, directly."""
    return factored(matrix)(sides)


def laplacian(matrix: Any) -> Any:
    """Return the Laplacian of a matrix of weights: their sums on the diagonal, less the weights."""
    from scipy import sparse

    return (sparse.diags_array(matrix.sum(axis=0)) - matrix).tocsr()
