"""A network's run as a function of its parameters, to be differentiated through time."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import EngineError
from neuropil.graph import plain
from neuropil.kernels.finite import check_numbers
from neuropil.kernels.through_time import through_time
from neuropil.neurons.records import Record, SpikeRecord
from neuropil.ops import mean, sum
from neuropil.ops.surrogates import Surrogate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.kernels import Kernel
    from neuropil.neurons.network import Network
    from neuropil.ops.scan import CheckpointEvery


def differentiable_run(
    net: Network,
    duration: float,
    *,
    surrogate: Surrogate,
    detach_reset: bool = True,
    checkpoint_every: CheckpointEvery = "sqrt",
) -> DifferentiableRun:
    """What a network would record from where it stands, as a function of its Variables.

    Those may be weights, parameters of the models, initial values and injected currents. The
    network itself stays where it is, and so do the Generators that its noise comes from: called
    again, the same happens, but for what the Variables are. The spikes are those of `Network.run`
    with ``engine="eager"``, to the bit. In a step that `neuropil.compile` compiles it becomes part
    of the program.

    A spike is a step, whose derivative is 0 wherever it has one. A surrogate stands for it where
    the excess of a cell over its threshold becomes a spike, which then adds to the targets of its
    synapses and to what is recorded. Of what else a spike does:

    - A reset variable passes on the derivative of what it was to what it is, but in the step of a
      spike that of the value it is set to. With ``detach_reset`` that is all; without, the
      surrogate passes through as well: v = s · v_reset + (1 − s) · v.
    - A cell that is refractory does not spike, and has no derivative of a spike either. That it is,
      and for how long, is not differentiated.

    Args:
        net: The network, with records of what is wanted.
        duration: For how long (ms), rounded to steps.
        surrogate: The derivative of a spike with respect to the excess, in the unit of that: 1/mV.
        detach_reset: Whether a spike has no derivative where it resets its cell.
        checkpoint_every: After how many steps the state is kept, for T steps by default √T: what
            is between is computed once more when gradients are.

    Raises:
        TypeError: The surrogate is none.
        ValueError: The duration is negative or no number.
        TypeError: There is no surrogate.
        EngineError: There are synapses that spikes change.
        DivergenceError: A variable is not a number any more.

    References:
        E. O. Neftci, H. Mostafa and F. Zenke, Surrogate gradient learning in spiking neural
        networks, 2019.

    Example:
        >>> import neuropil as npl
        >>> from neuropil import neurons
        >>> net = neurons.Network(dt=0.1)
        >>> cells = net.population("cells", neurons.LeakyIntegrateAndFire(), 2)
        >>> current = npl.Variable([400.0, 600.0])
        >>> injection = net.inject(cells, current)
        >>> spikes = net.record_spikes(cells)
        >>> surrogate = npl.surrogates.SuperSpike(beta=1.0)
        >>> run = neurons.differentiable_run(net, 100.0, surrogate=surrogate)
        >>> rate = run.rate(spikes)
        >>> (slope,) = npl.gradients(rate, [current])
        >>> print(rate.item(), bool((slope > 0.0).all()))
        55.0 True
    """
    if not 0.0 <= duration < float("inf"):
        raise ValueError(f"a network runs for a time from 0 on (ms), got {duration}")
    if not isinstance(surrogate, Surrogate):
        raise TypeError(
            "differentiable_run takes a surrogate such as npl.surrogates.SuperSpike(), got "
            f"{surrogate!r}"
        )
    kernel = net.differentiable(surrogate, detach_reset=detach_reset)
    steps = round(duration / net.dt)
    for table in kernel.synapses:
        if table.plasticity is not None:
            raise EngineError(
                f"synapses that spikes change cannot be differentiated, such as {table.source} to "
                f"{table.target} ({type(table.plasticity).__name__}): connect them without"
            )
    with _left_alone(kernel):
        passed = through_time(kernel, net.memory, steps, checkpoint_every=checkpoint_every)
    first = 0 if net.memory is None else net.memory.step
    _check_numbers(passed.states, (first + steps) * net.dt)
    return DifferentiableRun(net, net.dt, first, steps, passed.states, passed.seen)


@final
@dataclass(frozen=True, eq=False)
class DifferentiableRun:
    """What a network recorded, as a function of its parameters.

    ``run[record]`` are the samples of a variable, samples × cells, or of spikes 1 and 0 for every
    step, steps × cells.

    Attributes:
        network: Whose run it is.
        dt: The time step (ms).
        first: How many steps the network had taken before.
        steps: How many these are.
        states: Where each population is at the end: its variables by name.
        seen: What each probe saw at the end of every step, by its name.
    """

    network: Network
    dt: float
    first: int
    steps: int
    states: Mapping[str, Mapping[str, Array]]
    seen: Mapping[str, Array]

    def __getitem__(self, record: SpikeRecord | Record) -> Float[Array, "samples cells"]:
        if record.network is not self.network:
            raise ValueError(
                f"{record.probe.name} is a record of another network: take one of that which ran"
            )
        if record.probe.name not in self.seen:
            raise KeyError(
                f"{record.probe.name} was not recorded in this run, but {', '.join(self.seen)}: "
                "ask the network for records first, then call differentiable_run"
            )
        seen, every = self.seen[record.probe.name], record.probe.every
        return seen if every == 1 else seen[self._due(every)]

    def times(self, record: SpikeRecord | Record) -> Float[np.ndarray, " samples"]:
        """The times of the samples, or of the steps (ms), counted from the network's beginning."""
        times = (self.first + 1 + np.arange(self.steps)) * self.dt
        return times[self._due(record.probe.every)]

    def counts(self, record: SpikeRecord, start: float = 0.0) -> Float[Array, " cells"]:
        """How many spikes each cell fired after ``start`` (ms)."""
        after = self.times(record) > start
        return sum(self[record][np.argmax(after) if after.any() else self.steps :], axis=0)

    def rates(self, record: SpikeRecord, start: float = 0.0) -> Float[Array, " cells"]:
        """The rate of each cell (Hz) from ``start`` (ms) on.

        Raises:
            ValueError: It did not run for so long.
        """
        begin, end = self.first * self.dt, (self.first + self.steps) * self.dt
        if not max(start, begin) < end:
            raise ValueError(
                f"a rate from {start} ms on needs a run that goes on for longer, got {end:.10g} ms"
            )
        rates: Array = self.counts(record, start) * (1000.0 / (end - max(start, begin)))
        return rates

    def rate(self, record: SpikeRecord, start: float = 0.0) -> Float[Array, ""]:
        """The mean rate of the cells (Hz) from ``start`` (ms) on."""
        return mean(self.rates(record, start))

    def _due(self, every: int) -> slice:
        """The steps after which samples are taken: those whose number is a multiple."""
        return slice((-self.first - 1) % every, None, every)


@contextmanager
def _left_alone(kernel: Kernel) -> Iterator[None]:
    """Let Generators stand afterwards where they stood."""
    counters = [x for cells in kernel.cells for x in cells.variables if not x.requires_grad]
    before = [counter.value for counter in counters]
    try:
        yield
    finally:
        for counter, value in zip(counters, before, strict=True):
            counter.value = value


def _check_numbers(states: Mapping[str, Mapping[str, Array]], time: float) -> None:
    """Refuse NaN, where values are known: not while a program is made.

    Raises:
        DivergenceError: There is one.
    """
    values: Any = {
        cells: {name: plain(x) for name, x in state.items()} for cells, state in states.items()
    }
    if all(isinstance(x, np.ndarray) for state in values.values() for x in state.values()):
        check_numbers(values, time)
