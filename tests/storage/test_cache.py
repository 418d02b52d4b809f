from __future__ import annotations

import sys
from pathlib import Path

import pytest

from neuropil.errors import WriteError
from neuropil.storage import cache_folder


def test_the_environment_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROPIL_CACHE", str(tmp_path / "mine"))
    assert cache_folder("data") == tmp_path / "mine" / "data"
    assert (tmp_path / "mine" / "data").is_dir()


def test_otherwise_the_system_has_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEUROPIL_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == tmp_path / "xdg" / "neuropil"
    monkeypatch.setattr(sys, "platform", "win32")
    assert cache_folder() == tmp_path / "local" / "neuropil"


def test_macos_has_library_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEUROPIL_CACHE", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "neuropil"


def test_a_place_that_cannot_be_used_is_an_error_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NEUROPIL_CACHE", str(tmp_path / "file"))
    with pytest.raises(WriteError, match="set the environment variable NEUROPIL_CACHE"):
        cache_folder("data")
