"""Gradients cut to a size before a step, against steps that throw away what was learned."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import final

import numpy as np

from neuropil.arrays import Array, namespace
from neuropil.errors import DivergenceError
from neuropil.graph import Variable, plain
from neuropil.optim.optimizer import check_not_negative, narrowed

_SAFE = 1e-6  # PyTorch's: no division by a norm of 0


def clip_grad_norm_(
    parameters: Variable | Iterable[Variable],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Array:
    """Scale all gradients by one factor so that their norm is at most ``max_norm``.

    The factor is min(1, max_norm / (n + 10⁻⁶)), with n the norm of all gradients in a row (Pascanu,
    Mikolov and Bengio 2013): the direction of the step stays.

    Args:
        parameters: The Variables whose ``grad`` is replaced; those without stay without.
        max_norm: The largest norm.
        norm_type: p of the p-norm, which may be ``inf``.
        error_if_nonfinite: Whether a norm that is not finite is an error; else the gradients become
            NaN or 0 by it. Not in compiled steps.

    Returns:
        The norm before.

    Raises:
        ValueError: ``max_norm`` is negative or no number, or ``norm_type`` is not above 0.
        DivergenceError: The norm is not finite.

    Example:
        >>> x = Variable([0.0, 0.0])
        >>> x.grad = np.array([3.0, 4.0])
        >>> float(clip_grad_norm_([x], max_norm=1.0)), x.grad.round(4).tolist()
        (5.0, [0.6, 0.8])
    """
    check_not_negative(max_norm=max_norm)
    if not norm_type > 0.0:
        raise ValueError(f"norm_type is a number above 0, or inf, got {norm_type}")
    chosen = _with_gradient(parameters)
    norm = _norm([plain(parameter.grad) for parameter in chosen], norm_type)
    if error_if_nonfinite and not np.isfinite(norm):
        raise DivergenceError(
            f"the norm of the gradients is {norm}, so they cannot be scaled by it: look for where "
            "the loss or its derivative overflows"
        )
    factor = namespace(norm).minimum(max_norm / (norm + _SAFE), 1.0)
    for parameter in chosen:
        gradient = plain(parameter.grad)
        parameter.grad = gradient * narrowed(factor, gradient.dtype)
    return norm


def clip_grad_value_(parameters: Variable | Iterable[Variable], clip_value: float) -> None:
    """Cut every number of every gradient to at most ``clip_value`` in size.

    Args:
        parameters: The Variables whose ``grad`` is replaced; those without stay without.
        clip_value: The largest size.

    Raises:
        ValueError: ``clip_value`` is negative or no number.

    Example:
        >>> x = Variable([0.0, 0.0])
        >>> x.grad = np.array([3.0, -0.25])
        >>> clip_grad_value_([x], 0.5); x.grad.tolist()
        [0.5, -0.25]
    """
    check_not_negative(clip_value=clip_value)
    for parameter in _with_gradient(parameters):
        gradient = plain(parameter.grad)
        parameter.grad = namespace(gradient).clip(gradient, -clip_value, clip_value)


class Clip(ABC):
    """What `neuropil.training.fit` does to gradients before a step. Abstract."""

    @abstractmethod
    def __call__(self, parameters: Sequence[Variable]) -> object:
        """Replace the gradients of these parameters."""


@final
@dataclass(frozen=True)
class ClipNorm(Clip):
    """`clip_grad_norm_` before each step: ``fit(…, clip=ClipNorm(1.0))``.

    Args:
        max_norm: The largest norm of all gradients in a row.
        norm_type: p of the p-norm, which may be ``inf``.

    Raises:
        ValueError: ``max_norm`` is not above 0, or ``norm_type`` is not.
    """

    max_norm: float
    norm_type: float = 2.0

    def __post_init__(self) -> None:
        _check_bound(max_norm=self.max_norm)
        if not self.norm_type > 0.0:
            raise ValueError(f"norm_type is a number above 0, or inf, got {self.norm_type}")

    def __call__(self, parameters: Sequence[Variable]) -> Array:
        """Scale the gradients; the norm before."""
        return clip_grad_norm_(parameters, self.max_norm, self.norm_type)


@final
@dataclass(frozen=True)
class ClipValue(Clip):
    """`clip_grad_value_` before each step: ``fit(…, clip=ClipValue(0.5))``.

    Args:
        clip_value: The largest size of a number in a gradient.

    Raises:
        ValueError: ``clip_value`` is not above 0.
    """

    clip_value: float

    def __post_init__(self) -> None:
        _check_bound(clip_value=self.clip_value)

    def __call__(self, parameters: Sequence[Variable]) -> None:
        """Cut the gradients."""
        clip_grad_value_(parameters, self.clip_value)


def _check_bound(**bound: float) -> None:
    check_not_negative(**bound)
    for name, value in bound.items():
        if value == 0.0:
            raise ValueError(f"{name} is above 0, got {value}: no gradient would be left to learn")


def _with_gradient(parameters: Variable | Iterable[Variable]) -> list[Variable]:
    listed = [parameters] if isinstance(parameters, Variable) else list(parameters)
    return [parameter for parameter in listed if parameter.grad is not None]


def _norm(gradients: list[Array], p: float) -> Array:
    """The p-norm of all numbers of all gradients."""
    if not gradients:
        return np.zeros(())
    xp = namespace(*gradients)
    if p == np.inf:
        return reduce(xp.maximum, [xp.max(xp.abs(g)) for g in gradients])
    if p == 2.0:
        return xp.sqrt(reduce(add, [xp.sum(g * g) for g in gradients]))
    return reduce(add, [xp.sum(xp.abs(g) ** p) for g in gradients]) ** (1.0 / p)
