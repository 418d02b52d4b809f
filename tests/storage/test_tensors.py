from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from safetensors.numpy import load_file, save_file

from neuropil.errors import DTypeError, FileFormatError
from neuropil.storage import load_tensors, save_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

DTYPES = ("bool", "int8", "uint8", "int32", "uint64", "int64", "float16", "float32", "float64")
arrays = npst.arrays(
    st.sampled_from([np.dtype(name) for name in DTYPES]),
    npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


def assert_same_bits(one: NDArray[Any], other: NDArray[Any]) -> None:
    assert (one.dtype, one.shape) == (other.dtype, other.shape)
    assert one.tobytes() == other.tobytes()


@given(tensors=st.dictionaries(st.text(min_size=1).filter(lambda s: s != "__metadata__"), arrays))
def test_arrays_come_back_to_the_bit_and_writable(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, NDArray[Any]]
) -> None:
    path = tmp_path_factory.mktemp("tensors") / "t.safetensors"
    save_tensors(path, tensors)
    loaded, metadata = load_tensors(path)
    assert metadata == {}
    assert loaded.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert_same_bits(loaded[name], tensor)
        assert loaded[name].flags.writeable


@pytest.mark.parametrize(
    "tensor",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.arange(6.0)[::2],
        np.broadcast_to(np.float64(2), (2, 2)),
        np.arange(3, dtype=">f4"),
        np.float32(2.5),
    ],
    ids=["transposed", "strided", "broadcast", "big-endian", "scalar"],
)
def test_memory_layout_does_not_matter(tmp_path: Path, tensor: NDArray[Any]) -> None:
    save_tensors(tmp_path / "t", {"a": tensor})
    loaded, _ = load_tensors(tmp_path / "t")
    np.testing.assert_array_equal(loaded["a"], tensor, strict=False)
    assert loaded["a"].shape == tensor.shape


def test_descriptions_come_back_to_the_bit(tmp_path: Path) -> None:
    metadata = {"kind": "network", "losses": [0.1, 1 / 3, math.inf], "η": {"deep": [None, True]}}
    save_tensors(tmp_path / "t", {}, metadata)
    assert load_tensors(tmp_path / "t")[1] == metadata
    save_tensors(tmp_path / "t", {}, {"loss": math.nan})
    assert math.isnan(load_tensors(tmp_path / "t")[1]["loss"])


def test_equal_content_is_an_equal_file(tmp_path: Path) -> None:
    tensors = {name: np.arange(3.0) for name in "abcdef"}
    for name in ("one", "two"):
        save_tensors(tmp_path / name, tensors, {"a": 1, "b": 2, "c": 3})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_other_readers_and_writers_of_safetensors(tmp_path: Path) -> None:
    weight = np.eye(2, dtype=np.float32)
    save_tensors(tmp_path / "ours", {"weight": weight}, {"x": 1})
    assert_same_bits(load_file(tmp_path / "ours")["weight"], weight)
    save_file({"weight": weight}, tmp_path / "theirs", {"format": "np"})
    tensors, metadata = load_tensors(tmp_path / "theirs")
    assert_same_bits(tensors["weight"], weight)
    assert metadata == {}


@pytest.mark.parametrize("dtype", ["U3", "O", "complex128", "longdouble"])
def test_dtypes_that_safetensors_lacks(tmp_path: Path, dtype: str) -> None:
    with pytest.raises(DTypeError, match="astype"):
        save_tensors(tmp_path / "t", {"a": np.zeros(2, dtype)})
    assert not (tmp_path / "t").exists()


def test_a_file_cut_anywhere_is_turned_away(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    save_tensors(path, {"weight": np.arange(10.0), "bias": np.zeros(2)}, {"kind": "network"})
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(FileFormatError, match=r"net\.safetensors"):
            load_tensors(path)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"PK\x03\x04 torch.save(...)", "zip archive"),
        (b"\x93NUMPY\x01\x00", "NumPy array"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"\x80\x04\x95 pickled", "pickle"),
        (b"\x1f\x8b\x08 gzip", "gzip"),
        (b'{"layers": [8, 3, 8]}', "another format"),
        (b"\xff" * 64, "another format"),
        (b"", "empty"),
    ],
)
def test_foreign_files_are_told_apart(tmp_path: Path, content: bytes, named: str) -> None:
    (tmp_path / "foreign").write_bytes(content)
    with pytest.raises(FileFormatError, match=named):
        load_tensors(tmp_path / "foreign")


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no file"):
        load_tensors(tmp_path / "missing")
    with pytest.raises(FileFormatError, match=r"directory|Permission"):
        load_tensors(tmp_path)


@pytest.mark.parametrize("text", ["{broken", "[1]"])
def test_a_damaged_description_is_turned_away(tmp_path: Path, text: str) -> None:
    save_file({"a": np.zeros(1)}, tmp_path / "t", {"neuropil": text})
    with pytest.raises(FileFormatError, match="description"):
        load_tensors(tmp_path / "t")


def test_dtypes_that_numpy_lacks_are_turned_away(tmp_path: Path) -> None:
    header = json.dumps({"a": {"dtype": "F8_E4M3", "shape": [2], "data_offsets": [0, 2]}}).encode()
    content = len(header).to_bytes(8, "little") + header + bytes(2)
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(FileFormatError, match="safetensors"):
        load_tensors(tmp_path / "t")


def test_safetensors_is_loaded_when_it_is_needed() -> None:
    code = "import sys, neuropil.storage; sys.exit('safetensors' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_header_may_begin_like_another_format(tmp_path: Path) -> None:
    # The file starts with the header's length, and 640 is a pickle's first two bytes.
    for padding in range(400, 640):
        save_tensors(tmp_path / "t", {"a": np.zeros(1)}, {"x": "-" * padding})
        if (tmp_path / "t").read_bytes().startswith(b"\x80\x02"):
            break
    else:
        pytest.fail("no header of 640 bytes came up")
    assert load_tensors(tmp_path / "t")[0].keys() == {"a"}


def test_numbers_that_numpy_does_not_have_are_named(tmp_path: Path) -> None:
    header = b'{"w":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}'
    path = tmp_path / "net"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(2))
    # In a process of its own: wherever JAX was imported NumPy has bfloat16 too.
    code = "import sys; from neuropil.storage import load_tensors; load_tensors(sys.argv[1])"
    run = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
    )
    last = run.stderr.splitlines()[-1]
    assert re.search(r"FileFormatError: .*net holds .*bfloat16.*convert them to float32", last)
