"""Paths and open files, as libsndfile needs them."""

from __future__ import annotations

import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from .._atomic import replacing
from .formats import Source, shown_name


class Stream:
    """An open file for libsndfile: without a name, by whose ending soundfile would choose a format.

    An exception in a callback would be printed and lost, so the first one is kept.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: Exception | None = None

    def read(self, count: int) -> bytes:
        try:
            return self._file.read(count)
        except Exception as error:
            return cast("bytes", self._failed(error, b""))

    def write(self, data: bytes) -> int:
        try:
            written = self._file.write(data)
        except Exception as error:
            return cast("int", self._failed(error, 0))
        return len(data) if written is None else written

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self._file.seek(offset, whence)
        except Exception as error:
            return cast("int", self._failed(error, -1))

    def tell(self) -> int:
        try:
            return self._file.tell()
        except Exception as error:
            return cast("int", self._failed(error, -1))

    def _failed(self, error: Exception, result: object) -> object:
        self.error = self.error or error
        return result

    def refuse_errors(self) -> None:
        """Raise the first exception of the file."""
        if self.error is not None:
            raise self.error


def is_path(source: object) -> bool:
    return isinstance(source, (str, os.PathLike))


def _is_text(file: object) -> bool:
    return isinstance(file, io.TextIOBase)


def _is_seekable(file: Any) -> bool:
    try:
        return bool(file.seekable()) if hasattr(file, "seekable") else all(hasattr(file, m) for m in ("seek", "tell"))
    except ValueError:
        return True  # closed: the next operation says so


@contextmanager
def opened_file(source: Source) -> Iterator[IO[bytes]]:
    """Open a path; copy a stream that cannot be read twice, such as standard input, to a temporary file."""
    if isinstance(source, (str, os.PathLike)):
        _refuse_what_is_no_file(Path(source), shown_name(source))
        with open(source, "rb") as file:
            yield file
    elif not hasattr(source, "read") or _is_text(source):
        raise TypeError(f"source must be a path or an open binary file; got {type(source).__name__}.")
    elif _is_seekable(source):
        yield source
    else:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(source, copy)
            yield copy


@contextmanager
def placed(target: Source) -> Iterator[Any]:
    """Yield a path that is renamed to `target` at the end; or the open file, or what is copied to it."""
    if isinstance(target, (str, os.PathLike)):
        with replacing(target) as beside:
            yield os.fspath(beside)
    elif _is_text(target) or not hasattr(target, "write"):
        raise TypeError(f"target must be a path or an open binary file; got {type(target).__name__}.")
    elif _is_seekable(target):
        target.seek(0)
        target.truncate()
        yield target
    else:
        with tempfile.TemporaryFile() as file:
            yield file
            file.seek(0)
            shutil.copyfileobj(file, target)


def _refuse_what_is_no_file(path: Path, name: str) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise FileNotFoundError(f"{name} does not exist.") from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(f"{name} is a folder, not a sound file.")
    if not stat.S_ISREG(mode):
        raise ValueError(f"{name} is not a regular file.")


def reason(error: Exception) -> str:
    return str(getattr(error, "error_string", error)).strip().rstrip(".").lower() or "no reason given"
