"""Recurrent cells: one step in time, for loops of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import ops
from neuropil.nn import refusals
from neuropil.nn.module import Module
from neuropil.nn.recurrent_step import (
    GRUStep,
    LSTMStep,
    Nonlinearity,
    PlainStep,
    RecurrentStep,
    Weights,
)
from neuropil.nn.sequences import check_state
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.nn.parameter import Parameter


class RecurrentCell(Module):
    """Base of `RNNCell`, `LSTMCell` and `GRUCell`.

    Attributes:
        weight_ih: Parameter of shape (gates · hidden_size, input_size).
        weight_hh: Parameter of shape (gates · hidden_size, hidden_size).
        bias_ih, bias_hh: Parameters of shape (gates · hidden_size,), or None. Their sum counts;
            there are two of them because PyTorch has two.
    """

    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Any
    bias_hh: Any

    def __init__(
        self,
        step: RecurrentStep,
        input_size: int,
        hidden_size: int,
        bias: bool,
        dtype: Any,
        rng: int | Generator | None,
    ) -> None:
        refusals.check_count(type(self).__name__, "input_size", input_size)
        refusals.check_count(type(self).__name__, "hidden_size", hidden_size)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        self._step = step
        rng = as_generator(rng)
        for name, value in step.initial_weights(input_size, hidden_size, bias, dtype, rng).items():
            setattr(self, name, value)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of weights and biases, and so of input, states and output."""
        dtype: np.dtype[Any] = self.weight_ih.value.dtype
        return dtype

    def _after(self, x: Array, state: tuple[Any, ...] | None) -> tuple[Array, ...]:
        kind = type(self).__name__
        weights = Weights(self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        refusals.check_dtype(kind, x, self.weight_ih)
        if len(x.shape) not in (1, 2) or x.shape[-1] != self.input_size:
            expected = f"(N, {self.input_size}) or ({self.input_size},)"
            raise refusals.wrong_shape(
                kind, expected, x, f"it takes one step in time; for sequences use {kind[:-4]}"
            )
        shape = (*x.shape[:-1], self.hidden_size)
        if state is None:
            state = (ops.zeros(shape, dtype=self.dtype),) * self._step.states
        check_state(kind, state, self._step.states, shape, self.dtype)
        return self._step(x, state, self._step.prepared(weights))


class RNNCell(RecurrentCell):
    """h = φ(W x + U h + b), one step of a recurrent network (notes 9.2).

    Args:
        input_size: Length of the last axis of the input.
        hidden_size: How many units there are.
        bias: Whether there are biases.
        nonlinearity: φ, ``"tanh"`` or ``"relu"``.
        dtype: Of the parameters.
        rng: A seed or Generator for the initial values, uniform in ±1/√hidden_size.

    Raises:
        ValueError: A setting cannot be used.
        ShapeError, DTypeError: (when called) Input or state do not fit.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> cell = nn.RNNCell(3, 5, rng=0)
        >>> h = cell(np.ones((2, 3), np.float32))  # the state before is 0
        >>> cell(np.ones((2, 3), np.float32), h).shape
        (2, 5)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: Nonlinearity = "tanh",
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        super().__init__(PlainStep(nonlinearity), input_size, hidden_size, bias, dtype, rng)
        self.nonlinearity = nonlinearity

    def forward(
        self, x: Float[Array, "*batch inputs"], state: Float[Array, "*batch units"] | None = None
    ) -> Float[Array, "*batch units"]:
        return self._after(x, None if state is None else (state,))[0]


class LSTMCell(RecurrentCell):
    """One step of a long short-term memory (notes 9.2.2); see `LSTM` for the formula.

    Called with x and the states (h, c), it gives the states after x. The arguments are those of
    `RNNCell`, without a nonlinearity.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> h, c = nn.LSTMCell(3, 5, rng=0)(np.ones((2, 3), np.float32))
        >>> h.shape, c.shape
        ((2, 5), (2, 5))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        super().__init__(LSTMStep(), input_size, hidden_size, bias, dtype, rng)

    def forward(
        self,
        x: Float[Array, "*batch inputs"],
        state: tuple[Float[Array, "*batch units"], Float[Array, "*batch units"]] | None = None,
    ) -> tuple[Float[Array, "*batch units"], ...]:
        return self._after(x, state)

    def gate_biases(self) -> Iterator[tuple[Parameter, Parameter]]:
        """The pair of biases, if there is one; see `init.chrono_`."""
        if self.bias:
            yield self.bias_ih, self.bias_hh


class GRUCell(RecurrentCell):
    """One step of gated recurrent units; see `GRU` for the formula.

    The arguments are those of `RNNCell`, without a nonlinearity.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.GRUCell(3, 5, rng=0)(np.ones(3, np.float32)).shape
        (5,)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        super().__init__(GRUStep(), input_size, hidden_size, bias, dtype, rng)

    def forward(
        self, x: Float[Array, "*batch inputs"], state: Float[Array, "*batch units"] | None = None
    ) -> Float[Array, "*batch units"]:
        return self._after(x, None if state is None else (state,))[0]
