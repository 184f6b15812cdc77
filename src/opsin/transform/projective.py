"""Projective, affine, similarity and Euclidean transforms of points, in the order of the axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, is_several
from .._errors import Allowed, integer, number

Self = TypeVar("Self", bound="ProjectiveTransform")
Similar = TypeVar("Similar", bound="SimilarityTransform")

DIMENSIONS = Allowed(1, 32)


class ProjectiveTransform:
    """A projective transform of points: a homography.

    Points are in the order of the axes of an image: (row, column), or (plane, row, column). A transform is a value: it
    is not changed, and equal ones are equal.

    Parameters
    ----------
    matrix : (D + 1, D + 1) array_like, optional
        Homogeneous matrix; a matrix of D rows gets the last row of an affine one. By default the identity.
    dimensionality : int
        Number of axes of the identity, if there is no matrix.

    Attributes
    ----------
    params : (D + 1, D + 1) ndarray
        The homogeneous matrix, read-only.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If the matrix has another shape, or values that are not finite.

    References
    ----------
    .. [1] R. Hartley, A. Zisserman, "Multiple View Geometry in Computer Vision", 2nd edition, 2004, sections 2.3 and
       4.1.

    Examples
    --------
    >>> import opsin
    >>> move = opsin.transform.ProjectiveTransform([[1, 0, 10], [0, 1, 20], [0, 0, 1]])
    >>> move([[1, 2]])
    array([[11., 22.]])
    >>> move.inverse([[11, 22]])
    array([[1., 2.]])
    """

    __slots__ = ("params",)

    params: NDArray[np.float64]

    _least_points: ClassVar[int] = 2
    """How many more points than axes determine a transform."""

    def __init__(self, matrix: ArrayLike | None = None, *, dimensionality: int = 2) -> None:
        if matrix is None:
            params = np.eye(integer("dimensionality", dimensionality, DIMENSIONS) + 1)
        else:
            params = as_homogeneous("matrix", matrix)
        params.flags.writeable = False
        object.__setattr__(self, "params", params)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a transform cannot be changed: {name} is read-only.")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (np.array(self.params),)

    @property
    def dimensionality(self) -> int:
        """The number of axes."""
        return len(self.params) - 1

    def __call__(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the transformed points.

        Parameters
        ----------
        points : (count, D) array_like
            Points in the order of the axes.

        Returns
        -------
        (count, D) ndarray
            The transformed points; infinite or NaN where the transform has no finite point.
        """
        given = as_points("points", points, self.dimensionality)
        with np.errstate(all="ignore"):
            moved = given @ self.params[:-1, :-1].T + self.params[:-1, -1]
            scale = given @ self.params[-1, :-1] + self.params[-1, -1]
            return np.asarray(moved / scale[:, None])

    @property
    def inverse(self: Self) -> Self:
        """The inverse transform."""
        try:
            matrix = np.linalg.inv(self.params)
        except np.linalg.LinAlgError:
            raise ValueError("the transform has no inverse: its matrix is singular.") from None
        return type(self)(self._cleaned(matrix.astype(np.float64)))

    def __add__(self, other: ProjectiveTransform) -> ProjectiveTransform:
        """Return the transform that is this one followed by `other`."""
        if not isinstance(other, ProjectiveTransform):
            return NotImplemented
        if other.dimensionality != self.dimensionality:
            raise ValueError(f"other must be of {self.dimensionality} axes; got {other.dimensionality}.")
        kind = next((one for one in type(self).__mro__ if one in type(other).__mro__), ProjectiveTransform)
        return kind(other.params @ self.params)  # type: ignore[no-any-return]

    def residuals(self, src: ArrayLike, dst: ArrayLike) -> NDArray[np.float64]:
        """Return the distance of each transformed point from where it should be.

        Parameters
        ----------
        src : (count, D) array_like
            Points to transform.
        dst : (count, D) array_like
            Where they should be.

        Returns
        -------
        (count,) ndarray
            The distances.
        """
        sources, targets = as_pairs(src, dst, self.dimensionality)
        return np.asarray(np.sqrt(np.sum((self(sources) - targets) ** 2, axis=1)))

    @classmethod
    def from_estimate(cls: type[Self], src: ArrayLike, dst: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Return the transform that takes `src` closest to `dst`.

        The sum of the squared algebraic errors is least, after both sets of points are centered and scaled.

        Parameters
        ----------
        src, dst : (count, D) array_like
            Pairs of points, at least D + 2, or D + 1 for an affine transform.
        weights : (count,) array_like, optional
            Weight of each pair.

        Returns
        -------
        transform
            The transform, of the class that the method is called of.

        Raises
        ------
        ValueError
            If the points do not determine a transform, as points on one line.
        """
        sources, targets = as_pairs(src, dst)
        count, axes = sources.shape
        check_estimable(sources, targets, axes + cls._least_points)
        before, sources = normalized(sources)
        after, targets = normalized(targets)
        # Unknowns: the elements of the matrix, row by row.
        size = axes + 1
        points = np.column_stack([sources, np.ones(count)])
        equations = np.zeros((axes, count, size, size))
        for axis in range(axes):
            equations[axis, :, axis] = points
            equations[axis, :, axes] = -points * targets[:, axis : axis + 1]
        unknowns = equations.reshape(axes * count, size * size)[:, cls._unknowns(axes)]
        if weights is not None:
            unknowns = np.tile(np.sqrt(as_weights(weights, count)), axes)[:, None] * unknowns
        _, singular, vectors = np.linalg.svd(unknowns, full_matrices=len(unknowns) < unknowns.shape[1])
        rank = np.count_nonzero(singular > 1e-10 * singular[0]) if singular[0] > 0 else 0
        if rank < unknowns.shape[1] - 1 or abs(vectors[-1, -1]) < 1e-10:
            raise ValueError("src and dst must determine one transform; these points are on a line, or equal.")
        matrix = np.zeros(size * size)
        matrix[cls._unknowns(axes)] = vectors[-1] / vectors[-1, -1]
        found = np.linalg.solve(after, matrix.reshape(size, size) @ before)
        return cls(cls._cleaned(found / found[-1, -1]))

    @classmethod
    def from_xy(cls: type[Self], matrix: Any) -> Self:
        """Return the transform of a matrix that counts coordinates in the order (x, y), as OpenCV's and scikit-image's.

        Parameters
        ----------
        matrix : (D + 1, D + 1) or (D, D + 1) array_like, or transform of scikit-image
            A matrix for points (x, y), or (x, y, z): the axes of an image from the last to the first.

        Returns
        -------
        transform
            The same transform for points in the order of the axes.
        """
        return cls(reversed_axes(as_homogeneous("matrix", getattr(matrix, "params", matrix))))

    def to_xy(self) -> NDArray[np.float64]:
        """Return the homogeneous matrix for points (x, y), as OpenCV and scikit-image count them.

        OpenCV's functions for affine matrices take its first two rows.

        Returns
        -------
        (D + 1, D + 1) ndarray
            The matrix.
        """
        return reversed_axes(self.params)

    @classmethod
    def _unknowns(cls, axes: int) -> NDArray[np.intp]:
        """Return the indices of the elements of the matrix that an estimate looks for; the last one is its scale."""
        return np.arange((axes + 1) ** 2)

    @classmethod
    def _cleaned(cls, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a computed matrix without rounding errors in elements that are fixed in the class."""
        return matrix

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.params, dtype)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and np.array_equal(self.params, other.params)

    def __hash__(self) -> int:
        return hash((type(self), (self.params + 0.0).tobytes()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({np.array2string(self.params, separator=', ', threshold=100)})"


class AffineTransform(ProjectiveTransform):
    """An affine transform of points: scale, shear, rotation and translation, in this order.

    The matrix is the product ``T @ R @ H @ S``. Points are in the order of the axes of an image: (row, column).

    Parameters
    ----------
    matrix : (D + 1, D + 1) array_like, optional
        Homogeneous matrix, in place of all other parameters.
    scale : float or sequence of D floats, optional
        Factor for all axes, or one for each.
    rotation : float or (D, D) array_like, optional
        Angle in radians from the first axis towards the second: counter-clockwise as an image is seen. For more than
        two axes a matrix.
    shear : float or sequence of two floats, optional
        Angles in radians by which the second axis turns towards the first, and the first towards the second. For two
        axes.
    translation : sequence of D floats, optional
        Displacement along each axis.
    dimensionality : int
        Number of axes, if neither `matrix` nor `translation` nor a sequence for `scale` gives it.

    Attributes
    ----------
    params : (D + 1, D + 1) ndarray
        The homogeneous matrix, read-only.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter has a value that is not finite, or a wrong shape; or if there is a matrix and another parameter.

    References
    ----------
    .. [1] R. Hartley, A. Zisserman, "Multiple View Geometry in Computer Vision", 2nd edition, 2004, section 2.4.

    Examples
    --------
    >>> import opsin
    >>> transform = opsin.transform.AffineTransform(scale=(2, 3), translation=(10, 20))
    >>> transform([[1, 1]])
    array([[12., 23.]])
    """

    __slots__ = ()

    _least_points: ClassVar[int] = 1

    def __init__(
        self,
        matrix: ArrayLike | None = None,
        *,
        scale: float | Sequence[float] | None = None,
        rotation: Any = None,
        shear: float | Sequence[float] | None = None,
        translation: Sequence[float] | None = None,
        dimensionality: int = 2,
    ) -> None:
        given = {"scale": scale, "rotation": rotation, "shear": shear, "translation": translation}
        if matrix is None and any(value is not None for value in given.values()):
            matrix = composed(dimensionality, **given)
        elif any(value is not None for value in given.values()):
            names = ", ".join(name for name, value in given.items() if value is not None)
            raise ValueError(f"matrix must be left out where {names} is given.")
        super().__init__(matrix, dimensionality=dimensionality)
        if not np.allclose(self.params[-1], np.eye(len(self.params))[-1], rtol=0, atol=1e-12):
            raise ValueError(f"matrix must have the last row 0, ..., 0, 1; got {self.params[-1].tolist()}.")

    @property
    def translation(self) -> NDArray[np.float64]:
        """The displacement along each axis."""
        return np.array(self.params[:-1, -1])

    @property
    def scale(self) -> NDArray[np.float64]:
        """The factor along each axis, before shear and rotation; the lengths of the columns if there is no shear."""
        lengths = np.sqrt(np.sum(self.params[:-1, :-1] ** 2, axis=0))
        if self.dimensionality == 2:
            lengths[1] *= math.cos(self.shear)
        return np.asarray(lengths)

    @property
    def rotation(self) -> float:
        """The angle in radians, for two axes: the first axis turned by it is the first column of the matrix."""
        self._check_plane("rotation")
        return math.atan2(self.params[1, 0], self.params[0, 0])

    @property
    def shear(self) -> float:
        """The angle of shear in radians, for two axes."""
        self._check_plane("shear")
        return math.atan2(-self.params[0, 1], self.params[1, 1]) - self.rotation

    def _check_plane(self, name: str) -> None:
        if self.dimensionality != 2:
            raise ValueError(f"{name} is one angle for transforms of 2 axes; this one has {self.dimensionality}.")

    @classmethod
    def _unknowns(cls, axes: int) -> NDArray[np.intp]:
        return np.append(np.arange(axes * (axes + 1)), (axes + 1) ** 2 - 1)

    @classmethod
    def _cleaned(cls, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        matrix[-1] = np.eye(len(matrix))[-1]
        return matrix


class SimilarityTransform(AffineTransform):
    """A scale, a rotation and a translation of points, which keep all angles.

    Points are in the order of the axes of an image: (row, column).

    Parameters
    ----------
    matrix : (D + 1, D + 1) array_like, optional
        Homogeneous matrix, in place of all other parameters.
    scale : float, optional
        Factor for all axes.
    rotation : float or (D, D) array_like, optional
        Angle in radians from the first axis towards the second: counter-clockwise as an image is seen. For more than
        two axes a matrix.
    translation : sequence of D floats, optional
        Displacement along each axis, after scale and rotation.
    dimensionality : int
        Number of axes, if neither `matrix` nor `translation` gives it.

    Attributes
    ----------
    params : (D + 1, D + 1) ndarray
        The homogeneous matrix, read-only.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter has a value that is not finite, or a wrong shape, or the matrix does not keep angles.

    References
    ----------
    .. [1] S. Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point Patterns", IEEE
       Transactions on Pattern Analysis and Machine Intelligence 13 (4), 1991, pp. 376-380 (`from_estimate`).

    Examples
    --------
    >>> import opsin
    >>> opsin.transform.SimilarityTransform(scale=2, translation=(1, 0))([[3, 4]])
    array([[7., 8.]])
    """

    __slots__ = ()

    _scales: ClassVar[bool] = True

    def __init__(
        self,
        matrix: ArrayLike | None = None,
        *,
        scale: float | None = None,
        rotation: Any = None,
        translation: Sequence[float] | None = None,
        dimensionality: int = 2,
    ) -> None:
        if scale is not None:
            scale = number("scale", scale)
        super().__init__(matrix, scale=scale, rotation=rotation, translation=translation, dimensionality=dimensionality)
        self._check_shape()

    @property
    def scale(self) -> float:  # type: ignore[override]
        """The factor for all axes."""
        return float(abs(np.linalg.det(self.params[:-1, :-1])) ** (1 / self.dimensionality))

    def _check_shape(self) -> None:
        """Raise unless the matrix is a rotation, and a scale if the class has one."""
        linear = self.params[:-1, :-1]
        with np.errstate(over="ignore"):
            product = linear.T @ linear
        size = product.trace() / len(product) if self._scales else 1.0
        if not np.allclose(product, size * np.eye(len(product)), rtol=0, atol=1e-6 * max(size, 1e-300)):
            kept = "angles" if self._scales else "distances"
            raise ValueError(f"matrix must keep {kept}; got {linear.tolist()}.")

    @classmethod
    def from_estimate(cls: type[Similar], src: ArrayLike, dst: ArrayLike, weights: ArrayLike | None = None) -> Similar:
        """Return the transform that takes `src` closest to `dst`: the sum of the squared distances is least.

        Parameters
        ----------
        src, dst : (count, D) array_like
            Pairs of points, at least D.
        weights : (count,) array_like, optional
            Weight of each pair.

        Returns
        -------
        transform
            The transform, of the class that the method is called of.

        Raises
        ------
        ValueError
            If the points do not determine a transform.
        """
        sources, targets = as_pairs(src, dst)
        count, axes = sources.shape
        check_estimable(sources, targets, axes)
        share = np.full(count, 1 / count)
        if weights is not None:
            share = as_weights(weights, count)
            share = share / share.sum()
        center, middle = share @ sources, share @ targets
        sources, targets = sources - center, targets - middle
        left, singular, right = np.linalg.svd((share[:, None] * targets).T @ sources)
        if not singular[0] > 0 or np.count_nonzero(singular > 1e-12 * singular[0]) < axes - 1:
            raise ValueError("src and dst must determine one transform; these points are too few, or equal.")
        signs = np.ones(axes)
        if np.linalg.det(left) * np.linalg.det(right) < 0:
            signs[-1] = -1
        linear = left @ np.diag(signs) @ right
        if cls._scales:
            linear *= singular @ signs / (share @ np.sum(sources**2, axis=1))
        matrix = np.eye(axes + 1)
        matrix[:-1, :-1], matrix[:-1, -1] = linear, middle - linear @ center
        return cls(matrix)


class EuclideanTransform(SimilarityTransform):
    """A rotation and a translation of points, which keep all distances.

    Points are in the order of the axes of an image: (row, column).

    Parameters
    ----------
    matrix : (D + 1, D + 1) array_like, optional
        Homogeneous matrix, in place of all other parameters.
    rotation : float or (D, D) array_like, optional
        Angle in radians from the first axis towards the second: counter-clockwise as an image is seen. For more than
        two axes a matrix.
    translation : sequence of D floats, optional
        Displacement along each axis, after the rotation.
    dimensionality : int
        Number of axes, if neither `matrix` nor `translation` gives it.

    Attributes
    ----------
    params : (D + 1, D + 1) ndarray
        The homogeneous matrix, read-only.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter has a value that is not finite, or a wrong shape, or the matrix does not keep distances.

    References
    ----------
    .. [1] S. Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point Patterns", IEEE
       Transactions on Pattern Analysis and Machine Intelligence 13 (4), 1991, pp. 376-380 (`from_estimate`).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> turn = opsin.transform.EuclideanTransform(rotation=np.pi / 2, translation=(0, 5))
    >>> turn([[1, 0]]).round(6) + 0
    array([[0., 6.]])
    """

    __slots__ = ()

    _scales: ClassVar[bool] = False

    def __init__(
        self,
        matrix: ArrayLike | None = None,
        *,
        rotation: Any = None,
        translation: Sequence[float] | None = None,
        dimensionality: int = 2,
    ) -> None:
        super().__init__(matrix, rotation=rotation, translation=translation, dimensionality=dimensionality)


def composed(dimensionality: int, *, scale: Any, rotation: Any, shear: Any, translation: Any) -> NDArray[np.float64]:
    """Return the matrix of a scale, a shear, a rotation and a translation."""
    axes = integer("dimensionality", dimensionality, DIMENSIONS)
    for value in (translation, scale):
        if is_several(value):
            axes = len(value)
    matrix = np.eye(axes + 1)
    if scale is not None:
        factors = [number("scale", one) for one in scale] if is_several(scale) else [number("scale", scale)] * axes
        if len(factors) != axes:
            raise ValueError(f"scale must be one number or {axes}, one for each axis; got {len(factors)}.")
        matrix[range(axes), range(axes)] = factors
    if shear is not None:
        angles = [number("shear", one) for one in shear] if is_several(shear) else [number("shear", shear), 0.0]
        if axes != 2 or len(angles) != 2:
            raise ValueError(f"shear must be one or two angles for transforms of 2 axes; got {shear!r} for {axes}.")
        slant = np.eye(3)
        slant[0, 1], slant[1, 0] = -math.tan(angles[0]), -math.tan(angles[1])
        matrix = slant @ matrix
    if rotation is not None:
        turn = np.eye(axes + 1)
        turn[:-1, :-1] = as_rotation(rotation, axes)
        matrix = turn @ matrix
    if translation is not None:
        if not is_several(translation):
            raise TypeError(f"translation must be a sequence of {axes} numbers; got {translation!r}.")
        if len(translation) != axes:
            raise ValueError(f"translation must be {axes} numbers, one for each axis; got {len(translation)}.")
        matrix[:-1, -1] = [number("translation", one) for one in translation]
    return matrix


def as_rotation(rotation: Any, axes: int) -> NDArray[np.float64]:
    """Return the matrix of a rotation, which is one angle for two axes, or a matrix."""
    if not is_several(rotation):
        angle = number("rotation", rotation)
        if axes != 2:
            raise ValueError(f"rotation must be a matrix of {axes} rows for transforms of {axes} axes; got {angle:g}.")
        return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = as_numbers("rotation", rotation)
    if matrix.shape != (axes, axes):
        raise ValueError(f"rotation must be an angle or a matrix of shape {(axes, axes)}; got shape {matrix.shape}.")
    return matrix


def as_homogeneous(name: str, matrix: Any) -> NDArray[np.float64]:
    """Return a homogeneous matrix, completed by the last row of an affine one."""
    found = as_numbers(name, matrix)
    if found.ndim == 2 and found.shape[1] == found.shape[0] + 1 > 1:
        found = np.vstack([found, np.eye(found.shape[1])[-1]])
    if found.ndim != 2 or found.shape[0] != found.shape[1] or len(found) < 2:
        raise ValueError(f"{name} must have the shape (D + 1, D + 1) or (D, D + 1); got {found.shape}.")
    return np.array(found)


def as_numbers(name: str, value: Any) -> NDArray[np.float64]:
    """Return an array of finite numbers."""
    found = as_array(name, value)
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of numbers; got dtype {found.dtype}.")
    found = found.astype(np.float64)
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must have finite values only.")
    return found


def as_points(name: str, points: Any, axes: int | None = None) -> NDArray[np.float64]:
    """Return points as an array of shape (count, axes)."""
    found = as_array(name, points)
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of numbers; got dtype {found.dtype}.")
    if found.ndim == 1 and axes is not None and len(found) == axes:
        found = found[None]
    if found.ndim != 2 or (axes is not None and found.shape[1] != axes) or found.shape[1] == 0:
        shape = "(count, D)" if axes is None else f"(count, {axes})"
        raise ValueError(f"{name} must have the shape {shape}; got {found.shape}.")
    return found.astype(np.float64)


def as_pairs(src: Any, dst: Any, axes: int | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pairs of points."""
    sources, targets = as_points("src", src, axes), as_points("dst", dst, axes)
    if sources.shape != targets.shape:
        raise ValueError(f"dst must have the shape of src, {sources.shape}; got {targets.shape}.")
    return sources, targets


def as_weights(weights: Any, count: int) -> NDArray[np.float64]:
    """Return a weight for each of `count` pairs, of which the largest is 1."""
    found = as_numbers("weights", weights)
    if found.shape != (count,) or found.min(initial=0) < 0 or not found.any():
        raise ValueError(f"weights must be {count} numbers that are at least 0, one for each pair of points.")
    return np.asarray(found / found.max())


def check_estimable(sources: NDArray[np.float64], targets: NDArray[np.float64], least: int) -> None:
    """Raise if there are too few pairs of points, or some are not finite."""
    if len(sources) < least:
        raise ValueError(f"src must have at least {least} points; got {len(sources)}.")
    if not (np.isfinite(sources).all() and np.isfinite(targets).all()):
        raise ValueError("src and dst must have finite coordinates only.")


def normalized(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a matrix that centers and scales points, and the points: their mean distance from 0 is sqrt(axes)."""
    axes = points.shape[1]
    center = points.mean(axis=0)
    spread = math.sqrt(float(np.mean(np.sum((points - center) ** 2, axis=1))))
    if not spread > 0:
        raise ValueError("src and dst must determine one transform; these points are equal.")
    scale = math.sqrt(axes) / spread
    matrix = np.diag([*[scale] * axes, 1.0])
    matrix[:-1, -1] = -scale * center
    return matrix, (points - center) * scale


def reversed_axes(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a homogeneous matrix for points whose coordinates are in the reversed order."""
    order = [*range(len(matrix) - 2, -1, -1), len(matrix) - 1]
    return np.ascontiguousarray(matrix[np.ix_(order, order)])
