"""Training what a recipe describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_info

from neuropil import recipes


def threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.mark.parametrize("number", [1, 2])
def test_matrix_products_take_the_threads_of_the_recipe(number: int, tmp_path: Path) -> None:
    seen = []

    class Look:
        def on_step(self, run: Any) -> None:
            seen.append(threads())

    recipe = recipes.load("xor").with_settings(
        {"training.threads": str(number), "training.epochs": "1"}
    )
    before = threads()
    run = recipes.create(tmp_path, recipe)
    recipes.train(recipes.prepare(recipe), run, callbacks=[Look()], progress=False)
    assert seen == [{number}]
    assert threads() == before
