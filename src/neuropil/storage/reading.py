"""Files as bytes, with errors that name the file and say what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neuropil.errors import FileFormatError

if TYPE_CHECKING:
    import os


def read_bytes(path: str | os.PathLike[str], most: int = -1) -> bytes:
    """The content of the file ``path``, or its first bytes (``most`` of them).

    Raises:
        FileFormatError: There is no such file, or it cannot be read.

    Example:
        >>> file = getfixture("tmp_path") / "motto.txt"
        >>> _ = file.write_text("wire together")
        >>> read_bytes(file), read_bytes(file, 4)
        (b'wire together', b'wire')
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(most)
    except FileNotFoundError as error:
        raise FileFormatError(f"there is no file {path}: check the path") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileFormatError(f"cannot read {path} ({reason}): check the path") from error
