"""What the ready recipes promise, on the whole training that a newcomer starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuropil import recipes


def trained(name: str, seed: int, folder: Path) -> recipes.RunFolder:
    recipe = recipes.load(name).with_settings({"seed": str(seed)})
    run = recipes.create(folder / "run", recipe)
    recipes.train(recipes.prepare(recipe), run, progress=False)
    return run


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_digits_reads_98_percent_of_the_test_set(seed: int, tmp_path: Path) -> None:
    assert recipes.evaluate(trained("digits", seed, tmp_path))["accuracy"] >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_digits_with_dropout_and_batch_normalisation_reads_98_5_percent(
    seed: int, tmp_path: Path
) -> None:
    assert recipes.evaluate(trained("digits-batchnorm", seed, tmp_path))["accuracy"] >= 0.985


def test_digits_mlp_reads_95_percent(tmp_path: Path) -> None:
    assert recipes.evaluate(trained("digits-mlp", 0, tmp_path))["accuracy"] >= 0.95


@pytest.mark.parametrize("seed", range(5))
def test_xor_is_learned_from_every_start(seed: int, tmp_path: Path) -> None:
    scores = recipes.evaluate(trained("xor", seed, tmp_path))
    assert scores["accuracy"] == 1
    assert scores["loss"] < 0.01


@pytest.mark.parametrize("name", [name for name in recipes.names() if name != "lenet"])
def test_the_test_set_teaches_nothing(name: str) -> None:
    splits = recipes.prepare(recipes.load(name)).splits
    if name == "xor":  # four points are all there are
        assert splits.test is splits.train
        return
    seen = [splits.train, *([] if splits.validation is None else [splits.validation])]
    unseen = {image.tobytes() for image in splits.test.inputs}
    assert not any(image.tobytes() in unseen for part in seen for image in part.inputs)
