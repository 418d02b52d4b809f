"""Downloads of one file into one folder by several processes at once."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from neuropil.errors import DownloadError
from neuropil.storage import RemoteFile, download

if TYPE_CHECKING:
    from tests.storage.conftest import Behaviour, Serve

CONTENT = np.random.default_rng(0).bytes(2_000_000)
LIE = bytes(2_000_000)


def remote(server: Behaviour) -> RemoteFile:
    return RemoteFile("file.gz", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), [server.url])


def test_who_comes_second_waits_and_takes_what_the_first_brought(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = serve(CONTENT, seconds=0.5)
    with ThreadPoolExecutor(3) as pool:
        paths = list(pool.map(lambda _: download(remote(server), tmp_path), range(3)))
    assert {path.read_bytes() for path in paths} == {CONTENT}
    assert server.asked == [0]
    assert "waiting: file.gz is being downloaded" in capsys.readouterr().err


def test_a_slow_liar_does_not_write_into_the_file_that_another_brought(
    serve: Serve, tmp_path: Path
) -> None:
    liar, honest = serve(LIE, seconds=0.8), serve(CONTENT)
    (tmp_path / "file.gz.part").write_bytes(CONTENT[:1000])
    with warnings.catch_warnings(), ThreadPoolExecutor(1) as pool:
        warnings.simplefilter("ignore", RuntimeWarning)
        lied = pool.submit(download, remote(liar), tmp_path, progress=False)
        while not liar.asked:
            time.sleep(0.001)
        download(remote(honest), tmp_path, progress=False)
    assert isinstance(lied.exception(), DownloadError)
    assert (tmp_path / "file.gz").read_bytes() == CONTENT


KILLED = """
import sys
from pathlib import Path
from neuropil.errors import DownloadError
from neuropil.storage import RemoteFile, download
url, folder, sha256 = sys.argv[1:]
download(RemoteFile("file.gz", 2_000_000, sha256, [url]), Path(folder))
"""


def test_one_that_was_killed_keeps_nobody_waiting(serve: Serve, tmp_path: Path) -> None:
    server = serve(CONTENT, seconds=20.0)
    arguments = [server.url, str(tmp_path), remote(server).sha256]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *arguments])
    while not server.asked:
        assert process.poll() is None
    process.kill()
    process.wait()
    server.seconds = 0.0
    assert download(remote(server), tmp_path, progress=False).read_bytes() == CONTENT
