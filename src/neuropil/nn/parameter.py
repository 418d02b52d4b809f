"""Parameters: the Variables that training changes."""

from __future__ import annotations

from typing import Any

from neuropil.graph import Variable


class Parameter(Variable):
    """A Variable that `Module.parameters` lists and an optimizer updates.

    Args:
        value: An array of a real floating dtype. It is shared, not copied.
        name: Shown in printed forms and error messages.
        requires_grad: False freezes it: `backward` passes it by.

    Raises:
        DTypeError: ``value`` has a dtype without derivative.

    Example:
        >>> import numpy as np
        >>> Parameter(np.zeros(2, np.float32), name="bias")
        Parameter([0., 0.], name='bias', shape=(2,), dtype=float32)
    """

    __slots__ = ()

    def __init__(self, value: Any, *, name: str | None = None, requires_grad: bool = True) -> None:
        super().__init__(value, name=name, requires_grad=True)  # refuses what has no derivative
        self.requires_grad = requires_grad
