"""Deconvolution by the filter of Wiener and Hunt."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.channels import over_channels
from .._engine.pointwise import evaluate
from .._engine.threads import get_num_threads
from .._engine.window import Window, as_window
from .._errors import number
from .._operation import Typical, operation
from .._types import POSITIVE, ChannelAxis, Image, ImageLike, Out, WeightsLike
from ..filters.laplace import laplacian_window

Balance: TypeAlias = Annotated[float, POSITIVE, Typical(1e-4, 100)]
"""How smooth the result is."""


@operation(kind="global", since="0.1")
def wiener(
    image: ImageLike,
    psf: WeightsLike,
    balance: Balance,
    *,
    reg: WeightsLike | None = None,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Remove a blur that is known, in one step: Wiener-Hunt deconvolution.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    psf : array_like
        Point spread function: the image of a point, of any shape with an axis for each spatial axis. Its middle is at
        index ``size // 2`` of each axis. Its sum should be 1.
    balance : float
        How smooth the result is: the greater, the less noise and the less sharpness.
    reg : array_like, optional
        What a smooth image has little of: the weights of a convolution, as `psf`. By default the Laplacian.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image without the blur, with the shape and dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if `psf` or `reg` is empty, not finite or has another number of axes.

    See Also
    --------
    richardson_lucy : Deconvolution that keeps the values positive, by iterations.

    Notes
    -----
    The result minimizes the squared difference between the blurred result and `image`, plus `balance` times the squared
    result of the convolution with `reg`. The image counts as periodic. Images of 16 bits or less are computed in
    float32. If a pixel is NaN or infinite, all pixels of its channel are NaN.

    References
    ----------
    .. [1] B. R. Hunt, "The Application of Constrained Least Squares Estimation to Image Restoration by Digital
       Computer", IEEE Transactions on Computers C-22 (9), 1973, pp. 805-812.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((40, 60))
    >>> image[10:30, 15:45] = 1
    >>> psf = np.full((5, 5), 1 / 25)
    >>> blurred = opsin.filters.convolve(image, psf, mode="wrap")
    >>> sharp = opsin.restoration.wiener(blurred, psf, 1e-4)
    >>> bool(np.abs(sharp - image).mean() < 0.5 * np.abs(blurred - image).mean())
    True
    """
    pixels = as_pixels(image, channel_axis)
    axes = tuple(range(1, len(pixels.axes) + 1))
    balance = number("balance", balance, POSITIVE)
    windows = [
        as_window(psf, pixels.axes, name="psf"),
        laplacian_window(len(axes)) if reg is None else as_window(reg, pixels.axes, name="reg"),
    ]

    def restored(channels: NDArray[Any]) -> NDArray[Any]:
        from scipy.fft import irfftn, rfftn

        shape, workers = channels.shape[1:], get_num_threads()
        real = channels.dtype
        strength = real.type(balance)
        spectrum = rfftn(channels, axes=axes, workers=workers)
        # By rows, of which many are in cache.
        transfers = (np.broadcast_to(_transfer(window, shape, real), spectrum.shape) for window in windows)
        parts = [np.moveaxis(part, 0, 1) for part in (spectrum, *transfers)]

        def filtered(blurred: NDArray[Any], transfer: NDArray[Any], penalty: NDArray[Any]) -> NDArray[Any]:
            product: NDArray[Any] = blurred * np.conj(transfer)
            product /= _power(transfer) + strength * _power(penalty)
            return product

        with np.errstate(divide="ignore"):
            evaluate(filtered, parts, dtype=spectrum.dtype, out=parts[0])
        result: NDArray[Any] = irfftn(spectrum, shape, axes=axes, workers=workers, overwrite_x=True)
        return result

    return over_channels(pixels, restored, out=out)


def _power(values: NDArray[Any]) -> NDArray[Any]:
    """Return squared magnitudes."""
    power: NDArray[Any] = np.square(values.real) + np.square(values.imag)
    return power


def _transfer(window: Window, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the transform of the image of a point in the first pixel, whose border is periodic."""
    from scipy.fft import fft, rfft

    response: NDArray[Any] = window.weights.astype(dtype)
    for axis in range(len(shape) - 1, -1, -1):  # the other axes stay as short as the window until it is their turn
        length, size = shape[axis], window.sizes[axis]
        lines = np.zeros((*response.shape[:axis], length, *response.shape[axis + 1 :]), response.dtype)
        places = (np.arange(size) - window.before[axis]) % length
        np.add.at(np.moveaxis(lines, axis, 0), places, np.moveaxis(response, axis, 0))
        transform = rfft if axis == len(shape) - 1 else fft
        response = transform(lines, axis=axis, workers=get_num_threads())
    return response
