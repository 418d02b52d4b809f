from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import NeuropilError, WriteError
from neuropil.storage import atomic_write, write_bytes, write_text

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@given(content=st.binary(max_size=200))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("atomic") / "file"
    write_bytes(path, content)
    assert path.read_bytes() == content


def test_the_old_file_stands_until_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "old")
    with atomic_write(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_an_error_in_the_block_leaves_the_old_file_and_no_other(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "file"
    write_text(path, "old")
    with pytest.raises(type(error)), atomic_write(path) as file:  # noqa: PT012
        file.write(b"half")
        raise error
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_text(tmp_path / "runs" / "a" / "notes.txt", "x")
    assert (tmp_path / "runs" / "a" / "notes.txt").read_text() == "x"


def test_text_is_utf8_with_its_own_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "η = 0.1\nβ\r\n")
    assert (tmp_path / "file").read_bytes() == "η = 0.1\nβ\r\n".encode()


@posix
def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "file")
    write_text(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "disk" / "file").read_text() == "x"


@posix
def test_new_files_have_the_usual_permissions(tmp_path: Path) -> None:
    write_text(tmp_path / "atomic", "x")
    (tmp_path / "plain").write_text("x")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_content_reaches_the_disk_before_the_rename_and_the_folder_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def logged_fsync(descriptor: int) -> None:
        is_folder = os.path.isdir(f"/proc/self/fd/{descriptor}")  # noqa: PTH112
        events.append("sync folder" if is_folder else "sync file")
        fsync(descriptor)

    def logged_replace(self: Path, target: Path) -> Path:
        events.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", logged_fsync)
    monkeypatch.setattr(Path, "replace", logged_replace)
    write_text(tmp_path / "file", "x")
    if sys.platform == "linux":
        assert events == ["sync file", "rename", "sync folder"]
    else:
        assert events.index("rename") > 0


def test_leftovers_of_killed_writers_go_after_an_hour(tmp_path: Path) -> None:
    old, young = tmp_path / ".file.aaaa.tmp", tmp_path / ".file.bbbb.tmp"
    other = tmp_path / ".other.aaaa.tmp"
    for leftover in (old, young, other):
        leftover.write_text("half")
    hours_ago = time.time() - 7200
    os.utime(old, (hours_ago, hours_ago))
    os.utime(other, (hours_ago, hours_ago))
    write_text(tmp_path / "file", "x")
    assert names(tmp_path) == [".file.bbbb.tmp", ".other.aaaa.tmp", "file"]


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EACCES, "choose a folder you may write to"),
        (errno.EIO, "choose another place"),
    ],
)
def test_an_error_of_the_system_says_what_stands_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, advice: str
) -> None:
    path = tmp_path / "file"
    write_text(path, "old")

    def failing(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(WriteError, match=advice) as caught:
        write_text(path, "new")
    assert str(path) in str(caught.value)
    assert "the file that was there is unchanged" in str(caught.value)
    assert caught.value.errno == code
    assert isinstance(caught.value, NeuropilError)
    assert isinstance(caught.value, OSError)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_a_folder_in_the_way_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(WriteError, match="taken"):
        write_text(tmp_path / "taken", "x")
    write_text(tmp_path / "file", "x")
    with pytest.raises(WriteError, match="nothing is there"):
        write_text(tmp_path / "file" / "below", "x")


FULL_DISK = """
import resource, sys
from neuropil.storage import append_line, write_bytes
path, log = sys.argv[1:]
write_bytes(path, b"old")
append_line(log, "one")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for writing in (
    lambda: write_bytes(path, bytes(10_000)),
    lambda: append_line(log, 10_000 * "x"),
):
    try:
        writing()
    except OSError as error:
        print(type(error).__name__, error)
append_line(log, "two")
"""


@posix
def test_a_disk_without_room_leaves_what_was_there(tmp_path: Path) -> None:
    path, log = tmp_path / "model", tmp_path / "log"
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path, log], capture_output=True, text=True, check=True
    )
    first, second = run.stdout.splitlines()
    for message in (first, second):
        assert message.startswith("WriteError cannot write ")
        assert "File too large" in message
        assert "the file that was there is unchanged; free some space, then run again" in message
    assert path.read_bytes() == b"old"
    assert log.read_text() == "one\ntwo\n"
    assert names(tmp_path) == ["log", "model"]


KILLED = """
import os, signal, sys
from pathlib import Path
from neuropil.storage import atomic_write, write_bytes
path, moment = sys.argv[1:]
write_bytes(path, b"old")
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if moment == "before rename":
    Path.replace = kill
with atomic_write(path) as file:
    file.write(b"half")
    if moment == "half written":
        file.flush()
        kill()
    file.write(b" and half")
if moment == "after rename":
    kill()
"""


@posix
@pytest.mark.parametrize(
    ("moment", "content"),
    [
        ("half written", b"old"),
        ("before rename", b"old"),
        ("after rename", b"half and half"),
    ],
)
def test_a_kill_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, moment: str, content: bytes
) -> None:
    path = tmp_path / "file"
    run = subprocess.run([sys.executable, "-c", KILLED, path, moment], check=False)
    assert run.returncode == -9
    assert path.read_bytes() == content
