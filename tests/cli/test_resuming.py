"""A run that is killed or interrupted at any moment ends as if nothing had happened."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors.numpy import load_file

OPTIONS = (
    *("digits-mlp", "--epochs", "10", "--checkpoint-every", "5", "--seed", "3"),
    *("--set", "schedule.type=Warmup", "--set", "schedule.then.type=CosineDecay"),
    *("--set", "clip.type=ClipNorm", "--set", "clip.max_norm=1.0"),
    *("--set", "penalty.type=L2", "--set", "penalty.strength=1e-4", "--no-progress", "--no-report"),
)


def train(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "neuropil", "train", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A run, and how many seconds it took."""
    run = tmp_path_factory.mktemp("undisturbed") / "run"
    began = time.perf_counter()
    with train(*OPTIONS, "--out", run) as process:
        process.communicate()
    assert process.returncode == 0
    return run, time.perf_counter() - began


def assert_same(run: Path, expected: Path) -> None:
    ours, theirs = (load_file(path / "model.safetensors") for path in (run, expected))
    assert ours.keys() == theirs.keys()
    assert all((ours[name] == theirs[name]).all() for name in ours)
    ours_history, theirs_history = (
        [
            {key: value for key, value in json.loads(line).items() if key != "seconds"}
            for line in (path / "history.jsonl").read_text().splitlines()
        ]
        for path in (run, expected)
    )
    assert ours_history == theirs_history
    assert {path.name for path in run.iterdir()} == {path.name for path in expected.iterdir()}


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    while not path.exists() and process.poll() is None:
        time.sleep(0.01)


@pytest.mark.parametrize("moment", range(4))
def test_killed_twice_and_resumed_it_ends_with_the_same_bits(
    moment: int, undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    expected, seconds = undisturbed
    chance = random.Random(moment)
    run = tmp_path / "run"
    for arguments in ((*OPTIONS, "--out", run), ("--resume", run, "--no-report")):
        with train(*arguments) as process:
            wait_for(run / "recipe.toml", process)  # before, there is nothing to resume
            time.sleep(chance.uniform(0.0, 0.8 * seconds))
            process.kill()
    with train("--resume", run, "--no-report") as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert_same(run, expected)


@pytest.mark.skipif(sys.platform == "win32", reason="no process can send Ctrl-C to another")
def test_interrupted_it_says_how_to_go_on(undisturbed: tuple[Path, float], tmp_path: Path) -> None:
    run = tmp_path / "run"
    with train(*OPTIONS, "--out", run, "--json") as process:
        wait_for(run / "history.jsonl", process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()
    assert process.returncode == 130
    assert f"neuropil train --resume {run}" in errors
    assert "Traceback" not in errors
    assert json.loads(output)["error"]["type"] == "Interrupted"
    with train("--resume", run, "--no-report") as process:
        process.communicate()
    assert process.returncode == 0
    assert_same(run, undisturbed[0])
