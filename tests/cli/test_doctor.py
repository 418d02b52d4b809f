from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from neuropil.cli.app import app


def train(*arguments: str | Path) -> Result:
    command = ["train", *map(str, arguments), "--no-progress"]
    return CliRunner().invoke(app, command)


def test_a_sick_training_is_explained_on_paper_in_the_file_and_on_the_page(tmp_path: Path) -> None:
    run = tmp_path / "run"
    result = train("xor", "--doctor", "--set", "optimizer.lr=1e-7", "--out", run)
    assert result.exit_code == 0
    assert "1. too small a step: " in result.stdout
    assert "update/weight" in result.stdout
    document = json.loads((run / "doctor.json").read_text())
    assert [finding["kind"] for finding in document["findings"]] == ["too small a step"]
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Gradient flow by layer" in page
    assert "too small a step" in page


def test_a_healthy_training_is_told_so_and_nothing_else_changes(tmp_path: Path) -> None:
    with_it, without = tmp_path / "with", tmp_path / "without"
    result = train("xor", "--doctor", "--json", "--out", with_it)
    assert json.loads(result.stdout)["findings"] == []
    assert "Nothing that keeps the network from learning was found" in result.stderr
    assert train("xor", "--json", "--out", without).exit_code == 0
    model = "model.safetensors"
    assert (with_it / model).read_bytes() == (without / model).read_bytes()
    assert not (without / "doctor.json").exists()
    assert "Gradient flow" not in (without / "report.html").read_text(encoding="utf-8")


def test_a_training_that_breaks_down_is_explained_too(tmp_path: Path) -> None:
    run = tmp_path / "run"
    settings = ("--set", "optimizer.type='SGD'", "--set", "optimizer.lr=1e38")
    result = train("xor", "--doctor", "--out", run, *settings)
    assert result.exit_code == 1
    assert "too large a step: Training broke down" in result.stdout
    assert (run / "doctor.json").exists()
