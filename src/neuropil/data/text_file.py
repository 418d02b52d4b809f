"""Text of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neuropil.errors import DataError, FileFormatError

if TYPE_CHECKING:
    import os


def text_file(path: str | os.PathLike[str], *, at_least: int = 1) -> str:
    r"""The text of a file, each line ending as on Unix.

    Args:
        path: A file in UTF-8, with or without a mark at its beginning.
        at_least: How many characters it has to have.

    Raises:
        FileFormatError: The file cannot be read or is not UTF-8; says which byte.
        DataError: It is shorter.

    Example:
        >>> file = getfixture("tmp_path") / "verse.txt"
        >>> _ = file.write_bytes(b"Twinkle, twinkle,\r\nlittle bat!")
        >>> text_file(file)
        'Twinkle, twinkle,\nlittle bat!'
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise FileFormatError(f"{path}: there is no such file") from None
    except OSError as error:
        raise FileFormatError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FileFormatError(
            f"{path}: expected text in UTF-8, got byte {error.start} that is not: save the file as "
            "UTF-8"
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) < at_least:
        came = f"{len(text):,}" if text else "an empty file"
        raise DataError(f"{path}: expected at least {at_least:,} characters, got {came}")
    return text
