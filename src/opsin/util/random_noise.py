"""Random noise of several distributions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, as_pixels, pieces, saturate
from .._engine.randomness import as_generator
from .._errors import Allowed, choice, flag, number
from .._operation import Typical, operation
from .._types import POSITIVE, DataRange, Image, ImageLike, Out, Rng

FRACTION = Allowed(0, 1)
VARIANCE = Allowed(0)

# The parameters of each mode.
USES = {
    "gaussian": {"mean", "var"},
    "localvar": {"local_vars"},
    "poisson": set(),
    "salt": {"amount"},
    "pepper": {"amount"},
    "s&p": {"amount", "salt_vs_pepper"},
    "speckle": {"mean", "var"},
}

PIECE_ELEMENTS = 1 << 18
"""Noise is drawn for about so many pixels at a time."""


@operation(kind="global", since="0.1")
def random_noise(
    image: ImageLike,
    mode: Literal["gaussian", "localvar", "poisson", "salt", "pepper", "s&p", "speckle"] = "gaussian",
    *,
    mean: Annotated[float, Typical(-0.2, 0.2)] = 0.0,
    var: Annotated[float, VARIANCE, Typical(0, 0.1)] = 0.01,
    local_vars: ImageLike | None = None,
    amount: Annotated[float, FRACTION, Typical(0, 0.2)] = 0.05,
    salt_vs_pepper: Annotated[float, FRACTION, Typical(0, 1)] = 0.5,
    clip: bool = True,
    data_range: DataRange = None,
    rng: Rng = None,
    out: Out = None,
) -> Image:
    """Add random noise to an image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    mode : {'gaussian', 'localvar', 'poisson', 'salt', 'pepper', 's&p', 'speckle'}
        The noise: normally distributed with `mean` and `var`, or with a variance for each pixel; drawn from Poisson
        distributions of the image's values; a part of the pixels white, black, or both; or the image times normally
        distributed noise.
    mean : float
        Mean of the noise of ``"gaussian"`` and ``"speckle"``, as a fraction of `data_range`.
    var : float
        Variance of the noise of ``"gaussian"`` and ``"speckle"``: the square of the standard deviation, which is a
        fraction of `data_range`.
    local_vars : array_like, optional
        Variance for each pixel, for ``"localvar"``: an array with the shape of the image. By default 0.01 everywhere.
    amount : float
        Part of the pixels that ``"salt"``, ``"pepper"`` and ``"s&p"`` replace.
    salt_vs_pepper : float
        Part of the replaced pixels of ``"s&p"`` that get white.
    clip : bool
        Whether to limit the result to the range from 0 to `data_range`, or from ``-data_range`` if the image has
        negative values. Integers are always limited to the range of their dtype.
    data_range : float, optional
        Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for
        floats and bool.
    rng : int or numpy.random.Generator, optional
        Seed or generator of random numbers. By default every call draws others.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with noise, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    One generator gives the same noise for every dtype.

    References
    ----------
    .. [1] R. C. Gonzalez, R. E. Woods, "Digital Image Processing", 4th edition, 2018, section 5.2.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> gray = np.full((200, 300), 128, np.uint8)
    >>> noisy = opsin.util.random_noise(gray, var=0.01, rng=0)
    >>> noisy.dtype, bool(abs(noisy.std() / 255 - 0.1) < 0.002)
    (dtype('uint8'), True)
    >>> np.unique(opsin.util.random_noise(gray, "s&p", rng=0))
    array([  0, 128, 255], dtype=uint8)
    """
    pixels = as_pixels(image)
    mode = choice("mode", mode, USES)  # type: ignore[assignment]
    given = {"mean": mean, "var": var, "amount": amount, "salt_vs_pepper": salt_vs_pepper}
    mean, var = number("mean", mean), number("var", var, VARIANCE)
    amount, salt = number("amount", amount, FRACTION), number("salt_vs_pepper", salt_vs_pepper, FRACTION)
    check_used(mode, {**given, "local_vars": local_vars})
    variances = None if local_vars is None else as_variances(local_vars, pixels.shape)
    clip = flag("clip", clip)
    span = range_of(pixels.dtype) if data_range is None else number("data_range", data_range, POSITIVE)
    generator = as_generator(rng)
    array = pixels.array
    low = -1.0 if array.dtype.kind in "if" and array.size and array.min() < 0 else 0.0
    if mode in ("gaussian", "speckle"):
        noisy = normal(array, span, mean, var**0.5, generator, speckle=mode == "speckle")
    elif mode == "localvar":
        noisy = local(array, span, np.broadcast_to(0.01, array.shape) if variances is None else variances, generator)
    elif mode == "poisson":
        noisy = poisson(array, span, low, generator)
    else:
        share = {"salt": 1.0, "pepper": 0.0}.get(mode, salt)
        noisy = replaced(array, span, low, amount, share, generator)
    output = Output(pixels.shape, pixels.dtype, pixels.dtype, out, array, *([] if variances is None else [variances]))
    for piece, values in noisy:
        if clip:
            np.clip(values, low, 1.0, out=values)
        output.array[piece] = saturate(values * span if span != 1 else values, pixels.dtype)
    return output.finish()


Pieces = Iterator[tuple[slice, NDArray[np.float64]]]


def scaled(array: NDArray[Any], span: float) -> Pieces:
    """Yield the rows of pieces of an image, and their values as fractions of its range."""
    for piece in pieces(array, PIECE_ELEMENTS):
        yield piece, np.true_divide(array[piece], span, dtype=np.float64)


def normal(
    array: NDArray[Any], span: float, mean: float, deviation: float, generator: np.random.Generator, *, speckle: bool
) -> Pieces:
    for piece, values in scaled(array, span):
        noise = generator.normal(mean, deviation, values.shape)
        with np.errstate(invalid="ignore", over="ignore"):
            values += values * noise if speckle else noise
        yield piece, values


def local(array: NDArray[Any], span: float, variances: NDArray[Any], generator: np.random.Generator) -> Pieces:
    for piece, values in scaled(array, span):
        yield piece, values + generator.normal(0, np.sqrt(variances[piece]))


def poisson(array: NDArray[Any], span: float, low: float, generator: np.random.Generator) -> Pieces:
    if not array.size:
        return
    if not np.isfinite(array).all():
        raise ValueError("image must have finite values for Poisson noise.")
    counts = 2.0 ** np.ceil(np.log2(len(np.unique(array))))
    top = float(array.max()) / span
    if max(top, 1.0) * counts > 1e18:
        raise ValueError(f"data_range must not be so small: the values of image go to {top:g} times {span:g}.")
    for piece, values in scaled(array, span):
        if low < 0:
            # Moved to the positive values, and back.
            if array.dtype.kind == "i":
                values.clip(-1, None, values)  # the least integer is one beyond
            elif values.min() < -1:
                raise ValueError(f"data_range must reach the values of image; {values.min() * span:g} is beyond.")
            noisy = generator.poisson((values + 1) / (top + 1) * counts) / counts
            yield piece, noisy * (top + 1) - 1
        else:
            yield piece, generator.poisson(values * counts) / counts


def replaced(
    array: NDArray[Any], span: float, low: float, amount: float, salt: float, generator: np.random.Generator
) -> Pieces:
    chosen, white = (chances(share, array.shape, generator) for share in (amount, salt))
    for piece, values in scaled(array, span):
        np.copyto(values, np.where(white[piece], 1.0, low), where=chosen[piece])
        yield piece, values


def chances(share: float, shape: tuple[int, ...], generator: np.random.Generator) -> NDArray[np.bool_]:
    """Return an array of bool of which this share is True; it needs no random numbers for none and all."""
    if share in (0, 1):
        return np.full(shape, share == 1)
    found = np.empty(shape, bool)
    for piece in pieces(found, PIECE_ELEMENTS):
        found[piece] = generator.random(found[piece].shape) <= share
    return found


def check_used(mode: str, values: dict[str, Any]) -> None:
    """Raise if a parameter is given that the noise does not have."""
    defaults = {"mean": 0.0, "var": 0.01, "local_vars": None, "amount": 0.05, "salt_vs_pepper": 0.5}
    for name, value in values.items():
        if name not in USES[mode] and value is not defaults[name] and (name == "local_vars" or value != defaults[name]):
            users = ", ".join(repr(one) for one, names in USES.items() if name in names)
            raise ValueError(f"{name} is for mode {users}; got {value!r} for mode {mode!r}.")


def as_variances(local_vars: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return a variance for each pixel."""
    found = as_pixels(local_vars, name="local_vars").array
    if found.shape != shape:
        raise ValueError(f"local_vars must have the shape of image, {shape}; got {found.shape}.")
    if found.size and not (found.min() > 0 and np.isfinite(found).all()):
        raise ValueError("local_vars must have positive, finite values.")
    return found


def range_of(dtype: np.dtype[Any]) -> float:
    """Return the range of the values of a dtype: the maximum of integers, and 1 for floats and bool."""
    return float(np.iinfo(dtype).max) if dtype.kind in "iu" else 1.0
