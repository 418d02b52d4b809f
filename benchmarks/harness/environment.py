"""A virtual environment of its own for each peer, made once and kept in the cache folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path


def pinned(threads: int) -> dict[str, str]:
    """The settings by which every library that counts its own threads takes ``threads``."""
    libraries = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
    return {f"{library}_NUM_THREADS": str(threads) for library in libraries}


def interpreter(*requirements: str) -> Path:
    """The Python of an environment with exactly ``requirements``, installed on the first call."""
    key = hashlib.sha256("\n".join((sys.version, *requirements)).encode()).hexdigest()[:16]
    folder = _cache() / f"{requirements[0].partition('=')[0]}-{key}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete = folder / "complete"
    if not complete.exists():
        print(f"installing {', '.join(requirements)} into an environment of its own …", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *requirements],
            check=True,
            env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        )
        complete.touch()
    return python


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "neuropil-benchmarks"
