"""MATLAB files: named arrays of numbers and text.

Files of version 5 (``-v6`` and ``-v7`` of MATLAB) are read here and not by SciPy, whose reader follows nested
structures of any depth in C and trusts the sizes that a file declares. They are written by SciPy.

References
----------
.. [1] The MathWorks, "MAT-File Format", R2024a: Level 5 MAT-File Format.
"""

from __future__ import annotations

import io
import math
import os
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._atomic import replacing
from .._errors import flag, integer
from .sources import Source, opened_source

MAX_BYTES = 1 << 31

_HEADER = 128
_MATRIX, _COMPRESSED = 14, 15
_LOGICAL, _COMPLEX = 2, 8
_CHAR = 4
# The classes of arrays that hold numbers, and the types of elements.
_CLASSES = {
    6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8",
}  # fmt: skip
_OTHER_CLASSES = {
    1: "a cell array", 2: "a struct", 3: "an object", 5: "a sparse matrix", 16: "a function", 17: "an object",
}  # fmt: skip
_TYPES = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8", 16: "u1", 17: "u2",
    18: "u4",
}  # fmt: skip
_ENCODINGS = {16: "utf-8", 17: "utf-16", 18: "utf-32"}
_WRITABLE = {"bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64",
             "complex64", "complex128"}  # fmt: skip
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_MAX_HEAD = 1 << 16
"""So many bytes of a variable hold its class, its shape and its name."""


def loadmat(
    source: Source, *, names: str | Sequence[str] | None = None, max_bytes: int | None = MAX_BYTES
) -> dict[str, NDArray[Any]]:
    """Read the arrays of a MATLAB file.

    Parameters
    ----------
    source : path, binary file or bytes-like object
        A file of version 5, as MATLAB and SciPy write by default.
    names : str or sequence of str, optional
        The variables to read. By default all, which must be arrays of numbers or text.
    max_bytes : int or None
        Largest number of bytes of the arrays. A file that declares more is refused, unless it is at least as large.
        None is no limit.

    Returns
    -------
    dict of ndarray
        The variables in the order of the file: new arrays in C order. Logical arrays are bool. Text is an array of
        strings, one for each row. Numbers and vectors have two axes, as all arrays of MATLAB.

    Raises
    ------
    OSError
        If the file cannot be opened: FileNotFoundError, PermissionError, IsADirectoryError.
    ValueError
        If the file is of another version (7.3 is HDF5), is damaged, declares too many bytes, has no such variable, or
        a variable to read is a structure, a cell array or an object.
    TypeError
        If a parameter has the wrong type.

    See Also
    --------
    savemat : Write arrays to a MATLAB file.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from opsin.io import loadmat, savemat
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "test.mat"
    >>> savemat(path, {"x": np.eye(2), "name": "camera"})
    >>> found = loadmat(path)
    >>> list(found), found["x"]
    (['x', 'name'], array([[1., 0.],
           [0., 1.]]))
    """
    wanted = None if names is None else [names] if isinstance(names, str) else list(names)
    if wanted is not None and not all(isinstance(name, str) for name in wanted):
        raise TypeError(f"names must be one or more names of variables; got {names!r}.")
    if max_bytes is not None:
        max_bytes = integer("max_bytes", max_bytes, low=1)
    with opened_source(source) as (file, size):
        variables = [one for one in _variables(file, size) if one.name]
        known = [one.name for one in variables]
        for name in wanted or []:
            if name not in known:
                raise ValueError(f"it has no variable {name!r}, but {', '.join(known)}")
        chosen = [one for one in variables if wanted is None or one.name in wanted]
        for one in chosen:
            if one.kind not in _CLASSES and one.kind != _CHAR:
                arrays = [other.name for other in variables if other.kind in _CLASSES or other.kind == _CHAR]
                kind = _OTHER_CLASSES.get(one.kind, f"of the unknown class {one.kind}")
                raise ValueError(
                    f"its variable {one.name!r} is {kind}, not an array. Give the names= of arrays ({arrays}), or "
                    "read it with scipy.io.loadmat"
                )
        declared = sum(one.nbytes for one in chosen)
        if max_bytes is not None and declared > max(max_bytes, size):
            raise ValueError(
                f"it declares arrays of {declared:,} bytes in {size:,} bytes, and the limit is {max_bytes:,}. If you "
                "trust the file, raise max_bytes="
            )
        return {one.name: one.read(file) for one in chosen}


