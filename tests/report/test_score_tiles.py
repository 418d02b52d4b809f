from __future__ import annotations

import math

from neuropil.report.run_page import score_tiles
from neuropil.training import Scores


def test_every_figure_has_its_interval_and_accuracy_comes_first() -> None:
    scores = Scores(
        {"loss": 0.0412, "accuracy": 0.9, "roc_auc": 0.98},
        {"loss": (0.03, 0.05), "accuracy": (0.826, 0.945), "roc_auc": (0.97, 0.99)},
        samples=100,
    )
    tiles = [(tile.label, tile.value, tile.detail) for tile in score_tiles(scores)]
    assert tiles == [
        ("test accuracy", "90.00 %", "90 of 100; 95 % interval 82.6 to 94.5 %"),
        ("test loss", "0.0412", "95 % interval 0.03 to 0.05"),
        ("test roc auc", "0.98", "95 % interval 0.97 to 0.99"),
    ]


def test_without_an_interval_there_is_none() -> None:
    intervals = {"r2": (math.nan, math.nan)}
    tiles = score_tiles(Scores({"accuracy": 1.0, "r2": 0.5}, intervals, samples=4))
    assert [tile.detail for tile in tiles] == ["4 of 4", ""]
