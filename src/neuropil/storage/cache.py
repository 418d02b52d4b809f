"""The folder for what can be made again: downloads and compiled programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from neuropil.errors import WriteError


def cache_folder(*parts: str) -> Path:
    """The folder ``parts`` in neuropil's cache, made if it is missing.

    The cache is ``$NEUROPIL_CACHE`` if that is set, else ``neuropil`` in the place the system has
    for caches: ``$XDG_CACHE_HOME`` or ``~/.cache`` on Linux, ``~/Library/Caches`` on macOS,
    ``%LOCALAPPDATA%`` on Windows. Whatever is in it may be deleted at any time.

    Raises:
        WriteError: The folder cannot be made; says to set ``NEUROPIL_CACHE``.

    Example:
        >>> getfixture("monkeypatch").setenv("NEUROPIL_CACHE", str(getfixture("tmp_path")))
        >>> cache_folder("data", "mnist").relative_to(getfixture("tmp_path")).as_posix()
        'data/mnist'
    """
    folder = _root().joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(
            f"cannot make the cache folder {folder} ({reason}): "
            "set the environment variable NEUROPIL_CACHE to a folder you may write to"
        ) from error
    return folder


def _root() -> Path:
    if chosen := os.environ.get("NEUROPIL_CACHE"):
        return Path(chosen).expanduser()
    return _system_caches(sys.platform) / "neuropil"


def _system_caches(platform: str) -> Path:
    match platform:
        case "win32":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        case "darwin":
            return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
