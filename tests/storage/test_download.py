"""Downloads, from servers on this machine that break off, lie, or cannot be reached."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from neuropil.errors import DownloadError, WriteError
from neuropil.storage import RemoteFile, download, transfer

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from tests.storage.conftest import Behaviour, Serve

CONTENT = np.random.default_rng(0).bytes(300_000)
LIE = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def remote(*servers: Behaviour | str) -> RemoteFile:
    mirrors = [server if isinstance(server, str) else server.url for server in servers]
    return RemoteFile("file.gz", len(CONTENT), SHA256, mirrors)


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/file.gz"


def names(folder: Path) -> list[str]:
    """What is there, but for the lock."""
    return [file.name for file in folder.iterdir() if file.name != ".lock"]


def got(folder: Path, *servers: Behaviour | str) -> bytes:
    path = download(remote(*servers), folder, progress=False)
    assert path == folder / "file.gz"
    assert names(folder) == ["file.gz"]
    return path.read_bytes()


def test_the_file_comes_from_the_first_mirror(serve: Serve, tmp_path: Path) -> None:
    first, second = serve(CONTENT), serve(CONTENT)
    assert got(tmp_path / "new" / "folder", first, second) == CONTENT
    assert (first.asked, second.asked) == ([0], [])


def test_what_is_there_and_right_is_not_downloaded(serve: Serve, tmp_path: Path) -> None:
    server = serve(CONTENT)
    (tmp_path / "file.gz").write_bytes(CONTENT)
    assert got(tmp_path, server) == CONTENT
    assert server.asked == []


@pytest.mark.parametrize("there", [b"", LIE, CONTENT[:-1], CONTENT + b"more"])
def test_what_is_there_and_wrong_is_replaced(serve: Serve, tmp_path: Path, there: bytes) -> None:
    (tmp_path / "file.gz").write_bytes(there)
    assert got(tmp_path, serve(CONTENT)) == CONTENT


@pytest.mark.parametrize("says_length", [True, False])
def test_a_transfer_that_broke_off_goes_on_where_it_ended(
    serve: Serve, tmp_path: Path, *, says_length: bool
) -> None:
    server = serve(CONTENT, breaks=3, breaks_after=70_000, says_length=says_length)
    assert got(tmp_path, server) == CONTENT
    assert server.asked == [0, 70_000, 140_000, 210_000]


def test_a_later_call_goes_on_too(serve: Serve, tmp_path: Path) -> None:
    flaky = serve(CONTENT, breaks=5, breaks_after=20_000)
    with pytest.raises(DownloadError, match="broke off after 100000 of 300000 bytes"):
        download(remote(flaky), tmp_path, progress=False)
    assert names(tmp_path) == ["file.gz.part"]
    other = serve(CONTENT)
    assert got(tmp_path, other) == CONTENT
    assert other.asked == [100_000]


def test_what_had_all_arrived_before_is_only_checked(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file.gz.part").write_bytes(CONTENT)
    server = serve(CONTENT)
    assert got(tmp_path, server) == CONTENT
    assert server.asked == []


def test_a_server_that_cannot_begin_in_the_middle_begins_anew(serve: Serve, tmp_path: Path) -> None:
    server = serve(CONTENT, ranges=False, breaks=1, breaks_after=70_000)
    assert got(tmp_path, server) == CONTENT
    assert server.asked == [0, 70_000]


@pytest.mark.parametrize("left", [LIE[::-1][:1000], LIE, CONTENT + b"more"])
def test_a_wrong_beginning_costs_one_more_transfer(
    serve: Serve, tmp_path: Path, left: bytes
) -> None:
    (tmp_path / "file.gz.part").write_bytes(left)
    assert got(tmp_path, serve(CONTENT)) == CONTENT


@pytest.mark.parametrize(
    "wrong", [LIE, CONTENT[:-1], CONTENT + b"more", b"<html>Sign in</html>", b""]
)
@pytest.mark.parametrize("says_length", [True, False])
def test_wrong_bytes_never_reach_the_place_of_the_file(
    serve: Serve, tmp_path: Path, wrong: bytes, *, says_length: bool
) -> None:
    liar = serve(wrong, says_length=says_length)
    with ExitStack() as stack:
        if wrong == LIE:
            stack.enter_context(pytest.warns(RuntimeWarning, match=f"{liar.url} sent bytes that"))
        with pytest.raises(DownloadError) as error:
            download(remote(liar), tmp_path, progress=False)
    assert liar.url in str(error.value)
    assert not (tmp_path / "file.gz").exists()


def test_after_a_liar_the_next_mirror_is_asked(serve: Serve, tmp_path: Path) -> None:
    liar, honest = serve(LIE), serve(CONTENT)
    with pytest.warns(RuntimeWarning, match=f"{liar.url} sent bytes .* thrown away"):
        assert got(tmp_path, liar, honest) == CONTENT
    assert honest.asked == [0]


def test_a_liar_that_breaks_off_does_not_spoil_the_next(serve: Serve, tmp_path: Path) -> None:
    liar = serve(LIE[::-1], breaks=9, breaks_after=50_000)
    honest = serve(CONTENT)
    assert got(tmp_path, liar, honest) == CONTENT
    assert honest.asked == [250_000, 0]


def test_an_answer_to_another_question_is_refused(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file.gz.part").write_bytes(CONTENT[:1000])
    confused = serve(CONTENT, range_told="bytes 0-299999/300000")
    with pytest.raises(DownloadError, match="asked for the bytes from 1000 on and answered"):
        download(remote(confused), tmp_path, progress=False)


def test_the_error_names_every_mirror_and_says_what_to_do(serve: Serve, tmp_path: Path) -> None:
    gone, short, closed = serve(CONTENT, status=404), serve(CONTENT[:-7]), nobody()
    with pytest.raises(DownloadError) as error:
        download(remote(gone, short, closed), tmp_path, progress=False)
    message = str(error.value)
    assert "cannot download file.gz (300000 bytes)" in message
    assert f"{gone.url}: answered 404 Not Found" in message
    assert f"{short.url}: has a file of 299993 bytes, expected 300000" in message
    assert f"{closed}: cannot be reached (" in message
    assert f"the SHA-256 {SHA256} into {tmp_path} by hand" in message


def test_who_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Serve
) -> None:
    monkeypatch.setattr(transfer, "_PATIENCE_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/file.gz"
        with pytest.raises(DownloadError, match=r"cannot be reached .*timed out"):
            download(remote(url), tmp_path, progress=False)
    monkeypatch.undo()
    assert got(tmp_path, url, serve(CONTENT)) == CONTENT


def test_only_the_web_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file.gz").write_bytes(CONTENT)
    with pytest.raises(ValueError, match="begins with https://"):
        download(remote((tmp_path / "file.gz").as_uri()), tmp_path / "to", progress=False)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1:9/file.gz", "http://[", "/"])
def test_who_is_sent_elsewhere_asks_only_the_web(serve: Serve, tmp_path: Path, to: str) -> None:
    """The last one sends in circles."""
    astray = serve(CONTENT, goes_to=to)
    with pytest.raises(DownloadError, match=r"cannot be reached|answered 302") as error:
        download(remote(astray), tmp_path, progress=False)
    assert "ftp error" not in str(error.value)
    assert got(tmp_path, astray, serve(CONTENT)) == CONTENT


def test_who_sends_a_byte_now_and_then_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Serve
) -> None:
    monkeypatch.setattr(transfer, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(transfer, "_SLOWEST", 1_000_000)
    drips = serve(CONTENT, seconds=2.0)  # a piece each tenth of a second
    with pytest.raises(DownloadError, match=r"sends less than 1000000 bytes a second"):
        download(remote(drips), tmp_path, progress=False)
    assert got(tmp_path, serve(CONTENT)) == CONTENT


def test_an_interrupted_transfer_goes_on_where_it_ended(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, read, calls = serve(CONTENT), transfer._next, count()

    def interrupted(response: HTTPResponse) -> bytes:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return read(response)

    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_next", interrupted)
        with pytest.raises(KeyboardInterrupt):
            download(remote(server), tmp_path, progress=False)
    arrived = (tmp_path / "file.gz.part").read_bytes()
    assert arrived == CONTENT[: len(arrived)] != b""
    assert got(tmp_path, server) == CONTENT
    assert server.asked == [0, len(arrived)]


FULL_DISK = """
import resource, sys
from pathlib import Path
from neuropil.storage import RemoteFile, download
url, folder, sha256 = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    download(RemoteFile("file.gz", 300_000, sha256, [url]), Path(folder), progress=False)
except OSError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_is_told_and_what_arrived_stays(serve: Serve, tmp_path: Path) -> None:
    server = serve(CONTENT)
    arguments = [server.url, str(tmp_path), SHA256]
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, *arguments], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith(f"WriteError cannot write {tmp_path / 'file.gz.part'} (File too")
    assert "free some space" in run.stdout
    assert got(tmp_path, server) == CONTENT
    assert server.asked == [0, 100_000]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "to").write_text("in the way")
    with pytest.raises(WriteError, match="cannot write"):
        download(remote(nobody()), tmp_path / "to", progress=False)


def test_a_line_says_what_is_downloaded_and_whence(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download(remote(serve(CONTENT)), tmp_path)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "downloading file.gz from 127.0.0.1 (0.3 MB)\n"


def test_a_terminal_gets_a_bar(
    serve: Serve,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    download(remote(serve(CONTENT)), tmp_path)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "300.0/300.0 kB" in captured.err
