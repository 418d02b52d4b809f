"""What stands in several places of a network is one thing, and stays one when saved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable, check_gradients, nn, optim
from neuropil.errors import DTypeError, ShapeError

RNG = np.random.default_rng(0)
X = RNG.standard_normal((5, 3))


def twice_the_same_layer() -> nn.Module:
    layer = nn.Linear(3, 3, rng=0)
    return nn.Sequential(layer, nn.Tanh(), layer)


def two_layers_with_one_weight() -> nn.Module:
    first, second = nn.Linear(3, 3, rng=0), nn.Linear(3, 3, rng=1)
    second.weight = first.weight
    return nn.Sequential(first, nn.Tanh(), second)


def tied() -> nn.Module:
    code = nn.Linear(3, 2, rng=0)
    return nn.Sequential(code, nn.Tanh(), nn.TransposedLinear(code, rng=1))


def nested() -> nn.Module:
    block = nn.Sequential(nn.Linear(3, 3, rng=0), nn.ReLU())
    head = nn.Linear(3, 3, rng=1)
    head.bias = block[0].bias
    return nn.Sequential(block, nn.Sequential(block, head), nn.TransposedLinear(head))


def nearest_first() -> nn.Module:
    code = nn.Linear(3, 2, rng=0)
    return nn.Sequential(nn.Identity(), nn.Sequential(code, nn.TransposedLinear(code)), code)


NETWORKS = [twice_the_same_layer, two_layers_with_one_weight, tied, nested, nearest_first]
networks = pytest.mark.parametrize("make", NETWORKS)


def sharing(net: nn.Module) -> list[list[str]]:
    """The names under which each parameter stands."""
    places: dict[int, list[str]] = {}
    for name in net.state_dict():
        owner: Any = net
        for part in name.split("."):
            owner = getattr(owner, part)
        places.setdefault(id(owner), []).append(name)
    return list(places.values())


@networks
def test_it_comes_back_from_its_description_and_is_still_shared(make: Any) -> None:
    net = make()
    description = json.loads(json.dumps(nn.describe(net)))
    built = nn.build(description, rng=7)
    assert nn.describe(built) == description
    assert sharing(built) == sharing(net)
    assert any(len(names) > 1 for names in sharing(built))
    assert len(list(built.parameters())) == len(sharing(net)) < len(net.state_dict())
    built.load_state_dict(net.state_dict())
    x = X.astype(np.float32)
    np.testing.assert_array_equal(built(x).value, net(x).value)


@networks
def test_a_file_holds_it(make: Any, tmp_path: Path) -> None:
    net = make().astype(np.float64)
    npl.save(net, tmp_path / "net.safetensors")
    loaded = npl.load(tmp_path / "net.safetensors")
    assert sharing(loaded) == sharing(net)
    np.testing.assert_array_equal(loaded(X).value, net(X).value)


@networks
def test_a_step_moves_all_places_at_once(make: Any) -> None:
    net = make().astype(np.float64)
    before = net.state_dict()
    nn.MSELoss()(net(X), X[:, : net(X).shape[1]]).backward()
    optim.SGD(net.parameters(), lr=0.1).step()
    after = net.state_dict()
    for names in sharing(net):
        for name in names:
            np.testing.assert_array_equal(after[name], after[names[0]])
    assert any(not np.array_equal(after[name], before[name]) for name in after)


def test_a_gradient_is_the_sum_over_all_places() -> None:
    net: Any = two_layers_with_one_weight().astype(np.float64)
    apart: Any = two_layers_with_one_weight().astype(np.float64)
    apart[2].weight = nn.Parameter(apart[0].weight.value.copy())
    for one in (net, apart):
        npl.sum(one(X) ** 2).backward()
    np.testing.assert_allclose(
        net[0].weight.grad, apart[0].weight.grad + apart[2].weight.grad, rtol=1e-13
    )


def test_the_transposed_layer_multiplies_with_the_transpose() -> None:
    code = nn.Linear(3, 2, dtype=np.float64, rng=0)
    back = nn.TransposedLinear(code, rng=1)
    z = RNG.standard_normal((5, 2))
    expected = z @ code.weight.value + back.bias.value
    np.testing.assert_allclose(back(z).value, expected, rtol=1e-14)
    assert nn.TransposedLinear(code, bias=False).bias is None


def test_derivatives_of_tied_weights_of_first_and_second_order() -> None:
    def autoencoder(x: Any, w: Any, b: Any, c: Any) -> Any:
        code, back = nn.Linear(3, 2), nn.TransposedLinear(nn.Linear(3, 2))
        for module, name, value in ((code, "weight", w), (code, "bias", b), (back, "bias", c)):
            object.__setattr__(module, name, value)
        object.__setattr__(back, "layer", code)
        return npl.tanh(back(npl.tanh(code(x))))

    w, b, c = (RNG.standard_normal(shape) for shape in ((2, 3), (2,), (3,)))
    check_gradients(lambda *args: autoencoder(*map(as_parameter, args)), X, w, b, c, order=2)


def as_parameter(x: Any) -> Any:
    return x if isinstance(x, Variable) else Variable(x)


def test_what_a_transposed_layer_refuses() -> None:
    with pytest.raises(TypeError, match=r"takes the nn\.Linear whose weight it uses, got ReLU"):
        nn.TransposedLinear(nn.ReLU())  # type: ignore[arg-type]
    back = nn.TransposedLinear(nn.Linear(3, 2))
    with pytest.raises(ShapeError, match=r"TransposedLinear expects \(\.\.\., 2\), got \(5, 3\)"):
        back(np.zeros((5, 3), np.float32))
    with pytest.raises(DTypeError, match="TransposedLinear computes in float32, got float64"):
        back(np.zeros((5, 2)))


def test_one_activation_in_two_places_is_one_again() -> None:
    relu = nn.ReLU()
    net = nn.build(nn.describe(nn.Sequential(nn.Linear(3, 3), relu, nn.Linear(3, 3), relu)))
    assert net[1] is net[3]  # type: ignore[index]


def test_one_parameter_may_be_both_of_a_layer() -> None:
    layer = nn.BatchNorm1d(3)
    layer.bias = layer.weight
    again: Any = nn.build(nn.describe(layer))
    assert again.bias is again.weight
