"""Fashion-MNIST: 70,000 pictures of clothes of 28 × 28 pixels (Xiao, Rasul and Vollgraf 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.data.idx_images import idx_images
from neuropil.errors import DataError
from neuropil.storage import RemoteFile, cache_folder, download

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neuropil.data.array_dataset import ArrayDataset

_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)


def _file(name: str, size: int, sha256: str) -> RemoteFile:
    return RemoteFile(name, size, sha256, [mirror + name for mirror in _MIRRORS])


# Sizes and SHA-256 as TensorFlow Datasets publishes them, url_checksums/fashion_mnist.txt.
_PARTS: Mapping[str, Sequence[RemoteFile]] = {
    "train": (
        _file(
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        _file(
            "train-labels-idx1-ubyte.gz",
            29_515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ),
    ),
    "test": (
        _file(
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        _file(
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    ),
}


def fashion_mnist(split: str, *, progress: bool = True) -> ArrayDataset:
    """A part of Fashion-MNIST: inputs float32 (n, 1, 28, 28) in [0, 1], targets int64 (n,).

    The files (31 MB) are downloaded on the first call and kept in the cache folder; see
    `neuropil.storage.cache_folder` and `neuropil.storage.download`. The ten classes are in
    ``classes``, from "T-shirt/top" to "Ankle boot".

    Args:
        split: "train", 60,000 pictures, or "test", 10,000 others.
        progress: Whether to show how the download goes.

    Raises:
        DataError: There is no such split.
        DownloadError: The files are not there and no mirror gave them; says where to put them by
            hand.
    """
    if split not in _PARTS:
        raise DataError(f"Fashion-MNIST has the splits {', '.join(_PARTS)}, got {split!r}")
    folder = cache_folder("data", "fashion-mnist")
    images, labels = (download(file, folder, progress=progress) for file in _PARTS[split])
    return idx_images(images, labels, classes=_CLASSES)
