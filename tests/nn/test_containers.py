"""Sequential and ModuleList are lists whose parameters are found."""

from __future__ import annotations

import numpy as np
import pytest

from neuropil import nn

INPUT = np.ones((2, 4), np.float32)


def test_sequential_is_the_composition_of_its_layers() -> None:
    net = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=1))
    by_hand = net[2](net[1](net[0](INPUT)))
    np.testing.assert_array_equal(net(INPUT).value, by_hand.value)


def test_the_empty_sequential_is_the_identity() -> None:
    assert nn.Sequential()(INPUT) is INPUT


def test_indexing_slicing_and_iterating() -> None:
    layers = [nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 2)]
    net = nn.Sequential(*layers)
    assert list(net) == layers
    assert (len(net), net[0], net[-1]) == (3, layers[0], layers[2])
    head = net[:2]
    assert isinstance(head, nn.Sequential)
    assert list(head) == layers[:2]
    with pytest.raises(IndexError):
        net[3]


def test_a_slice_shares_parameters_and_mode() -> None:
    net = nn.Sequential(nn.Linear(4, 4), nn.Dropout()).eval()
    assert net[:1][0].weight is net[0].weight
    assert not net[1:].training


def test_appending_and_replacing() -> None:
    net = nn.Sequential(nn.Linear(4, 4))
    assert net.append(nn.Linear(4, 2)) is net
    assert net(INPUT).shape == (2, 2)
    net[-1] = nn.Linear(4, 3)
    assert net(INPUT).shape == (2, 3)
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    with pytest.raises(IndexError):
        net[2] = nn.Tanh()


def test_other_attributes_are_no_layers() -> None:
    net = nn.Sequential(nn.Tanh())
    net.threshold = 0.5
    net.critic = nn.Linear(4, 1)
    assert len(net) == 1
    assert net(INPUT).shape == INPUT.shape


def test_a_module_list_extends() -> None:
    layers = nn.ModuleList([nn.Tanh()]).extend([nn.ReLU(), nn.Tanh()])
    assert [type(layer).__name__ for layer in layers] == ["Tanh", "ReLU", "Tanh"]


@pytest.mark.parametrize(
    ("wrong", "named"), [([nn.Tanh()], "list"), (nn.Tanh, "the class Tanh"), (np.tanh, "tanh")]
)
def test_what_is_no_module_is_refused(wrong: object, named: str) -> None:
    with pytest.raises(TypeError, match=f"Sequential holds modules, got {named}"):
        nn.Sequential(wrong)  # type: ignore[arg-type]


def test_a_module_list_is_not_called() -> None:
    with pytest.raises(NotImplementedError, match="ModuleList cannot be called"):
        nn.ModuleList()(INPUT)
