"""One of the contestants of `benchmarks.training`, with the cases that grow; OF says which one."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from benchmarks.harness.contestant import serve
from benchmarks.training import growth_cases
from benchmarks.training.cases import CASES

if __name__ == "__main__":
    CASES.update(growth_cases.NAMED)
    contestant: Any = importlib.import_module(f"benchmarks.training.contestant_{os.environ['OF']}")
    contestant.data = growth_cases.data
    libraries = {name: sys.modules.get(name) for name in ("neuropil", "jax", "torch")}
    versions = {name: library.__version__ for name, library in libraries.items() if library}
    serve({**versions, "python": sys.version.partition(" ")[0]}, contestant.work)
