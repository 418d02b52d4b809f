"""Neurons as layers: what they compute, what they learn through, and what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil import neurons, nn, optim
from neuropil.errors import DataError, DTypeError, FileFormatError, ShapeError
from neuropil.neurons import layers
from neuropil.neurons.layers import Leaky, Spiking
from neuropil.nn.description import build, describe

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(3)
CURRENTS = RNG.uniform(-0.3, 0.9, (12, 3, 4))
SMOOTH = layers.FastSigmoid(slope=2.0)
RESETS = pytest.mark.parametrize("reset", [layers.BySubtraction(), layers.ToZero()], ids=repr)
EITHER = pytest.mark.parametrize("detach", [True, False])


def lif() -> neurons.NormalizedLeakyIntegrateAndFire:
    return neurons.NormalizedLeakyIntegrateAndFire(tau=10.0, refractory=2.0)


def by_hand(currents: Any, beta: float, threshold: float, *, to_zero: bool) -> tuple[Any, Any]:
    """The equations of snnTorch's Leaky, one cell after the other."""
    v, spikes, potentials = np.zeros(currents.shape[1:]), [], []
    for current in currents:
        spiked = v >= threshold
        v = beta * (np.where(spiked, 0.0, v) if to_zero else v) + current
        v = v if to_zero else v - threshold * spiked
        potentials.append(v)
        spikes.append((v >= threshold).astype(float))
    return np.array(spikes), np.array(potentials)


