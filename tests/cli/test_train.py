from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
from safetensors.numpy import load_file
from typer.testing import CliRunner, Result

from neuropil import training
from neuropil.cli.app import app
from neuropil.errors import WriteError


def neuropil(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "xor"
    assert neuropil("train", "xor", "--out", run, "--no-progress").exit_code == 0
    return run


def test_a_run_folder_holds_what_is_needed_and_no_more(xor: Path) -> None:
    names = {path.name for path in xor.iterdir()}
    assert names == {"recipe.toml", "model.safetensors", "history.jsonl", "report.html"}


def test_every_epoch_has_a_line(xor: Path) -> None:
    records = [json.loads(line) for line in (xor / "history.jsonl").read_text().splitlines()]
    assert [record["epoch"] for record in records] == list(range(1, len(records) + 1))
    assert {"loss", "accuracy", "seconds"} <= records[0].keys()


def test_a_newcomer_is_told_what_happened_and_what_to_do_next(tmp_path: Path) -> None:
    result = neuropil("train", "xor", "--out", tmp_path / "run", "--no-progress")
    assert result.exit_code == 0
    for words in ("Exclusive or", "33 parameters", "test accuracy 100.00 %", "report.html"):
        assert words in result.stdout
    assert f"neuropil evaluate {tmp_path / 'run'}" in result.stdout


def test_options_change_the_recipe_and_are_written_down(tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = ["--epochs", "2", "--seed", "5", "--set", "optimizer.lr=0.1", "--set", "title='two'"]
    result = neuropil("train", "xor", "--out", run, "--no-report", "--json", *options)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert (document["epochs"], document["seed"], document["report"]) == (2, 5, None)
    recipe = (run / "recipe.toml").read_text()
    for line in ("epochs = 2", "seed = 5", "lr = 0.1", 'title = "two"'):
        assert line in recipe
    assert not (run / "report.html").exists()


def test_a_seed_repeats_a_run_to_the_bit_and_another_does_not(tmp_path: Path) -> None:
    models = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        options = ("--epochs", "3", "--seed", str(seed), "--no-report", "--quiet")
        assert neuropil("train", "xor", "--out", tmp_path / name, *options).exit_code == 0
        models.append(load_file(tmp_path / name / "model.safetensors"))
    first, second, other = models
    assert all((first[key] == second[key]).all() for key in first)
    assert any((first[key] != other[key]).any() for key in first)


def test_the_folder_is_numbered_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for n in (1, 2):
        assert neuropil("train", "xor", "--epochs", "1", "--no-report", "-q").exit_code == 0
        assert (tmp_path / "runs" / f"xor-{n}" / "model.safetensors").exists()


def test_quiet_prints_the_result_only(tmp_path: Path) -> None:
    result = neuropil("train", "xor", "--out", tmp_path / "run", "--quiet")
    assert result.stdout == "test accuracy 100.00 %\n"
    assert not result.stderr


def test_a_recipe_from_a_file_is_called_by_the_name_of_the_file(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text(neuropil("recipes", "show", "xor").stdout)
    result = neuropil("train", recipe, "--epochs", "1", "--out", tmp_path / "run", "--json")
    assert json.loads(result.stdout)["recipe"] == "mine"


def test_a_finished_run_is_left_as_it_is(xor: Path) -> None:
    before = {path.name: path.read_bytes() for path in xor.iterdir()}
    result = neuropil("train", "--resume", xor)
    assert result.exit_code == 0
    assert "finished: there is nothing to resume" in result.stdout
    assert {path.name: path.read_bytes() for path in xor.iterdir()} == before


def test_a_lost_report_is_written_again(xor: Path) -> None:
    report = xor / "report.html"
    before = len(report.read_text())
    report.unlink()
    assert neuropil("train", "--resume", xor).exit_code == 0
    assert len(report.read_text()) == pytest.approx(before, rel=0.01)


def test_what_to_type_next_can_be_copied_into_a_shell(tmp_path: Path) -> None:
    run = tmp_path / "my runs"
    result = neuropil("train", "xor", "--epochs", "1", "--out", run, "--no-progress")
    typed = next(line for line in result.stdout.splitlines() if line.startswith("next "))
    if os.name != "nt":
        assert shlex.split(typed)[1:] == ["neuropil", "evaluate", str(run)]
    assert f'"{run}"' in typed or f"'{run}'" in typed


def test_work_is_never_overwritten(xor: Path, tmp_path: Path) -> None:
    before = (xor / "model.safetensors").read_bytes()
    result = neuropil("train", "xor", "--out", xor)
    assert result.exit_code == 1
    assert f"--resume {xor}" in result.stderr
    assert (xor / "model.safetensors").read_bytes() == before
    (tmp_path / "notes.txt").write_text("mine")
    result = neuropil("train", "xor", "--out", tmp_path)
    assert result.exit_code == 1
    assert "is not empty: choose another folder with --out" in result.stderr
    result = neuropil("train", "xor", "--out", tmp_path / "notes.txt")
    assert result.exit_code == 1
    assert "expected a folder" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("digit",), "did you mean digits"),
        (("xor", "--set", "optimizer.learning_rate=0.1"), "did you mean lr"),
        (("xor", "--set", "optimizer.lr="), "expected a TOML value"),
        (("xor", "--set", "layers.0.in_features=3"), "layer 0: Linear expects"),
        (("xor", "--set", "optimizer.lr=-1"), "[optimizer]"),
        (("xor", "--set", "loss.type=MSELoss"), "accuracy needs a loss whose outputs are classes"),
        (("xor", "--set", "training.early_stopping.patience=3"), "val_loss"),
        (("xor", "--set", "loss.type=CrossEntropyLoss"), "expects"),
        (("xor", "--set", "training.epochs=100000000000000000000"), "expected at most 9223"),
        (("xor", "--set", "training.metrics=['accuracy', 'accuracy']"), "more than once"),
        (("nowhere/mine.toml",), "there is no such file"),
        (("--resume", "nowhere"), "which does not exist"),
    ],
)
def test_what_cannot_work_is_told_and_leaves_no_folder(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = neuropil("train", *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("xor", "--resume", "run"),
        ("--resume", "run", "--epochs", "3"),
        ("--resume", "run", "--out", "other"),
        ("xor", "--epochs", "0"),
        ("xor", "--set", "optimizer.lr"),
        ("xor", "--nonsense"),
    ],
)
def test_a_misused_command_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert neuropil("train", *arguments).exit_code == 2


