"""Which files of a folder are images, by their names."""

from __future__ import annotations

import os
from pathlib import Path

from .writing import SUFFIXES

_SUFFIXES = (SUFFIXES - {".npy", ".pdf", ".raw"}) | {".jfif", ".jpe", ".pbm", ".pnm"}


def is_image_name(path: str | os.PathLike[str]) -> bool:
    """Return whether a file in a folder is an image to process, by its name alone.

    Hidden files, whose names begin with a dot, are not: `imsave` writes under
    such a name before it renames the file, and other systems keep previews there.

    Parameters
    ----------
    path : path
        Name of a file. It need not exist.

    Returns
    -------
    is_image : bool
        True if the suffix is one of the image formats that are read and the name
        does not begin with a dot. NPY and raw files are not among them:
        they hold arrays of any kind.

    Examples
    --------
    >>> from opsin.io import is_image_name
    >>> is_image_name("photo.JPG"), is_image_name(".photo-0c3f.jpg"), is_image_name("notes.txt")
    (True, False, False)
    """
    name = Path(path).name
    return not name.startswith(".") and Path(name).suffix.lower() in _SUFFIXES
