"""Killed by SIGKILL at whatever moment and resumed, a training ends with the same bits."""

from __future__ import annotations

import os
import random
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = Path(__file__).with_name("training_to_kill.py")
outcome: Callable[[Path], Any] = runpy.run_path(str(PROGRAM))["outcome"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL and fork")


def command(task: str, folder: Path, case: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    return [sys.executable, str(PROGRAM), task, str(folder), case]


@pytest.mark.slow
@pytest.mark.parametrize("case", ["momentum", "adam"])
def test_killed_at_every_moment(tmp_path: Path, case: str) -> None:
    run = subprocess.run(
        command("every-moment", tmp_path, case),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # a fork takes one thread along
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.split()[0]) > 60


@pytest.mark.slow
@pytest.mark.parametrize("case", ["momentum", "adam"])
def test_killed_again_and_again_at_random(tmp_path: Path, case: str) -> None:
    subprocess.run(command("run", tmp_path / "undisturbed", case), check=True, capture_output=True)
    folder, seed = tmp_path / "killed", time.time_ns()
    chance = random.Random(seed)
    killed = 0
    for _ in range(5):
        with subprocess.Popen(command("run", folder, case), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.06))
            process.kill()
        killed += process.returncode == -signal.SIGKILL
    subprocess.run(command("run", folder, case), check=True, capture_output=True)
    assert killed > 0
    assert outcome(folder) == outcome(tmp_path / "undisturbed"), f"seed {seed}"
