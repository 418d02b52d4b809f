"""How learning went: what each batch of episodes brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]

WINDOW = 100
"""Over how many episodes in a row a goal is to be reached."""


@final
@dataclass(eq=False)
class Course:
    """What was received while learning.

    Attributes:
        goal: The mean return over `WINDOW` episodes that is enough; None for what cannot be enough.
        records: For each batch ``returns``, one an episode, ``loss``, ``entropy`` and ``seconds``.

    Example:
        >>> course = Course(goal=10.0, records=[{"returns": [8.0] * 40}, {"returns": [12.0] * 60}])
        >>> len(course.returns), course.recent, course.solved
        (100, 10.4, True)
    """

    goal: float | None = None
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def returns(self) -> Float[Numpy, " episodes"]:
        """The return of each episode, in the order in which they were played."""
        return np.array([one for record in self.records for one in record["returns"]])

    @property
    def recent(self) -> float:
        """The mean return of the last `WINDOW` episodes, or of fewer as long as there are fewer."""
        return float(self.returns[-WINDOW:].mean()) if self.records else float("nan")

    @property
    def solved(self) -> bool:
        """Whether the last `WINDOW` episodes reach the goal in the mean."""
        enough = len(self.returns) >= WINDOW
        return self.goal is not None and enough and self.recent >= self.goal
