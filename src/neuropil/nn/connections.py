"""What layers of weighted sums have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.nn.module import Module

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.nn.parameter import Parameter
    from neuropil.random import Generator


class Connections(Module):
    """Base of `Linear`, of convolutions and of local connections.

    Attributes:
        weight: Of each connection, outputs before inputs.
        bias: Of each output, or None.
    """

    weight: Parameter
    bias: Any

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the weight, and so of input and output."""
        dtype: np.dtype[Any] = self.weight.value.dtype
        return dtype

    def begin_anew(self, initializer: Callable[..., object], rng: Generator) -> None:
        """The weight drawn by ``initializer`` (say `init.kaiming_normal_`), the bias 0."""
        self._draw(initializer, rng)
        if self.bias is not None:
            self.bias.value = np.zeros_like(self.bias.value)

    def _draw(self, initializer: Callable[..., object], rng: Generator) -> None:
        """Overridden where the weight is not that of one set of units."""
        initializer(self.weight, rng=rng)
