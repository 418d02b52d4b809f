"""Many networks of one shape that learn side by side, for claims over paired seeds."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

import neuropil as npl
from neuropil.nn import functional, init

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.data import ArrayDataset
    from neuropil.graph import Variable
    from neuropil.optim import Penalty

    Numpy = np.ndarray[Any, Any]


class Record(NamedTuple):
    """After how many epochs, and the squared errors of each network then."""

    epoch: int
    train: Float[Numpy, " networks"]
    test: Float[Numpy, " networks"]


@final
class NetworkStack:
    """ReLU networks of one shape, as stacks of weights, with the initial weights of `nn.Linear`.

    The sum of their losses is differentiated, so that each learns by itself; one product of stacks
    does the work of all.

    Args:
        sizes: Neurons of each layer, from the inputs to the outputs.
        networks: How many there are.
        seed: What their initial weights, and dropout, are drawn from.
        dropout: α, the share of the hidden neurons that is dropped while learning.

    Example:
        >>> NetworkStack((1, 8, 1), 5, seed=0)(np.zeros((3, 1), np.float32)).shape
        (5, 3, 1)
    """

    def __init__(
        self, sizes: Sequence[int], networks: int, seed: int, *, dropout: float = 0.0
    ) -> None:
        self._rng = npl.Generator(seed)
        self._dropout = dropout
        self.layers = [
            (self._drawn((networks, n, m), m), self._drawn((networks, 1, n), m))
            for m, n in pairwise(sizes)
        ]

    @property
    def parameters(self) -> list[Variable]:
        """All stacks of weights and biases."""
        return [parameter for layer in self.layers for parameter in layer]

    def __call__(self, x: Float[Array, "n in"], *, learning: bool = False) -> Any:
        """What each of the networks answers: (networks, n, out)."""
        *hidden, (w_out, b_out) = self.layers
        for w, b in hidden:
            x = npl.relu(x @ w.mT + b)
            x = functional.dropout(x, self._dropout, training=learning, rng=self._rng)
        return x @ w_out.mT + b_out

    def errors(self, samples: ArrayDataset) -> Float[Numpy, " networks"]:
        """The mean squared error of each network."""
        with npl.no_grad():
            errors: Numpy = self._losses(self(samples.inputs), samples).detach()
        return errors

    def squared_norms(self) -> Float[Numpy, " networks"]:
        """‖θ‖² of each network, biases included."""
        squares: Numpy = np.sum([(p.value**2).sum(axis=(1, 2)) for p in self.parameters], axis=0)
        return squares

    def learn(
        self,
        samples: ArrayDataset,
        test: ArrayDataset,
        *,
        epochs: int,
        lr: float,
        penalty: Penalty | None = None,
        every: int | None = None,
    ) -> list[Record]:
        """Adam on the whole set, its rate falling along half a cosine.

        Returns:
            The errors after each ``every`` epochs, and at the end.
        """
        return list(self._learn(samples, test, epochs, lr, penalty, every or epochs))

    def _learn(
        self,
        samples: ArrayDataset,
        test: ArrayDataset,
        epochs: int,
        lr: float,
        penalty: Penalty | None,
        every: int,
    ) -> Iterator[Record]:
        optimizer = npl.optim.Adam(self.parameters, lr)
        factors = npl.optim.CosineDecay().factors(epochs)
        for epoch, factor in enumerate(factors, start=1):
            optimizer.lr = lr * factor
            optimizer.zero_grad()
            loss = npl.sum(self._losses(self(samples.inputs, learning=True), samples))
            (loss if penalty is None else loss + penalty(self.parameters)).backward()
            optimizer.step()
            if epoch % every == 0 or epoch == epochs:
                yield Record(epoch, self.errors(samples), self.errors(test))

    def _losses(self, outputs: Any, samples: ArrayDataset) -> Any:
        return npl.mean((outputs - samples.targets) ** 2, axis=(1, 2))

    def _drawn(self, shape: tuple[int, ...], fan_in: int) -> Variable:
        bound = 1.0 / np.sqrt(fan_in)
        return npl.Variable(init.uniform(shape, -bound, bound, rng=self._rng))
