"""Saying that there is no derivative, where leaving it out would pass for a derivative of 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from neuropil.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable


def no_derivative(name: str, instead: str) -> Callable[..., NoReturn]:
    """A derivative that raises, with what to do ``instead``."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise GraphError(f"{name} has no derivative here: {instead}")

    return refuse
