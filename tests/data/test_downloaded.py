"""MNIST, Fashion-MNIST and CIFAR-10 from small files of their formats."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import data
from neuropil.data.cifar10 import read_cifar10
from neuropil.errors import DataError, DownloadError, FileFormatError
from neuropil.storage import RemoteFile

NOWHERE = ("http://127.0.0.1:9/",)  # the port "discard", where nobody listens
IMAGES = b"\0\0\x08\x03\0\0\0\x03\0\0\0\x02\0\0\0\x02" + bytes(range(12))
LABELS = b"\0\0\x08\x01\0\0\0\x03\x00\x05\x09"
RECORD = 1 + 3072


def remote_files() -> dict[str, list[RemoteFile]]:
    """All that the package downloads."""
    found = {
        name: [
            file for part in import_module(f"neuropil.data.{name}")._PARTS.values() for file in part
        ]
        for name in ("mnist", "fashion_mnist")
    }
    return found | {"cifar10": [import_module("neuropil.data.cifar10")._ARCHIVE]}


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_each_file_has_its_hash_and_several_mirrors(name: str) -> None:
    files = remote_files()[name]
    assert len({file.sha256 for file in files}) == len(files)
    for file in files:
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.size > 1000
        assert len(file.mirrors) >= 2
        assert len({mirror.split("/")[2] for mirror in file.mirrors}) == len(file.mirrors)
        assert all(mirror.endswith(f"/{file.name}") for mirror in file.mirrors)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no mirror that can be reached."""
    monkeypatch.setenv("NEUROPIL_CACHE", str(tmp_path))
    for name in ("mnist", "fashion_mnist"):
        module = import_module(f"neuropil.data.{name}")
        parts = {
            split: [replace(file, mirrors=NOWHERE) for file in files]
            for split, files in module._PARTS.items()
        }
        monkeypatch.setattr(module, "_PARTS", parts)
    module = import_module("neuropil.data.cifar10")
    monkeypatch.setattr(module, "_ARCHIVE", replace(module._ARCHIVE, mirrors=NOWHERE))
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("read", "folder", "name"),
    [
        (data.mnist, "mnist", "t10k-images-idx3-ubyte.gz"),
        (data.fashion_mnist, "fashion-mnist", "t10k-images-idx3-ubyte.gz"),
        (data.cifar10, "cifar10", "cifar-10-binary.tar.gz"),
    ],
)
def test_offline_it_is_said_what_to_put_where(
    cache: Path, read: Any, folder: str, name: str
) -> None:
    with pytest.raises(DownloadError) as error:
        read("test", progress=False)
    assert f"cannot download {name}" in str(error.value)
    assert f"into {cache / folder} by hand" in str(error.value)


@pytest.mark.parametrize("read", [data.mnist, data.fashion_mnist, data.cifar10])
def test_an_unknown_split_is_refused_before_anything_is_downloaded(cache: Path, read: Any) -> None:
    with pytest.raises(DataError, match="has the splits train, test, got 'validation'"):
        read("validation")
    assert not cache.exists()


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_files_put_there_by_hand_are_read(
    cache: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    module = import_module(f"neuropil.data.{name}")
    folder = cache / name.replace("_", "-")
    folder.mkdir(parents=True)
    files = []
    for file, content in zip(module._PARTS["test"], (IMAGES, LABELS), strict=True):
        packed = gzip.compress(content)
        (folder / file.name).write_bytes(packed)
        sha256 = hashlib.sha256(packed).hexdigest()
        files.append(replace(file, size=len(packed), sha256=sha256))
    monkeypatch.setattr(module, "_PARTS", {"test": files})
    dataset = getattr(data, name)("test", progress=False)
    assert dataset.inputs.shape == (3, 1, 2, 2)
    assert dataset.targets.tolist() == [0, 5, 9]
    assert len(dataset.classes) == 10
    (folder / files[1].name).write_bytes(b"something else")
    with pytest.raises(DownloadError, match="cannot download t10k-labels"):
        getattr(data, name)("test", progress=False)


def batch(number: int, records: int = 4) -> bytes:
    """The records of one of CIFAR's files."""
    table = np.random.default_rng(number).integers(0, 256, (records, RECORD), dtype=np.uint8)
    table[:, 0] %= 10
    return table.tobytes()


def archive(path: Path, members: dict[str, bytes], **others: Any) -> Path:
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for setting, value in others.items():
                setattr(info, setting, value)
            tar.addfile(info, io.BytesIO(content))
    return path


def whole() -> dict[str, bytes]:
    names = [f"data_batch_{number}.bin" for number in range(1, 6)] + ["test_batch.bin"]
    members = {"cifar-10-batches-bin/batches.meta.txt": b"airplane\n"}
    # In the archive of 2009 the files are in no order.
    for number in (3, 0, 5, 1, 4, 2):
        members[f"cifar-10-batches-bin/{names[number]}"] = batch(number)
    return members


def read(path: Path, split: str = "train") -> data.ArrayDataset:
    return read_cifar10(path, split, records=4)


def test_cifar_is_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "cifar.tar.gz", whole())
    train, test = read(path), read(path, "test")
    assert train.inputs.shape == (20, 3, 32, 32)
    assert test.inputs.shape == (4, 3, 32, 32)
    assert train.inputs.dtype == np.float32
    table = np.frombuffer(b"".join(batch(number) for number in range(5)), np.uint8)
    table = table.reshape(20, RECORD)
    assert train.targets.tolist() == table[:, 0].tolist()
    pixels = np.rint(train.inputs * 255).astype(np.uint8)
    np.testing.assert_array_equal(pixels.reshape(20, -1), table[:, 1:])
    assert test.classes is not None
    assert test.classes[9] == "truck"
    assert [file.name for file in tmp_path.iterdir()] == ["cifar.tar.gz"]


