"""A network's run as a function of its parameters: spikes as they are, derivatives as said."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import neurons
from neuropil.errors import DivergenceError, EngineError
from neuropil.graph import plain

LIF = neurons.LeakyIntegrateAndFire
SURROGATE = npl.surrogates.SuperSpike(beta=2.0)
NARROW = npl.surrogates.Triangle(width=1e-9)
"""As good as no surrogate: no cell comes so near to its threshold."""


def mixed(dtype: Any = np.float64, weight: Any = 30.0) -> tuple[neurons.Network, list[Any]]:
    """Two kinds of cells and random ones, noise, delays of all sorts; and its records."""
    net = neurons.Network(dt=0.1, rng=3, dtype=dtype)
    synapses = {"e": neurons.Synapse(5.0), "i": neurons.Synapse(10.0, order=1)}
    cells = net.population("cells", neurons.WithSynapses(LIF(), synapses), 40)
    others = net.population("others", neurons.AdaptiveExponential(), 10)
    noise = net.poisson("noise", 20, 30.0)
    net.inject(cells[:20], 420.0)
    net.inject(cells[20:], neurons.WhiteNoise(60.0, dt=0.1, cells=20, mean=400.0, rng=5))
    net.inject(others, 900.0)
    net.poisson_input(cells, "e", rate=5.0, weight=30.0, sources=100)
    fan = neurons.FixedProbability(0.3)
    net.connect(
        noise, cells, "e", weight=neurons.Normal(50.0, 5.0), rule=fan,
        delay=neurons.Uniform(0.0, 3.0),
    )  # fmt: skip
    net.connect(cells[:30], cells, "e", weight=weight, rule=fan)
    net.connect(cells[30:], cells, "i", weight=-20.0, delay=1.5)
    net.connect(cells, others, "v", weight=0.5, rule=fan, delay=0.3)
    net.connect(others, cells[5:], "v", weight=0.7)  # which a spike resets
    pairs = neurons.Explicit([3, 1, 3], [0, 7, 2])
    net.connect(others, cells, "e", weight=npl.Variable([1.0, 20.0, 300.0]), rule=pairs)
    records: list[Any] = [net.record_spikes(part) for part in (cells[10:], others, noise)]
    records += [net.record(cells, "v", indices=[0, 7, 39], every=0.7), net.record(others, "w")]
    return net, records


@pytest.mark.parametrize(
    ("dtype", "before", "detach"),
    [(np.float64, 0.0, True), (np.float64, 10.3, False), (np.float32, 10.3, True)],
)
def test_it_is_the_run_of_the_eager_engine_to_the_bit(
    dtype: Any, before: float, detach: bool
) -> None:
    net, records = mixed(dtype, npl.Variable(30.0))
    net.run(before, engine="eager")
    run = neurons.differentiable_run(net, 20.0, surrogate=SURROGATE, detach_reset=detach)
    again = neurons.differentiable_run(net, 20.0, surrogate=SURROGATE, detach_reset=detach)
    assert net.time == pytest.approx(before)
    same, expected = mixed(dtype)
    same.run(before + 20.0, engine="eager")
    for record, other in zip(records[:3], expected[:3], strict=True):
        later = other.times > before + 0.05
        steps, cells = np.nonzero(run[record].value)
        assert later.any()
        np.testing.assert_array_equal(run.times(record)[steps], other.times[later])
        np.testing.assert_array_equal(cells, other.cells[later])
        np.testing.assert_array_equal(run[record].value, again[record].value)
        counts = run.counts(record).value
        np.testing.assert_array_equal(counts, other.counts(before + 0.05))
        middle = before + 10.0
        np.testing.assert_allclose(run.rates(record, middle).value, other.rates(middle))
    for record, other in zip(records[3:], expected[3:], strict=True):
        later = other.times > before + 0.05
        np.testing.assert_array_equal(run[record].value, other.values[later])
        np.testing.assert_allclose(run.times(record), other.times[later])
    memory = same.memory
    assert memory is not None
    for name, state in memory.states.items():
        for variable, values in state.items():
            np.testing.assert_array_equal(run.states[name][variable].value, values)


def tiny(
    weight: Any, drive: Any, *, detach: bool, every: Any = "sqrt"
) -> tuple[Any, neurons.DifferentiableRun]:
    """Three cells that excite each other in a ring, each driven on its own."""
    net = neurons.Network(dt=0.5)
    model = neurons.WithSynapses(LIF(refractory=1.0), {"e": neurons.Synapse(3.0)})
    cells = net.population("cells", model, 3)
    net.inject(cells, drive)
    ring = neurons.Explicit([0, 1, 2], [1, 2, 0])
    net.connect(cells, cells, "e", weight=weight, rule=ring)
    spikes = net.record_spikes(cells)
    run = neurons.differentiable_run(
        net, 40.0, surrogate=SURROGATE, detach_reset=detach, checkpoint_every=every
    )
    return run.rate(spikes), run


DRIVE = np.array([420.0, 380.0, 300.0])


def by_hand(weight: float, *, detach: bool) -> tuple[float, float]:
    """The rate of `tiny` and its derivative with respect to the weight, carried along."""
    dt, tau, tau_e, capacitance = 0.5, 10.0, 3.0, 250.0
    leak, decay = np.exp(-dt / tau), np.exp(-dt / tau_e)
    into = tau * tau_e / (tau - tau_e) / capacitance * (leak - decay)
    at_rest = -70.0 + DRIVE * tau / capacitance
    v, e, dv, de = np.full(3, -70.0), np.zeros(3), np.zeros(3), np.zeros(3)
    waiting, count, derivative = np.zeros(3), 0.0, 0.0
    for _ in range(80):
        free = waiting <= 0
        v, dv = (
            np.where(free, at_rest + (v - at_rest) * leak + into * e, v),
            np.where(free, dv * leak + into * de, dv),
        )
        e, de = e * decay, de * decay
        s = 1.0 * (free & (v >= -55.0))
        ds = free * dv / (1.0 + 2.0 * np.abs(v + 55.0)) ** 2
        dv = (1.0 - s) * dv + (0.0 if detach else ds * (-70.0 - v))
        v = np.where(s > 0.0, -70.0, v)
        waiting = np.where(s > 0.0, 2, waiting - ~free)
        e, de = e + weight * np.roll(s, 1), de + np.roll(s + weight * ds, 1)
        count, derivative = count + s.sum(), derivative + ds.sum()
    return count / 3 / 0.04, derivative / 3 / 0.04


@pytest.mark.parametrize("detach", [True, False])
def test_the_derivative_is_the_tangent_carried_along_by_hand(detach: bool) -> None:
    weight = npl.Variable(40.0)
    rate, _ = tiny(weight, DRIVE, detach=detach)
    expected_rate, expected = by_hand(40.0, detach=detach)
    (found,) = npl.gradients(rate, [weight])
    assert rate.item() == pytest.approx(expected_rate)
    assert found == pytest.approx(expected, rel=1e-9)
    assert expected != 0.0


@pytest.mark.peer
@pytest.mark.parametrize("detach", [True, False])
def test_pytorch_finds_the_same_gradient(detach: bool) -> None:
    torch: Any = pytest.importorskip("torch")

    class Spike(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(context: Any, x: Any) -> Any:
            context.save_for_backward(x)
            return (x >= 0.0).to(x.dtype)

        @staticmethod
        def backward(context: Any, s: Any) -> Any:
            (x,) = context.saved_tensors
            return s / (1.0 + 2.0 * x.abs()) ** 2

    at = np.array([40.0, 60.0, 20.0])
    weight, drive = (torch.tensor(x, requires_grad=True) for x in (at, DRIVE))
    leak, decay = np.exp(-0.5 / 10.0), np.exp(-0.5 / 3.0)
    at_rest = -70.0 + drive * 10.0 / 250.0
    v, e = torch.full((3,), -70.0, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    waiting, count = torch.zeros(3), torch.zeros(())
    for _ in range(80):
        free = waiting <= 0
        moved = at_rest + (v - at_rest) * leak + 30.0 / 7.0 / 250.0 * (leak - decay) * e
        v, e = torch.where(free, moved, v), e * decay
        s = Spike.apply(v + 55.0) * free
        reset = s.detach() if detach else s
        v = reset * -70.0 + (1.0 - reset) * v
        waiting = torch.where(s > 0.0, 2.0, waiting - (~free).to(waiting.dtype))
        e, count = e + torch.roll(weight * s, 1), count + s.sum()
    (count / 3 / 0.04).backward()

    parameters = [npl.Variable(at), npl.Variable(DRIVE)]
    found: Any = npl.gradients(tiny(*parameters, detach=detach)[0], parameters)
    np.testing.assert_allclose(found[0], weight.grad.numpy(), rtol=1e-9)
    np.testing.assert_allclose(found[1], drive.grad.numpy(), rtol=1e-9)


@pytest.mark.parametrize("detach", [True, False])
def test_backwards_is_forwards(detach: bool) -> None:
    rng = np.random.default_rng(0)
    at = np.array([40.0, 60.0, 20.0]), DRIVE
    directions = rng.normal(size=3), rng.normal(size=3)
    rate = lambda weight, drive: tiny(weight, drive, detach=detach)[0]  # noqa: E731
    _, gradient = npl.value_and_grad(rate, (0, 1))(*at)
    _, forward = npl.jvp(rate, at, directions)
    backward = sum(map(np.vdot, gradient, directions))
    assert backward == pytest.approx(float(forward), rel=1e-9)


def balanced(rng: int, excitatory: Any, inhibitory: Any) -> Any:
    """CUBA with fewer cells, and synapses as much stronger; and a record of spikes."""
    size = 200
    net = neurons.Network(dt=0.1, rng=rng)
    cell = LIF(20.0, 20.0, leak=-49.0, threshold=-50.0, reset_to=-60.0, refractory=5.0)
    model = neurons.WithSynapses(cell, {"e": neurons.Synapse(5.0), "i": neurons.Synapse(10.0)})
    start = net.rng.uniform((size,), -60.0, -50.0, dtype=np.float64)
    cells = net.population("cells", model, size, initial={"v": start})
    rule = neurons.FixedProbability(0.1)
    net.connect(cells[: size * 4 // 5], cells, "e", weight=excitatory, rule=rule)
    net.connect(cells[size * 4 // 5 :], cells, "i", weight=inhibitory, rule=rule)
    return net, net.record_spikes(cells)


def balanced_rate(excitatory: Any, inhibitory: Any, steps: int = 200) -> Any:
    net, spikes = balanced(0, excitatory, inhibitory)
    surrogate = npl.surrogates.SuperSpike()
    run = neurons.differentiable_run(net, steps * net.dt, surrogate=surrogate)
    return run.rate(spikes)


def test_the_gradient_of_a_balanced_network_is_its_forward_derivative() -> None:
    at = np.asarray(6.5), np.asarray(-36.0)
    rate, gradient = npl.value_and_grad(balanced_rate, (0, 1))(*at)
    assert float(rate) > 5.0
    for found, direction in zip(gradient, np.eye(2), strict=True):
        _, forward = npl.jvp(balanced_rate, at, tuple(direction))
        assert float(found) == pytest.approx(float(forward), rel=1e-9)
        assert float(found) != 0.0


@pytest.mark.fast
def test_in_a_program_it_is_what_it_is_eagerly() -> None:
    weights = [npl.Variable(6.5), npl.Variable(-36.0)]
    net, spikes = balanced(0, *weights)
    v = net.record(net.populations["cells"], "v", every=1.0)

    def step() -> Any:
        run = neurons.differentiable_run(net, 10.0, surrogate=npl.surrogates.SuperSpike())
        loss = run.rate(spikes) + 0.1 * npl.mean(run[v] ** 2)
        return loss, npl.gradients(loss, weights), run[spikes]

    (loss, gradient, fired), program = step(), npl.compile(step, state=weights)
    for _ in range(2):
        found_loss, found, found_fired = program()
        assert float(found_loss) == pytest.approx(loss.item(), rel=1e-12)
        np.testing.assert_allclose(found, np.array(gradient, dtype=float), rtol=1e-9)
        np.testing.assert_array_equal(found_fired, fired.value)
    weights[0].value = np.asarray(6.0)
    assert float(program()[0]) == pytest.approx(step()[0].item(), rel=1e-12)


@pytest.mark.fast
def test_a_program_learns_with_noise_as_the_eager_engine_does() -> None:
    found = []
    for compiled in (False, True):
        weight = npl.Variable(30.0)
        net, (spikes, *_) = mixed(weight=weight)
        net.run(12.0, engine="eager", progress=False)
        optimizer = npl.optim.SGD([weight], lr=1e-3)

        def step(net: Any = net, spikes: Any = spikes, optimizer: Any = optimizer) -> Any:
            run = neurons.differentiable_run(net, 3.0, surrogate=SURROGATE)
            optimizer.zero_grad()
            npl.sum(run.states["cells"]["v"]).backward()
            optimizer.step()
            return run[spikes]

        chosen = npl.compile(step, state=(net, optimizer)) if compiled else step
        fired = [np.asarray(plain(chosen())) for _ in range(2)]
        found.append((fired, weight.item()))
    (eager, eager_weight), (program, program_weight) = found
    np.testing.assert_array_equal(program, eager)
    assert program_weight == pytest.approx(eager_weight, rel=1e-9)
    assert abs(eager_weight - 30.0) > 1e-3


def feed(
    weight: Any, tau: Any, tau_e: Any, leak: Any, start: Any, drive: Any, random: Any
) -> Callable[[], Any]:
    """The voltage of a cell below threshold that a spiking one reaches, with a delay."""
    net = neurons.Network(dt=0.25, rng=1)
    driver = net.population("driver", LIF(), 1)
    model = neurons.WithSynapses(
        LIF(tau=tau, leak=leak), {"e": neurons.Synapse(tau_e, unit_area=True)}
    )
    cell = net.population("cell", model, 1, initial={"e": start})
    net.inject(driver, 500.0)
    net.inject(cell, drive)
    net.poisson_input(cell, "e", rate=100.0, weight=random)
    net.connect(driver, cell, "e", weight=weight, delay=1.0)
    v = net.record(cell, "v", every=0.5)
    return lambda: npl.mean(neurons.differentiable_run(net, 40.0, surrogate=NARROW)[v])


def test_below_threshold_gradients_are_finite_differences() -> None:
    at = (300.0, 10.0, 4.0, -70.0, 20.0, 50.0, 100.0)
    parameters = [npl.Variable(x) for x in at]
    found: Any = npl.gradients(feed(*parameters)(), parameters)
    for i, (x, gradient) in enumerate(zip(at, found, strict=True)):
        h = 1e-4 * abs(x)
        more, less = (float(plain(feed(*(*at[:i], x + by, *at[i + 1 :]))())) for by in (h, -h))
        assert gradient == pytest.approx((more - less) / (2.0 * h), rel=1e-6), i
        assert gradient != 0.0


def test_every_run_is_of_what_the_variables_hold_then() -> None:
    before = (100.0, 20.0, 8.0, -65.0, 0.0, 10.0, 0.0)
    after = (300.0, 10.0, 4.0, -70.0, 20.0, 50.0, 100.0)
    parameters = [npl.Variable(x) for x in before]
    run = feed(*parameters)
    run()
    for parameter, value in zip(parameters, after, strict=True):
        parameter.value = np.asarray(value)
    assert run().item() == float(plain(feed(*after)()))


def test_every_synapse_has_a_weight_of_its_own_in_the_order_it_was_given_in() -> None:
    net = neurons.Network(dt=0.5)
    source = net.population("source", LIF(), 3)
    target = net.population("target", LIF(), 2)
    net.inject(source, [2000.0, 1500.0, 0.0])
    weight = npl.Variable([1.0, 2.0, 3.0])
    connection = net.connect(
        source, target, "v", weight=weight, rule=neurons.Explicit([2, 1, 0], [0, 1, 0])
    )
    spikes, v = net.record_spikes(source), net.record(target, "v")
    run = neurons.differentiable_run(net, 10.0, surrogate=NARROW)
    assert connection.weights.tolist() == [3.0, 2.0, 1.0]
    left = np.exp((run.times(spikes) - 10.0) / 10.0) @ run[spikes].value  # of what each added
    assert left[:2].all()
    assert left[2] == 0.0
    for target_of, sources in ((0, [2, 0]), (1, [1])):
        (found,) = npl.gradients(run[v][-1, target_of], [weight])
        expected = np.zeros(3)
        expected[[2 - source for source in sources]] = left[sources]
        np.testing.assert_allclose(found, expected)  # type: ignore[arg-type]


def test_what_a_variable_holds_is_what_the_network_runs_with() -> None:
    weight = npl.Variable(6.5)
    net, spikes = balanced(0, weight, -36.0)
    net.run(5.0, progress=False)
    weight.value = np.asarray(60.0)
    net.run(15.0, progress=False)
    other, expected = balanced(0, 6.5, -36.0)
    other.run(5.0, progress=False)
    other.run(15.0, progress=False)
    early = spikes.times < 5.05
    np.testing.assert_array_equal(spikes.times[early], expected.times[expected.times < 5.05])
    assert len(spikes.times) > 1.5 * len(expected.times)


def through_checkpoints(steps: int, every: Any) -> tuple[float, int]:
    """A gradient, and the memory that it took."""
    weight = npl.Variable(6.5)
    net = neurons.Network(dt=0.1)
    cells = net.population("cells", LIF(), 1000)
    net.inject(cells, np.linspace(300.0, 900.0, 1000))
    net.connect(cells, cells, "v", weight=weight, rule=neurons.OneToOne())
    tracemalloc.start()
    run = neurons.differentiable_run(net, steps * 0.1, surrogate=SURROGATE, checkpoint_every=every)
    found: Any = npl.gradients(npl.sum(run.states["cells"]["v"]), [weight])[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(found), peak


def test_with_checkpoints_memory_grows_like_the_root_of_time() -> None:
    (_, short), (_, short_checked) = (through_checkpoints(64, every) for every in (None, "sqrt"))
    (found, long), (same, long_checked) = (
        through_checkpoints(256, every) for every in (None, "sqrt")
    )
    assert found == pytest.approx(same, rel=1e-12)
    assert long > 3.0 * short
    assert long_checked < 2.2 * short_checked


def test_what_cannot_be_is_refused() -> None:
    net, spikes = balanced(0, 6.5, -36.0)
    cells = net.populations["cells"]
    with pytest.raises(TypeError, match=r"such as npl\.surrogates\.SuperSpike\(\), got <class"):
        neurons.differentiable_run(net, 1.0, surrogate=npl.surrogates.SuperSpike)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="from 0 on"):
        neurons.differentiable_run(net, float("nan"), surrogate=SURROGATE)
    without: Any = None
    with pytest.raises(TypeError, match="takes a surrogate"):
        neurons.differentiable_run(net, 1.0, surrogate=without)
    run = neurons.differentiable_run(net, 1.0, surrogate=SURROGATE)
    with pytest.raises(ValueError, match="goes on for longer, got 1 ms"):
        run.rates(spikes, 1.0)
    with pytest.raises(KeyError, match=r"not recorded in this run, but cells\.spikes"):
        run[net.record(cells, "v")]
    _, of_another = balanced(0, 6.5, -36.0)
    with pytest.raises(ValueError, match="a record of another network"):
        run[of_another]
    rule = neurons.ShortTerm(0.5, tau_recovery=100.0)
    with pytest.raises(TypeError, match=r"pass weight\.value"):
        net.connect(cells, cells, "e", weight=npl.Variable(1.0), plasticity=rule)
    net.connect(cells[:2], cells, "e", weight=1.0, plasticity=rule)
    with pytest.raises(EngineError, match=r"cells to cells \(ShortTerm\)"):
        neurons.differentiable_run(net, 1.0, surrogate=SURROGATE)


@pytest.mark.fast
def test_a_network_that_goes_on_leaves_what_is_to_be_differentiated_alone() -> None:
    found = []
    for goes_on in (False, True):
        weight = npl.Variable(6.5)
        net, spikes = balanced(0, weight, -36.0)
        net.run(5.0, engine="native", progress=False)
        rate = neurons.differentiable_run(net, 5.0, surrogate=SURROGATE).rate(spikes)
        net.run(5.0 if goes_on else 0.0, engine="native", progress=False)
        found.append(npl.gradients(rate, [weight])[0])
    assert found[0] == found[1]


def test_no_time_at_all_is_no_spike() -> None:
    net, spikes = balanced(0, npl.Variable(6.5), -36.0)
    run = neurons.differentiable_run(net, 0.0, surrogate=SURROGATE)
    assert run[spikes].shape == (0, 200)
    assert not run.counts(spikes).value.any()


def test_weights_that_are_no_numbers_are_told() -> None:
    weight = npl.Variable(6.5)
    net, _ = balanced(0, weight, -36.0)
    weight.value = np.asarray(np.nan)
    with pytest.raises(ValueError, match="a weight is a finite number"):
        net.run(1.0)
    with pytest.raises(DivergenceError, match="e of cell"):
        neurons.differentiable_run(net, 30.0, surrogate=SURROGATE)
