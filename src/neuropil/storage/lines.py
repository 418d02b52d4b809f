"""Files that grow by lines: a crash may cost the line being written, never one before it.

A line counts once its line end is there. What a killed writer left of a line is passed over when
reading and cut off before the next line is appended.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from neuropil.errors import FileFormatError
from neuropil.storage.atomic import os_errors_name, sync_folder, write_text
from neuropil.storage.reading import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLOCK = 4096


def append_line(path: str | os.PathLike[str], line: str) -> None:
    """Append ``line`` to the file ``path`` and let it reach the disk.

    Raises:
        ValueError: ``line`` holds a line end.
        WriteError: The disk is full, …; the lines before are there, and nothing of this one.

    Example:
        >>> file = getfixture("tmp_path") / "history.jsonl"
        >>> append_line(file, "first"); append_line(file, "second")
        >>> _ = file.write_bytes(file.read_bytes() + b"thi")  # killed here
        >>> append_line(file, "third")
        >>> read_lines(file)
        ['first', 'second', 'third']
    """
    content = _one_line(line).encode()
    target = Path(path)
    with os_errors_name(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        is_new = not target.exists()
        # Unbuffered: closing the file must not try again to write what did not fit.
        with target.open("ab", buffering=0) as file, target.open("rb") as reader:
            end = _end_of_last_line(reader)
            file.truncate(end)
            try:
                _write_all(file, content)
                os.fsync(file.fileno())
            except BaseException:
                file.truncate(end)
                raise
    if is_new:
        sync_folder(target.parent)


def read_lines(path: str | os.PathLike[str]) -> list[str]:
    """The complete lines of the file ``path``, without their line ends.

    Raises:
        FileFormatError: There is no such file, or it holds no UTF-8 text.
    """
    *lines, _unfinished = read_bytes(path).split(b"\n")
    try:
        return [line.decode().removesuffix("\r") for line in lines]
    except UnicodeDecodeError as error:
        raise FileFormatError(f"cannot read {path} as lines of text ({error})") from error


def write_lines(path: str | os.PathLike[str], lines: Iterable[str]) -> None:
    """Make ``lines`` the whole content of ``path``, atomically.

    Example:
        >>> file = getfixture("tmp_path") / "history.jsonl"
        >>> write_lines(file, ["first", "second"])
        >>> read_lines(file)
        ['first', 'second']
    """
    write_text(path, "".join(map(_one_line, lines)))


def _one_line(line: str) -> str:
    if "\n" in line:
        raise ValueError(f"expected a single line, got {line!r}: append its lines one by one")
    return line + "\n"


def _write_all(file: BinaryIO, content: bytes) -> None:
    """Write all of ``content``: near a full disk one unbuffered write may take a part of it."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def _end_of_last_line(file: BinaryIO) -> int:
    """The offset behind the last line end (0 without one), looking from the end."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