@RESETS
def test_leaky_cells_are_those_of_the_equations(reset: layers.Reset) -> None:
    cells = Leaky(0.8, 0.7, reset=reset)
    run = cells.run(CURRENTS, record=["v"])
    spikes, v = by_hand(CURRENTS, 0.8, 0.7, to_zero=isinstance(reset, layers.ToZero))
    assert 0.1 < spikes.mean() < 0.6
    np.testing.assert_array_equal(run.spikes, spikes)
    np.testing.assert_allclose(run.variables["v"], v, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(run.state["v"], run.variables["v"][-1])


@settings(max_examples=25)
@given(current=st.floats(0.0, 0.999), threshold=st.floats(0.5, 2.0))
def test_without_a_leak_the_rate_is_the_current(current: float, threshold: float) -> None:
    steps = 200
    spikes = Leaky(1.0, threshold)(np.full((steps, 1), current * threshold))
    assert abs(spikes.mean() - current) <= 1.5 / steps


def test_a_model_spikes_as_it_is_simulated() -> None:
    current = np.array([1.2, 0.9, 2.5, 4.0])
    for model in (lif(), neurons.NormalizedLeakyIntegrateAndFire(tau=8.0, refractory=0.0)):
        run = neurons.simulate(model, current, cells=4, duration=100.0, dt=0.5, progress=False)
        spikes = Spiking(model, dt=0.5)(np.broadcast_to(current, (200, 1, 4)))
        counts = np.bincount(run.spikes[1], minlength=4).tolist()
        assert spikes[:, 0].sum(axis=0).tolist() == counts
        assert max(counts) > 10


@pytest.mark.parametrize(
    "model",
    [
        neurons.LeakyIntegrateAndFire(),
        neurons.Izhikevich(),
        neurons.AdaptiveExponential(),
        neurons.HodgkinHuxley(),
    ],
    ids=lambda model: type(model).__name__,
)
def test_any_model_is_a_layer(model: neurons.Model) -> None:
    strength = {"Izhikevich": 10.0, "HodgkinHuxley": 10.0}.get(type(model).__name__, 800.0)
    weight = npl.Variable(np.full(2, strength))
    cells = Spiking(model, dt=0.05, surrogate=layers.FastSigmoid(0.1))
    spikes = cells(npl.broadcast_to(weight, (240, 1, 2)))
    run = neurons.simulate(model, strength, duration=12.0, dt=0.05, progress=False)
    assert spikes.shape == (240, 1, 2)
    assert spikes.value.sum(axis=0).tolist() == [[len(run.spikes[0])] * 2]
    gradient: Any = npl.gradients(npl.sum(spikes), [weight])[0]
    assert np.isfinite(gradient).all()
    assert (gradient != 0.0).all()


def test_a_run_goes_on_where_another_ended() -> None:
    for cells in (Leaky(recurrent=nn.Linear(4, 4, dtype="float64", rng=0)), Spiking(lif())):
        whole = cells.run(9.0 * CURRENTS)
        first = cells.run(9.0 * CURRENTS[:5])
        second = cells.run(9.0 * CURRENTS[5:], first.state)
        joined = np.concatenate([np.asarray(part.spikes.tolist()) for part in (first, second)])
        np.testing.assert_array_equal(joined, np.asarray(whole.spikes.tolist()))
        assert joined.any()


def test_recurrent_connections_act_in_the_next_step() -> None:
    to_next = nn.Linear(2, 2, bias=False, dtype="float64")
    to_next.weight.value[...] = [[0.0, 0.0], [5.0, 0.0]]  # the first cell excites the second
    currents = np.zeros((4, 1, 2))
    currents[1, 0, 0] = 2.0
    spikes = Leaky(0.0, recurrent=to_next)(currents)
    assert spikes.tolist() == [[[0.0, 0.0]], [[1.0, 0.0]], [[0.0, 1.0]], [[0.0, 0.0]]]


def smooth_leaky(current: Any, beta: float, surrogate: Any, *, detach: bool) -> Any:
    """The layer's gradient by hand: dL/dI_t of L = Σ w s, backwards through the steps."""
    cells = Leaky(beta, surrogate=surrogate, detach_reset=detach)
    run = cells.run(current, record=["v"])
    v = run.variables["v"]
    weights = np.cos(np.arange(v.size)).reshape(v.shape)
    slope = surrogate.derivative(v - 1.0)
    of_v, found = np.zeros(v.shape[1:]), np.zeros_like(v)
    for t in reversed(range(len(v))):
        through = beta if detach else beta - slope[t]
        of_v = of_v * through + weights[t] * slope[t]
        found[t] = of_v
    return weights, found


@EITHER
def test_the_gradient_is_that_of_the_surrogate_through_time(detach: bool) -> None:
    weights, expected = smooth_leaky(CURRENTS, 0.8, SMOOTH, detach=detach)
    currents = npl.Variable(CURRENTS)
    spikes = Leaky(0.8, surrogate=SMOOTH, detach_reset=detach)(currents)
    found: Any = npl.gradients(npl.sum(spikes * weights), [currents])[0]
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14)


def spiking_cells(detach: bool) -> list[layers.SpikingLayer]:
    return [
        Leaky(0.8, surrogate=SMOOTH, detach_reset=detach),
        Leaky(0.8, surrogate=SMOOTH, reset=layers.ToZero(), detach_reset=detach),
        Leaky(0.8, surrogate=SMOOTH, recurrent=nn.Linear(4, 4, rng=0), detach_reset=detach),
        Spiking(lif(), surrogate=SMOOTH, detach_reset=detach),
        Spiking(neurons.Izhikevich(), 0.5, SMOOTH, detach_reset=detach),
    ]


@pytest.mark.fast
@EITHER
@pytest.mark.parametrize("number", range(5))
def test_programs_and_both_modes_agree(number: int, detach: bool) -> None:
    cells = spiking_cells(detach)[number].astype("float64")
    gain = 20.0 if isinstance(getattr(cells, "model", None), neurons.Izhikevich) else 3.0
    currents = npl.Variable(gain * CURRENTS)
    direction = np.sin(np.arange(CURRENTS.size)).reshape(CURRENTS.shape)

    def loss(x: Any) -> Any:
        return npl.sum(cells(x) * np.cos(np.arange(CURRENTS.size)).reshape(CURRENTS.shape))

    def step() -> Any:
        return npl.gradients(loss(currents), [currents])[0]

    gradient = step()
    assert np.abs(gradient).max() > 1e-3
    states = [currents, *cells.parameters()]
    np.testing.assert_allclose(npl.compile(step, state=states)(), gradient, rtol=1e-9, atol=1e-12)
    _, along = npl.jvp(loss, (currents.value,), (direction,))
    assert along == pytest.approx(float(np.sum(gradient * direction)), rel=1e-10)


