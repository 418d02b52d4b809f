"""Every command but train: what it prints, under --json and without, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from neuropil import __version__, data, recipes
from neuropil.cli import main
from neuropil.cli.app import app
from neuropil.training import wilson_interval


def neuropil(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run on the digits."""
    folder = tmp_path_factory.mktemp("runs") / "digits"
    options = ("--epochs", "8", "--no-report", "--quiet")
    assert neuropil("train", "digits-mlp", "--out", folder, *options).exit_code == 0
    return folder


def save_digit(path: Path, index: int = 0, size: int = 8) -> str:
    """Write a test image as a file, and return the digit it shows."""
    inputs, target = data.digits("test")[index]
    grey = Image.fromarray(np.round(inputs[0] * 255).astype(np.uint8))
    grey.resize((size, size), Image.Resampling.NEAREST).save(path)
    return str(target)


def test_evaluate_repeats_the_figure(run: Path) -> None:
    result = neuropil("evaluate", run)
    assert result.exit_code == 0
    headline, _, *table = result.stdout.splitlines()
    assert table[0].split() == ["360", "samples", "95", "%", "interval"]
    figure = float(headline.removeprefix("test accuracy ").removesuffix(" %"))
    scores = json.loads(neuropil("evaluate", run, "--json").stdout)
    assert scores["run"] == str(run)
    assert figure == pytest.approx(100 * scores["accuracy"], abs=0.005)
    assert figure > 85
    right = round(scores["accuracy"] * 360)
    assert scores["accuracy"] * 360 == pytest.approx(right)
    assert scores["intervals"]["accuracy"] == pytest.approx(wilson_interval(right, 360))
    assert scores["intervals"].keys() == {"loss", "accuracy"}


