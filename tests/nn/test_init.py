"""Initial weights: their variances, bounds and right angles, and PyTorch's gains."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, nn, random
from neuropil.errors import ShapeError
from neuropil.nn import init

SHAPE = (80, 30, 3, 2)  # 180 inputs and 480 outputs
VARIANCES = {
    "glorot": 2 / (180 + 480),
    "he": 2 / 180,
    "lecun": 1 / 180,
    "xavier": 2 / (180 + 480),
    "kaiming": 2 / 180,
}


def drawn(name: str, **settings: Any) -> Any:
    """The function with an underscore fills a Parameter, the one without gives an array."""
    function: Callable[..., Any] = getattr(init, name)
    if not name.endswith("_"):
        return function(SHAPE, rng=0, dtype=np.float64, **settings)
    return function(nn.Parameter(np.zeros(SHAPE)), rng=0, **settings).value


def check_variance(values: Any, variance: float, kurtosis: float) -> None:
    """The mean of n squares of variance (kurtosis − 1) σ⁴ each, to four standard errors."""
    allowed = 4 * variance * np.sqrt((kurtosis - 1) / values.size)
    assert abs(np.mean(values**2) - variance) < allowed
    assert abs(values.mean()) < 4 * np.sqrt(variance / values.size)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform", "lecun_uniform"])
@pytest.mark.parametrize("suffix", ["", "_"])
def test_uniform_weights_have_variance_and_bound(name: str, suffix: str) -> None:
    names = {"glorot_uniform_": "xavier_uniform_", "he_uniform_": "kaiming_uniform_"}
    values = drawn(names.get(name + suffix, name + suffix))
    variance = VARIANCES[name.partition("_")[0]]
    check_variance(values, variance, kurtosis=1.8)
    bound = np.sqrt(3 * variance)
    assert 0.99 * bound < abs(values).max() <= bound


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal"])
@pytest.mark.parametrize("suffix", ["", "_"])
def test_normal_weights_have_variance(name: str, suffix: str) -> None:
    names = {"glorot_normal_": "xavier_normal_", "he_normal_": "kaiming_normal_"}
    values = drawn(names.get(name + suffix, name + suffix))
    check_variance(values, VARIANCES[name.partition("_")[0]], kurtosis=3.0)


def test_kaiming_takes_slope_direction_and_function() -> None:
    check_variance(drawn("kaiming_normal_", a=0.5), 2 / 1.25 / 180, kurtosis=3.0)
    check_variance(drawn("kaiming_normal_", mode="fan_out"), 2 / 480, kurtosis=3.0)
    tanh = drawn("kaiming_uniform_", nonlinearity="tanh")
    check_variance(tanh, 25 / 9 / 180, kurtosis=1.8)
    with pytest.raises(ValueError, match="mode is 'fan_in' or 'fan_out', got 'fan_inn'"):
        drawn("kaiming_normal_", mode="fan_inn")


def test_gain_multiplies() -> None:
    for name in ("xavier_uniform_", "xavier_normal_", "orthogonal_", "glorot_normal"):
        np.testing.assert_allclose(drawn(name, gain=3.0), 3.0 * drawn(name), atol=1e-15)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3), st.integers(0, 99))
def test_orthogonal_rows_or_columns_stand_at_right_angles(
    out: int, into: int, kernel: int, seed: int
) -> None:
    w = init.orthogonal((out, into, kernel), rng=seed, dtype=np.float64).reshape(out, -1)
    product = w @ w.T if out <= into * kernel else w.T @ w
    np.testing.assert_allclose(product, np.eye(len(product)), atol=1e-12)


def test_orthogonal_matrices_are_drawn_evenly() -> None:
    signs = [np.sign(np.linalg.det(init.orthogonal((2, 2), rng=seed))) for seed in range(200)]
    assert abs(np.mean(signs)) < 4 / np.sqrt(200)  # as many reflections as rotations


def test_constants_and_plain_distributions() -> None:
    p = nn.Parameter(np.zeros(10_000))
    assert (init.constant_(p, 2.5).value == 2.5).all()
    assert (init.ones_(p).value == 1.0).all()
    assert not init.zeros_(p).value.any()
    values = init.uniform_(p, -3.0, 1.0, rng=0).value
    assert -3.0 <= values.min() < -2.99 < 0.99 < values.max() <= 1.0
    check_variance(init.normal_(p, 5.0, 0.5, rng=0).value - 5.0, 0.25, kurtosis=3.0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_and_seed_decide(dtype: Any) -> None:
    p = nn.Parameter(np.zeros((4, 5), dtype), name="p")
    for fill in (init.xavier_uniform_, init.kaiming_normal_, init.orthogonal_, init.uniform_):
        assert fill(p, rng=1) is p
        assert (p.dtype, p.name) == (dtype, "p")
        first = p.value
        assert np.array_equal(fill(p, rng=1).value, first)
        generator = random.Generator(1)
        assert np.array_equal(fill(p, rng=generator).value, first)
        assert not np.array_equal(fill(p, rng=generator).value, first)


def test_a_bias_has_no_fans() -> None:
    with pytest.raises(ShapeError, match=r"two axes or more.* got the shape \(3,\)"):
        init.he_normal((3,))
    with pytest.raises(ShapeError, match="give a bias zeros"):
        init.orthogonal((3,))


def test_a_whole_network_begins_anew() -> None:
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.Flatten(),
        nn.PReLU(),
        nn.Linear(16, 8, bias=False),
        nn.LayerNorm((2, 4)),
        nn.Embedding(3, 2),
        nn.Linear(8, 8),
    )
    before = net.state_dict()
    assert init.initialise_(net, init.orthogonal_, rng=0) is net
    after = net.state_dict()
    changed = {name for name in after if not np.array_equal(after[name], before[name])}
    assert changed == {"0.weight", "0.bias", "4.weight", "7.weight", "7.bias"}
    assert not after["0.bias"].any()
    np.testing.assert_allclose(after["7.weight"] @ after["7.weight"].T, np.eye(8), atol=1e-6)


@pytest.mark.parametrize(
    ("fill", "activation"),
    [(init.kaiming_normal_, npl.relu), (init.lecun_normal_, lambda x: x)],
)
def test_signals_keep_their_size_through_many_layers(fill: Any, activation: Any) -> None:
    """Mean squares of currents, which 20 layers would change by 2²⁰ or more otherwise."""
    rng, x = random.Generator(0), np.random.default_rng(0).normal(size=(50, 150))
    sizes = []
    for _ in range(20):
        x = activation(x) @ fill(Variable(np.zeros((150, 150))), rng=rng).value.T
        sizes.append(np.mean(x**2))
    assert all(0.5 < after / before < 2.0 for before, after in pairwise(sizes))
    assert 0.2 < sizes[-1] / sizes[0] < 5.0


GAINS = {
    "linear": 1.0,
    "conv2d": 1.0,
    "conv_transpose1d": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": np.sqrt(2),
    "leaky_relu": np.sqrt(2 / (1 + 0.01**2)),
    "selu": 0.75,
}


@pytest.mark.parametrize("name", GAINS)
def test_gains_are_those_of_pytorch(name: Any) -> None:
    assert init.calculate_gain(name) == pytest.approx(GAINS[name], rel=1e-15)
    assert init.calculate_gain("leaky_relu", 0.3) == pytest.approx(np.sqrt(2 / 1.09), rel=1e-15)
    with pytest.raises(ValueError, match="no gain is known for 'gelu', only for linear, conv1d"):
        init.calculate_gain("gelu")  # type: ignore[arg-type]


@pytest.mark.peer
@pytest.mark.parametrize("name", GAINS)
def test_gains_agree_with_pytorch(name: Any) -> None:
    torch = pytest.importorskip("torch")
    assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)


def test_each_place_of_local_connections_begins_like_a_kernel() -> None:
    layer = nn.LocallyConnected2d(3, 8, input_size=12, kernel_size=5, rng=0)
    before = layer.weight
    init.initialise_(layer, init.kaiming_normal_, rng=1)
    assert layer.weight is before
    assert layer.weight.value.std() == pytest.approx(np.sqrt(2 / (3 * 5 * 5)), rel=0.02)
    assert layer.weight.dtype == np.float32
    assert not layer.bias.value.any()


def test_a_tied_decoder_begins_with_its_encoder() -> None:
    code = nn.Linear(6, 3)
    net = nn.Sequential(code, nn.TransposedLinear(code))
    init.initialise_(net, init.orthogonal_, rng=0)
    np.testing.assert_allclose(code.weight.value @ code.weight.value.T, np.eye(3), atol=1e-6)
    assert not net[1].bias.value.any()


def test_layers_of_ones_own_stay_as_they_are() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            self.in_features = 3
            self.factor = nn.Parameter(np.ones(3))

    net = nn.Sequential(Own(), nn.Linear(3, 3))
    init.initialise_(net, init.orthogonal_, rng=0)
    assert net[0].factor.value.tolist() == [1.0, 1.0, 1.0]
    assert not net[1].bias.value.any()
