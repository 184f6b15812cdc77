"""Regions that grow from markers by random walks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, as_data_range, as_pixels, per_axis
from .._engine.channels import channels_first
from .._engine.graph import edges, laplacian, numbered, solved, weighted
from .._engine.iterate import iterations
from .._engine.labels import as_labels
from .._engine.multigrid import multigrid
from .._errors import Allowed, choice, flag, number
from .._operation import Typical, operation
from .._types import POSITIVE, ColorAxis, DataRange, ImageLike, Labels, MarkersLike, Spacing, Values

BETA = Allowed(0)
TOL = Allowed(above=0, below=1)

Beta: TypeAlias = Annotated[float, BETA, Typical(1, 1000)]
"""How much gradients hold the walkers back."""

Tol: TypeAlias = Annotated[float, TOL, Typical(1e-6, 0.1)]
"""The tolerance of the solution."""

Solver: TypeAlias = Literal["cg_mg", "cg_j", "bf"]

MAX_DIRECT = 1 << 15
"""Planes of more sought pixels are solved by conjugate gradients unless a solver is named."""

MARGINS = {"cg_mg": 4, "cg_j": 100}
"""By how much errors are larger than what a preconditioner finds; by Jacobi's they may be larger still."""

LEAST_WEIGHT = 1e-10
"""Is added to every weight, so that the system of equations is regular."""


def random_walker_dtype(*, return_full_prob: bool, **_: Any) -> str:
    """Return the dtype of the result: probabilities are floats."""
    return "float64" if return_full_prob else "int32"


@operation(kind="global", dtype=random_walker_dtype, since="0.1")
def random_walker(
    image: ImageLike,
    labels: MarkersLike,
    *,
    beta: Beta = 130.0,
    mode: Solver | None = None,
    tol: Tol = 1e-3,
    return_full_prob: bool = False,
    spacing: Spacing | None = None,
    channel_axis: ColorAxis = "auto",
    data_range: DataRange = None,
) -> Labels | Values:
    """Label each pixel by the marker that a random walker from it most likely meets first.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

        Its values are finite where `labels` is not negative.
    labels : array_like of int
        Markers, with the spatial shape of the image: positive where the label is known, 0 where it is sought, and
        negative for pixels that no walker enters.
    beta : float
        How much gradients hold the walkers back.
    mode : {'cg_mg', 'cg_j', 'bf'}, optional
        How the equations are solved: by conjugate gradients, preconditioned by a multigrid method or by Jacobi's, which
        takes many more iterations; or directly, which is exact and needs much memory for volumes. By default directly
        for one axis and for planes of up to 2**15 sought pixels, and else ``"cg_mg"``.
    tol : float
        Tolerance of the conjugate gradients: the largest error of a probability, about. With ``"cg_j"`` errors may be
        many times as large.
    return_full_prob : bool
        Whether to return the probabilities instead of the labels.
    spacing : float or sequence of float, optional
        Distance of neighboring pixels, one for all spatial axes or one for each. By default 1.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.
    data_range : float, optional
        Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for
        floats and bool.

    Returns
    -------
    ndarray of int32
        The labels, with the spatial shape of `image`; -1 for negative markers, and for pixels that no marker can be
        reached from.

        With ``return_full_prob=True`` the probabilities, float64, shape (markers, ...): one image for each value of the
        markers, in increasing order.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if there is no positive marker, or a value that is not finite.

    Warns
    -----
    RuntimeWarning
        If the conjugate gradients do not reach the tolerance.

    References
    ----------
    .. [1] L. Grady, "Random Walks for Image Segmentation", IEEE Transactions on Pattern Analysis and Machine
       Intelligence 28 (11), 2006, pp. 1768-1783.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[20, 22, 21, 190, 200], [19, 23, 24, 205, 195]], np.uint8)
    >>> markers = np.array([[1, 0, 0, 0, 0], [0, 0, 0, 0, 2]])
    >>> opsin.segmentation.random_walker(image, markers)
    array([[1, 1, 1, 2, 2],
           [1, 1, 1, 2, 2]], dtype=int32)
    """
    pixels = as_pixels(image, channel_axis)
    markers = as_labels("labels", labels)
    if markers.shape != pixels.spatial_shape:
        raise ValueError(
            f"labels must have the spatial shape of the image, {pixels.spatial_shape}; got {markers.shape}."
        )
    beta = number("beta", beta, BETA)
    solver = None if mode is None else choice("mode", mode, get_args(Solver))
    tol = number("tol", tol, TOL)
    full = flag("return_full_prob", return_full_prob)
    distances = (1.0,) * markers.ndim if spacing is None else per_axis("spacing", spacing, markers.ndim, POSITIVE)
    scale = as_data_range(data_range, pixels.dtype)
    names, ranks = np.unique(markers, return_inverse=True)
    if not names.size or names[-1] <= 0 or names[-1] >= 2**31:
        raise ValueError("labels must have a positive marker below 2**31.")
    colors = channels_first(pixels, FLOAT64) / scale
    valid = markers >= 0
    if not np.isfinite(colors[:, valid]).all():
        raise ValueError("image must have finite values where labels is not negative; got NaN or infinity.")
    seeds = names[names > 0]
    ranks = ranks.reshape(markers.shape) - (len(names) - len(seeds))
    graph = _graph(colors, numbered(valid), beta, distances)
    chances, reached = _solved(graph, ranks[valid], len(seeds), solver, tol)
    if full:
        probabilities = np.zeros((len(seeds), *markers.shape))
        probabilities[:, valid] = chances.T
        return probabilities
    result = np.full(markers.shape, -1, np.int32)
    result[valid] = np.where(reached, seeds[chances.argmax(axis=1)], -1)
    return result


