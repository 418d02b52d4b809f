"""Recurrent layers, which read sequences (notes 9.2)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from neuropil import ops
from neuropil.nn import refusals
from neuropil.nn.functional.dropout import dropout
from neuropil.nn.module import Module
from neuropil.nn.recurrent_step import (
    WEIGHT_NAMES,
    GRUStep,
    LSTMStep,
    Nonlinearity,
    PlainStep,
    RecurrentStep,
    Weights,
)
from neuropil.nn.sequences import check_mask, check_sequences, check_state
from neuropil.nn.through_time import through_time
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Bool, Float

    from neuropil.arrays import Array
    from neuropil.nn.parameter import Parameter
    from neuropil.nn.recurrent_step import State
    from neuropil.ops.scan import CheckpointEvery


class Recurrent(Module):
    """Base of `RNN`, `LSTM` and `GRU`: layers of steps in time, in one or both directions.

    Attributes:
        weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0: Parameters of the first layer, of
            shapes (gates · hidden_size, inputs), (gates · hidden_size, hidden_size) and twice
            (gates · hidden_size,). Those of layer k end in ``_lk``, of the backward direction in
            ``_reverse``.
    """

    weight_ih_l0: Parameter
    weight_hh_l0: Parameter
    bias_ih_l0: Any
    bias_hh_l0: Any

    def __init__(
        self,
        step: RecurrentStep,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        *,
        truncate_every: int | None,
        checkpoint_every: CheckpointEvery,
        dtype: Any,
        rng: int | Generator | None,
    ) -> None:
        kind = type(self).__name__
        counts: dict[str, object] = {
            "input_size": input_size,
            "hidden_size": hidden_size,
            "num_layers": num_layers,
        }
        if truncate_every is not None:
            counts["truncate_every"] = truncate_every
        if isinstance(checkpoint_every, int):
            counts["checkpoint_every"] = checkpoint_every
        elif checkpoint_every not in (None, "sqrt"):
            raise ValueError(
                f"{kind} needs checkpoint_every of at least 1, or 'sqrt', got {checkpoint_every!r}"
            )
        for name, count in counts.items():
            refusals.check_count(kind, name, count)
        refusals.check_probability(kind, dropout)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first = bias, batch_first
        self.dropout, self.bidirectional = dropout, bidirectional
        self.truncate_every, self.checkpoint_every = truncate_every, checkpoint_every
        self._step = step
        generator = as_generator(rng)
        self.rng = None if rng is None or dropout == 0.0 else generator
        for layer in range(num_layers):
            inputs = hidden_size * len(self._directions) if layer else input_size
            for direction in self._directions:
                suffix = f"_l{layer}{direction}"
                parameters = step.initial_weights(
                    inputs, hidden_size, bias, dtype, generator, suffix
                )
                for name, parameter in parameters.items():
                    setattr(self, name, parameter)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of weights and biases, and so of input, states and output."""
        dtype: np.dtype[Any] = self.weight_ih_l0.value.dtype
        return dtype

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def _weights(self, layer: int, direction: str) -> Any:
        return Weights(*(getattr(self, f"{name}_l{layer}{direction}") for name in WEIGHT_NAMES))

    def _read(
        self, x: Array, state: Any, mask: Array | None, outputs: bool
    ) -> tuple[Array | None, State]:
        """The outputs and the last states, of sequences as the user has them."""
        kind = type(self).__name__
        refusals.check_dtype(kind, x, self.weight_ih_l0)
        time = check_sequences(kind, x, self.input_size, batch_first=self.batch_first)
        single = len(x.shape) == 2
        xs = ops.expand_dims(x, axis=1) if single else ops.moveaxis(x, time, 0)
        if mask is not None:
            check_mask(kind, mask, xs.shape[:1] if single else (xs.shape[1], xs.shape[0]))
            mask = mask[:, None] if single else mask.T
        count = self.num_layers * len(self._directions)
        shape = (count, xs.shape[1], self.hidden_size)
        if state is not None:
            check_state(kind, state, self._step.states, shape[::2] if single else shape, self.dtype)
            state = [ops.expand_dims(part, axis=1) if single else part for part in state]
        ys, last = self._through_layers(xs, state, mask, outputs)
        if single:
            ys = None if ys is None else ops.squeeze(ys, axis=1)
            return ys, tuple(ops.squeeze(part, axis=1) for part in last)
        return None if ys is None else ops.moveaxis(ys, 0, time), last

    def _through_layers(
        self, xs: Array, state: Any, mask: Array | None, outputs: bool
    ) -> tuple[Array | None, State]:
        zeros = ops.zeros((xs.shape[1], self.hidden_size), dtype=self.dtype)
        ys: Any = xs
        ends: list[State] = []
        for layer in range(self.num_layers):
            is_last = layer == self.num_layers - 1
            xs = ys if layer == 0 else self._dropped(ys)
            found = []
            for direction in self._directions:
                start = (
                    (zeros,) * self._step.states
                    if state is None
                    else tuple(part[len(ends)] for part in state)
                )
                weights = self._step.prepared(self._weights(layer, direction))
                end, y = through_time(
                    partial(self._step, weights=weights),
                    start,
                    xs,
                    mask=mask,
                    reverse=direction != "",
                    outputs=outputs or not is_last,
                    truncate_every=self.truncate_every,
                    checkpoint_every=self.checkpoint_every,
                )
                ends.append(end)
                found.append(y)
            ys = None if found[0] is None else _joined(found)
        return ys, tuple(ops.stack(parts) for parts in zip(*ends, strict=True))

    def _dropped(self, x: Array) -> Array:
        return dropout(x, self.dropout, training=self.training, rng=self.rng)


