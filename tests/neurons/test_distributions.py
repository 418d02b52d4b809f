from __future__ import annotations

import numpy as np
import pytest

import neuropil as npl
from neuropil.neurons import Normal, Uniform
from neuropil.neurons.distributions import for_each, in_steps


def test_normal_has_its_moments_and_keeps_its_bounds() -> None:
    x = Normal(2.0, 0.5).draw(20_000, npl.Generator(0))
    assert x.mean() == pytest.approx(2.0, abs=5 * 0.5 / np.sqrt(20_000))
    assert x.std() == pytest.approx(0.5, rel=0.03)
    bounded = Normal(0.0, 1.0, low=-0.5, high=2.0).draw(5_000, npl.Generator(0))
    assert bounded.min() >= -0.5
    assert bounded.max() <= 2.0
    assert np.unique(bounded).size == 5_000, "drawn again, not cut off"
    assert (Normal(3.0, 0.0).draw(4, npl.Generator(0)) == 3.0).all()


def test_uniform_keeps_its_bounds() -> None:
    x = Uniform(0.5, 1.5).draw(10_000, npl.Generator(0))
    assert x.min() >= 0.5
    assert x.max() < 1.5
    assert x.mean() == pytest.approx(1.0, abs=0.02)
    assert (Uniform(1.0, 1.0).draw(3, npl.Generator(0)) == 1.0).all()


def test_settings_that_cannot_be_drawn_from_are_refused() -> None:
    for make in (
        lambda: Normal(0.0, -1.0),
        lambda: Normal(0.0, 1.0, low=1.0),
        lambda: Normal(0.0, 1.0, low=0.0, high=1e-9),
        lambda: Uniform(1.0, 0.0),
    ):
        with pytest.raises(ValueError, match=r"0|1"):
            make()


def test_numbers_for_synapses_come_from_what_is_given() -> None:
    rng = npl.Generator(0)
    assert for_each("weight", 2.0, 3, None, rng) == 2.0
    assert for_each("weight", [1.0, 2.0], 2, np.array([1, 0]), rng).tolist() == [2.0, 1.0]
    assert for_each("weight", Uniform(1.0, 1.0), 2, None, rng).tolist() == [1.0, 1.0]
    ones = for_each("weight", lambda rng, count: rng.uniform((count,)), 5, None, rng)
    assert ones.shape == (5,)
    with pytest.raises(ValueError, match="an array of 3, got"):
        for_each("weight", [1.0, 2.0], 3, None, rng)
    with pytest.raises(ValueError, match="finite number, got nan"):
        for_each("weight", [1.0, np.nan], 2, None, rng)
    with pytest.raises(ValueError, match="a delay is a number"):
        for_each("delay", "soon", 2, None, rng)


def test_delays_are_rounded_to_steps() -> None:
    assert in_steps(0.26, 0.1) == 3
    assert in_steps([0.0, 0.1, 1.04], 0.1).tolist() == [0, 1, 10]
    with pytest.raises(ValueError, match="from 0 to 100000 ms, got -1"):
        in_steps([1.0, -1.0], 0.1)