def _graph(colors: NDArray[np.float64], numbers: NDArray[np.int64], beta: float, spacing: Sequence[float]) -> Any:
    """Return the weights of neighboring pixels: the less, the more their colors differ."""
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(colors[:, numbers >= 0].std()) * np.sqrt(len(colors))
    factor = -beta / (10 * spread) if spread > 0 else 0.0
    parts = []
    for (first, second, squares), distance in zip(edges(numbers, colors), spacing, strict=True):
        # Limited, so that neither 0 times infinity nor a square that is 0 divides.
        with np.errstate(over="ignore", under="ignore"):
            gradients = np.minimum(squares / distance / distance, 1e300)
            parts.append((first, second, np.exp(factor * gradients) + LEAST_WEIGHT))
    first, second, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return weighted(int(numbers.max()) + 1, first, second, weights)


def _solved(
    graph: Any, ranks: NDArray[np.intp], count: int, solver: str | None, tol: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return for each pixel of a graph the probabilities of the markers, and whether it can reach any."""
    from scipy.sparse.csgraph import connected_components

    _, component = connected_components(graph, directed=False)
    reached = np.zeros(component.max() + 1, bool)
    reached[component[ranks >= 0]] = True
    sought = np.flatnonzero((ranks < 0) & reached[component])
    known = np.flatnonzero(ranks >= 0)
    chances = np.zeros((len(ranks), count))
    chances[known, ranks[known]] = 1
    if count == 1:
        chances[sought] = 1
    elif sought.size:
        rows = laplacian(graph)[sought]
        matrix, sides = rows[:, sought], -(rows[:, known] @ chances[known])
        chain, planar = (graph.nnz <= 2 * axes * graph.shape[0] for axes in (1, 2))
        if solver == "bf" or (solver is None and (chain or (planar and sought.size <= MAX_DIRECT))):
            chances[sought] = solved(matrix, sides)
        else:
            inverse = 1 / matrix.diagonal()
            nearly = multigrid(matrix) if solver != "cg_j" else lambda residual: inverse * residual
            limit = tol / MARGINS[solver or "cg_mg"]
            for k in range(count - 1):
                chances[sought, k] = _conjugate_gradients(matrix, sides[:, k].copy(), nearly, limit)
            chances[sought, -1] = 1 - chances[sought, :-1].sum(axis=1)
    return chances, reached[component]


def _conjugate_gradients(
    matrix: Any, side: NDArray[np.float64], nearly: Callable[[NDArray[np.float64]], NDArray[np.float64]], limit: float
) -> NDArray[np.float64]:
    """Solve a system; `nearly` solves it with an error.

    What `nearly` makes of a residual is about the error of the solution. Norms of residuals say nothing about it: they
    are tiny where all connections are weak, however wrong the solution is there.
    """
    found, direction, before = np.zeros_like(side), np.zeros_like(side), 1.0
    residual = side.copy()
    for _ in iterations(10 * len(side)):
        scaled = nearly(residual)
        if np.abs(scaled).max() <= limit:
            return found
        now = float(residual @ scaled)
        direction *= now / before
        direction += scaled
        moved = matrix @ direction
        step = now / float(direction @ moved)
        found += step * direction
        residual -= step * moved
        before = now
    warnings.warn(
        "the conjugate gradients have not reached tol; a smaller beta may help.", RuntimeWarning, stacklevel=3
    )
    return found
