"""MNIST: 70,000 handwritten digits of 28 × 28 pixels (LeCun, Bottou, Bengio and Haffner 1998)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.data.idx_images import idx_images
from neuropil.errors import DataError
from neuropil.storage import RemoteFile, cache_folder, download

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neuropil.data.array_dataset import ArrayDataset

_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)


def _file(name: str, size: int, sha256: str) -> RemoteFile:
    return RemoteFile(name, size, sha256, [mirror + name for mirror in _MIRRORS])


# Sizes and SHA-256 as TensorFlow Datasets publishes them, url_checksums/mnist.txt.
_PARTS: Mapping[str, Sequence[RemoteFile]] = {
    "train": (
        _file(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        _file(
            "train-labels-idx1-ubyte.gz",
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
    ),
    "test": (
        _file(
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        _file(
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    ),
}


def mnist(split: str, *, progress: bool = True) -> ArrayDataset:
    """A part of MNIST: inputs float32 (n, 1, 28, 28) in [0, 1], targets int64 (n,), 0 to 9.

    The files (12 MB) are downloaded on the first call and kept in the cache folder; see
    `neuropil.storage.cache_folder` and `neuropil.storage.download`. Ink is light, paper is 0.

    Args:
        split: "train", 60,000 digits, or "test", 10,000 others.
        progress: Whether to show how the download goes.

    Raises:
        DataError: There is no such split.
        DownloadError: The files are not there and no mirror gave them; says where to put them by
            hand.
    """
    if split not in _PARTS:
        raise DataError(f"MNIST has the splits {', '.join(_PARTS)}, got {split!r}")
    folder = cache_folder("data", "mnist")
    images, labels = (download(file, folder, progress=progress) for file in _PARTS[split])
    return idx_images(images, labels)
