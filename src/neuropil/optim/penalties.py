"""Terms that keep parameters small (notes 5.4.1)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import final

from neuropil import ops
from neuropil.graph import Variable
from neuropil.optim.optimizer import check_not_negative


@dataclass(frozen=True)
class Penalty(ABC):
    """A term of the parameters that `neuropil.training.fit` adds to the loss. Abstract.

    Args:
        strength: κ, the factor before the term.
        biases: Whether it acts on all parameters, as PyTorch's ``weight_decay`` does. If not, those
            with fewer than two axes are left alone: biases, scales and shifts.

    Raises:
        ValueError: ``strength`` is negative or not finite.
    """

    strength: float
    biases: bool = True

    def __post_init__(self) -> None:
        check_not_negative(strength=self.strength)

    def __call__(self, parameters: Iterable[Variable]) -> Variable:
        """The term for these parameters, a scalar Variable.

        Raises:
            ValueError: There are none it acts on.
        """
        terms = [self._term(p) for p in parameters if self.biases or p.ndim > 1]
        if not terms:
            raise ValueError(
                f"{type(self).__name__} has no parameters to act on: with biases=False it takes "
                "those with two axes or more"
            )
        return reduce(add, terms)

    @abstractmethod
    def _term(self, parameter: Variable) -> Variable:
        """That of one parameter."""


@final
@dataclass(frozen=True)
class L1(Penalty):
    """κ ‖θ‖₁, which makes many weights nearly 0. Its derivative is κ sign(θ), 0 where θ is 0.

    Args:
        strength: κ.
        biases: Whether it acts on all parameters, or on those with two axes or more.

    Raises:
        ValueError: κ is negative or not finite.

    Example:
        >>> L1(0.5)([Variable([3.0, -4.0])]).item()
        3.5
    """

    def _term(self, parameter: Variable) -> Variable:
        term: Variable = self.strength * ops.sum(ops.abs(parameter))
        return term


@final
@dataclass(frozen=True)
class L2(Penalty):
    """½κ ‖θ‖², whose derivative is κθ: with `SGD` the same as ``weight_decay=κ``.

    Args:
        strength: κ.
        biases: Whether it acts on all parameters, or on those with two axes or more.

    Raises:
        ValueError: κ is negative or not finite.

    Example:
        >>> L2(0.5)([Variable([3.0, -4.0])]).item()
        6.25
    """

    def _term(self, parameter: Variable) -> Variable:
        term: Variable = 0.5 * self.strength * ops.sum(parameter * parameter)
        return term