def test_checkpoints_give_the_same_gradient() -> None:
    currents = npl.Variable(CURRENTS)
    found: list[Any] = [
        npl.gradients(npl.sum(Leaky(surrogate=SMOOTH, checkpoint_every=n)(currents)), [currents])[0]
        for n in (None, 5, "sqrt")
    ]
    np.testing.assert_allclose(found[1], found[0], rtol=1e-13)
    np.testing.assert_allclose(found[2], found[0], rtol=1e-13)


def test_parameters_of_a_model_are_trained() -> None:
    tau = nn.Parameter(np.asarray(10.0))
    cells = Spiking(neurons.NormalizedLeakyIntegrateAndFire(tau, 0.0), surrogate=SMOOTH)
    assert dict(cells.named_parameters()) == {"tau": tau}
    optimizer = optim.SGD(cells.parameters(), lr=10.0)
    before = cells(1.0 + CURRENTS).value.mean()
    for _ in range(20):
        npl.mean(-cells(1.0 + CURRENTS)).backward()  # more spikes: a faster membrane
        optimizer.step()
        optimizer.zero_grad()
    assert tau.value < 10.0
    assert cells(1.0 + CURRENTS).value.mean() > before


@pytest.mark.peer
@EITHER
@RESETS
def test_pytorch_computes_the_same(reset: layers.Reset, detach: bool) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")

    differentiated: Any = torch.autograd.Function

    class Spike(differentiated):  # type: ignore[misc]
        @staticmethod
        def forward(context: Any, x: Any) -> Any:
            context.save_for_backward(x)
            return (x >= 0).to(x.dtype)

        @staticmethod
        def backward(context: Any, s: Any) -> Any:
            return s / (1.0 + 2.0 * context.saved_tensors[0].abs()) ** 2

    theirs = torch.tensor(CURRENTS, requires_grad=True)
    total: Any = 0.0
    v = torch.zeros(CURRENTS.shape[1:], dtype=torch.float64)
    weights = np.cos(np.arange(CURRENTS.size)).reshape(CURRENTS.shape)
    for current, weight in zip(theirs, torch.tensor(weights), strict=True):
        spiked = Spike.apply(v - 1.0)
        spiked = spiked.detach() if detach else spiked
        if isinstance(reset, layers.ToZero):
            v = 0.8 * v * (1.0 - spiked) + current
        else:
            v = 0.8 * v + current - spiked
        total = total + (Spike.apply(v - 1.0) * weight).sum()
    total.backward()
    ours = npl.Variable(CURRENTS)
    spikes = Leaky(0.8, surrogate=SMOOTH, reset=reset, detach_reset=detach)(ours)
    npl.sum(spikes * weights).backward()
    np.testing.assert_allclose(ours.grad, theirs.grad, rtol=1e-10, atol=1e-14)


def test_a_network_after_convolutions_is_trained() -> None:
    rng = np.random.default_rng(0)
    images = rng.random((32, 1, 6, 6), dtype=np.float32)
    labels = (images[:, 0, :, :3].mean((1, 2)) > images[:, 0, :, 3:].mean((1, 2))).astype(int)
    net = nn.Sequential(
        layers.Repeat(10),
        layers.EachStep(nn.Conv2d(1, 4, 3, rng=0)),
        Leaky(recurrent=nn.Conv2d(4, 4, 3, padding=1, rng=1)),
        layers.EachStep(nn.Flatten()),
        nn.Linear(64, 2, rng=2),
        layers.MeanOverTime(),
    )
    losses = []
    optimizer, loss = optim.Adam(net.parameters(), lr=0.01), nn.CrossEntropyLoss()
    for _ in range(30):
        cost = loss(net(images), labels)
        cost.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(cost.value))
    assert losses[-1] < 0.5 * losses[0]


