"""How an action is chosen from what a policy answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.random import Generator

    Numpy = np.ndarray[Any, Any]


class Choice(ABC):
    """How actions are chosen."""

    @abstractmethod
    def __call__(self, logits: Float[Numpy, "n actions"], rng: Generator) -> Int[Numpy, " n"]:
        """An action for each row, counted from 0."""


@final
@dataclass(frozen=True)
class Sampled(Choice):
    """An action is drawn with its probability π(a|s) = softmax(z)ₐ, as in training.

    Example:
        >>> from neuropil.random import Generator
        >>> Sampled()(np.log([[0.1, 0.9]] * 10), Generator(0)).tolist()
        [1, 1, 1, 1, 0, 1, 1, 0, 1, 1]
    """

    def __call__(self, logits: Float[Numpy, "n actions"], rng: Generator) -> Int[Numpy, " n"]:
        """Draw."""
        likely = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float64)
        sums = np.cumsum(likely, axis=1)
        at = np.asarray(rng.uniform(len(logits), dtype=np.float64)) * sums[:, -1]
        chosen: Numpy = (sums <= at[:, None]).sum(axis=1)
        return chosen


@final
@dataclass(frozen=True)
class Greedy(Choice):
    """The most probable action.

    Example:
        >>> from neuropil.random import Generator
        >>> Greedy()(np.array([[0.0, 1.0], [3.0, 2.0]]), Generator(0)).tolist()
        [1, 0]
    """

    def __call__(self, logits: Float[Numpy, "n actions"], rng: Generator) -> Int[Numpy, " n"]:  # noqa: ARG002
        """The first of those that are most probable."""
        best: Numpy = logits.argmax(axis=1)
        return best
