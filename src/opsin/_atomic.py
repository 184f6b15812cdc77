"""Write beside, then rename: a file is either the old one or the whole new one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a new, empty file beside `path` that takes its place when the block ends well.

    The file given has the suffix of `path`, so that writers which look at the
    name choose the same format. When the block raises, it is removed and
    whatever was at `path` before is untouched. A symbolic link stays a link:
    the file that it points to is replaced. The permissions of an old file are
    kept; a new one gets the usual ones.

    Parameters
    ----------
    path : path
        Where the finished file shall be.

    Yields
    ------
    beside : Path
        Where to write.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    PermissionError
        If the folder or the old file may not be written to.
    IsADirectoryError
        If `path` is a folder.
    OSError
        If `path` is something else than a file: a device, a pipe.

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
    try:
        # The usual permissions (umask), which tempfile would narrow to the owner.
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise type(error)(error.errno, error.strerror, named) from None
    try:
        yield beside
        if old is not None:
            os.chmod(beside, stat.S_IMODE(old.st_mode))
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
