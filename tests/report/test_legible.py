from __future__ import annotations

import numpy as np

from neuropil.report import legible


def test_values_are_legible() -> None:
    assert legible(np.float64(1 / 3)) == "0.3333"
    assert legible(np.arange(3)) == "0, 1, 2"
    assert legible(np.zeros(100)) == "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, … (100 values)"
    assert legible(np.bool_(True)) == "yes"
