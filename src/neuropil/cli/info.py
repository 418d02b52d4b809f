"""``neuropil info``: what is installed and what can be used."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from neuropil._version import __version__
from neuropil.cli.failure import guarded
from neuropil.cli.options import Json
from neuropil.cli.output import emit, messages, table
from neuropil.errors import WriteError
from neuropil.storage import cache_folder

LIBRARIES = ("numpy", "safetensors", "matplotlib", "jax", "numba")

# Engine: the part of neuropil that drives it, and the library it needs.
ENGINES = {"eager": ("ops", "numpy"), "xla": ("xla", "jax"), "native": ("native", "numba")}


@guarded
def info(json: Json = False) -> None:
    """Tell versions, engines, device and the cache folder: paste it into a bug report."""
    engines = {name: engine_state(name) for name in ENGINES}
    libraries = {name: installed(name) for name in LIBRARIES}
    document = {
        "neuropil": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "device": f"CPU, {os.cpu_count()} cores",
        "cache": cache(),
        "engines": engines,
        "libraries": libraries,
    }
    if json:
        emit(document)
        return
    rows = [(key, value) for key, value in document.items() if isinstance(value, str)]
    rows += [(f"engine {name}", state) for name, state in engines.items()]
    rows += [(name, number or "not installed") for name, number in libraries.items()]
    messages().print(table(rows))


def cache() -> str:
    """The path of the cache folder, or why there can be none."""
    try:
        return str(cache_folder())
    except WriteError as error:
        return str(error)


def engine_state(name: str) -> str:
    """Whether an engine can be used, and if not, why.

    Example:
        >>> engine_state("eager")
        'available'
    """
    part, library = ENGINES[name]
    if find_spec(f"neuropil.{part}") is None:
        return "not in this version"
    if find_spec(library) is None:
        return f'needs {library}: pip install "neuropil[fast]"'
    return "available"


def installed(library: str) -> str | None:
    """The version of a library, or None where it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None