def test_layers_are_described_and_built() -> None:
    net = nn.Sequential(
        layers.RateCode(7, 0.5),
        layers.EachStep(nn.Linear(3, 4)),
        Leaky(0.8, surrogate=layers.Triangle(0.5), recurrent=nn.Linear(4, 4)),
        Spiking(neurons.Izhikevich(a=0.03), 0.5, layers.ArcTan(), neurons.Euler()),
        layers.FirstSpike(),
    )
    again: Any = build(describe(net))
    assert describe(again) == describe(net)
    assert again[3].model.a == 0.03
    assert again[2].surrogate == layers.Triangle(0.5)


def test_what_cannot_be_described_is_saved_without(tmp_path: Path) -> None:
    class Own(neurons.Model):
        def initial(self) -> Any:
            return {"v": 0.0}

        def derivatives(self, state: Any, current: Any) -> Any:
            return {"v": current - state["v"]}

        def excess(self, state: Any) -> Any:
            return state["v"] - 1.0

    learned = neurons.NormalizedLeakyIntegrateAndFire(nn.Parameter(np.asarray(10.0)))
    for number, model in enumerate([Own(), learned]):
        net = nn.Sequential(nn.Linear(2, 3, rng=0), Spiking(model))
        with pytest.raises(DataError, match="is no number and no part"):
            describe(net)
        npl.save(net, tmp_path / f"{number}.safetensors")
        again = nn.Sequential(nn.Linear(2, 3, rng=1), Spiking(model))
        npl.load(tmp_path / f"{number}.safetensors", again)
        np.testing.assert_array_equal(again[0].weight.value, net[0].weight.value)


def test_a_network_whose_model_is_trained_is_saved_and_filled(tmp_path: Path) -> None:
    def network(tau: float) -> nn.Sequential:
        cell = neurons.NormalizedLeakyIntegrateAndFire(nn.Parameter(np.asarray(tau)), 0.0)
        return nn.Sequential(nn.Linear(4, 3), layers.Repeat(5), Spiking(cell))

    net = network(7.0)
    npl.save(net, tmp_path / "net.safetensors")
    with pytest.raises(FileFormatError, match="build the network"):
        npl.load(tmp_path / "net.safetensors")
    again = network(10.0)
    npl.load(tmp_path / "net.safetensors", again)
    assert again[2].model.tau.item() == 7.0
    npl.save(nn.Sequential(Spiking(neurons.HodgkinHuxley())), tmp_path / "other.safetensors")


@given(x=st.floats(0.0, 1.0), steps=st.integers(1, 20))
def test_a_latency_is_shorter_for_a_larger_number(x: float, steps: int) -> None:
    spikes = layers.LatencyCode(steps)(np.array([x, min(1.0, x + 0.3)]))
    counts = spikes.sum(axis=0)
    assert counts.tolist() == [float(x > 0.0), 1.0]
    if x > 0.0:
        assert spikes[:, 1].argmax() <= spikes[:, 0].argmax()


def test_rates_are_the_numbers() -> None:
    x = np.linspace(0.0, 1.0, 11)
    rates = layers.RateCode(20_000, 0.5, rng=1)(x).mean(axis=0)
    np.testing.assert_allclose(rates, 0.5 * x, atol=0.015)


def test_the_first_spike_is_found_and_differentiated() -> None:
    spikes = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    variable = npl.Variable(spikes)
    earliness = layers.FirstSpike()(variable)
    assert earliness.tolist() == [-1.0, -4.0]
    npl.check_gradients(layers.FirstSpike(), spikes * 0.9 + 0.03)
    gradient: Any = npl.gradients(earliness[0], [variable])[0]
    assert gradient[:, 0].tolist() == [1.0, 2.0, 0.0, 0.0]  # steps gained, were there a spike


