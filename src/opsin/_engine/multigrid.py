"""A multigrid preconditioner for the Laplacians of graphs of pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .graph import factored

MIN_UNKNOWNS = 2000
"""Systems of fewer unknowns are solved directly."""

MIN_DECREASE = 0.8
"""A level with a larger share of the unknowns of the one before is the last, which is solved directly."""

MIN_STRENGTH = 0.25
"""Unknowns are a pair only if their connection has this share of the strongest one of each."""

MIN_WEIGHT = 0.05
"""... and this share of the number on the diagonal of each, which is larger where there are markers beside."""

MIN_LOOSE = 0.25
"""Pairs are loose if the number on their diagonal has this share of those of their unknowns."""

MIN_CONNECTED = 0.5
"""Loose unknowns whose connections have a smaller share of the number on the diagonal are not in the next level."""

MIXER = np.uint64(0x9E3779B97F4A7C15)
"""Multiplied by this odd number, the upper bits of numbers that are close together differ."""

DAMPING = 0.7
"""The damping of Jacobi's iterations, two before and two after the coarser levels."""


def multigrid(matrix: Any) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function that nearly solves a sparse system.

    Unknowns with strong connections become one unknown of the next level. The function is symmetric and positive
    definite, as a preconditioner of conjugate gradients must be.

    Weights may differ by many orders of magnitude, if each level leaves to the next what its iterations cannot change:
    unknowns that are connected more strongly to each other than to others. Two pairs become one unknown only if one of
    them is loose, that is, changes quickly as a whole.

    Parameters
    ----------
    matrix : sparse array
        Symmetric, with no positive number beside the diagonal, and sums of rows of at least 0; not singular.

    References
    ----------
    .. [1] Y. Notay, "An Aggregation-Based Algebraic Multigrid Method", Electronic Transactions on Numerical Analysis
       37, 2010, pp. 123-146.
    """
    levels: list[tuple[Any, NDArray[np.float64], Any, Any]] = []
    while matrix.shape[0] > MIN_UNKNOWNS:
        diagonal = matrix.diagonal()
        pairs = _paired(matrix, np.ones(matrix.shape[0], bool))
        halved = (pairs.T @ matrix @ pairs).tocsr()
        fours = pairs @ _paired(halved, halved.diagonal() >= MIN_LOOSE * (pairs.T @ diagonal))
        coarse = (fours.T @ matrix @ fours).tocsr()
        if not 0 < coarse.shape[0] <= MIN_DECREASE * matrix.shape[0]:
            break
        levels.append((matrix, DAMPING / diagonal, fours.tocsr(), fours.T.tocsr()))
        matrix = coarse
    last = factored(matrix)

    def cycle(level: int, side: NDArray[np.float64]) -> NDArray[np.float64]:
        if level == len(levels):
            return last(side)
        fine, damped, spread, gather = levels[level]
        found = damped * side

        def residual() -> NDArray[np.float64]:
            rest: NDArray[np.float64] = fine @ found
            return np.subtract(side, rest, out=rest)

        def relax() -> None:
            rest = residual()
            rest *= damped
            np.add(found, rest, out=found)

        relax()
        np.add(found, spread @ cycle(level + 1, gather @ residual()), out=found)
        relax()
        relax()
        return found

    return lambda side: cycle(0, side)


def _paired(matrix: Any, loose: NDArray[np.bool_]) -> Any:
    """Return the matrix that has a row for each unknown, with 1 in the column of its group.

    Two unknowns, of which one is loose, are a group if each is the strongest connection of the other, of those that
    have no group yet; the rest of those that are loose joins the group of its strongest connection.
    """
    from scipy import sparse

    count = matrix.shape[0]
    lengths, columns = np.diff(matrix.indptr), matrix.indices
    rows = np.repeat(np.arange(count), lengths)
    # Different for equal connections, which would else wait for each other in long chains.
    mixed = (
        np.minimum(rows, columns).astype(np.uint64) << np.uint64(32) | np.maximum(rows, columns).astype(np.uint64)
    ) * MIXER
    strengths = np.where(columns == rows, 0.0, -matrix.data) * (1 + (mixed >> np.uint64(44)) / 2**26)

    def strongest(allowed: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return for each unknown its strongest connection that is allowed, or itself."""
        most = np.maximum.reduceat(allowed, matrix.indptr[:-1])
        places = np.flatnonzero((allowed == np.repeat(most, lengths)) & (allowed > 0))[::-1]
        found = np.arange(count)
        found[rows[places]] = columns[places]  # the first of equals
        return found

    diagonal = matrix.diagonal()
    kept = ~loose | (np.add.reduceat(strengths, matrix.indptr[:-1]) >= MIN_CONNECTED * diagonal)
    strengths[~(kept[rows] & kept[columns]) | (strengths < MIN_WEIGHT * diagonal[rows])] = 0
    most = np.maximum.reduceat(strengths, matrix.indptr[:-1])
    strong = strengths >= MIN_STRENGTH * np.maximum(most[rows], most[columns])
    strong &= strengths >= MIN_WEIGHT * diagonal[columns]
    paired = np.where(strong & (loose[rows] | loose[columns]), strengths, 0.0)
    group = np.arange(count)
    free = np.ones(count, bool)
    for _ in range(3):
        chosen = strongest(np.where(free[rows] & free[columns], paired, 0.0))
        both = (chosen[chosen] == np.arange(count)) & (chosen != np.arange(count))
        group[both] = np.minimum(chosen, np.arange(count))[both]
        free &= ~both
    alone = np.flatnonzero(free & loose)
    chosen = strongest(strengths)[alone]
    group[alone] = np.where(free[chosen], alone, group[chosen])
    _, numbers = np.unique(group[kept], return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(kept)])
    return sparse.csr_array((np.ones(len(numbers)), numbers, starts), shape=(count, int(numbers.max(initial=-1)) + 1))
