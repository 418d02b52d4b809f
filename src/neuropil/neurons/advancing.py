"""Three ways to take many steps: one by one, as programs, or as one Operation of the graph."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import xla
from neuropil.console import listening
from neuropil.graph import Variable, no_grad, plain, watching
from neuropil.neurons.finite import SimulationDivergedError, not_finite
from neuropil.neurons.inputs import during
from neuropil.neurons.progress import shown
from neuropil.neurons.recording import Recording
from neuropil.neurons.stepping import Advance, Stepped
from neuropil.ops import concat, reshape, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from neuropil.arrays import Array
    from neuropil.neurons.inputs import Input
    from neuropil.neurons.model import State
    from neuropil.neurons.tape import Tape

    Plain = dict[str, np.ndarray[Any, Any]]

_LOOK_EVERY = 200
"""Steps from one look at the state, at Ctrl-C and at the progress bar to the next."""

_LONGEST = 10_000
"""Steps that a program takes in one call, or as many as there are to one sample,"""

_LARGEST = 2**22
"""and how many numbers it samples in one call."""


class SimulationInterrupted(KeyboardInterrupt):
    """Ctrl-C during a simulation.

    Attributes:
        recording: What was recorded until then.
    """

    def __init__(self, recording: Recording, duration: float) -> None:
        super().__init__(
            f"stopped at {recording.duration:.10g} ms of {duration:.10g} ms; what was recorded "
            "until then is the error's recording"
        )
        self.recording = recording


@dataclass(frozen=True, eq=False)
class Steps:
    """What there is to do.

    Attributes:
        advance: One step.
        source: What is injected.
        dt: How long a step is (ms).
        count: How many steps.
        stride: How many steps there are from one sample to the next.
        record: The variables that are sampled.
    """

    advance: Advance
    source: Input
    dt: float
    count: int
    stride: int
    record: tuple[str, ...]

    def take(self, state: State, k: Array) -> Stepped:
        """Step k, counted from 0."""
        return self.advance(state, during(self.source, k * self.dt, self.dt))

    def tried(self, state: State) -> tuple[State, list[Variable]]:
        """What the first step leads to, without taking it, and the Variables it reads or writes."""
        with watching(protect=True) as watch:
            try:
                reached = self.take(state, np.asarray(0)).state
            finally:
                watch.restore()
        symbolic = any(isinstance(x, Variable) and x.requires_grad for x in reached.values())
        used = {**watch.read, **watch.written}
        if symbolic:
            return reached, list(used.values())
        return {name: plain(x) for name, x in reached.items()}, list(used.values())

    def scanned(
        self, state: State, first: Array, samples: int, checkpoint_every: int | None = None
    ) -> tuple[State, State, Array]:
        """From step ``first`` on: the last state, the samples, and which cells spiked."""

        def step(state: Any, k: Any) -> Any:
            stepped = self.take(state, k)
            return stepped.state, stepped.spiked

        def sample(state: Any, ks: Any) -> Any:
            last, spiked = step(state, ks) if self.stride == 1 else scan(step, state, ks)
            return last, ({name: last[name] for name in self.record}, spiked)

        ks = first + np.arange(samples * self.stride)
        if self.stride > 1:
            ks = reshape(ks, shape=(samples, self.stride))
        last, (values, spiked) = scan(sample, state, ks, checkpoint_every=checkpoint_every)
        if self.stride > 1:
            spiked = reshape(spiked, shape=(samples * self.stride, *spiked.shape[2:]))
        return last, values, spiked


def as_operation(steps: Steps, state: State, checkpoint_every: int | None) -> Recording:
    """All at once; what is recorded stays on the graph, or in the program that is being made."""
    samples, rest = divmod(steps.count, steps.stride)
    state, values, spiked = steps.scanned(state, np.asarray(0), samples, checkpoint_every)
    if rest:
        beyond = Steps(steps.advance, steps.source, steps.dt, rest, 1, ())
        state, _, more = beyond.scanned(state, np.asarray(samples * steps.stride), rest)
        spiked = concat([spiked, more], axis=0)
    times = steps.stride * steps.dt * np.arange(1, samples + 1)
    return Recording(times, values, plain(spiked), state, steps.dt)


def one_by_one(steps: Steps, state: Plain, tape: Tape, *, progress: bool) -> Recording:
    """With NumPy, step after step.

    Raises:
        SimulationDivergedError, SimulationInterrupted: Each with what was recorded.
    """
    _check_finite(steps, state, 0, state, tape)
    begin, before = 0, state
    with shown(progress, steps.count) as show, listening() as interruption, _quietly():
        for k in range(steps.count):
            stepped = steps.take(state, k)
            state = {name: plain(x) for name, x in stepped.state.items()}
            tape.write(k, state, plain(stepped.spiked), stepped.crossings)
            if (k + 1) % _LOOK_EVERY == 0 or k + 1 == steps.count:
                _check_finite(steps, before, begin, state, tape)
                begin, before = k + 1, state
                show(begin)
                if interruption.requested:
                    raise _interrupted(steps, begin, state, tape)
    return tape.recording(steps.count, state)


def as_programs(
    steps: Steps, state: Plain, tape: Tape, used: Sequence[Variable], *, progress: bool
) -> Recording:
    """Compiled, many steps in one call; the last few, if there are no samples of them, singly.

    Raises:
        SimulationDivergedError, SimulationInterrupted: Each with what was recorded.
    """
    _check_finite(steps, state, 0, state, tape)
    samples = steps.count // steps.stride
    numbers = len(tape.spiked[0]) * max(len(steps.record), 1) if steps.count else 1
    portion = max(min(samples, _LONGEST // steps.stride, _LARGEST // numbers), 1)
    programs = {
        length: xla.compile(partial(steps.scanned, samples=length), state=used)
        for length in {portion, samples % portion}
    }
    done = 0
    with shown(progress, steps.count) as show, listening() as interruption, _quietly():
        while samples > 0:
            length = min(portion, samples)
            after, values, spiked = programs[length](state, np.asarray(done))
            after = {name: np.asarray(x) for name, x in after.items()}
            tape.write_block(done, values, np.asarray(spiked))
            _check_finite(steps, state, done, after, tape)
            samples, done, state = samples - length, done + length * steps.stride, after
            show(done)
            if interruption.requested:
                raise _interrupted(steps, done, state, tape)
        for k in range(done, steps.count):
            stepped = steps.take(state, k)
            state = {name: np.asarray(plain(x)) for name, x in stepped.state.items()}
            tape.write(k, state, plain(stepped.spiked), None)
    return tape.recording(steps.count, state)


def _check_finite(steps: Steps, before: Plain, first: int, after: Plain, tape: Tape) -> None:
    """Refuse a state that is no number; take the steps that led to it again to find the first.

    Args:
        steps: The steps.
        before: A state some steps earlier,
        first: before this step.
        after: The state now.
        tape: What was recorded.

    Raises:
        SimulationDivergedError: Names the variable, the cell and the time.
    """
    if not_finite(after) is None:
        return
    state, k, last = before, first, before
    while (found := not_finite(state)) is None and k < steps.count:
        last, k = state, k + 1
        state = {name: plain(x) for name, x in steps.take(state, k - 1).state.items()}
    variable, cell = found or not_finite(after)  # type: ignore[misc]
    recording = tape.recording(max(k - 1, 0), last)
    raise SimulationDivergedError(variable, cell, k * steps.dt, recording)


def _interrupted(steps: Steps, done: int, state: Plain, tape: Tape) -> SimulationInterrupted:
    return SimulationInterrupted(tape.recording(done, state), steps.count * steps.dt)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without recording Operations, and without warnings of overflow: the states are looked at."""
    with no_grad(), np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        yield
