"""IDX files, good ones and all kinds of bad ones."""

from __future__ import annotations

import gzip
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuropil.data import idx_images, read_idx
from neuropil.errors import DataError, FileFormatError

CODES = {
    "uint8": 0x08,
    "int8": 0x09,
    "int16": 0x0B,
    "int32": 0x0C,
    "float32": 0x0D,
    "float64": 0x0E,
}
SHARED = Path(__file__).parents[3] / "shared" / "data" / "mnist"


def idx(array: np.ndarray[Any, Any]) -> bytes:
    header = bytes([0, 0, CODES[array.dtype.name], array.ndim])
    lengths = struct.pack(f">{array.ndim}I", *array.shape)
    return header + lengths + array.astype(array.dtype.newbyteorder(">")).tobytes()


def written(path: Path, array: np.ndarray[Any, Any], *, packed: bool = True) -> Path:
    path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    return path


@given(
    array=st.sampled_from(sorted(CODES)).flatmap(
        lambda name: arrays.arrays(name, arrays.array_shapes(max_dims=4, min_side=0, max_side=3))
    ),
    packed=st.booleans(),
)
def test_what_was_written_is_read(
    array: np.ndarray[Any, Any], packed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = written(tmp_path_factory.getbasetemp() / "any.idx", array, packed=packed)
    read = read_idx(path)
    assert read.dtype == array.dtype
    np.testing.assert_array_equal(read, array)


GOOD = idx(np.arange(6, dtype=np.uint8).reshape(2, 3))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no IDX file: .* got nothing"),
        (b"\0\0\x08", "is no IDX file"),
        (b"\x89PNG\r\n\x1a\n", "is no IDX file: .* got 89 50 4e 47"),
        (b"\0\0\x0a\x01\0\0\0\x01\x05", "is no IDX file"),
        (b"\0\0\x08\x00", "expected 1 to 8 axes, got 0"),
        (b"\0\0\x08\xff" + bytes(2000), "expected 1 to 8 axes, got 255"),
        (GOOD[:9], "ends within its header"),
        (GOOD[:-1], r"an array \(2, 3\) of 6 bytes, but 5 follow"),
        (GOOD + b"\0", r"an array \(2, 3\) of 6 bytes, but more follow"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "more than the 1073741824 that"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 1 << 16, 1 << 8, 1 << 5), "but 0 follow"),
        (b"\0\0\x08\x04" + bytes(4) + b"\xff" * 12, "too large an array"),
        (gzip.compress(GOOD, mtime=0)[:-9], "cut short or damaged"),
        (gzip.compress(GOOD, mtime=0)[:20], "cut short or damaged"),
        (b"\x1f\x8b\x08" + bytes(30), "damaged|cannot read"),
        (gzip.compress(GOOD, mtime=0)[:-8] + bytes(8), "cannot read|damaged"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_bad_file_is_refused(tmp_path: Path, content: bytes, message: str, packed: bool) -> None:
    path = tmp_path / "bad.idx"
    path.write_bytes(gzip.compress(content) if packed and content[:2] != b"\x1f\x8b" else content)
    with pytest.raises(FileFormatError, match=message) as error:
        read_idx(path)
    assert str(path) in str(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no file"):
        read_idx(tmp_path / "none")
    with pytest.raises(FileFormatError, match="cannot read"):
        read_idx(tmp_path)


def test_neither_a_bomb_nor_a_lying_header_fills_the_memory(tmp_path: Path) -> None:
    bomb, liar = tmp_path / "bomb", tmp_path / "liar"
    bomb.write_bytes(gzip.compress(GOOD + bytes(50_000_000), compresslevel=1))
    liar.write_bytes(b"\0\0\x08\x01" + struct.pack(">I", 900_000_000) + b"\x01")
    tracemalloc.start()
    for path in (bomb, liar):
        with pytest.raises(FileFormatError, match="follow"):
            read_idx(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_bound_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path / "x", np.zeros((4, 5), np.float32))
    assert read_idx(path, most=80).shape == (4, 5)
    with pytest.raises(FileFormatError, match="of 80 bytes, more than the 79"):
        read_idx(path, most=79)


IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
LABELS = np.array([9, 0], np.uint8)


def pair(folder: Path, images: Any, labels: Any) -> tuple[Path, Path]:
    return written(folder / "images", images), written(folder / "labels", labels)


def test_images_and_labels_are_a_data_set(tmp_path: Path) -> None:
    dataset = idx_images(*pair(tmp_path, IMAGES, LABELS))
    assert dataset.inputs.dtype == np.float32
    np.testing.assert_array_equal(dataset.inputs[:, 0], IMAGES.astype(np.float32) / 255)
    assert dataset.targets.tolist() == [9, 0]
    assert dataset.targets.dtype == np.int64
    assert dataset.classes == tuple("0123456789")


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (LABELS, LABELS, "expected images .* are these the labels"),
        (IMAGES, IMAGES, "expected labels .* are these the images"),
        (IMAGES.astype(np.float32), LABELS, "expected images .* of bytes"),
        (IMAGES, np.zeros(3, np.uint8), "holds 2 images, .* 3 labels"),
        (IMAGES, np.array([3, 10], np.uint8), "label 1 of .* is 10, expected 0 to 9"),
    ],
)
def test_files_that_do_not_belong_together_are_told(
    tmp_path: Path, images: Any, labels: Any, message: str
) -> None:
    with pytest.raises((DataError, FileFormatError), match=message):
        idx_images(*pair(tmp_path, images, labels))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files are not here")
def test_the_test_set_of_mnist() -> None:
    dataset = idx_images(SHARED / "t10k-images-idx3-ubyte.gz", SHARED / "t10k-labels-idx1-ubyte.gz")
    assert dataset.inputs.shape == (10_000, 1, 28, 28)
    assert dataset.targets[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.bincount(dataset.targets).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
