from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from neuropil import recipes
from neuropil.errors import NeuropilError, RecipeError
from neuropil.recipes.recipe import from_document

XOR = recipes.load("xor").document()


def changed(**tables: Any) -> dict[str, Any]:
    return XOR | tables


@pytest.mark.parametrize("name", recipes.names())
def test_ready_recipes_are_in_order(name: str) -> None:
    recipe = recipes.load(name)
    assert recipe.name == name
    assert recipe.title
    assert recipe.description


@pytest.mark.parametrize("name", recipes.names())
def test_a_recipe_written_and_read_is_the_same(name: str, tmp_path: Path) -> None:
    recipe = recipes.load(name).with_settings({"seed": "7"})
    path = tmp_path / "other.toml"
    path.write_text(recipe.toml(), encoding="utf-8")
    assert recipes.load(path) == recipe


def test_the_seed_is_always_written() -> None:
    assert "seed = 0" in recipes.load("xor").toml()


def test_a_file_is_named_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(tomli_w.dumps({k: v for k, v in XOR.items() if k != "name"}))
    assert recipes.load(path).name == "mine"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            changed(optimiser={}),
            r"recipe mine.toml, optimiser: unknown key; did you mean optimizer",
        ),
        (
            changed(data={"name": "digit"}),
            r"\[data\] name: 'digit' is not known; did you mean digits\?",
        ),
        (
            changed(data={"name": "xor", "noise": 1}),
            r"\[data\] noise: unknown key; nothing is allo",
        ),
        (changed(data={}), r"\[data\]: name missing; allowed: .*digits, .*xor"),
        (changed(loss={"type": "MSE"}), r"\[loss\] type: 'MSE' is not known; did you mean MSELoss"),
        (changed(loss={"type": 3}), r"\[loss\] type: expected a string, got 3 \(an integer\)"),
        (changed(optimizer={"type": "adam"}), r"'adam' is not known; did you mean Adam"),
        (
            changed(optimizer={"type": "Adam", "learning_rate": 0.1}),
            r"\[optimizer\] learning_rate: unknown key; did you mean lr\?",
        ),
        (changed(optimizer={"type": "Adam", "lr": "0.1"}), r"\[optimizer\] lr: expected a number"),
        (changed(layers=[]), r"layers: a network has at least one layer"),
        (changed(layers=[{"type": "Linear"}]), r"layers.0: in_features, out_features missing"),
        (changed(layers=[{"type": "MSELoss"}]), r"layers.0 type: 'MSELoss' is not known"),
        (
            changed(layers=[{"type": "Sequential", "layers": [{"type": "Relu"}]}]),
            r"layers.0.layers.0 type: 'Relu' is not known; did you mean ReLU",
        ),
        (changed(training={}), r"\[training\]: epochs missing"),
        (changed(training={"epochs": 0}), r"\[training\] epochs: expected at least 1, got 0"),
        (changed(training={"epochs": 1.5}), r"\[training\] epochs: expected an integer, got 1.5"),
        (changed(training={"epochs": 1, "metrics": ["acc"]}), r"'acc' is not known; .*accuracy"),
        (
            changed(training={"epochs": 1, "early_stopping": {"patient": 3}}),
            r"\[training.early_stopping\] patient: unknown key; did you mean patience",
        ),
        (changed(schedule={"type": "Cosine"}), r"\[schedule\] type: .*did you mean CosineDecay"),
        (
            changed(schedule={"type": "CosineDecay", "last": 0.1}),
            r"\[schedule\] last: unknown key; allowed: final",
        ),
        (
            changed(schedule={"type": "Warmup", "then": {"type": "Cosine"}}),
            r"\[schedule\.then\] type: 'Cosine' is not known; did you mean CosineDecay",
        ),
        (
            changed(schedule={"type": "Warmup", "then": {"type": "StepDecay"}}),
            r"\[schedule\.then\]: step_size missing",
        ),
        (changed(schedule={"type": "Warmup", "then": 3}), r"\[schedule\] then: expected a table"),
        (
            changed(schedule={"type": "CosineDecay", "then": {"type": "CosineDecay"}}),
            r"\[schedule\] then: unknown key",
        ),
        (changed(clip={"type": "Norm"}), r"\[clip\] type: .*did you mean ClipNorm"),
        (changed(clip={"type": "ClipNorm"}), r"\[clip\]: max_norm missing"),
        (changed(penalty={"type": "L3"}), r"\[penalty\] type: 'L3' is not known"),
        (
            changed(penalty={"type": "L1", "strength": "much"}),
            r"\[penalty\] strength: expected a number",
        ),
        (changed(training=3), r"training: expected a table, got 3"),
        (changed(seed="x"), r"seed: expected an integer, got 'x'"),
        (changed(seed=-1), r"seed: expected at least 0, got -1"),
        ({k: v for k, v in XOR.items() if k != "loss"}, r"loss missing; a table for Recipe has"),
    ],
)
def test_what_is_wrong_is_named(document: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        from_document(document, "mine.toml")


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(RecipeError, match="no recipe is called 'digit'; did you mean digits"):
        recipes.load("digit")


def test_settings_are_checked_like_the_file() -> None:
    recipe = recipes.load("digits")
    assert recipe.with_settings({"optimizer.lr": "0.1"}).optimizer["lr"] == 0.1
    assert recipe.with_settings({"layers.0.out_channels": "8"}).layers[0]["out_channels"] == 8
    with pytest.raises(RecipeError, match=r"recipe digits, \[optimizer\] lrr: unknown key; .* lr"):
        recipe.with_settings({"optimizer.lrr": "0.1"})
    with pytest.raises(RecipeError, match=r"\[optimizer\] lr: expected a number"):
        recipe.with_settings({"optimizer.lr": "fast"})


@pytest.mark.parametrize("name", ["../../elsewhere", "a/b", "a\\b", "C:x", "", " ", "a\nb", "a?"])
def test_a_name_is_that_of_a_folder_and_leads_nowhere_else(name: str) -> None:
    with pytest.raises(RecipeError, match="name: expected a name that a folder can have"):
        from_document(changed(name=name), "mine.toml")


def test_layers_may_stand_in_containers() -> None:
    first, *others = XOR["layers"]
    inner = {"type": "Sequential", "layers": others}
    flat = recipes.prepare(recipes.load("xor")).network
    nested = recipes.prepare(from_document(changed(layers=[first, inner]), "mine.toml")).network
    pairs = zip(flat.parameters(), nested.parameters(), strict=True)
    assert all((a.value == b.value).all() for a, b in pairs)


LINEAR = {"type": "Linear", "in_features": 2, "out_features": 1}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"layers": [LINEAR, LINEAR | {"in_features": 0}]}, r"layers\.1: Linear needs in_features"),
        ({"layers": [LINEAR | {"out_features": 10**13}]}, r"layers\.0: there is not enough memory"),
        ({"layers": [LINEAR | {"out_features": 10**60}]}, r"layers\.0: "),
        ({"layers": [LINEAR, {"type": "Softmax", "dim": 7}]}, "it cannot be trained: axis 7"),
        ({"layers": [LINEAR | {"out_features": 3}]}, "BCEWithLogitsLoss expects targets"),
        (
            {"loss": XOR["loss"] | {"reduction": "sum"}},
            "it cannot be trained: loss needs to be the mean",
        ),
        ({"loss": {"type": "CrossEntropyLoss"}}, "expects"),
        ({"optimizer": {"type": "SGD", "lr": 10**400}}, r"\[optimizer\]: int too large"),
        (
            {"training": {"epochs": 1, "early_stopping": {"monitor": "los"}}},
            "did you mean loss",
        ),
    ],
)
def test_what_cannot_be_built_or_trained_is_refused_before_a_step(
    tables: dict[str, Any], message: str
) -> None:
    recipe = from_document(changed(**tables), "mine.toml")
    with pytest.raises(NeuropilError, match=message):
        recipes.prepare(recipe)
