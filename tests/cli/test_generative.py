"""Autoencoders from the command line: trained, resumed, tested, read with, validated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from typer.testing import CliRunner, Result

from neuropil import data, training
from neuropil.cli.app import app
from neuropil.recipes import RunFolder, load, prepare
from neuropil.recipes.job import fit

SHORT = ("--epochs", "2", "--engine", "eager", "--no-progress")


def neuropil(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def vae(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "vae"
    neuropil("train", "vae-digits", "--out", run, *SHORT, "--doctor")
    return run


def test_the_bound_and_its_terms_are_told(vae: Path) -> None:
    scores = json.loads(neuropil("evaluate", vae, "--json").stdout)
    assert scores["loss"] == pytest.approx(scores["reconstruction"] + scores["divergence"])
    low, high = scores["intervals"]["loss"]
    assert low < scores["loss"] < high
    again = json.loads(neuropil("evaluate", vae, "--json").stdout)
    assert scores == again


def test_the_report_shows_what_matters(vae: Path) -> None:
    page = (vae / "report.html").read_text(encoding="utf-8")
    for heading in ("Reconstructions", "Latent map", "All over the plane", "Between classes"):
        assert f"<h2>{heading}</h2>" in page
    assert "<h2>Samples</h2>" in page
    assert "divergence" in page
    assert "<h2>Confusion matrix</h2>" not in page
    assert len(page) < 1_000_000


def test_a_file_has_a_code_and_is_seen_again(vae: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "digits.npy", data.digits("test").inputs[:3])
    answers = json.loads(neuropil("predict", vae, tmp_path / "digits.npy", "--json").stdout)
    assert [len(answer["code"]) for answer in answers] == [2, 2, 2]
    assert all(0.0 < x < 1.0 for answer in answers for x in answer["output"])
    assert neuropil("predict", vae, tmp_path / "digits.npy").stdout.count("  code ") == 3


class EndAt:
    """Ends a training as a killed process does: without a word."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, run: training.Run) -> None:
        if run.step == self.step:
            raise RuntimeError("killed")


def test_an_interrupted_one_goes_on_to_the_bit(vae: Path, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    run.recipe_file.write_text((vae / "recipe.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RuntimeError, match="killed"):
        fit(
            prepare(load(vae / "recipe.toml")),
            progress=False,
            checkpoint=run.checkpoint_file,
            checkpoint_every=1,
            callbacks=[EndAt(20)],
        )
    assert run.checkpoint_file.exists()
    neuropil("train", "--resume", run.path, "--no-progress", "--no-report")
    ours, theirs = load_file(run.model_file), load_file(vae / "model.safetensors")
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        np.testing.assert_array_equal(array, theirs[name])


def test_patterns_are_shown_in_numbers(tmp_path: Path) -> None:
    neuropil("train", "autoencoder", "--out", tmp_path / "run", *SHORT)
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "<h2>Codes</h2>" in page
    assert "<td>1, 0, 1, 1, 0, 1, 1, 0</td>" in page  # the damaged one
    assert "interval" not in page.split("</dl>")[0]


def test_damaged_images_stand_between_the_others(tmp_path: Path) -> None:
    neuropil("train", "denoising-autoencoder", "--out", tmp_path / "run", *SHORT)
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "damaged as they were in training" in page
    assert "<h2>Samples</h2>" not in page
