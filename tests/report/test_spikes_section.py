"""What the page of a run says of a spiking network, and that its recipe learns."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from neuropil import nn, recipes
from neuropil.errors import RecipeError
from neuropil.neurons import layers
from neuropil.report import run_page
from neuropil.report.spikes_section import section, spikes_of_layers


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> recipes.RunFolder:
    recipe = recipes.load("spiking-digits").with_settings(
        {"training.epochs": "3", "training.engine": "'eager'", "layers.2.steps": "15"}
    )
    made = recipes.create(tmp_path_factory.mktemp("spikes") / "run", recipe)
    recipes.train(recipes.prepare(recipe), made, progress=False)
    return made


def test_three_epochs_are_enough_to_read_most_digits(run: recipes.RunFolder) -> None:
    assert recipes.evaluate(run)["accuracy"] > 0.8


def test_the_page_shows_spikes_rates_and_when_the_answer_is_known(run: recipes.RunFolder) -> None:
    text = run_page(run).read_text(encoding="utf-8")
    headings = re.findall("<h2>(.*?)</h2>", text)
    assert {"Spikes", "Accuracy by step"} <= set(headings)
    assert "shown for 15 steps" in text
    assert re.search(r"3 Leaky</td><td class=\"number\">128", text)


def test_the_last_step_is_the_answer_of_the_network(run: recipes.RunFolder) -> None:
    job = recipes.prepare(run.recipe())
    found = section(job, run.network())
    assert found is not None
    assert found.known is not None
    accuracy = recipes.evaluate(run)["accuracy"]
    assert f"{100 * accuracy:.1f} % after the last of 15" in found.known
    assert [layer.cells for layer in found.layers] == [128, 10]


def test_a_network_without_spikes_has_no_section(tmp_path: Path) -> None:
    job = recipes.prepare(recipes.load("digits-mlp"))
    assert section(job, job.network) is None


def test_cells_that_never_spike_are_counted() -> None:
    net = nn.Sequential(nn.Linear(1, 2, rng=0), layers.Repeat(4), layers.Leaky())
    net[0].weight.value[...] = [[9.0], [-9.0]]
    (spikes,) = spikes_of_layers(net, np.ones((3, 1), np.float32)).values()
    assert spikes.any(axis=(0, 1)).tolist() == [True, False]


def changed(**settings: str) -> recipes.Recipe:
    document = {name.replace("__", "."): value for name, value in settings.items()}
    return recipes.load("spiking-digits").with_settings(document)


def test_a_recipe_names_surrogates_resets_and_models() -> None:
    recipe = changed(
        layers__3__surrogate='{ type = "Triangle", width = 0.5 }',
        layers__3__reset='{ type = "ToZero" }',
        layers__5='{ type = "Spiking", dt = 1.0, model = '
        '{ type = "NormalizedLeakyIntegrateAndFire", tau = 10.0 } }',
    )
    net = recipes.prepare(recipe).network
    assert net[3].surrogate == layers.Triangle(width=0.5)  # type: ignore[index]
    assert isinstance(net[3].reset, layers.ToZero)  # type: ignore[index]
    assert net[5].model.tau == 10.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"layers__3__surrogate": '{ type = "Triangel" }'}, "Triangel"),
        ({"layers__3__surrogate": '{ type = "Triangle", slope = 1.0 }'}, "slope: unknown key"),
        ({"layers__3__surrogate": '"Triangle"'}, "surrogate: expected a table"),
        ({"layers__3__beta": "2.0"}, "beta between 0 and 1"),
        ({"layers__2__steps": "0"}, "steps of at least 1"),
    ],
)
def test_what_a_recipe_cannot_say(settings: dict[str, str], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        recipes.prepare(changed(**settings))


def stand_in() -> Any:
    rng = np.random.default_rng(0)
    test = SimpleNamespace(inputs=rng.random((6, 4), np.float32), targets=rng.integers(3, size=6))
    readout = SimpleNamespace(labels=lambda targets: targets)
    return SimpleNamespace(splits=SimpleNamespace(test=test), readout=readout)


def test_the_accuracy_by_step_is_that_of_counted_spikes() -> None:
    head = [nn.Linear(4, 5, rng=0), layers.Repeat(7), layers.Leaky(), nn.Linear(5, 3, rng=1)]
    spiking = nn.Sequential(*head, layers.Leaky(), layers.SpikeCount())
    found = section(stand_in(), spiking)
    assert found is not None
    assert found.steps == 7
    last = spikes_of_layers(spiking, stand_in().splits.test.inputs)["4 Leaky"]
    right = float((last.sum(axis=0).argmax(axis=1) == stand_in().splits.test.targets).mean())
    assert f"{100 * right:.1f} % after the last of 7" in str(found.known)


def test_currents_that_are_summed_are_no_counts_of_spikes() -> None:
    head = [nn.Linear(4, 5, rng=0), layers.Repeat(7), layers.Leaky(), nn.Linear(5, 3, rng=1)]
    summed = nn.Sequential(*head, layers.SpikeCount())
    found = section(stand_in(), summed)
    assert found is not None
    assert found.known is None
    assert section(stand_in(), nn.Sequential(nn.Linear(4, 3))) is None
