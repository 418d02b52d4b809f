"""The environments that a recipe can name, any number of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from neuropil.errors import EngineError
from neuropil.reinforcement import CartPoles

if TYPE_CHECKING:
    from neuropil.reinforcement import VectorEnvironment


def cart_pole(count: int, max_steps: int = 500) -> VectorEnvironment:
    """A pole to be balanced on a cart: `neuropil.reinforcement.CartPoles`."""
    return CartPoles(count, max_steps=max_steps)


def gymnasium(count: int, id: str) -> VectorEnvironment:
    """An environment of Gymnasium, by its id, such as ``Acrobot-v1``.

    Raises:
        EngineError: Gymnasium is not installed.
        ValueError: It has no such environment, or the id would have a module imported.
    """
    try:
        import gymnasium as library
    except ImportError:
        raise EngineError(
            "Gymnasium is not installed: pip install gymnasium, or take the environment cart-pole"
        ) from None
    if ":" in id:
        raise ValueError(
            f"expected the id of an environment that is there, got {id!r}, which names code to be "
            "imported: import that yourself, and use neuropil.reinforcement.learn"
        )
    try:
        made: VectorEnvironment = library.make_vec(id, num_envs=count, vectorization_mode="sync")
    except library.error.Error as error:
        raise ValueError(str(error)) from error
    return made


ENVIRONMENTS: Mapping[str, Callable[..., VectorEnvironment]] = {
    "cart-pole": cart_pole,
    "gymnasium": gymnasium,
}
