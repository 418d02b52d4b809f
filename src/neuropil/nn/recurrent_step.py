"""What a recurrent layer does at one time: new states from an input and the states before."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, final

from neuropil import ops
from neuropil.nn.initialisation import uniform_fan_in
from neuropil.ops.products import linear_beside

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.random import Generator

    State = tuple[Array, ...]

Nonlinearity = Literal["tanh", "relu"]


class Weights(NamedTuple):
    """Of one layer in one direction; the gates lie below one another."""

    input: Float[Array, "rows inputs"]
    hidden: Float[Array, "rows units"]
    input_bias: Float[Array, " rows"] | None
    hidden_bias: Float[Array, " rows"] | None


WEIGHT_NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
"""What PyTorch calls the `Weights`."""


class RecurrentStep(ABC):
    """One step in time of a kind of recurrent layer.

    Attributes:
        gates: How many rows of weights a unit has.
        states: How many arrays it hands on to the next time; the first is its output.
    """

    gates: ClassVar[int]
    states: ClassVar[int]

    @abstractmethod
    def prepared(self, weights: Weights) -> tuple[Any, ...]:
        """The weights as every step uses them: what can be computed once for all."""

    @abstractmethod
    def __call__(
        self, x: Float[Array, "batch inputs"], state: State, weights: tuple[Any, ...]
    ) -> State:
        """The states after ``x``."""

    def initial_weights(
        self, inputs: int, units: int, bias: bool, dtype: Any, rng: Generator, suffix: str = ""
    ) -> dict[str, Any]:
        """Parameters by name, uniform in ±1/√units as PyTorch's; None for a bias that is not."""
        rows = self.gates * units
        shapes = ((rows, inputs), (rows, units), (rows,), (rows,))
        return {
            name + suffix: uniform_fan_in(rng, shape, units, dtype, name + suffix)
            if bias or len(shape) > 1
            else None
            for name, shape in zip(WEIGHT_NAMES, shapes, strict=True)
        }


@final
class PlainStep(RecurrentStep):
    """h = φ(W x + U h + b): the recurrent network of notes 9.2."""

    gates = 1
    states = 1

    def __init__(self, nonlinearity: Nonlinearity) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN takes the nonlinearity 'tanh' or 'relu', got {nonlinearity!r}")
        self._activation = {"tanh": ops.tanh, "relu": ops.relu}[nonlinearity]

    def prepared(self, weights: Weights) -> tuple[Any, ...]:
        return _one_product(weights)

    def __call__(self, x: Array, state: State, weights: tuple[Any, ...]) -> State:
        (hidden,) = state
        return (self._activation(linear_beside(x, hidden, *weights)),)


@final
class LSTMStep(RecurrentStep):
    """c = σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c); i, f, g, o are linear in x and h (notes 9.2.2).

    Hochreiter and Schmidhuber 1997, "Long short-term memory", with the forget gate of Gers,
    Schmidhuber and Cummins 2000.
    """

    gates = 4
    states = 2

    def prepared(self, weights: Weights) -> tuple[Any, ...]:
        return _one_product(weights)

    def __call__(self, x: Array, state: State, weights: tuple[Any, ...]) -> State:
        hidden, memory = state
        i, f, g, o = ops.split(linear_beside(x, hidden, *weights), 4, axis=-1)
        memory = ops.sigmoid(f) * memory + ops.sigmoid(i) * ops.tanh(g)
        return ops.sigmoid(o) * ops.tanh(memory), memory


@final
class GRUStep(RecurrentStep):
    """h = (1 − z) n + z h with n = tanh(W x + b + r (U h + c)); r, z are gates of x and h.

    Cho et al. 2014, "Learning phrase representations using RNN encoder-decoder", with the reset
    gate r after the product, as in PyTorch.
    """

    gates = 3
    states = 1

    def prepared(self, weights: Weights) -> tuple[Any, ...]:
        return weights

    def __call__(self, x: Array, state: State, weights: tuple[Any, ...]) -> State:
        of_input, of_hidden, input_bias, hidden_bias = weights
        (hidden,) = state
        from_input = ops.split(ops.linear(x, of_input, input_bias), 3, axis=-1)
        from_hidden = ops.split(ops.linear(hidden, of_hidden, hidden_bias), 3, axis=-1)
        r = ops.sigmoid(from_input[0] + from_hidden[0])
        z = ops.sigmoid(from_input[1] + from_hidden[1])
        n = ops.tanh(from_input[2] + r * from_hidden[2])
        return (n + z * (hidden - n),)


def _one_product(weights: Weights) -> tuple[Any, ...]:
    """One matrix and one bias for (x, h): a single product a step, which is the fastest."""
    matrix = ops.concat([weights.input, weights.hidden], axis=1)
    if weights.input_bias is None or weights.hidden_bias is None:
        return matrix, None
    return matrix, weights.input_bias + weights.hidden_bias
