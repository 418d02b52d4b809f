"""Which engine takes the steps."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from neuropil import xla
from neuropil.errors import EngineError
from neuropil.training.callbacks import Stateful
from neuropil.training.engines.eager import EagerSteps
from neuropil.training.engines.effort import eager_seconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from neuropil.graph import Variable
    from neuropil.training.callbacks import Callbacks
    from neuropil.training.engines.compiled import CompiledSteps
    from neuropil.training.engines.engine import Engine, Taken
    from neuropil.training.run import Run

ENGINES = ("auto", "eager", "xla")

WORTH_COMPILING = 3.0
"""Seconds of eager training from which loading JAX and compiling a step is made good."""


def check_engine(engine: str) -> None:
    """Refuse what is no engine, or not here.

    Raises:
        ValueError: There is no engine of this name.
        EngineError: It is xla, and JAX is not installed.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine is one of {', '.join(map(repr, ENGINES))}, got {engine!r}")
    if engine == "xla" and not xla.available():
        raise EngineError(
            "engine='xla' needs JAX, which is not installed: pip install 'neuropil[fast]', or "
            "leave engine out"
        )


def engine_for(run: Run, engine: str, cost: Variable, callbacks: Callbacks) -> Engine:
    """The engine of this name; for ``"auto"``, xla if that is likely to end sooner.

    The choice depends on the training alone, not on how fast or busy the machine is, so that a
    training repeats to the bit.

    Args:
        run: The training.
        engine: A name.
        cost: The loss of one sample, with its graph.
        callbacks: Where one looks at every step, steps must be taken one by one.
    """
    if engine == "eager":
        return EagerSteps(run)
    if engine == "auto" and (
        callbacks.watches_steps or not xla.available() or eager_seconds(run, cost) < WORTH_COMPILING
    ):
        return EagerSteps(run)
    from neuropil.training.engines.compiled import CompiledSteps

    steps = CompiledSteps(run, over_epochs=callbacks.unseen_epochs(run))
    return steps if engine == "xla" else _IfItCan(steps, run)


class _IfItCan:
    """A program, until a step turns out to be none that can be compiled."""

    def __init__(self, compiled: CompiledSteps, run: Run) -> None:
        self._engine: Engine = compiled
        self._run = run
        self._on_demand = compiled.on_demand
        self._begun = False

    @property
    def name(self) -> str:
        return self._engine.name

    def take(self, at_most: int) -> Taken:
        run = self._run
        parts: list[Stateful] = [run.loader]
        if self._on_demand or not self._begun:  # else what the Generators hold is on the device
            parts += run.generators.values()
        before = [(part, part.state_dict()) for part in parts]
        self._begun = True
        try:
            return self._engine.take(at_most)
        except Exception as error:
            if isinstance(self._engine, EagerSteps) or isinstance(error, EngineError):
                raise
            self._engine.publish()  # nothing was taken: the state is that of the last call
            for part, state in before:
                part.load_state_dict(state)
            self._without(error)
            return self._engine.take(at_most)

    def publish(self) -> None:
        self._engine.publish()

    def forward(self) -> Callable[[Any], Any]:
        compiled = self._engine.forward()

        def output(inputs: Any) -> Any:
            if not isinstance(self._engine, EagerSteps):
                try:
                    return compiled(inputs)
                except Exception as error:  # noqa: BLE001 (it is raised again if it is not JAX's)
                    self._without(error)
            return self._run.net(inputs)

        return output

    def _without(self, error: Exception) -> None:
        warnings.warn(
            f"this training is not compiled: {error}. engine='eager' does without this message",
            stacklevel=2,
        )
        self._engine = EagerSteps(self._run)
