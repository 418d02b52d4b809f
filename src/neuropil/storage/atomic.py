"""Atomic writes: a reader sees the old file or the new one, never half of either.

The new content goes to a temporary file in the same folder and reaches the disk (`fsync`) before
a rename puts it in place; the folder is synchronised last, so that the rename survives a power
cut too.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from neuropil.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_STALE_SECONDS = 3600.0


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing that appears at ``path``, in full, when the block ends.

    Missing folders are made. If the block raises, nothing at ``path`` has changed and the
    temporary file is gone. A symbolic link is followed: its target is replaced, not the link.

    Raises:
        WriteError: The disk is full, the folder may not be written to, …; says so, and that the
            old file stands.

    Example:
        >>> folder = getfixture("tmp_path")
        >>> with atomic_write(folder / "runs" / "notes.txt") as file:
        ...     _ = file.write(b"whole or not at all")
        >>> (folder / "runs" / "notes.txt").read_text()
        'whole or not at all'
    """
    target = Path(os.path.realpath(path))
    with os_errors_name(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write ``content`` to ``path`` atomically (see `atomic_write`)."""
    with atomic_write(path) as file:
        file.write(content)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write ``text`` to ``path`` atomically, as UTF-8 with the line ends it has.

    Example:
        >>> file = getfixture("tmp_path") / "motto.txt"
        >>> write_text(file, "fire together, wire together")
        >>> file.read_text()
        'fire together, wire together'
    """
    write_bytes(path, text.encode())


@contextmanager
def os_errors_name(target: Path) -> Iterator[None]:
    """Turn an `OSError` into a `WriteError` that names the file and says what stands and helps."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        stands = "the file that was there is unchanged" if target.exists() else "nothing is there"
        failure = WriteError(f"cannot write {target} ({reason}): {stands}; {_remedy(error)}")
        failure.errno = error.errno
        raise failure from error


def sync_folder(folder: Path) -> None:
    """Let a rename or a new name in ``folder`` reach the disk, where the system can do that.

    Windows has no such call and some network file systems refuse it; the file itself is in place
    by then, so a refusal is no failure.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace(temporary: Path, target: Path) -> None:
    """Rename over ``target``; on Windows a reader or a virus scanner may hold it for a moment."""
    for pause in (0.01, 0.05, 0.2, 0.5) if os.name == "nt" else ():
        try:
            temporary.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    temporary.replace(target)


def _sweep(target: Path) -> None:
    """Remove what writers of ``target`` left behind that were killed more than an hour ago."""
    oldest = time.time() - _STALE_SECONDS
    for leftover in target.parent.glob(f".{target.name}.*.tmp"):
        with contextlib.suppress(OSError):
            if leftover.stat().st_mtime < oldest:
                leftover.unlink()


def _remedy(error: OSError) -> str:
    if error.errno in _FULL:
        return "free some space, then run again"
    if error.errno in _FORBIDDEN:
        return "choose a folder you may write to"
    return "choose another place"