def _joined(of_directions: list[Any]) -> Array:
    if len(of_directions) == 1:
        found: Array = of_directions[0]
        return found
    return ops.concat(of_directions, axis=-1)


class RNN(Recurrent):
    """A recurrent network, h_t = φ(W x_t + b + U h_{t−1} + c) (notes 9.2).

    ``output, h = rnn(x, h)`` reads sequences x (T, N, input_size), or (N, T, input_size) where
    ``batch_first``, or a single one (T, input_size). The output is the state of the last layer
    after each step, (T, N, units), that of both directions side by side; h is the last state of
    each layer and direction, (layers · directions, N, units). The first state is 0 by default.

    Sequences of unlike lengths are padded to one, and come with a ``mask`` (N, T) that is true
    where they are (`functional.sequence_mask`). Where it is false the state stays as it is and
    the output is 0: in both directions the result is that of the sequence alone. With
    ``outputs=False`` only the last state is computed, and None comes in place of the output.

    Args:
        input_size: Length of the last axis of the input.
        hidden_size: How many units a layer has in each direction.
        num_layers: How many layers; each reads the output of the one before.
        nonlinearity: φ, ``"tanh"`` or ``"relu"``.
        bias: Whether there are biases b and c.
        batch_first: Whether input and output are (N, T, …). States never are.
        dropout: The probability at which outputs of all layers but the last are dropped in
            training.
        bidirectional: Whether a second set of units reads from the end to the beginning.
        truncate_every: Truncated backpropagation through time: derivatives do not pass from one
            piece of so many steps back to the one before it. By default they pass all steps.
        checkpoint_every: Keep the states of every so many steps only and compute the others
            again; ``"sqrt"`` for √T. See `scan`.
        dtype: Of the parameters.
        rng: A seed or Generator for the initial values, uniform in ±1/√hidden_size, and for
            dropout.

    Raises:
        ValueError: A setting cannot be used.
        ShapeError: (when called) Input, state or mask have another shape, or there is no step.
        DTypeError: (when called) They have another dtype.
        DataError: (when called) The mask hides a sequence altogether. (Within a compiled step that
            is not seen; its state stays what it was.)

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> rnn = nn.RNN(3, 5, batch_first=True, rng=0)
        >>> output, h = rnn(np.ones((2, 7, 3), np.float32))
        >>> output.shape, h.shape
        ((2, 7, 5), (1, 2, 5))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: Nonlinearity = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        truncate_every: int | None = None,
        checkpoint_every: CheckpointEvery = None,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        self.nonlinearity = nonlinearity
        super().__init__(
            PlainStep(nonlinearity), input_size, hidden_size, num_layers, bias, batch_first,
            dropout, bidirectional, truncate_every=truncate_every,
            checkpoint_every=checkpoint_every, dtype=dtype, rng=rng,
        )  # fmt: skip

    def forward(
        self,
        x: Float[Array, "*sequences inputs"],
        state: Float[Array, "layers *batch units"] | None = None,
        *,
        mask: Bool[Array, "*batch time"] | None = None,
        outputs: bool = True,
    ) -> tuple[Any, Float[Array, "layers *batch units"]]:
        output, (hidden,) = self._read(x, None if state is None else (state,), mask, outputs)
        return output, hidden


class Gated(Recurrent):
    """Base of `LSTM` and `GRU`, whose settings are those of `RNN` without a nonlinearity."""

    _kind: ClassVar[RecurrentStep]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        truncate_every: int | None = None,
        checkpoint_every: CheckpointEvery = None,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        super().__init__(
            self._kind, input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, truncate_every=truncate_every, checkpoint_every=checkpoint_every,
            dtype=dtype, rng=rng,
        )  # fmt: skip


class LSTM(Gated):
    """Long short-term memory: gates decide what a unit takes up, keeps and shows (notes 9.2.2).

    With i, f, g and o linear in x_t and h_{t−1}::

        c_t = σ(f) c_{t−1} + σ(i) tanh(g)
        h_t = σ(o) tanh(c_t)

    The memory c passes through no activation and no weights on its way through time: its derivative
    is the forget gate σ(f). `init.chrono_` sets how long it lasts at first.

    ``output, (h, c) = lstm(x, (h, c))``; sequences, mask and the settings are those of `RNN`. The
    gates lie below one another in the order i, f, g, o, as in PyTorch. There are no projections
    (``proj_size``).

    Hochreiter and Schmidhuber 1997, "Long short-term memory"; Gers, Schmidhuber and Cummins 2000,
    "Learning to forget".

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> lstm = nn.LSTM(3, 5, num_layers=2, bidirectional=True, rng=0)
        >>> output, (h, c) = lstm(np.ones((7, 2, 3), np.float32))
        >>> output.shape, h.shape, c.shape
        ((7, 2, 10), (4, 2, 5), (4, 2, 5))
    """

    _kind = LSTMStep()

    def forward(
        self,
        x: Float[Array, "*sequences inputs"],
        state: tuple[Array, Array] | None = None,
        *,
        mask: Bool[Array, "*batch time"] | None = None,
        outputs: bool = True,
    ) -> tuple[Any, tuple[Array, ...]]:
        return self._read(x, state, mask, outputs)

    def gate_biases(self) -> Iterator[tuple[Parameter, Parameter]]:
        """The pair of biases of each layer and direction, if there are any; see `init.chrono_`."""
        if self.bias:
            for layer in range(self.num_layers):
                for direction in self._directions:
                    weights = self._weights(layer, direction)
                    yield weights.input_bias, weights.hidden_bias


class GRU(Gated):
    """Gated recurrent units: h_t = (1 − z) n + z h_{t−1}.

    With the gates r and z, logistic functions of x_t and h_{t−1}, and
    n = tanh(W x_t + b + r (U h_{t−1} + c)), in PyTorch's order r, z, n.

    ``output, h = gru(x, h)``; sequences, mask and the settings are those of `RNN`.

    Cho et al. 2014, "Learning phrase representations using RNN encoder-decoder".

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> output, h = nn.GRU(3, 5, rng=0)(np.ones((7, 2, 3), np.float32))
        >>> bool((output[-1].value == h[0].value).all())
        True
    """

    _kind = GRUStep()

    def forward(
        self,
        x: Float[Array, "*sequences inputs"],
        state: Float[Array, "layers *batch units"] | None = None,
        *,
        mask: Bool[Array, "*batch time"] | None = None,
        outputs: bool = True,
    ) -> tuple[Any, Float[Array, "layers *batch units"]]:
        output, (hidden,) = self._read(x, None if state is None else (state,), mask, outputs)
        return output, hidden
