"""Photographs and scans that scikit-image's package contains, read without importing it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from .._errors import choice, missing_extra
from ..io import imread

_FILES = {
    "astronaut": "astronaut.png",
    "brick": "brick.png",
    "camera": "camera.png",
    "cell": "cell.png",
    "checkerboard": "chessboard_GRAY.png",
    "chelsea": "chelsea.png",
    "clock": "clock_motion.png",
    "coffee": "coffee.png",
    "coins": "coins.png",
    "colorwheel": "color.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
    "horse": "horse.png",
    "hubble_deep_field": "hubble_deep_field.jpg",
    "immunohistochemistry": "ihc.png",
    "logo": "logo.png",
    "microaneurysms": "microaneurysms.png",
    "moon": "moon.png",
    "motorcycle_left": "motorcycle_left.png",
    "motorcycle_right": "motorcycle_right.png",
    "page": "page.png",
    "retina": "retina.jpg",
    "rocket": "rocket.jpg",
    "text": "text.png",
}
"""The file of each image, under the name of scikit-image's function."""


def photograph(name: str) -> NDArray[Any]:
    """Read a photograph or a scan that scikit-image's package contains.

    The extra ``samples`` installs scikit-image; it is not imported. Values and
    dtype are those of the file.

    Parameters
    ----------
    name : str
        One of `photographs`: ``"astronaut"``, ``"camera"``, ``"coffee"``, ``"coins"`` and others, with the names of
        scikit-image's functions; the two pictures of ``stereo_motorcycle`` are ``"motorcycle_left"`` and
        ``"motorcycle_right"``.

    Returns
    -------
    image : (rows, columns[, channels]) array
        A new array; uint8, except for ``"horse"``, which may be bool.

    Raises
    ------
    ImportError
        If scikit-image is not installed.
    TypeError
        If `name` is not a str.
    ValueError
        If there is no such photograph.

    See Also
    --------
    photographs : The names.
    disks : A drawn image, without the extra.

    Examples
    --------
    >>> import opsin
    >>> opsin.data.photograph("coins").shape  # doctest: +SKIP
    (303, 384)
    """
    name = choice("name", name, _FILES)
    path = _folder() / _FILES[name]
    if not path.is_file():
        raise ValueError(f"name must be one of {', '.join(photographs())}; the installed scikit-image lacks {name!r}.")
    return imread(path)


def photographs() -> list[str]:
    """Return the names of the photographs that `photograph` can read.

    Returns
    -------
    names : list of str
        In alphabetical order.

    Raises
    ------
    ImportError
        If scikit-image is not installed. The extra ``samples`` installs it.

    Examples
    --------
    >>> import opsin
    >>> "coins" in opsin.data.photographs()  # doctest: +SKIP
    True
    """
    folder = _folder()
    return [name for name, file in _FILES.items() if (folder / file).is_file()]


def _folder() -> Path:
    """Return the folder of the images in the installed scikit-image."""
    try:
        package = find_spec("skimage")
    except ValueError:  # sys.modules says that it cannot be imported
        package = None
    if package is None or package.origin is None:
        raise missing_extra("opsin.data.photograph", "samples")
    return Path(package.origin).parent / "data"
