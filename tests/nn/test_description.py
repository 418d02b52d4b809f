"""What is described can be built, and is the same network."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import nn, random
from neuropil.errors import DataError

pairs = st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3)))
singles = st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3)))
dtypes = st.sampled_from([np.float32, np.float64])
groups = st.sampled_from([1, 2])
weights = st.none() | st.just(np.array([0.5, 1.0]))

layers = st.one_of(
    st.builds(nn.Linear, st.integers(1, 4), st.integers(1, 4), st.booleans(), dtype=dtypes),
    st.builds(nn.Conv2d, st.just(2), st.just(4), pairs, pairs, pairs, pairs, groups),
    st.builds(nn.Conv2d, st.just(1), st.just(1), pairs, padding=st.sampled_from(["same", "valid"])),
    st.builds(nn.Conv1d, st.just(2), st.just(4), singles, singles, singles, singles, groups),
    st.builds(nn.ConvTranspose1d, st.just(2), st.just(4), singles, singles, singles),
    st.builds(nn.ConvTranspose2d, st.just(2), st.just(4), pairs, pairs, pairs, st.just(0), groups),
    st.builds(nn.LocallyConnected1d, st.just(2), st.just(2), singles, st.just(1), singles),
    st.builds(nn.LocallyConnected2d, st.just(1), st.just(2), pairs, st.just(1), pairs),
    st.builds(nn.MaxPool1d, singles, st.none() | singles),
    st.builds(nn.MaxPool2d, pairs, st.none() | pairs),
    st.builds(nn.AvgPool1d, singles, count_include_pad=st.booleans()),
    st.builds(nn.AvgPool2d, pairs, count_include_pad=st.booleans()),
    st.builds(nn.AdaptiveAvgPool1d, singles),
    st.builds(nn.AdaptiveAvgPool2d, pairs),
    st.builds(nn.Dropout, st.floats(0.0, 1.0)),
    st.builds(nn.GaussianNoise, st.floats(0.0, 1.0)),
    st.builds(nn.MaskingNoise, st.floats(0.0, 1.0)),
    st.builds(nn.BitFlip, st.floats(0.0, 1.0)),
    st.builds(nn.BernoulliELBOLoss, st.floats(0.0, 4.0)),
    st.builds(nn.GaussianELBOLoss, st.floats(0.1, 1.0), st.floats(0.0, 4.0)),
    st.builds(nn.Softmax, st.integers(-2, 2)),
    st.builds(nn.Flatten, st.integers(0, 2)),
    st.builds(nn.Unflatten, st.integers(0, 2), st.tuples(st.integers(1, 3), st.integers(1, 3))),
    st.sampled_from([nn.ReLU, nn.Sigmoid, nn.Tanh, nn.Identity]).map(lambda kind: kind()),
    st.builds(nn.CrossEntropyLoss, weights, ignore_index=st.just(3)),
    st.builds(nn.MSELoss, reduction=st.sampled_from(["mean", "sum", "none"])),
)
LINEAR = {"type": "Linear", "in_features": 3, "out_features": 3}


def row(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Sequential", "layers": list(layers)}


networks = st.recursive(
    layers,
    lambda inner: st.lists(inner, max_size=3).flatmap(
        lambda modules: st.sampled_from([nn.Sequential(*modules), nn.ModuleList(modules)])
    ),
    max_leaves=6,
)


@given(networks)
def test_a_network_built_from_its_description_is_the_same(network: nn.Module) -> None:
    description = nn.describe(network)
    built = nn.build(json.loads(json.dumps(description)))
    assert nn.describe(built) == description
    assert repr(built) == repr(network)
    built.load_state_dict(network.state_dict())
    for ours, theirs in zip(built.parameters(), network.parameters(), strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours.value, theirs.value)


def test_a_seed_makes_all_initial_values() -> None:
    description = nn.describe(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4), nn.Dropout()))
    first, second = (nn.build(description, rng=5) for _ in range(2))
    x = np.ones((3, 4), np.float32)
    np.testing.assert_array_equal(first(x).value, second(x).value)
    weights = first.state_dict()
    assert not np.array_equal(weights["0.weight"], weights["1.weight"])
    assert [name for name, _ in first.named_generators()] == ["2.rng"]


def test_without_a_seed_the_default_generator_is_used_and_not_kept() -> None:
    description = nn.describe(nn.Sequential(nn.Linear(2, 2), nn.Dropout()))
    with random.use(5):
        built = nn.build(description)
    expected = nn.build(description, rng=5).state_dict()
    np.testing.assert_array_equal(built.state_dict()["0.weight"], expected["0.weight"])
    assert list(built.named_generators()) == []


def test_ones_own_modules_cannot_be_described() -> None:
    class Linear(nn.Module):
        pass

    with pytest.raises(DataError, match=r"only neuropil's own layers.*Linear: save its state_dict"):
        nn.describe(nn.Sequential(nn.Tanh(), Linear()))


@pytest.mark.parametrize(
    ("description", "message"),
    [
        ({}, "described by its type, one of .*Conv2d.*, got None"),
        ({"type": "Liner"}, "got 'Liner'"),
        ({"type": "Module"}, "got 'Module'"),
        ({"type": "Linear", "in_features": 3}, "no Linear can be built from .*out_features"),
        ({"type": "ReLU", "slope": 1}, "no ReLU can be built .*slope"),
        ({"type": "Sequential", "modules": []}, "nothing but a list of layers, got"),
        ({"type": "Sequential", "layers": [{"type": "?"}]}, "got '?'"),
        ({"same_as": "0"}, "same_as alone names a layer that stands before, one of none, got"),
        (row({"type": "ReLU"}, {"same_as": "1"}), "one of 0, got {'same_as': '1'}"),
        (row({"type": "ReLU"}, {"same_as": "0", "type": "ReLU"}), "same_as alone"),
        (row({"type": "ReLU"}, {"same_as": ["0"]}), "same_as alone"),
        (row(LINEAR, LINEAR | {"shared": {"weight": "5.weight"}}), "no such pair"),
        (row(LINEAR, LINEAR | {"shared": {"forward": "0.weight"}}), "no such pair"),
        (
            row(LINEAR, LINEAR | {"shared": {"bias": "0.weight"}}),
            r"bias \(3,\) cannot be .*\(3, 3\)",
        ),
        (row(LINEAR, LINEAR | {"shared": ["weight"]}), "shared names parameters"),
    ],
)
def test_a_description_that_describes_nothing_is_refused(
    description: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        nn.build(description)