def test_a_diverging_run_says_so_and_keeps_its_checkpoint(tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = ("--set", "optimizer.type=SGD", "--set", "optimizer.lr=1e38", "--no-progress")
    result = neuropil("train", "xor", "--out", run, *options)
    assert result.exit_code == 1
    assert "loss" in result.stderr
    assert (run / "checkpoint.safetensors").exists()
    assert not (run / "model.safetensors").exists()


def test_a_full_disk_is_told_with_the_way_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"

    def full(*_: object) -> None:
        raise WriteError("cannot write model.safetensors (No space left on device)")

    with monkeypatch.context() as patch:
        patch.setattr(training, "save", full)
        result = neuropil("train", "xor", "--out", run, "--no-progress")
    assert result.exit_code == 1
    assert f"No space left on device). Go on with: neuropil train --resume {run}" in result.stderr
    assert (run / "checkpoint.safetensors").exists()
    assert neuropil("train", "--resume", run).exit_code == 0
    assert not (run / "checkpoint.safetensors").exists()


def test_debug_shows_where_it_arose() -> None:
    result = CliRunner().invoke(app, ["--debug", "train", "digit"])
    assert type(result.exception).__name__ == "RecipeError"
    result = CliRunner().invoke(app, ["train", "digit"], env={"NEUROPIL_DEBUG": "1"})
    assert type(result.exception).__name__ == "RecipeError"
