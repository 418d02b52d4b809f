"""What the ready recipes promise, on the whole training that a newcomer starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import recipes, training
from neuropil.recipes.job import fit


def trained(name: str, seed: int, folder: Path) -> recipes.RunFolder:
    recipe = recipes.load(name).with_settings({"seed": str(seed)})
    run = recipes.create(folder / "run", recipe)
    recipes.train(recipes.prepare(recipe), run, progress=False)
    return run


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_digits_reads_98_percent_of_the_test_set(seed: int, tmp_path: Path) -> None:
    assert recipes.evaluate(trained("digits", seed, tmp_path))["accuracy"] >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_digits_with_dropout_and_batch_normalisation_reads_98_5_percent(
    seed: int, tmp_path: Path
) -> None:
    assert recipes.evaluate(trained("digits-batchnorm", seed, tmp_path))["accuracy"] >= 0.985


@pytest.mark.slow
def test_spiking_digits_reads_96_percent(tmp_path: Path) -> None:
    assert recipes.evaluate(trained("spiking-digits", 0, tmp_path))["accuracy"] >= 0.96


def test_digits_mlp_reads_95_percent(tmp_path: Path) -> None:
    assert recipes.evaluate(trained("digits-mlp", 0, tmp_path))["accuracy"] >= 0.95


@pytest.mark.parametrize("seed", range(5))
def test_xor_is_learned_from_every_start(seed: int, tmp_path: Path) -> None:
    scores = recipes.evaluate(trained("xor", seed, tmp_path))
    assert scores["accuracy"] == 1
    assert scores["loss"] < 0.01


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["autoencoder", "autoencoder-tied"])
def test_patterns_pass_through_three_units(name: str, seed: int) -> None:
    job = recipes.prepare(recipes.load(name).with_settings({"seed": str(seed)}))
    history = fit(job, progress=False)
    assert history[-1]["bit_accuracy"] == 1.0
    scores = training.evaluate(job.network, job.splits.test, metrics=job.metrics)
    assert scores["bit_accuracy"] >= 45 / 48  # the sixth of them is damaged


def test_a_denoising_autoencoder_repairs_more_than_half_of_the_damage(tmp_path: Path) -> None:
    run = trained("denoising-autoencoder", 0, tmp_path)
    net: Any = run.network()
    images = recipes.prepare(run.recipe()).splits.test.inputs
    damaged = net[0].corruption.damaged(images, 0)
    with npl.no_grad():
        repaired = npl.sigmoid(net(damaged)).value
    left, there_was = (float(np.mean((x - images) ** 2)) for x in (repaired, damaged))
    assert left < 0.5 * there_was


@pytest.mark.parametrize(("name", "bound"), [("vae-digits", 25.2), ("vae-shapes", -335.0)])
def test_variational_autoencoders_come_to_their_bound(
    name: str, bound: float, tmp_path: Path
) -> None:
    assert recipes.evaluate(trained(name, 0, tmp_path))["loss"] < bound


@pytest.mark.parametrize("name", [name for name in recipes.names() if name != "lenet"])
def test_the_test_set_teaches_nothing(name: str) -> None:
    splits = recipes.prepare(recipes.load(name)).splits
    if splits.exhaustive:  # the points, or patterns, are all there are
        return
    seen = [splits.train, *([] if splits.validation is None else [splits.validation])]
    unseen = {image.tobytes() for image in splits.test.inputs}
    assert not any(image.tobytes() in unseen for part in seen for image in part.inputs)
