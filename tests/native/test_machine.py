"""Where programs are kept, and what happens to those that are damaged."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

numba = pytest.importorskip("numba")

from neuropil.native import machine  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = '''"""A program."""

from numba import njit


@njit(cache=True)
def run(x):
    return x + {}
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of programs, as a new process finds it."""
    monkeypatch.setenv("NEUROPIL_CACHE", str(tmp_path))
    fresh()
    return tmp_path / "native"


def fresh() -> None:
    """Forget what this process has imported."""
    machine._compiled.clear()


def hits(run: Any) -> int:
    return int(sum(run.stats.cache_hits.values()))


def test_a_program_is_loaded_from_the_cache(folder: Path) -> None:
    assert machine.machine_code(SOURCE.format(1), [2.0])(2.0) == 3.0
    fresh()
    again = machine.machine_code(SOURCE.format(1), [2.0])
    assert again(2.0) == 3.0
    assert hits(again) == 1
    assert folder.stat().st_mode & 0o777 == 0o700 or os.name == "nt"


@pytest.mark.parametrize("damage", ["machine code", "index", "source", "sums", "nothing there"])
def test_what_is_damaged_is_made_again(damage: str, folder: Path) -> None:
    machine.machine_code(SOURCE.format(2), [2.0])
    (program,) = folder.iterdir()
    pattern = {"machine code": "*.nbc", "index": "*.nbi", "source": "program.py"}
    if damage == "nothing there":
        (program / "sums.json").unlink()
    elif damage == "sums":
        (program / "sums.json").write_text("{")
    else:
        for path in program.rglob(pattern[damage]):
            content = bytearray(path.read_bytes())
            content[len(content) // 2 :] = b"cut"
            path.write_bytes(content)
    fresh()
    again = machine.machine_code(SOURCE.format(2), [2.0])
    assert again(2.0) == 4.0
    assert hits(again) == 0


def test_other_arguments_are_added(folder: Path) -> None:
    machine.machine_code(SOURCE.format(3), [2.0])
    machine.machine_code(SOURCE.format(3), [np.float32(2.0)])
    fresh()
    for argument in (2.0, np.float32(2.0)):
        assert hits(machine.machine_code(SOURCE.format(3), [argument])) >= 1


def test_a_folder_that_is_not_ours_alone_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_is_ours", lambda folder: False)
    assert machine.machine_code(SOURCE.format(4), [2.0])(2.0) == 6.0
    assert not list(folder.iterdir())


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no modes here")
def test_others_may_not_write(tmp_path: Path) -> None:
    assert machine._is_ours(tmp_path)
    tmp_path.chmod(0o777)
    assert not machine._is_ours(tmp_path)
    tmp_path.chmod(0o700)


def test_without_a_folder_it_works_as_long_as_the_process_lives(tmp_path: Path) -> None:
    """A file stands where the cache would be."""
    (tmp_path / "cache").write_text("in the way")
    code = (
        "from neuropil.neurons.networks import cuba\n"
        "net = cuba(rng=0)\n"
        "net.run(1.0, engine='native')\n"
        "print(net.time)\n"
    )
    env = os.environ | {"NEUROPIL_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout == "1.0\n", done.stderr
    assert done.stderr == ""


def test_a_full_disk_leaves_no_half_of_a_program(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("neuropil.storage.write_json", full)
    assert machine.machine_code(SOURCE.format(4), [2.0])(2.0) == 6.0
    assert not list(folder.iterdir())


def test_what_numba_refuses_is_an_error_of_the_engine(folder: Path) -> None:
    from neuropil.errors import EngineError

    with pytest.raises(EngineError, match="use engine='eager'"):
        machine.machine_code(SOURCE.format("object()"), [2.0])