def savemat(
    target: str | os.PathLike[str] | BinaryIO, arrays: Mapping[str, ArrayLike], *, compress: bool = False
) -> None:
    """Write arrays to a MATLAB file of version 5.

    The file is written under a temporary name and renamed when it is complete.

    Parameters
    ----------
    target : path or binary file
        An existing file is replaced.
    arrays : mapping of str to array_like
        The variables: arrays of bool, integers of 8 to 64 bits, float32, float64 or complex numbers, or text. Names are
        those of MATLAB: a letter, then at most 62 letters, digits and underscores. Numbers and vectors become arrays of
        two axes, a vector one row.
    compress : bool
        Whether the arrays are compressed.

    Raises
    ------
    TypeError
        If a variable is of another type, or a parameter has the wrong type.
    ValueError
        If a name is not one of MATLAB, or an array is too large for the format (2 GiB).
    OSError
        If the file cannot be written.

    See Also
    --------
    loadmat : Read them.

    Examples
    --------
    >>> import io, numpy as np
    >>> from opsin.io import loadmat, savemat
    >>> stream = io.BytesIO()
    >>> savemat(stream, {"mask": np.array([[True, False]])}, compress=True)
    >>> loadmat(stream)["mask"]
    array([[ True, False]])
    """
    if not isinstance(arrays, Mapping):
        raise TypeError(f"arrays must map names to arrays; got {type(arrays).__name__}.")
    if not isinstance(target, (str, os.PathLike)) and not callable(getattr(target, "write", None)):
        raise TypeError(f"target must be a path or a file opened in binary mode; got {type(target).__name__}.")
    compress = flag("compress", compress)
    checked = {_check_name(name): _check_array(name, value) for name, value in arrays.items()}
    from scipy.io import savemat as write  # takes 50 ms to import
    from scipy.io.matlab import MatWriteError

    stream = io.BytesIO()
    try:
        write(stream, checked, do_compression=compress, long_field_names=True, oned_as="row")
    except (MatWriteError, struct.error, OverflowError) as error:
        raise ValueError(f"arrays must be less than 2 GiB each for MATLAB's version 5: {error}.") from None
    if isinstance(target, (str, os.PathLike)):
        with replacing(target) as beside, open(beside, "wb") as file:
            file.write(stream.getbuffer())
    else:
        target.write(stream.getbuffer())


def _check_name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"arrays must have names; got {name!r}.")
    if not _NAME.fullmatch(name):
        raise ValueError(f"arrays must have names of MATLAB, a letter and then letters, digits and _; got {name!r}.")
    return name


def _check_array(name: str, value: Any) -> NDArray[Any]:
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(f"arrays must have rows of equal lengths; those of {name!r} differ.") from None
    if array.dtype.name not in _WRITABLE and array.dtype.kind != "U":
        raise TypeError(
            f"arrays must be bool, integers, float32, float64, complex or text; {name!r} is {array.dtype}. "
            "Convert it with astype."
        )
    return array


@dataclass(frozen=True)
class _Variable:
    """A variable whose head has been read."""

    name: str
    kind: int
    flags: int
    shape: tuple[int, ...]
    order: str
    """The byte order: ``<`` or ``>``."""
    start: int
    """Where its element lies in the file."""
    size: int
    compressed: bool
    data: int
    """Where its values lie in the element, decompressed."""

    @property
    def nbytes(self) -> int:
        """How many bytes its values take in memory."""
        item = 4 if self.kind == _CHAR else np.dtype(_CLASSES.get(self.kind, "u1")).itemsize
        return math.prod(self.shape) * item * (2 if self.flags & _COMPLEX else 1)

    def read(self, file: BinaryIO) -> NDArray[Any]:
        """Return its values."""
        file.seek(self.start)
        element = file.read(self.size)
        if self.compressed:
            # Elements are at most 8 bytes wide, whatever the class, and have tags of 8 bytes.
            most = self.data + 64 + 2 * (8 * math.prod(self.shape) + 16)
            expand = zlib.decompressobj()
            element = expand.decompress(element, most)
            if not expand.eof:
                raise ValueError(f"the compressed data of {self.name!r} are damaged, or more than its shape needs")
        values, encoding, end = _values(element, self.data, self.order, self.name)
        count = math.prod(self.shape)
        if self.kind == _CHAR:
            return self._text(values, encoding)
        parts = [values]
        if self.flags & _COMPLEX:
            parts.append(_values(element, end, self.order, self.name)[0])
        if any(len(part) != count for part in parts):
            raise ValueError(f"{self.name!r} has {len(values)} values, and its shape {self.shape} needs {count}")
        dtype = np.dtype(np.bool_ if self.flags & _LOGICAL else _CLASSES[self.kind])
        if len(parts) == 2:
            result = np.empty(count, np.complex64 if dtype == np.float32 else np.complex128)
            result.real, result.imag = parts
        elif dtype == np.bool_:
            result = values != 0
        else:
            with np.errstate(invalid="ignore"):
                result = values.astype(dtype)
        return np.array(result.reshape(self.shape, order="F"), order="C")

    def _text(self, values: NDArray[Any], encoding: str) -> NDArray[Any]:
        """Return an array of strings, one for each row."""
        if encoding:
            order = "" if encoding == "utf-8" else "-le" if self.order == "<" else "-be"
            stored = values.astype(np.dtype(f"{self.order}{values.dtype.str[1:]}"))
            letters = np.array(list(stored.tobytes().decode(encoding + order, "replace")), "U1")
        else:
            letters = np.array([chr(one) for one in values.tolist()], "U1")
        rows = self.shape[0]
        columns = math.prod(self.shape[1:])
        if len(letters) != rows * columns:
            raise ValueError(
                f"{self.name!r} has {len(letters)} letters, and its shape {self.shape} needs another number"
            )
        return np.array(["".join(row) for row in letters.reshape(rows, columns, order="F")], str)