@pytest.mark.parametrize("loss", [layers.RateLoss(), layers.FirstSpikeLoss()])
def test_losses_have_the_derivative_they_say(loss: Any) -> None:
    outputs = RNG.uniform(0.1, 0.9, (4, 3))
    npl.check_gradients(lambda y: loss(y, np.array([0, 2, 1, 1])), outputs)


def test_what_the_loss_of_rates_wants_costs_nothing() -> None:
    rates = np.array([[0.8, 0.2], [0.2, 0.8]])
    assert layers.RateLoss()(rates, np.array([0, 1])) == pytest.approx(0.0, abs=1e-30)


ANYTHING: Any = "anything"
REFUSED: Any = [
    (lambda: Leaky(1.5), ValueError, "beta between 0 and 1"),
    (lambda: Leaky(threshold=0.0), ValueError, "threshold above 0"),
    (lambda: Leaky(surrogate=ANYTHING), TypeError, "takes a surrogate"),
    (lambda: Leaky(reset=ANYTHING), TypeError, "takes a reset"),
    (lambda: Leaky(recurrent=ANYTHING), TypeError, "recurrent connections such as nn.Linear"),
    (lambda: Spiking(ANYTHING), TypeError, "takes a neuron model"),
    (lambda: Spiking(lif(), dt=0.0), ValueError, "dt above 0"),
    (lambda: layers.Repeat(0), ValueError, "steps of at least 1"),
    (lambda: layers.RateCode(5, -0.1), ValueError, "rate from 0 to 1"),
    (lambda: layers.LatencyCode(0), ValueError, "steps of at least 1"),
    (lambda: layers.EachStep(ANYTHING), TypeError, "takes a module"),
    (lambda: layers.RateLoss(0.2, 0.8), ValueError, "incorrect < correct"),
    (lambda: layers.FirstSpikeLoss(0.0), ValueError, "scale above 0"),
    (lambda: Leaky()(np.zeros((0, 2, 3))), ShapeError, "at least one step"),
    (lambda: Leaky()(np.zeros(3)), ShapeError, "time is the first axis"),
    (lambda: Leaky()(np.zeros((3, 2), int)), DTypeError, "computes in float32"),
    (lambda: Leaky()([[1.0]]), DTypeError, "expects an array"),
    (lambda: Leaky().run(CURRENTS, {"v": np.zeros(2)}), ShapeError, "another one"),
    (lambda: Leaky().run(CURRENTS, {"u": np.zeros(2)}), KeyError, "Leaky has v, got 'u'"),
    (lambda: Leaky().run(CURRENTS, record=["u"]), KeyError, "Leaky has v, got 'u'"),
    (lambda: layers.RateCode(5)(np.array([0.5, -0.5])), DataError, "got -0.5"),
    (lambda: layers.LatencyCode(5)(np.array([1.5])), DataError, "from 0 to 1"),
    (lambda: layers.RateCode(5)(np.array([np.nan])), DataError, "got nan"),
    (lambda: layers.SpikeCount()(np.zeros((0, 2))), ShapeError, "at least one step"),
    (lambda: layers.EachStep(nn.Flatten())(np.zeros((3, 2))), ShapeError, "axes are time"),
    (lambda: layers.RateLoss()(np.zeros((3, 2, 4)), np.zeros(2, int)), ShapeError, "to be gone"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_what_cannot_be_is_refused(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_a_model_that_never_spikes_is_refused() -> None:
    class Passive(neurons.Model):
        def initial(self) -> Any:
            return {"v": 0.0}

        def derivatives(self, state: Any, current: Any) -> Any:
            return {"v": current - state["v"]}

    with pytest.raises(ValueError, match="Passive never spikes"):
        Spiking(Passive())
