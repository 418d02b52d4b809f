"""The embedded digits: what scikit-learn has, split once and for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from neuropil.data import digits
from neuropil.data.handwritten_digits import _FILE, SPLITS, read_digits
from neuropil.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {"train": 1150, "validation": 287, "test": 360, "train+validation": 1437}


@pytest.mark.parametrize("split", SPLITS)
def test_images_and_labels_are_as_promised(split: str) -> None:
    dataset = digits(split)
    n = SIZES[split]
    assert (dataset.inputs.shape, dataset.inputs.dtype) == ((n, 1, 8, 8), np.float32)
    assert (dataset.targets.shape, dataset.targets.dtype) == ((n,), np.int64)
    assert (dataset.inputs.min(), dataset.inputs.max()) == (0.0, 1.0)
    assert dataset.classes == tuple("0123456789")


@pytest.mark.parametrize(("split", "whole"), [("test", None), ("validation", "train+validation")])
def test_parts_hold_each_digit_in_proportion(split: str, whole: str | None) -> None:
    part = np.bincount(digits(split).targets)
    pool = part + np.bincount(digits("train" if whole else "train+validation").targets)
    assert np.abs(part - pool * (part.sum() / pool.sum())).max() < 1.0


def test_parts_are_disjoint_and_complete() -> None:
    tensors = read_digits(_FILE)
    test, validation = (set(tensors[name].tolist()) for name in ("test", "validation"))
    assert not test & validation
    assert sum(SIZES[name] for name in ("train", "validation", "test")) == 1797
    images = [tuple(image.ravel().tolist()) for image in tensors["images"]]
    rows = [
        tuple((16 * image.ravel()).astype(int).tolist())
        for name in ("train", "validation", "test")
        for image in digits(name).inputs
    ]
    assert sorted(rows) == sorted(images)
    both = digits("train+validation").inputs
    assert len(both) == len(digits("train").inputs) + len(digits("validation").inputs)


def test_images_are_those_of_scikit_learn() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    original = datasets.load_digits()
    tensors = read_digits(_FILE)
    assert np.array_equal(tensors["images"], original.images)
    assert np.array_equal(tensors["labels"], original.target)


def test_a_data_set_may_be_changed_without_changing_the_next() -> None:
    dataset = digits("test")
    dataset.inputs[:] = 9.0
    dataset.targets[:] = 9
    assert digits("test").inputs.max() == 1.0
    assert len(set(digits("test").targets.tolist())) == 10


@pytest.mark.parametrize("split", ["Test", "valid", "", "test+train"])
def test_unknown_splits_are_refused(split: str) -> None:
    with pytest.raises(DataError, match="splits train, validation, test, train\\+validation, got"):
        digits(split)


@pytest.mark.parametrize("damage", ["missing", "truncated", "one bit", "empty"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    content = bytearray(_FILE.read_bytes())
    path = tmp_path / "digits.safetensors"
    if damage == "one bit":
        content[-1000] ^= 1
    elif damage == "truncated":
        content = content[:50_000]
    elif damage == "empty":
        content = bytearray()
    if damage != "missing":
        path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"digits\.safetensors"):
        read_digits(path)