def _variables(file: BinaryIO, size: int) -> Iterator[_Variable]:
    """Yield the variables of a file, of which only the heads are read."""
    header = file.read(_HEADER)
    if header.startswith(b"\x89HDF") or header[124:128] in (b"\0\x02IM", b"\x02\0MI"):
        raise ValueError("it is of version 7.3, which is HDF5: read it with h5py, or save it with -v7 in MATLAB")
    if len(header) < _HEADER or header[126:128] not in (b"IM", b"MI"):
        raise ValueError("it is not a MATLAB file of version 5; read one of version 4 with scipy.io.loadmat")
    order = "<" if header[126:128] == b"IM" else ">"
    position = _HEADER
    while position + 8 <= size:
        file.seek(position)
        kind, length = struct.unpack(f"{order}II", file.read(8))
        start = position + 8
        if start + length > size:
            raise ValueError("the file is cut off within a variable")
        position = start + length
        if kind not in (_MATRIX, _COMPRESSED):
            raise ValueError(f"an element of it is of the unknown type {kind}")
        head = file.read(min(length, _MAX_HEAD))
        inside = 0
        if kind == _COMPRESSED:
            head = zlib.decompressobj().decompress(head, _MAX_HEAD)
            if len(head) < 8 or struct.unpack_from(f"{order}I", head)[0] != _MATRIX:
                raise ValueError("a compressed element of it is not an array")
            inside = 8
        yield _variable(head, inside, order, start, length, kind == _COMPRESSED)


def _variable(head: bytes, at: int, order: str, start: int, size: int, compressed: bool) -> _Variable:
    flags, _, at = _values(head, at, order, "")
    if len(flags) != 2:
        raise ValueError("the flags of a variable are damaged")
    word = int(flags[0])
    kind = word & 255
    if kind in (16, 17):  # which have no shape
        return _Variable("(without name)", kind, 0, (), order, start, size, compressed, at)
    shape, _, at = _values(head, at, order, "")
    if not 2 <= len(shape) <= 32 or shape.dtype.kind not in "iu" or (shape.size and int(shape.min()) < 0):
        raise ValueError("the shape of a variable is damaged")
    letters, _, at = _values(head, at, order, "")
    name = letters.astype(np.uint8).tobytes().decode("latin-1").rstrip("\0")
    lengths = tuple([int(length) for length in shape])
    return _Variable(name, kind, word >> 8 & 255, lengths, order, start, size, compressed, at)


def _values(element: bytes, at: int, order: str, name: str) -> tuple[NDArray[Any], str, int]:
    """Return the values of a part of an element, their encoding if they are text, and where the next part starts."""
    if at + 8 > len(element):
        raise ValueError(f"the data of {name!r} end early" if name else "the head of a variable is damaged")
    kind, length = struct.unpack_from(f"{order}II", element, at)
    first = at + 8
    if kind >> 16:  # a small part has its values in its tag
        kind, length, first = kind & 0xFFFF, kind >> 16, at + 4
        end = at + 8
        if length > 4:
            raise ValueError("a part of a variable has a wrong length")
    else:
        end = first + length + -length % 8
    if kind not in _TYPES or first + length > len(element):
        raise ValueError(f"the data of {name!r} are damaged" if name else "the head of a variable is damaged")
    dtype = np.dtype(f"{order}{_TYPES[kind]}")
    values = np.frombuffer(element, dtype, length // dtype.itemsize, first)
    return values, _ENCODINGS.get(kind, ""), end