TEST = "cifar-10-batches-bin/test_batch.bin"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({TEST: batch(5) + b"\0"}, "expected one file .*test_batch.bin of 12292 bytes"),
        ({TEST: batch(5)[:-1]}, "expected one file .*test_batch.bin of 12292 bytes"),
        ({TEST: b"\x0a" + batch(5)[1:]}, "label 0 of the test part .* is 10"),
        ({"cifar-10-batches-bin/bomb": bytes(3_000_000)}, "unpacks to more"),
    ],
)
def test_a_wrong_archive_is_refused(tmp_path: Path, change: dict[str, bytes], message: str) -> None:
    path = archive(tmp_path / "cifar.tar.gz", {**change, **(whole() | change)})
    with pytest.raises((DataError, FileFormatError), match=message):
        read(path, "test")


@pytest.mark.parametrize("missing", ["data_batch_3.bin", "data_batch_5.bin"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    members = {name: content for name, content in whole().items() if missing not in name}
    with pytest.raises(FileFormatError, match=f"lacks .*{missing}"):
        read(archive(tmp_path / "cifar.tar.gz", members))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE]
)
def test_only_files_count(tmp_path: Path, kind: bytes) -> None:
    path = archive(tmp_path / "cifar.tar.gz", whole(), type=kind, linkname="/etc/passwd")
    with pytest.raises(FileFormatError):
        read(path)


@pytest.mark.parametrize("prefix", ["../", "/", "cifar-10-batches-bin/../"])
def test_paths_that_lead_elsewhere_lead_nowhere(tmp_path: Path, prefix: str) -> None:
    members = {f"{prefix}{name}": content for name, content in whole().items()}
    with pytest.raises(FileFormatError, match="lacks"):
        read(archive(tmp_path / "cifar.tar.gz", members))
    assert [file.name for file in tmp_path.iterdir()] == ["cifar.tar.gz"]


def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "cifar.tar.gz", "w:gz") as tar:
        for _ in range(2):
            info = tarfile.TarInfo(TEST)
            info.size = 4 * RECORD
            tar.addfile(info, io.BytesIO(batch(0)))
    with pytest.raises(FileFormatError, match="a second one"):
        read(tmp_path / "cifar.tar.gz", "test")


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_SPARSE, tarfile.DIRTYPE])
@pytest.mark.parametrize("size", [1 << 80, -(1 << 40)])
def test_a_header_that_lies_about_a_size_is_refused_at_once(
    tmp_path: Path, kind: bytes, size: int
) -> None:
    info = tarfile.TarInfo("huge")
    info.type, info.size = kind, size
    content = gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10_000))
    (tmp_path / "cifar.tar.gz").write_bytes(content)
    with pytest.raises(FileFormatError):
        read(tmp_path / "cifar.tar.gz")


def test_names_upon_names_are_refused(tmp_path: Path) -> None:
    """`tarfile` calls itself for each header that says how the next file is called."""
    name = tarfile.TarInfo()
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 1
    content = gzip.compress((name.tobuf() + b"a".ljust(512, b"\0")) * 3000)
    (tmp_path / "cifar.tar.gz").write_bytes(content)
    with pytest.raises(FileFormatError, match="is no archive"):
        read(tmp_path / "cifar.tar.gz")


@pytest.mark.parametrize("keep", [0, 10, 1000, 30_000, -1000])
def test_an_archive_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    path = archive(tmp_path / "cifar.tar.gz", whole())
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FileFormatError):
        read(path)


@pytest.mark.parametrize(
    "content", [b"no archive", gzip.compress(b"no archive" * 1000)], ids=["plain", "packed"]
)
def test_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cifar.tar.gz").write_bytes(content)
    with pytest.raises(FileFormatError):
        read(tmp_path / "cifar.tar.gz")
    with pytest.raises(FileFormatError, match="cannot read"):
        read(tmp_path / "none.tar.gz")
