"""CIFAR-10: 60,000 colour photographs of 32 × 32 pixels in ten classes (Krizhevsky 2009)."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError, FileFormatError
from neuropil.storage import RemoteFile, cache_folder, download

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Sequence
    from pathlib import Path

_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_NAME = "cifar-10-binary.tar.gz"
_MIRRORS = (
    "https://www.cs.toronto.edu/~kriz/",
    "https://cave.cs.toronto.edu/kriz/",
    "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
)
# Size and SHA-256 as TensorFlow Datasets publishes them, url_checksums/cifar10.txt.
_ARCHIVE = RemoteFile(
    _NAME,
    170_052_171,
    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    [mirror + _NAME for mirror in _MIRRORS],
)
_FOLDER = "cifar-10-batches-bin/"
_FILES = {
    "train": tuple(f"{_FOLDER}data_batch_{number}.bin" for number in range(1, 6)),
    "test": (f"{_FOLDER}test_batch.bin",),
}
_IMAGE = (3, 32, 32)
_RECORD = 1 + 3 * 32 * 32  # a byte of label, then red, green and blue, each row by row


def cifar10(split: str, *, progress: bool = True) -> ArrayDataset:
    """A part of CIFAR-10: inputs float32 (n, 3, 32, 32) in [0, 1], targets int64 (n,), 0 to 9.

    The archive (170 MB) is downloaded on the first call and kept in the cache folder; see
    `neuropil.storage.cache_folder` and `neuropil.storage.download`. The training part takes
    614 MB of memory.

    Args:
        split: "train", 50,000 photographs, or "test", 10,000 others.
        progress: Whether to show how the download goes.

    Raises:
        DataError: There is no such split.
        DownloadError: The archive is not there and no mirror gave it; says where to put it by
            hand.
    """
    if split not in _FILES:
        raise DataError(f"CIFAR-10 has the splits {', '.join(_FILES)}, got {split!r}")
    path = download(_ARCHIVE, cache_folder("data", "cifar10"), progress=progress)
    return read_cifar10(path, split)


def read_cifar10(path: Path, split: str, *, records: int = 10_000) -> ArrayDataset:
    """A part of CIFAR-10 from its binary archive, read in memory: nothing is unpacked to disk.

    Args:
        path: ``cifar-10-binary.tar.gz``, or a file of its form.
        split: "train" or "test".
        records: How many photographs each of its six files holds.

    Raises:
        FileFormatError: It is no such archive: cut short, damaged, a file missing, twice there or
            of another size, or more unpacked data than six such files could have.
        DataError: A label is none of the ten.
    """
    found = _members(path, _FILES[split], records * _RECORD)
    table = np.concatenate([np.frombuffer(found[name], np.uint8) for name in _FILES[split]])
    table = table.reshape(-1, _RECORD)
    labels = table[:, 0]
    if len(wrong := np.flatnonzero(labels >= len(_CLASSES))):
        raise DataError(
            f"label {wrong[0]} of the {split} part of {path} is {labels[wrong[0]]}, expected 0 to "
            f"{len(_CLASSES) - 1}: take another copy"
        )
    inputs = table[:, 1:].astype(np.float32).reshape(-1, *_IMAGE)
    inputs /= 255
    return ArrayDataset(inputs, labels.astype(np.int64), classes=_CLASSES)


def _members(path: Path, names: Sequence[str], size: int) -> dict[str, bytes]:
    """The content of the files called ``names`` in the archive, each of ``size`` bytes."""
    import tarfile

    try:
        with gzip.open(path) as file:
            unpacked = cast("IO[bytes]", _Bounded(file, 7 * size + (1 << 20)))
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                return _files(archive, path, names, size)
    except (tarfile.TarError, zlib.error, EOFError, RecursionError) as error:
        raise FileFormatError(
            f"{path} is no archive (.tar.gz), cut short or damaged ({error}): take another copy"
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileFormatError(f"cannot read {path} ({reason}): take another copy") from error


def _files(
    archive: tarfile.TarFile, path: Path, names: Sequence[str], size: int
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for member in archive:
        if member.name not in names:
            continue
        if not member.isreg() or member.size != size or member.name in found:
            raise FileFormatError(
                f"{path}: expected one file {member.name} of {size} bytes, got one of "
                f"{member.size}, something else or a second one: take another copy"
            )
        content = archive.extractfile(member)
        found[member.name] = b"" if content is None else content.read(size)
    for name in names:
        if len(found.get(name, b"")) != size:
            raise FileFormatError(f"{path} lacks {name}, or its end: take another copy")
    return found


class _Bounded:
    """A file that is read up to ``most`` bytes, and not over and over at its end.

    A header that lies about a size would else have `tarfile` fill the memory, or skip for years.
    """

    def __init__(self, file: gzip.GzipFile, most: int) -> None:
        self._file = file
        self._left = most
        self._has_ended = False

    def read(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            FileFormatError: More were read than the bound.
            EOFError: It is read again after it has ended.
        """
        if self._has_ended:
            raise EOFError("it ends before what its headers announce")
        content = self._file.read(min(size, self._left + 1))
        self._left -= len(content)
        self._has_ended = not content
        if self._left < 0:
            raise FileFormatError(
                f"{self._file.name} unpacks to more than CIFAR-10 has: take another copy"
            )
        return content
