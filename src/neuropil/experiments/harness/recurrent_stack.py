"""Many recurrent networks of one shape that learn side by side to keep a bit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

import neuropil as npl
from neuropil import data
from neuropil.nn import init

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]
    States = tuple[Any, ...]

_LR, _BATCH, _NOISE, _TEST = 0.02, 32, 0.3, 200


class RecurrentStack(ABC):
    """Recurrent networks that read sequences of `data.kept_bit`, each its own, and tell the bit.

    One product of stacks does the work of all, and each learns by its own loss. Stacks of two kinds
    with one seed learn from the same sequences.

    Args:
        networks: How many there are.
        units: How many units each has.
        steps: How long they are to keep the bit.
        seed: What initial weights, uniform in ±1/√units, and sequences are drawn from.
    """

    gates: ClassVar[int]
    states: ClassVar[int]

    def __init__(self, networks: int, units: int, steps: int, seed: int) -> None:
        self.shape, self.steps = (networks, units), steps
        self._weights, self._sequences = npl.Generator(seed), npl.Generator(seed).spawn()
        rows = self.gates * units
        self.w, self.b = self._drawn(3 + units, rows), self._drawn(1, rows)
        self.v, self.c = self._drawn(units, 1), self._drawn(1, 1)
        self.parameters = [self.w, self.b, self.v, self.c]

    @abstractmethod
    def after(self, currents: Any, states: States) -> States:
        """The states after a step, its output first, of the currents x U + h W + b of all gates."""

    def learn(self, batches: int) -> list[float]:
        """Adam on new batches, each network's gradient clipped to a norm of 1.

        Returns:
            The mean loss of all networks on each batch.
        """
        optimizer, curve = npl.optim.Adam(self.parameters, lr=_LR), []
        for _ in range(batches):
            x, bits = self.batch(_BATCH)
            losses = self._losses(npl.scan(self._scanned, self._start(_BATCH), x)[0][0], bits)
            optimizer.zero_grad()
            npl.sum(losses).backward()
            self._clip()
            optimizer.step()
            curve.append(float(losses.value.mean()))
        return curve

    def right(self) -> Float[Numpy, " networks"]:
        """The share of right answers of each network, on sequences of its own."""
        x, bits = self.batch(_TEST)
        with npl.no_grad():
            states: Any = npl.scan(self._scanned, self._start(_TEST), x)[0]
            answers = self._logits(states[0]).detach() > 0.0
        shares: Numpy = np.mean(answers == (bits > 0.5), axis=(1, 2))
        return shares

    def gradient_norms(self) -> Float[Numpy, "networks steps"]:
        """‖∂E/∂c‖ (of a plain network ‖∂E/∂h‖) after every step, by that after the last."""
        x, bits = self.batch(_BATCH)
        states, memories = self._start(_BATCH), []
        for now in x:
            states = self._stepped(now, states)
            memories.append(states[-1])
        loss = npl.sum(self._losses(states[0], bits))
        gradients = np.array(npl.gradients(loss, memories), dtype=np.float64)
        norms: Numpy = np.linalg.norm(gradients, axis=(2, 3)).T
        return norms / norms[:, -1:]

    def batch(self, size: int) -> tuple[Numpy, Numpy]:
        """Sequences (time, networks, size, features) and their bits (networks, size, 1)."""
        count = self.shape[0]
        drawn = data.kept_bit(count * size, steps=self.steps, noise=_NOISE, rng=self._sequences)
        x = drawn.inputs.reshape(count, size, self.steps + 1, 3).transpose(2, 0, 1, 3)
        return np.ascontiguousarray(x), drawn.targets.reshape(count, size, 1).astype(np.float32)

    def _stepped(self, x: Any, states: States) -> States:
        return self.after(npl.concat([x, states[0]], axis=-1) @ self.w + self.b, states)

    def _scanned(self, states: States, x: Any) -> tuple[States, None]:
        return self._stepped(x, states), None

    def _start(self, size: int) -> States:
        networks, units = self.shape
        return (np.zeros((networks, size, units), np.float32),) * self.states

    def _logits(self, h: Any) -> Any:
        return h @ self.v + self.c

    def _losses(self, h: Any, bits: Numpy) -> Any:
        logits = self._logits(h)
        return npl.mean(npl.softplus(logits) - bits * logits, axis=(1, 2))

    def _clip(self) -> None:
        squares: Any = sum((p.grad**2).sum(axis=(1, 2), keepdims=True) for p in self.parameters)
        for parameter in self.parameters:
            parameter.grad = parameter.grad / np.maximum(np.sqrt(squares), 1.0)

    def _drawn(self, inputs: int, outputs: int) -> npl.Variable:
        networks, units = self.shape
        bound = units**-0.5
        shape = (networks, inputs, outputs)
        return npl.Variable(init.uniform(shape, -bound, bound, rng=self._weights))


@final
class PlainStack(RecurrentStack):
    """h = tanh(x U + h W + b).

    Example:
        >>> stack = PlainStack(networks=2, units=4, steps=3, seed=0)
        >>> len(stack.learn(2)), stack.right().shape, stack.gradient_norms().shape
        (2, (2,), (2, 4))
    """

    gates = 1
    states = 1

    def after(self, currents: Any, states: States) -> States:  # noqa: ARG002 (h: in the currents)
        """tanh of the currents."""
        return (npl.tanh(currents),)


@final
class LSTMStack(RecurrentStack):
    """c = σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c), the biases by the chrono rule.

    Example:
        >>> stack = LSTMStack(networks=2, units=4, steps=3, seed=0)
        >>> len(stack.learn(2)), stack.right().shape, stack.gradient_norms().shape
        (2, (2,), (2, 4))
    """

    gates = 4
    states = 2

    def __init__(self, networks: int, units: int, steps: int, seed: int) -> None:
        super().__init__(networks, units, steps, seed)
        spans = init.uniform((networks, 1, units), 1.0, steps - 1.0, rng=self._weights)
        rest = np.zeros((networks, 1, 2 * units), np.float32)
        self.b.value = np.concatenate([-np.log(spans), np.log(spans), rest], axis=-1)

    def after(self, currents: Any, states: States) -> States:
        """The output and the memory."""
        i, f, g, o = npl.split(currents, 4, axis=-1)
        memory = npl.sigmoid(f) * states[1] + npl.sigmoid(i) * npl.tanh(g)
        return npl.sigmoid(o) * npl.tanh(memory), memory
