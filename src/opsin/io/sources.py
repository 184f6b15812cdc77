"""What files are read from: paths, open files and bytes."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

Source = str | os.PathLike[str] | BinaryIO | bytes | bytearray | memoryview


@contextmanager
def opened_source(source: Source) -> Iterator[tuple[BinaryIO, int]]:
    """Give a binary file in which readers can seek, and its size. Until it is closed, errors get its name."""
    with _stream(source) as (file, name):
        try:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            yield file, size
        except (MemoryError, ImportError):
            raise
        except OSError as error:
            # A position before the beginning of a damaged file gives EINVAL, which is no fault of the system.
            if error.errno not in (None, errno.EINVAL):
                raise type(error)(error.errno, error.strerror, name) from error
            raise ValueError(f"cannot read {name!r}: {error.strerror or error}.") from error
        except Exception as error:
            kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
            raise ValueError(f"cannot read {name!r}: {kind}{error}.") from error


@contextmanager
def _stream(source: Source) -> Iterator[tuple[BinaryIO, str]]:
    """Give a binary file in which readers can seek, and its name for messages."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        if "\0" in str(path):
            raise ValueError(f"source must be a path without null characters; got {str(path)!r}.")
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # Opening a pipe would wait for another process to write into it.
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        with open(path, "rb") as file:
            yield file, str(path)
    elif callable(getattr(source, "read", None)):
        name = getattr(source, "name", None)
        yield _seekable(source), name if isinstance(name, str) else f"<{type(source).__name__}>"
    else:
        try:
            buffer = memoryview(source).cast("B")  # type: ignore[arg-type]
        except TypeError:
            raise TypeError(
                f"source must be a path, a binary file or a bytes-like object; got {type(source).__name__}."
            ) from None
        yield io.BytesIO(source if isinstance(source, bytes) else buffer), f"<{type(source).__name__}>"


def _seekable(file: Any) -> BinaryIO:
    """Return the file itself if it is one of Python's own on a disk or in memory, or else its content."""
    if isinstance(file, io.TextIOBase):
        raise TypeError('source must be a file opened in binary mode, as by open(name, "rb"); got one opened as text.')
    if not getattr(file, "readable", lambda: True)():
        raise ValueError("source must be a file opened for reading.")
    seekable = getattr(file, "seekable", lambda: False)()
    if seekable and isinstance(file, (io.BytesIO, io.BufferedReader, io.BufferedRandom)):
        return file
    if seekable:
        file.seek(0)
    content = file.read()
    if not isinstance(content, bytes):
        raise TypeError(f"source must be a file whose read() returns bytes; got {type(content).__name__}.")
    return io.BytesIO(content)
