"""What gives observations and rewards: the interface of Gymnasium, which is not needed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Bool, Float, Int, Shaped

    Numpy = np.ndarray[Any, Any]


@runtime_checkable
class Environment(Protocol):
    """One environment, as `gymnasium.make` gives it.

    Besides its two methods it has ``observation_space``, with a ``shape``, and ``action_space``,
    with ``n`` actions of which the first is called ``start``.
    """

    def reset(self, *, seed: int | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode: the first observation, and a dict of whatever else there is to say."""

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Act: the next observation, a reward, whether it terminated or was truncated, a dict."""


@runtime_checkable
class VectorEnvironment(Protocol):
    """Several environments of one kind side by side, as `gymnasium.make_vec` gives them.

    Each has episodes of its own. After the last step of one it may wait or begin another. Besides
    this it has ``single_observation_space`` and ``single_action_space``.
    """

    num_envs: int

    def reset(
        self, *, seed: int | None = None
    ) -> tuple[Shaped[Numpy, "environments *shape"], dict[str, Any]]:
        """Begin an episode in each."""

    def step(
        self, actions: Int[Numpy, " environments"]
    ) -> tuple[
        Shaped[Numpy, "environments *shape"],
        Float[Numpy, " environments"],
        Bool[Numpy, " environments"],
        Bool[Numpy, " environments"],
        dict[str, Any],
    ]:
        """Act in each."""
