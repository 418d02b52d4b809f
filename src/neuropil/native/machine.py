"""Source as machine code, kept from one process to the next."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import sys
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import storage
from neuropil.errors import EngineError, FileFormatError, WriteError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUMS = "sums.json"
_CALLED = ("inner.py", "runtime.py", "drawing.py")
_OTHERS_MAY_WRITE = 0o022


def machine_code(source: str, arguments: Sequence[Any]) -> Any:
    """The function ``run`` of a printed program, compiled for arguments like these.

    Source and machine code lie in a folder of the cache that only the user can write to: Numba
    reads its files with pickle. Each has its SHA-256 beside it, and what does not agree with it is
    made again. Where there is no such folder, they are in a temporary one, as long as the process
    lives.

    Raises:
        EngineError: Numba refuses it.
    """
    import numba

    digest = sha256(f"{_versions()}\n{source}".encode()).hexdigest()[:32]
    folder = _programs() / digest
    name = f"neuropil_program_{digest}"
    if name not in sys.modules:
        _check(folder)
        sys.modules[name] = _imported(name, folder / "program.py", source)
    run = sys.modules[name].run
    signature = tuple(map(numba.typeof, arguments))
    if signature not in run.overloads:
        try:
            run.compile(signature)
        except numba.core.errors.NumbaError as error:
            raise EngineError(
                "Numba cannot compile what engine 'native' printed: use engine='eager', and report "
                f"this with the source (Network.source()): {error}"
            ) from error
        _sum_up(folder)
    return run


def _imported(name: str, path: Path, source: str) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():  # Numba goes by its time: the same text written again is another
        storage.write_text(path, source)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 (of a path that ends in .py there is one)
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _check(folder: Path) -> None:
    """Remove a program whose files are not what was written."""
    if not folder.exists():
        return
    try:
        known = storage.read_json(folder / _SUMS)
        sound = known == _sums(folder)
    except (OSError, FileFormatError):
        sound = False
    if not sound:
        shutil.rmtree(folder, ignore_errors=True)


def _sum_up(folder: Path) -> None:
    storage.write_json(folder / _SUMS, _sums(folder))


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


@cache
def _programs() -> Path:
    """Where programs are kept."""
    try:
        folder = storage.cache_folder("native")
        folder.chmod(0o700)
        if _is_ours(folder) and os.access(folder, os.W_OK):
            return folder
    except (OSError, WriteError):
        pass
    temporary = tempfile.mkdtemp(prefix="neuropil-")
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return Path(temporary)


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can write to it. On Windows it is in the user's own folder."""
    if not hasattr(os, "getuid"):
        return True
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & _OTHERS_MAY_WRITE
