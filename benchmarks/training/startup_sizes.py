"""How many megabytes an installation has, by what the metadata of its packages say."""

from __future__ import annotations

import subprocess
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import Distribution

REPOSITORY = Path(__file__).parents[2]


def needed(distribution: Distribution, extras: Iterable[str]) -> list[Requirement]:
    """What has to be installed with it."""
    return [
        requirement
        for requirement in map(Requirement, distribution.requires or ())
        if requirement.marker is None
        or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def installed(requirements: Iterable[str], python: Path) -> dict[str, float]:
    """Megabytes of everything that these requirements brought, by name."""
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    there = {canonicalize_name(d.name): d for d in distributions(path=[done.stdout.strip()])}
    sizes: dict[str, float] = {}
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in sizes:
            files = [Path(str(file.locate())) for file in there[name].files or ()]
            sizes[name] = sum(file.stat().st_size for file in files if file.is_file()) / 1e6
            waiting += needed(there[name], requirement.extras)
    return sizes


def ours(python: Path) -> dict[str, float]:
    """Megabytes of what ``pip install neuropil[fast]`` brings, by name."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    files = (REPOSITORY / "src" / "neuropil").rglob("*")
    own = [file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc"]
    others = [*project["dependencies"], *project["optional-dependencies"]["fast"]]
    return {"neuropil": sum(own) / 1e6, **installed(others, python)}
