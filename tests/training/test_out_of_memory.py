"""Where memory runs out in the middle of a training, the error says so, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("training_out_of_memory.py")


@pytest.mark.fast
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs to know its own size")
def test_a_call_for_which_there_is_no_memory(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    run = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
