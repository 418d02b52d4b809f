"""What every optimizer is and has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from neuropil.arrays import Array
from neuropil.errors import DataError, ShapeError
from neuropil.graph import Variable

State = dict[str, np.ndarray[Any, Any]]


class Optimizer(ABC):
    """Parameters, a learning rate, and a rule for one step. Abstract.

    What a step changes is a Variable (the parameters, the rate, velocities, counters), so that a
    step can be compiled and a checkpoint holds all of it. Parameters without gradient stay.

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: The learning rate.

    Attributes:
        params: The Variables, each once.
        lr: The learning rate, a float64 Variable. Assigning a number changes its value.
        needs_closure: Whether `step` has to evaluate the loss itself, as that of L-BFGS.

    Raises:
        ValueError: There is nothing to update, or ``lr`` is negative or not finite.
        TypeError: Something in ``params`` is no Variable, or ``lr`` is no number.
    """

    needs_closure: ClassVar[bool] = False

    def __init__(self, params: Iterable[Variable], lr: float) -> None:
        self.params = _checked(params)
        self._lr = Variable(_rate(lr), name="lr", requires_grad=False)

    @property
    def lr(self) -> Variable:
        """The learning rate."""
        return self._lr

    @lr.setter
    def lr(self, rate: float) -> None:
        self._lr.value = _rate(rate)

    @abstractmethod
    def step(self) -> Variable | None:
        """Change the parameters, in place, by what their gradients say."""

    @abstractmethod
    def state(self) -> list[Variable]:
        """Everything a step reads or changes besides the parameters, each with its own name."""

    def variables(self) -> dict[str, Variable]:
        """The `state` by name."""
        return {str(variable.name): variable for variable in self.state()}

    def zero_grad(self) -> None:
        """Forget the gradients, so that those of the next `backward` do not add to them."""
        for parameter in self.params:
            parameter.grad = None

    def state_dict(self) -> State:
        """Copies of all `variables`: with the parameters, all that is needed to go on."""
        return {name: np.array(variable.value) for name, variable in self.variables().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` recorded.

        Raises:
            DataError: It is the state of an optimizer of another kind, or for other parameters.
            ShapeError: An array has another shape than the parameter it belongs to. In both
                cases nothing has been written.
        """
        variables = self.variables()
        kind = type(self).__name__
        if set(state) != set(variables):
            raise DataError(
                f"this {kind} over {len(self.params)} parameters holds "
                f"{', '.join(variables)}, got {', '.join(state) or 'nothing'}: make the "
                "optimizer with the settings it was saved with"
            )
        arrays = {name: np.asarray(state[name]) for name in variables}
        for name, array in arrays.items():
            if array.shape != variables[name].shape:
                raise ShapeError(
                    f"{kind}'s {name} is {variables[name].shape}, got {array.shape}: make the "
                    "optimizer for the network it was saved with"
                )
        for name, array in arrays.items():
            variables[name].value = np.array(array, dtype=variables[name].dtype)

    def _zeros_like_each(self, name: str) -> list[Variable]:
        """State that begins at 0, one Variable (``name.0``, ``name.1``, …) per parameter."""
        return [
            Variable(np.zeros_like(parameter.value), name=f"{name}.{i}", requires_grad=False)
            for i, parameter in enumerate(self.params)
        ]

    def _step_counts(self) -> Variable:
        """How many steps each parameter has made, as one array."""
        return Variable(np.zeros(len(self.params)), name="step", requires_grad=False)

    def _match_dtypes(self, *states: list[Variable]) -> None:
        """State has the dtype of its parameter, which `Module.astype` may have changed."""
        for state in states:
            for variable, parameter in zip(state, self.params, strict=True):
                if variable.value.dtype != parameter.value.dtype:
                    variable.value = variable.value.astype(parameter.value.dtype)


def narrowed(scalar: Array, dtype: Any) -> Array:
    """A scalar that leaves arrays of ``dtype`` what they are: a float64 one would widen them."""
    return scalar.astype(dtype) if hasattr(scalar, "astype") else scalar


def check_not_negative(**settings: Any) -> None:
    """Raise unless each setting is a finite number of at least 0."""
    for name, value in settings.items():
        if not isinstance(value, int | float | np.number | np.ndarray) or np.ndim(value):
            raise TypeError(f"{name} is a number, got {value!r}")
        if not 0.0 <= value < float("inf"):
            raise ValueError(f"{name} is a finite number of at least 0, got {value}")


def _rate(lr: float) -> np.ndarray[Any, Any]:
    check_not_negative(lr=lr)
    return np.asarray(lr, dtype=np.float64)


def _checked(params: Iterable[Variable]) -> list[Variable]:
    if isinstance(params, Variable) or not isinstance(params, Iterable):
        raise TypeError(
            f"an optimizer takes a list of Variables, got {type(params).__name__}: pass "
            "net.parameters(), or [v] for one Variable"
        )
    found: dict[int, Any] = {id(parameter): parameter for parameter in params}
    for parameter in found.values():
        if isinstance(parameter, dict):
            raise TypeError("parameter groups are not supported: make one optimizer per group")
        if not isinstance(parameter, Variable):
            raise TypeError(
                f"an optimizer updates Variables, got {type(parameter).__name__}: pass "
                "net.parameters()"
            )
    if not found:
        raise ValueError("an optimizer needs at least one parameter, got none: is net empty?")
    return list(found.values())
