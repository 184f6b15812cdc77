"""Replace files atomically: write under a temporary name in the same folder, then rename."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_unfinished: set[Path] = set()


def remove_unfinished() -> None:
    """Remove the temporary files of `replacing` in this process, for an exit that ends other threads at once."""
    for path in list(_unfinished):
        path.unlink(missing_ok=True)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a new, empty file in the folder of `path` that replaces it when the block ends without an error.

    The temporary file has the suffix of `path`, so that writers that look at
    the name choose the same format. Its name begins with a dot: a process that
    is killed leaves it there, and readers of folders skip hidden files. If the
    block raises, the temporary file is removed and `path` is unchanged. If
    `path` is a symbolic link, its target is replaced. An existing file keeps its
    permissions; a new one gets the default permissions.

    Parameters
    ----------
    path : path
        The file to replace or to create.

    Yields
    ------
    beside : Path
        The file to write to.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    PermissionError
        If the folder or the old file may not be written to.
    IsADirectoryError
        If `path` is a folder.
    OSError
        If `path` is not a regular file, such as a device or a pipe, or is a
        symbolic link in a loop.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "note.txt"
    >>> with replacing(target) as beside:
    ...     _ = beside.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    target = Path(os.path.realpath(path))
    named = os.fspath(path)
    if target.is_symlink():  # realpath has followed all links but those of a loop
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), named)
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no folder to write into", str(target.parent))
    old = target.stat() if target.exists() else None
    if old is not None:
        if stat.S_ISDIR(old.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), named)
        if not stat.S_ISREG(old.st_mode):
            raise OSError(errno.EINVAL, "not a regular file, so it cannot be replaced", named)
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is write-protected", named)
    beside = target.with_name(f".{target.stem[:40]}-{os.urandom(6).hex()}{target.suffix}")
    _unfinished.add(beside)
    try:
        # With the default permissions (umask). tempfile would restrict them to the owner.
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        _unfinished.discard(beside)
        raise type(error)(error.errno, error.strerror, named) from None
    try:
        yield beside
        if old is not None:
            os.chmod(beside, stat.S_IMODE(old.st_mode))
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
        _unfinished.discard(beside)
