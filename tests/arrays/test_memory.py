from __future__ import annotations

import platform
import subprocess
import sys

import pytest

STEPS = """
import resource
import numpy as np
def step():
    arrays = [np.ones(3_000_000, np.uint8) for _ in range(16)]
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
step()
before = faults()
for _ in range(10):
    step()
print(faults() - before)
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back so soon"
)
def test_a_step_does_not_map_anew_what_the_last_one_freed() -> None:
    def faults(first: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", first + STEPS], check=True, capture_output=True, text=True
        )
        return int(done.stdout)

    assert faults("import neuropil") * 10 < faults("")
