"""IDX files, the format of MNIST: a short header, then the numbers of one array.

The format is described at the end of http://yann.lecun.com/exdb/mnist/: two zero bytes, a code
for the type of the numbers, the number of axes, the length of each axis as a big-endian uint32,
then the numbers, big-endian, the last axis fastest.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from neuropil.errors import FileFormatError

if TYPE_CHECKING:
    import os

    from jaxtyping import Shaped

_TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(np.uint8),
    0x09: np.dtype(np.int8),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
_MOST_AXES = 8
_GZIP = b"\x1f\x8b"
_MOST_BYTES = 1 << 30
_PIECE = 1 << 20


def read_idx(
    path: str | os.PathLike[str], *, most: int = _MOST_BYTES
) -> Shaped[np.ndarray[Any, Any], "..."]:
    """The array in an IDX file, which may be compressed with gzip.

    Nothing the header says is taken on trust: no memory is asked for beyond what the file turns
    out to hold, however large an array it announces or however far it unpacks.

    Args:
        path: The file; that it is compressed is seen from its first bytes.
        most: The most bytes that the array may have.

    Raises:
        FileFormatError: The file is missing, is no IDX file, is damaged or cut short, has bytes
            left over, or holds an array larger than ``most``.

    Example:
        >>> file = getfixture("tmp_path") / "labels"
        >>> _ = file.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
        >>> read_idx(file)
        array([7, 2, 1], dtype=uint8)
    """
    try:
        with Path(path).open("rb") as raw:
            is_packed = raw.read(2) == _GZIP
            raw.seek(0)
            if not is_packed:
                return _read(raw, path, most)
            with gzip.open(raw) as unpacked:
                return _read(unpacked, path, most)
    except FileNotFoundError as error:
        raise FileFormatError(f"there is no file {path}: check the path") from error
    except (EOFError, zlib.error) as error:
        raise FileFormatError(f"{path} is cut short or damaged ({error}): take another copy") from (
            error
        )
    except OSError as error:  # gzip.BadGzipFile is one too
        reason = error.strerror or str(error)
        raise FileFormatError(f"cannot read {path} ({reason}): take another copy") from error


def _read(
    file: BinaryIO | gzip.GzipFile, path: str | os.PathLike[str], most: int
) -> np.ndarray[Any, Any]:
    shape, dtype = _header(file, path)
    expected = math.prod(shape) * dtype.itemsize
    if expected > most:
        raise FileFormatError(
            f"{path} announces an array {shape} of {expected} bytes, more than the {most} that "
            "read_idx was allowed: say most=… if that is right"
        )
    content = _content(file, expected + 1)
    if len(content) != expected:
        found = "more follow" if len(content) > expected else f"{len(content)} follow"
        raise FileFormatError(
            f"{path} announces an array {shape} of {expected} bytes, but {found}: it was cut "
            "short, damaged or is no IDX file; take another copy"
        )
    try:
        array = np.frombuffer(content, dtype).reshape(shape)
    except ValueError as error:  # one axis is 0, and the others are more than NumPy can count
        raise FileFormatError(f"{path} announces too large an array, {shape}") from error
    return array.astype(dtype.newbyteorder("="), copy=False)


def _content(file: BinaryIO | gzip.GzipFile, most: int) -> bytearray:
    """The next bytes, in pieces: read(most) would ask for the memory before it looks."""
    content = bytearray()
    while piece := file.read(min(_PIECE, most - len(content))):
        content += piece
    return content


def _header(
    file: BinaryIO | gzip.GzipFile, path: str | os.PathLike[str]
) -> tuple[tuple[int, ...], np.dtype[Any]]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES:
        raise FileFormatError(
            f"{path} is no IDX file: expected two zero bytes, a type and a number of axes, got "
            f"{magic.hex(' ') or 'nothing'}"
        )
    axes = magic[3]
    if not 1 <= axes <= _MOST_AXES:
        raise FileFormatError(f"{path} is no IDX file: expected 1 to {_MOST_AXES} axes, got {axes}")
    lengths = file.read(4 * axes)
    if len(lengths) < 4 * axes:
        raise FileFormatError(f"{path} ends within its header: take another copy")
    return tuple(np.frombuffer(lengths, ">u4").tolist()), _TYPES[magic[2]]
