from __future__ import annotations

import pytest

from neuropil.errors import RecipeError
from neuropil.recipes.schema import Place, check, settings


class Optimizer:
    def __init__(
        self,
        params: list[float],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        *,
        nesterov: bool = False,
    ) -> None: ...


class Layer:
    def __init__(self, in_features: int, out_features: int, *, rng: int | None = None) -> None: ...


HERE = Place("my.toml", "[optimizer]")


def test_the_signature_is_the_schema() -> None:
    assert list(settings(Optimizer)) == ["lr", "betas", "nesterov"]
    assert [s.required for s in settings(Layer).values()] == [True, True]


def test_a_good_table_passes() -> None:
    check({"type": "Optimizer", "lr": 1, "betas": [0.9, 0.99]}, Optimizer, HERE, also={"type"})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"learning_rate": 0.1},
            (
                "recipe my.toml, [optimizer] learning_rate: unknown key; did you mean lr? "
                "Allowed: betas, lr, nesterov"
            ),
        ),
        (
            {"lr": "fast"},
            "recipe my.toml, [optimizer] lr: expected a number, got 'fast' (a string)",
        ),
        (
            {"betas": [0.9]},
            (
                "recipe my.toml, [optimizer] betas: expected an array of 2 numbers, "
                "got [0.9] (an array)"
            ),
        ),
        (
            {"nesterov": 1},
            "recipe my.toml, [optimizer] nesterov: expected true or false, got 1 (an integer)",
        ),
    ],
)
def test_a_bad_table_is_refused_in_words(table: dict[str, object], message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        check(table, Optimizer, HERE)
    assert str(caught.value) == message


def test_missing_keys_are_named() -> None:
    with pytest.raises(RecipeError, match="out_features missing; a table for Layer has in_feat"):
        check({"in_features": 3}, Layer, HERE)
