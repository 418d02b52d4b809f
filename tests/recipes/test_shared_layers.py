"""Recipes whose layers share what they learn."""

from __future__ import annotations

from typing import Any

import pytest

from neuropil import nn, recipes
from neuropil.errors import RecipeError
from neuropil.recipes import building
from neuropil.recipes.recipe import Recipe, from_document

XOR = recipes.load("xor").document()
LINEAR = {"type": "Linear", "in_features": 2, "out_features": 2}


def recipe(*layers: dict[str, Any]) -> Recipe:
    return from_document(XOR | {"layers": list(layers)}, "mine.toml")


def test_a_layer_may_stand_in_two_places() -> None:
    net: Any = building.network(recipe(LINEAR, {"type": "Tanh"}, {"same_as": "0"}), 0)
    assert net[2] is net[0]


def test_weights_may_be_tied() -> None:
    tied = {"type": "TransposedLinear", "layer": {"same_as": "0.0"}, "bias": False}
    net: Any = building.network(recipe({"type": "Sequential", "layers": [LINEAR]}, tied), 0)
    assert net[1].layer is net[0][0]


def test_a_parameter_may_belong_to_two_layers() -> None:
    net: Any = building.network(recipe(LINEAR, LINEAR | {"shared": {"weight": "0.weight"}}), 0)
    assert net[1].weight is net[0].weight
    assert net[1].bias is not net[0].bias


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([LINEAR, {"same_as": "1"}], r"layers\.1: same_as alone names a layer that stands before"),
        ([LINEAR, {"type": "TransposedLinear", "layer": 0}], r"layers\.1 layer: expected a table"),
        ([LINEAR, {"type": "TransposedLinear"}], r"layers\.1: layer missing"),
        ([{"type": "TransposedLinear", "layer": {"type": "Lin"}}], r"layers\.0\.layer type: 'Lin'"),
        ([LINEAR, LINEAR | {"shared": {"weight": "2.weight"}}], r"layers\.1: .*no such pair"),
    ],
)
def test_what_a_layer_cannot_share(layers: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        building.network(recipe(*layers), 0)


def test_it_survives_being_written(tmp_path: Any) -> None:
    one = recipe(LINEAR, {"same_as": "0"}, {"type": "TransposedLinear", "layer": {"same_as": "0"}})
    path = tmp_path / "mine.toml"
    path.write_text(one.toml(), encoding="utf-8")
    built = building.network(recipes.load(path), 0)
    assert nn.describe(built) == nn.describe(building.network(one, 0))
