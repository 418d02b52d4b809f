"""The 1,797 handwritten digits of 8 × 8 pixels that come with the package.

Optical Recognition of Handwritten Digits, by E. Alpaydin and C. Kaynak, UCI Machine Learning
Repository, https://doi.org/10.24432/C50P49, licence CC BY 4.0; see ``files/README.md``.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError, FileFormatError
from neuropil.storage import load_tensors

if TYPE_CHECKING:
    Numpy = np.ndarray[Any, Any]

SPLITS = ("train", "validation", "test", "train+validation")
_FILE = Path(__file__).with_name("files") / "digits.safetensors"
_SHA256 = "2dab2ab4c73c1a340babd08d924083bf8891e49811ba6a5656f23be8d4d260df"
_BRIGHTEST = 16


def digits(split: str) -> ArrayDataset:
    """A part of the digits: inputs float32 (n, 1, 8, 8) in [0, 1], targets int64 (n,), 0 to 9.

    The parts never change and hold each digit in proportion: 1,150 images to train, 287 to
    validate (to choose a method or a setting by), 360 to test, which is for the last figure
    only. To train on all that is not for testing, take "train+validation".

    Args:
        split: "train", "validation", "test" or "train+validation".

    Raises:
        DataError: There is no such split.
        FileFormatError: The file in the package is missing or damaged.

    Example:
        >>> test = digits("test")
        >>> test
        ArrayDataset(inputs float32 (360, 1, 8, 8), targets int64 (360,))
        >>> test.classes[3], test.targets[:5].tolist()
        ('3', [7, 4, 7, 8, 1])
    """
    if split not in SPLITS:
        raise DataError(f"the digits have the splits {', '.join(SPLITS)}, got {split!r}")
    tensors = read_digits(_FILE)
    n = len(tensors["labels"])
    is_test, is_validation = (_mask(tensors[name], n) for name in ("test", "validation"))
    chosen = {
        "train": ~is_test & ~is_validation,
        "validation": is_validation,
        "test": is_test,
        "train+validation": ~is_test,
    }[split]
    inputs = tensors["images"][chosen, np.newaxis].astype(np.float32) / _BRIGHTEST
    targets = tensors["labels"][chosen].astype(np.int64)
    return ArrayDataset(inputs, targets, classes=[str(digit) for digit in range(10)])


@cache
def read_digits(path: Path) -> dict[str, Numpy]:
    """The arrays of the file ``tools/make_digits.py`` wrote, checked against its SHA-256.

    ``images`` uint8 (1797, 8, 8) from 0 to 16, ``labels`` uint8 (1797,), and the indices
    ``test`` and ``validation``.

    Raises:
        FileFormatError: The file is missing or damaged.
    """
    tensors, _ = load_tensors(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != _SHA256:
        raise FileFormatError(
            f"{path} is damaged: its SHA-256 is {digest}, expected {_SHA256}: "
            "install neuropil again"
        )
    return tensors


def _mask(indices: Numpy, n: int) -> Numpy:
    mask = np.zeros(n, dtype=bool)
    mask[indices] = True
    return mask
