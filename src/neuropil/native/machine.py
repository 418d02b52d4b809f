"""Source as machine code, kept from one process to the next."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import sys
import threading
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import storage
from neuropil.errors import EngineError, FileFormatError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SUMS = "sums.json"
_CALLED = ("inner.py", "runtime.py", "drawing.py")
_OTHERS_MAY_WRITE = 0o022

_compiled: dict[str, Any] = {}
_one_at_a_time = threading.Lock()


def machine_code(source: str, arguments: Sequence[Any]) -> Any:
    """The function ``run`` of a printed program, compiled for arguments like these.

    Source and machine code lie in a folder of the cache that only the user can write to: Numba
    reads its files with pickle. Each has its SHA-256 beside it, and what does not agree with it is
    made again. A program is built beside its place and moved there whole, so that processes do not
    meet in a half of one. Where nothing can be written, it lives as long as the process.

    Raises:
        EngineError: Numba refuses it.
    """
    import numba

    signature = tuple(map(numba.typeof, arguments))
    text = f"{_versions()}\n{signature}\n{source}"
    name = f"neuropil_program_{sha256(text.encode()).hexdigest()[:32]}"
    with _one_at_a_time:
        if name not in _compiled:
            try:
                _compiled[name] = _kept(name, source, signature) or _passing(source, signature)
            except Exception as error:  # of Numba there are many kinds
                raise EngineError(
                    "Numba cannot compile what engine 'native' printed: use engine='eager', and "
                    f"report this with the source (Network.source()): {error}"
                ) from error
        return _compiled[name]


def _kept(name: str, source: str, signature: tuple[Any, ...]) -> Any:
    """The program of the cache, built if it is missing or damaged; None without a cache."""
    programs = _programs()
    if programs is None:
        return None
    folder = programs / name
    try:
        if _is_sound(folder):
            return _loaded(name, folder, signature)
        with TemporaryDirectory(f".{name}", dir=programs, ignore_cleanup_errors=True) as path:
            building = Path(path)
            storage.write_text(building / "program.py", source)
            run = _loaded(name, building, signature)
            storage.write_json(building / _SUMS, _sums(building))
            shutil.rmtree(folder, ignore_errors=True)
            building.rename(folder)
    except (OSError, WriteError):  # no room, no right, or another process was quicker
        return _loaded(name, folder, signature) if _is_sound(folder) else None
    return run


def _loaded(name: str, folder: Path, signature: tuple[Any, ...]) -> Any:
    """The program of a folder; compiled, where its machine code is not there."""
    spec = importlib.util.spec_from_file_location(name, folder / "program.py")
    assert spec is not None  # noqa: S101 (of a path that ends in .py there is one)
    assert spec.loader is not None  # noqa: S101
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    with _beside_the_source():
        spec.loader.exec_module(module)
        module.run.compile(signature)
    return module.run


@contextmanager
def _beside_the_source() -> Iterator[None]:
    """Numba keeps machine code there, whatever folder the user has given it for all programs."""
    import numba

    config: Any = numba.config
    chosen, config.CACHE_DIR = config.CACHE_DIR, ""
    try:
        yield
    finally:
        config.CACHE_DIR = chosen


def _passing(source: str, signature: tuple[Any, ...]) -> Any:
    """A program that is not kept."""
    module = ModuleType("neuropil_program")
    text = source.replace(", cache=True", "").replace("(cache=True)", "")
    exec(compile(text, "<neuropil>", "exec"), module.__dict__)  # noqa: S102 (printed by us)
    module.run.compile(signature)
    return module.run


def _is_sound(folder: Path) -> bool:
    """Whether all files of a program are what was written."""
    try:
        return bool(storage.read_json(folder / _SUMS) == _sums(folder))
    except (OSError, FileFormatError):
        return False


def _sums(folder: Path) -> dict[str, str]:
    files = [folder / "program.py", *folder.glob("__pycache__/*.nb?")]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


@cache
def _versions() -> str:
    """What machine code depends on besides the source: Numba, and the functions it calls."""
    import numba

    here = Path(__file__).parent
    called = sorted([*here.glob("elementary/*.py"), *map(here.joinpath, _CALLED)])
    versions = f"{sys.version} {numba.__version__} {np.__version__}"
    return "\n".join([versions, *(path.read_text(encoding="utf-8") for path in called)])


def _programs() -> Path | None:
    """Where programs are kept; None where there is no folder that is only ours."""
    try:
        folder = storage.cache_folder() / "native"
        if not folder.exists():
            folder.mkdir(mode=0o700)
        return folder if _is_ours(folder) and os.access(folder, os.W_OK) else None
    except (OSError, WriteError):
        return None


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can write to it. On Windows it is in the user's own folder."""
    if not hasattr(os, "getuid"):
        return True
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return found.st_uid == os.getuid() and not found.st_mode & _OTHERS_MAY_WRITE
