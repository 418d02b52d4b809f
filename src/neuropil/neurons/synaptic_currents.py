"""What flows through a synapse that is open, at the cell's voltage (notes 1.6)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import plain
from neuropil.ops import exp

if TYPE_CHECKING:
    from neuropil.arrays import Array

_HALF_BLOCKED = 3.57
_STEEPNESS = 0.062
"""Of the magnesium block: mM at 0 mV, and 1/mV (Jahr and Stevens 1990)."""


class Current(ABC):
    """What flows when a synapse is open. Abstract."""

    @abstractmethod
    def into(self, s: Array, v: Array) -> Array:
        """The current into the cell for an opening s and a voltage v."""


@final
@dataclass(frozen=True)
class Direct(Current):
    """s itself: a current-based synapse."""

    def into(self, s: Array, v: Array) -> Array:  # noqa: ARG002
        """The current is the opening."""
        return s


@final
@dataclass(frozen=True, eq=False)
class Conductance(Current):
    """s (E − v): a conductance-based synapse.

    Args:
        reversal: E (mV).
    """

    reversal: Any

    def into(self, s: Array, v: Array) -> Array:
        """The conductance times the distance to the reversal potential."""
        return s * (self.reversal - v)


@final
@dataclass(frozen=True, eq=False)
class MagnesiumBlock(Current):
    """s (E − v) B(v) with B(v) = 1/(1 + [Mg²⁺]/3.57 · e^(−0.062 v)): an NMDA receptor's channel.

    Magnesium ions stand in the channel while the cell is hyperpolarised, and leave it as the cell
    is depolarised.

    Args:
        reversal: E (mV).
        magnesium: [Mg²⁺] outside of the cell (mM).

    Raises:
        ValueError: The concentration is below 0.

    References:
        C. E. Jahr and C. F. Stevens, Voltage dependence of NMDA-activated macroscopic
        conductances predicted by single-channel kinetics, 1990.

    Example:
        >>> print(MagnesiumBlock().opened(np.array([-70.0, 0.0, 40.0])).round(3))
        [0.044 0.781 0.977]
    """

    reversal: Any = 0.0
    magnesium: Any = 1.0

    def __post_init__(self) -> None:
        if not np.all(np.asarray(plain(self.magnesium)) >= 0.0):
            raise ValueError(f"a concentration of magnesium is at least 0 mM, got {self.magnesium}")

    def opened(self, v: Array) -> Array:
        """B(v): the share of channels that magnesium leaves free."""
        return 1.0 / (1.0 + self.magnesium / _HALF_BLOCKED * exp(-_STEEPNESS * v))

    def into(self, s: Array, v: Array) -> Array:
        """What flows through the free ones."""
        return s * self.opened(v) * (self.reversal - v)
