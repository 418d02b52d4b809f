"""Looking at a training without leaving a trace in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from neuropil.graph import Variable
    from neuropil.random import Generator


@contextmanager
def untouched(variables: Iterable[Variable]) -> Iterator[None]:
    """Let the Variables change for a while: each has its array and its gradient back afterwards.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, 2.0])
        >>> array = x.value
        >>> with untouched([x]), npl.no_grad():
        ...     x *= 2.0
        >>> x.value is array, x.value.tolist()
        (True, [1.0, 2.0])
    """
    before = [(variable, variable.value, variable.grad) for variable in variables]
    try:
        for variable, value, _ in before:
            variable.value = np.array(value)  # updates in place would reach the other's array
        yield
    finally:
        for variable, value, grad in before:
            variable.value, variable.grad = value, grad


def state_of(generators: Iterable[Generator]) -> Iterator[Variable]:
    """The Variables of Generators."""
    for generator in generators:
        yield from (generator.key, generator.counter)