def test_validate_tells_every_fold() -> None:
    shorter = ("--set", "training.epochs=2", "--folds", "2", "--seed", "1")
    result = neuropil("validate", "digits-mlp", *shorter, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert [fold["samples"] for fold in document["folds"]] == [719, 718]
    accuracies = [fold["accuracy"] for fold in document["folds"]]
    assert document["mean"]["accuracy"] == pytest.approx(sum(accuracies) / 2)
    assert document["intervals"] == {}
    told = neuropil("validate", "digits-mlp", *shorter).stdout.splitlines()
    assert told[0].split() == ["fold", "samples", "loss", "accuracy"]


def test_validate_refuses_more_folds_than_samples() -> None:
    result = neuropil("validate", "xor", "--folds", "5")
    assert result.exit_code == 1
    assert "as many folds as samples, 4, got k = 5" in result.stderr


@pytest.mark.parametrize("size", [8, 32])
def test_predict_reads_images(size: int, run: Path, tmp_path: Path) -> None:
    names = [tmp_path / f"{index}.png" for index in range(20)]
    digits = [save_digit(name, index, size) for index, name in enumerate(names)]
    answers = json.loads(neuropil("predict", run, *names, "--json").stdout)
    assert [answer["file"] for answer in answers] == [str(name) for name in names]
    right = sum(a["class"] == digit for a, digit in zip(answers, digits, strict=True))
    assert right >= 16
    assert all(0.1 <= answer["probability"] <= 1 for answer in answers)


def test_predict_says_class_and_probability(run: Path, tmp_path: Path) -> None:
    digit = save_digit(tmp_path / "a.png")
    result = neuropil("predict", run, tmp_path / "a.png")
    assert result.exit_code == 0
    file, label, probability = result.stdout.removesuffix(" %\n").split("  ")
    assert (file, label) == (str(tmp_path / "a.png"), digit)
    assert 10 <= float(probability) <= 100


def test_predict_reads_arrays_of_several(run: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", data.digits("test").inputs[:3])
    result = neuropil("predict", run, tmp_path / "a.npy")
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        f"{tmp_path / 'a.npy'}[{index}]" for index in range(3)
    ]


def test_predict_goes_on_after_a_file_it_cannot_read(run: Path, tmp_path: Path) -> None:
    digit = save_digit(tmp_path / "good.png")
    (tmp_path / "bad.png").write_text("hello")
    files = (tmp_path / "bad.png", tmp_path / "good.png", tmp_path / "missing.npy")
    result = neuropil("predict", run, *files, "--json")
    assert result.exit_code == 1
    bad, good, missing = json.loads(result.stdout)
    assert "expected an image" in bad["error"]
    assert good["class"] == digit
    assert "no such file" in missing["error"]
    assert "bad.png" in result.stderr


def test_predict_suspects_dark_ink_on_paper(run: Path, tmp_path: Path) -> None:
    Image.new("L", (8, 8), 255).save(tmp_path / "a.png")
    assert "add --invert" in neuropil("predict", run, tmp_path / "a.png").stderr
    assert "add --invert" not in neuropil("predict", run, tmp_path / "a.png", "--invert").stderr


@pytest.mark.parametrize("command", [("evaluate",), ("predict", "a.png")])
def test_a_folder_without_a_run_is_refused(command: tuple[str, ...], tmp_path: Path) -> None:
    name, *files = command
    result = neuropil(name, tmp_path, *files)
    assert result.exit_code == 1
    assert "expected a run folder with a recipe.toml" in result.stderr


def test_an_unfinished_run_is_to_be_resumed(run: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_bytes((run / "recipe.toml").read_bytes())
    result = neuropil("evaluate", tmp_path)
    assert result.exit_code == 1
    assert f"neuropil train --resume {tmp_path}" in result.stderr


@pytest.mark.parametrize("keep", [0, 5, 100, 2000])
def test_a_truncated_model_is_refused(keep: int, run: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_bytes((run / "recipe.toml").read_bytes())
    (tmp_path / "model.safetensors").write_bytes((run / "model.safetensors").read_bytes()[:keep])
    result = neuropil("evaluate", tmp_path, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["type"] == "FileFormatError"
    assert "model.safetensors" in result.stderr


def test_recipes_are_listed_and_shown() -> None:
    listed = neuropil("recipes")
    ready = list(recipes.every_name())
    assert all(name in listed.stdout for name in ready)
    names = [recipe["name"] for recipe in json.loads(neuropil("recipes", "--json").stdout)]
    assert names == ready
    shown = json.loads(neuropil("recipes", "show", "digits", "--json").stdout)
    assert shown == recipes.load("digits").document()
    assert json.loads(neuropil("recipes", "--json", "show", "digits").stdout) == shown
    assert neuropil("recipes", "show", "digit").exit_code == 1


def test_info_tells_versions_and_engines() -> None:
    document = json.loads(neuropil("info", "--json").stdout)
    assert document["neuropil"] == __version__
    assert document["libraries"]["numpy"] == np.__version__
    assert document["engines"]["eager"] == "available"
    assert "cores" in document["device"]
    words = neuropil("info").stdout
    assert f"neuropil        {__version__}" in words


def test_info_is_given_where_there_can_be_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEUROPIL_CACHE", str(tmp_path / "file" / "cache"))
    result = neuropil("info", "--json")
    assert result.exit_code == 0
    assert "set the environment variable NEUROPIL_CACHE" in json.loads(result.stdout)["cache"]


def test_too_little_memory_is_told(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise MemoryError("Unable to allocate 7 TiB")

    monkeypatch.setattr(recipes, "evaluate", refuse)
    result = neuropil("evaluate", run, "--json")
    assert result.exit_code == 1
    assert "not enough memory (Unable to allocate 7 TiB): take a smaller" in result.stderr
    assert json.loads(result.stdout)["error"]["type"] == "MemoryError"


def test_version() -> None:
    assert neuropil("--version").stdout == f"neuropil {__version__}\n"


def test_help_says_where_to_start() -> None:
    result = neuropil("--help")
    assert result.exit_code == 0
    assert "neuropil train digits" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--version"], 0), (["train", "digit"], 1), (["nonsense"], 2), (["evaluate"], 2), ([], 2)],
)
def test_main_returns_the_exit_code(arguments: list[str], code: int) -> None:
    assert main(arguments) == code


def shell(*arguments: Any, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "neuropil", *map(str, arguments)]
    variables = os.environ | environment
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", check=False, env=variables
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_encoding_of_the_terminal_will_do(encoding: str, tmp_path: Path) -> None:
    """✓, →, ∂ and the name of a folder, where the encoding lacks them."""
    out = tmp_path / "ö→"
    options = ("--epochs", "1", "--no-report", "--out", out)
    trained = shell("train", "xor", *options, PYTHONIOENCODING=encoding)
    assert (trained.returncode, "Linear" in trained.stdout) == (0, True)
    told = shell("evaluate", out, "--json", PYTHONIOENCODING=encoding)
    assert json.loads(told.stdout)["run"] == str(out)
    claims = shell("experiment", "run", "tensors", PYTHONIOENCODING=encoding)
    assert (claims.returncode, claims.stderr) == (0, "")


def test_in_a_shell_standard_output_holds_one_json_document(tmp_path: Path) -> None:
    options = ("--epochs", "2", "--out", tmp_path / "run", "--json")
    result = shell("train", "xor", *options)
    assert result.returncode == 0
    assert json.loads(result.stdout)["test"].keys() == {"loss", "accuracy"}
    assert "epoch 2/2" in result.stderr
    assert shell("train", "xor", *options).returncode == 1
    assert shell("train").returncode == 2


def test_heavy_libraries_stay_out_of_commands_that_need_none() -> None:
    code = (
        "import sys\n"
        "from neuropil.cli import main\n"
        "main(['--version'])\n"
        "heavy = {'matplotlib', 'jinja2', 'PIL', 'safetensors', 'jax', 'numba', 'scipy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_find_lr_suggests_a_rate_and_draws_the_curve(tmp_path: Path) -> None:
    result = neuropil("find-lr", "xor", "--plot", tmp_path / "curve.svg")
    assert result.exit_code == 0
    rate = result.stdout.split("learning rate of ")[1].split(".\n")[0]
    assert f"neuropil train xor --set optimizer.lr={rate}" in result.stdout
    assert "<svg" in (tmp_path / "curve.svg").read_text(encoding="utf-8")
    found = json.loads(neuropil("find-lr", "xor", "--seed", "0", "--json").stdout)
    assert f"{found['suggestion']:.2g}" == rate
    assert len(found["rates"]) == len(found["losses"])


def test_find_lr_says_what_it_cannot_do(tmp_path: Path) -> None:
    result = neuropil("find-lr", "xor", "--plot", tmp_path / "curve.doc")
    assert result.exit_code == 2
    assert "--plot draws pdf, png, svg files" in result.stderr
    result = neuropil("find-lr", "xor", "--set", "optimizer.type=LBFGS")
    assert result.exit_code == 1
    assert "LBFGS needs the same loss" in result.stderr
