"""Recipes whose networks read sequences: their data, initial values, steps and figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import nn, recipes
from neuropil.errors import DataError, FileFormatError, RecipeError
from neuropil.recipes import building
from neuropil.recipes.recipe import from_document
from neuropil.recipes.stepping import check_steps, parts, steps
from neuropil.report.sequence_section import accuracy_after_each_step, gradient_norms

MEMORY = {
    "data.steps": "20",
    "data.train": "128",
    "data.validation": "0",
    "data.test": "100",
    "layers.0.layer.hidden_size": "16",
    "layers.1.in_features": "16",
    "initialisation.chrono": "20",
    "optimizer.lr": "0.02",
    "training.epochs": "30",
}


def memory(**changes: str) -> recipes.Recipe:
    return recipes.load("sequence-memory").with_settings(MEMORY | changes)


def trained(recipe: recipes.Recipe, folder: Path) -> recipes.RunFolder:
    run = recipes.create(folder / "run", recipe)
    recipes.train(recipes.prepare(recipe), run, progress=False)
    return run


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> recipes.RunFolder:
    return trained(memory(), tmp_path_factory.mktemp("kept"))


def test_a_bit_is_kept_over_20_steps(kept: recipes.RunFolder) -> None:
    assert recipes.evaluate(kept)["accuracy"] >= 0.95


class Killed:
    """Ends a training at the end of its second epoch, before anything is written of it."""

    def on_epoch(self, run: Any) -> None:
        if run.epoch == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("engine", ["eager", pytest.param("xla", marks=pytest.mark.fast)])
def test_killed_in_mid_epoch_and_resumed_it_ends_with_the_same_bits(
    engine: str, tmp_path: Path
) -> None:
    layer = {"layers.0.layer.num_layers": "2", "layers.0.layer.dropout": "0.3"}
    training = {"training.epochs": "3", "training.engine": engine, "training.checkpoint_every": "3"}
    recipe = memory(**layer, **training, **{"training.batch_size": "16"})
    runs = [recipes.create(tmp_path / name, recipe) for name in ("whole", "killed")]
    recipes.train(recipes.prepare(recipe), runs[0], progress=False)
    with pytest.raises(KeyboardInterrupt):
        recipes.train(recipes.prepare(recipe), runs[1], callbacks=[Killed()], progress=False)
    recipes.train(recipes.prepare(runs[1].recipe()), runs[1], progress=False)
    whole, resumed = (run.network().state_dict() for run in runs)
    assert all(np.array_equal(whole[name], resumed[name]) for name in whole)


def test_rows_of_digits_are_read_as_time(tmp_path: Path) -> None:
    recipe = recipes.load("lstm-digits").with_settings({"training.epochs": "4"})
    job = recipes.prepare(recipe)
    whole = recipes.prepare(recipes.load("digits")).splits.test.inputs
    assert np.array_equal(job.splits.test.inputs, whole[:, 0])
    assert recipes.evaluate(trained(recipe, tmp_path))["accuracy"] > 0.8


def test_gates_begin_with_memories_as_long_as_the_recipe_says() -> None:
    layer: Any = recipes.prepare(memory()).network
    i, f, _, _ = np.split(layer[0].layer.bias_ih_l0.value, 4)
    assert np.array_equal(i, -f)
    assert 1.0 <= np.exp(f).min() <= np.exp(f).max() <= 19.0


def test_one_setting_takes_the_gates_away() -> None:
    plain: Any = recipes.prepare(memory(**{"layers.0.layer.type": "RNN"})).network
    assert isinstance(plain[0].layer, nn.RNN)


def test_the_table_of_initial_values_is_checked() -> None:
    document = memory().document()
    for table, message in (
        ({"crono": 20}, r"\[initialisation\] crono: unknown key; did you mean chrono"),
        ({"chrono": "long"}, r"\[initialisation\] chrono: expected a number, got 'long'"),
    ):
        with pytest.raises(RecipeError, match=message):
            from_document(document | {"initialisation": table}, "mine.toml")
    with pytest.raises(RecipeError, match=r"\[initialisation\]: chrono_ needs a span"):
        recipes.prepare(from_document(document | {"initialisation": {"chrono": 1}}, "mine.toml"))


def test_a_size_can_be_left_to_the_data() -> None:
    recipe = recipes.load("digits-mlp").with_settings({"layers.6.out_features": "classes"})
    network: Any = recipes.prepare(recipe).network
    assert network[6].out_features == 10
    assert recipe.layers[6]["out_features"] == "classes"
    with pytest.raises(RecipeError, match="expected an integer, got 'class'"):
        recipe.with_settings({"layers.6.out_features": "class"})


def test_a_recurrent_layer_is_no_loss() -> None:
    with pytest.raises(RecipeError, match="'LSTM' is not known"):
        memory(**{"loss.type": "LSTM"})


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("reader", ["LastState", "EveryState"])
def test_step_by_step_a_network_says_the_same(cell: str, reader: str) -> None:
    layer = {"type": cell, "input_size": 3, "hidden_size": 4, "num_layers": 2, "batch_first": True}
    document = memory().document() | {
        "layers": [
            {"type": reader, "layer": layer},
            {"type": "Linear", "in_features": 4, "out_features": 2},
        ]
    }
    network = building.network(from_document(document, "mine.toml"), 0)
    x = np.random.default_rng(0).normal(size=(5, 6, 3)).astype(np.float32)
    taken = [np.asarray(output.value) for output, _ in steps(network, x)]
    whole = np.asarray(network(x).value)
    if reader == "LastState":
        assert np.allclose(taken[-1], whole, atol=1e-6)
    else:
        assert np.allclose(np.concatenate(taken, axis=1), whole, atol=1e-6)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (nn.Linear(3, 3), "this one has none"),
        (nn.Sequential(nn.Linear(3, 3)), "this one has none"),
        (nn.Sequential(nn.EveryState(nn.LSTM(3, 3))), "take the batch first"),
        (
            nn.Sequential(nn.EveryState(nn.LSTM(3, 3, batch_first=True, bidirectional=True))),
            "read in one direction",
        ),
        (
            nn.Sequential(
                nn.Conv1d(4, 4, 3, padding=1), nn.LastState(nn.GRU(3, 3, batch_first=True))
            ),
            "looks at several steps",
        ),
        (
            nn.Sequential(nn.EveryState(nn.GRU(3, 3, batch_first=True)), nn.Flatten()),
            "looks at several steps",
        ),
        (
            nn.Sequential(nn.Softmax(1), nn.LastState(nn.GRU(3, 3, batch_first=True))),
            "looks at several steps",
        ),
    ],
)
def test_networks_that_cannot_be_run_step_by_step(network: nn.Module, message: str) -> None:
    with pytest.raises(DataError, match=message):
        check_steps(network, np.ones((1, 4, 3), np.float32))


@pytest.mark.parametrize("cell", ["RNN", "LSTM"])
def test_the_gradient_through_time_is_the_slope_of_the_loss(cell: str) -> None:
    """Change the state after one step a little, and look at what the loss does."""
    job = recipes.prepare(memory(**{"layers.0.layer.type": cell, "data.steps": "5"}))
    network = job.network.astype(np.float64)
    inputs, targets = job.splits.test.gather(slice(0, 1))
    inputs = inputs.astype(np.float64)
    norms = gradient_norms(network, job.loss, inputs, targets)
    at = 2
    *_, (_, states) = steps(network, inputs[:, : at + 1])
    values = [np.asarray(part.value) for part in parts(states[0])]
    assert len(norms) == len(values)

    def loss(changed: list[np.ndarray[Any, Any]]) -> float:
        state = tuple(changed) if len(changed) > 1 else changed[0]
        *_, (output, _) = steps(network, inputs[:, at + 1 :], {0: state})
        return float(job.loss(output, targets).value)

    for k, name in enumerate(norms):
        slopes = []
        for unit in range(values[k].shape[-1]):
            step = np.zeros_like(values[k])
            step[..., unit] = 1e-6
            ends = [
                loss([v + s * step if j == k else v for j, v in enumerate(values)]) for s in (1, -1)
            ]
            slopes.append((ends[0] - ends[1]) / 2e-6)
        assert norms[name][at] == pytest.approx(np.linalg.norm(slopes), rel=1e-5)


def test_the_last_step_says_what_the_network_says(kept: recipes.RunFolder) -> None:
    accuracies = accuracy_after_each_step(recipes.prepare(kept.recipe()), kept.network())
    assert accuracies is not None
    assert len(accuracies) == 21
    assert accuracies[-1] == pytest.approx(recipes.evaluate(kept)["accuracy"])


def test_series_are_no_images(kept: recipes.RunFolder, tmp_path: Path) -> None:
    splits = building.splits(kept.recipe())
    assert splits.image_size is None
    np.save(tmp_path / "series.npy", splits.test.inputs[:3])
    read = recipes.Reader(kept).read(tmp_path / "series.npy")
    expected = [str(label) for label in splits.test.targets[:3]]
    assert [prediction.label for prediction in read] == expected
    image = tmp_path / "image.png"
    image.write_bytes(b"")
    with pytest.raises(FileFormatError, match=r"takes arrays of shape \(21, 3\), not images"):
        recipes.Reader(kept).read(image)
