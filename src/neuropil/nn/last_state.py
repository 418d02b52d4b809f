"""Recurrent layers within a Sequential: what they found, without what they hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil import ops
from neuropil.nn.module import Module
from neuropil.nn.recurrent import Recurrent

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from neuropil.arrays import Array


class OfRecurrent(Module):
    """Base of `LastState` and `EveryState`.

    Args:
        layer: An `RNN`, `LSTM` or `GRU`.

    Raises:
        TypeError: It is another module.
    """

    def __init__(self, layer: Recurrent) -> None:
        if not isinstance(layer, Recurrent):
            raise TypeError(
                f"{type(self).__name__} takes an RNN, LSTM or GRU, got {type(layer).__name__}"
            )
        self.layer = layer


class LastState(OfRecurrent):
    """A whole sequence as one vector: the state of a layer when it has read all of it.

    It is h of the last layer, (N, units), that of both directions side by side. The outputs on
    the way there are not kept.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> rows_as_time = nn.Sequential(
        ...     nn.LastState(nn.LSTM(8, 16, batch_first=True)), nn.Linear(16, 10)
        ... )
        >>> rows_as_time(np.zeros((5, 8, 8), np.float32)).shape
        (5, 10)
    """

    def forward(
        self,
        x: Float[Array, "*sequences inputs"],
        *,
        mask: Bool[Array, "*batch time"] | None = None,
    ) -> Float[Array, "*batch units"]:
        _, state = self.layer(x, mask=mask, outputs=False)
        hidden: Any = state[0] if isinstance(state, tuple) else state
        if self.layer.bidirectional:
            return ops.concat([hidden[-2], hidden[-1]], axis=-1)
        last: Array = hidden[-1]
        return last


class EveryState(OfRecurrent):
    """A vector for each step of a sequence: the output of a layer, without its last states.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> layer = nn.EveryState(nn.GRU(8, 16, batch_first=True))
        >>> next_symbol = nn.Sequential(nn.Embedding(30, 8), layer, nn.Linear(16, 30))
        >>> next_symbol(np.zeros((5, 12), np.int64)).shape
        (5, 12, 30)
    """

    def forward(
        self,
        x: Float[Array, "*sequences inputs"],
        *,
        mask: Bool[Array, "*batch time"] | None = None,
    ) -> Float[Array, "*sequences units"]:
        output: Array = self.layer(x, mask=mask)[0]
        return output
