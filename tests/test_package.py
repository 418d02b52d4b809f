from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path

import neuropil

HEAVY = {
    *("jax", "jinja2", "matplotlib", "numba", "pandas", "PIL", "rich", "safetensors", "scipy"),
    *("sklearn", "typer"),
}


def run_python(*arguments: str) -> str:
    """Run this interpreter afresh and return what it printed."""
    return subprocess.check_output([sys.executable, *arguments], text=True, timeout=60)


def test_the_version_is_the_installed_one() -> None:
    assert neuropil.__version__ == metadata.version("neuropil")


def test_the_changelog_starts_with_this_version_or_unreleased() -> None:
    changelog = Path(__file__).parents[1] / "CHANGELOG.md"
    first = re.search(r"^## \[(.+?)\]", changelog.read_text(encoding="utf-8"), re.MULTILINE)
    assert first is not None
    assert first[1] in {"Unreleased", neuropil.__version__}


def test_import_loads_nothing_heavy() -> None:
    loaded = run_python(
        "-c", "import sys, neuropil; print(*{name.partition('.')[0] for name in sys.modules})"
    ).split()
    assert "numpy" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_the_types_are_shipped() -> None:
    assert resources.files("neuropil").joinpath("py.typed").is_file()


def test_the_module_runs_as_the_command() -> None:
    assert neuropil.__version__ in run_python("-m", "neuropil", "--version")


def test_every_public_name_exists_and_is_documented() -> None:
    public = {name: getattr(neuropil, name) for name in neuropil.__all__}
    undocumented = [name for name, value in public.items() if callable(value) and not value.__doc__]
    assert undocumented == []
