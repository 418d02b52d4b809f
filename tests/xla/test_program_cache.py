"""Where programs are kept on disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

SCRIPT = """
import os, sys
if sys.argv[1] == "one":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import neuropil as npl
import numpy as np
npl.compile(lambda x: npl.sum(npl.tanh(x)), state=())(np.ones(3))
"""


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="needs two processors, and a system that can take one away",
)
def test_programs_for_one_processor_are_not_those_for_several(tmp_path: Path) -> None:
    """XLA shares out work when it compiles, and its own cache does not tell such programs apart."""
    pytest.importorskip("jax")
    environment = {**os.environ, "NEUROPIL_CACHE": str(tmp_path)}
    for number in ("one", "all"):
        subprocess.run([sys.executable, "-c", SCRIPT, number], env=environment, check=True)
    kept = {folder.name: list(folder.iterdir()) for folder in (tmp_path / "xla").iterdir()}
    assert set(kept) == {"1", str(len(os.sched_getaffinity(0)))}
    assert all(kept.values())
