"""How many patterns a Hopfield network holds."""

from __future__ import annotations

import numpy as np

from neuropil.associative import PseudoInverse, wrong_bits


def test_hebbian_recall_breaks_down_between_0_13_and_0_18_patterns_a_unit() -> None:
    """A few trials of `python -m benchmarks.associative`, which takes 50 a point."""
    few, many = (wrong_bits(1000, m, trials=5, rng=0) for m in (130, 180))
    assert np.median(few) <= 0.01
    assert np.median(many) >= 0.2


def test_the_pseudo_inverse_holds_more() -> None:
    assert wrong_bits(100, 50, trials=5, rule=PseudoInverse(), rng=0).max() == 0.0


def test_trials_follow_from_the_seed_and_probes_may_be_noisy() -> None:
    a, b = (wrong_bits(300, 3, trials=4, flipped=0.2, rng=1) for _ in range(2))
    assert a.tolist() == b.tolist() == [0.0] * 4
    start = wrong_bits(300, 3, trials=4, flipped=0.2, max_steps=0, rng=1)
    assert 0.1 < start.mean() < 0.3
