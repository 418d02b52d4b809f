"""Whether several threads are faster than one: tried out, as the machine is."""

from __future__ import annotations

from math import ceil
from typing import final

from neuropil.kernels.processors import processors

_WORTH_A_TRY = 5e-5  # seconds of a step: threads wait for each other twice in each
_LONG_ENOUGH = 2.0  # seconds of steps before: compiling for several takes as long
_WAKING, _TRIED = 4, 20  # steps of a trial: those in which sleeping threads wake up do not count
_HOPELESS = 20  # times as slow: other work has the processor, and each step waits for it
_TOGETHER = 0.02  # seconds for which several threads go on before they are asked again
_SOON, _LATE = 1.0, 16.0  # seconds until the other way is tried again: other work comes and goes


@final
class Teams:
    """Chooses between one thread and several, which give the same results to the bit.

    Args:
        several: How many there could be.

    Example:
        >>> teams = Teams(several=2)
        >>> teams.choose(100)
        (1, 100)
        >>> teams.told(1, steps=100, seconds=3.0)
        >>> teams.choose(100)
        (2, 4)
        >>> teams.told(2, steps=4, seconds=0.2)
        >>> teams.choose(100)
        (2, 20)
        >>> teams.told(2, steps=20, seconds=0.3)
        >>> teams.choose(100)  # 0.02 s
        (2, 2)
    """

    def __init__(self, several: int) -> None:
        self.several = several
        self._last: dict[int, float] = {}
        self._seconds: dict[int, float] = {}
        self._best, self._busy = 1, 0.0
        self._wait, self._until_trial = _SOON, 0.0
        self._awake = False

    def choose(self, steps: int) -> tuple[int, int]:
        """How many threads shall take how many of the next steps."""
        if not self._worthwhile:
            return 1, steps
        if self._until_trial <= 0.0:
            return self._other, min(steps, _TRIED if self._awake else _WAKING)
        if self._best == 1:
            return 1, steps
        return self.several, min(steps, ceil(_TOGETHER / self._seconds[self.several]))

    def told(self, threads: int, steps: int, seconds: float) -> None:
        """Some steps were taken by so many threads."""
        if not steps:
            return
        each, best = seconds / steps, self._best
        tried = self._worthwhile and self._until_trial <= 0.0
        if tried and not self._awake and each < _HOPELESS * self._seconds[best]:
            self._awake = True
            return
        self._awake = False
        before, self._last[threads] = self._last.get(threads, each), each
        self._seconds[threads] = min(before, each)  # once slow may have been anything
        self._busy += seconds
        self._until_trial -= seconds
        self._best = min(self._seconds, key=self._seconds.__getitem__)
        if self._best != best:
            self._wait = _SOON
        elif tried:
            self._wait = min(2.0 * self._wait, _LATE)
        if tried or self._best != best:
            self._until_trial = self._wait

    @property
    def _worthwhile(self) -> bool:
        alone = self._seconds.get(1, 0.0)
        return self.several > 1 and alone > _WORTH_A_TRY and self._busy > _LONG_ENOUGH

    @property
    def _other(self) -> int:
        return self.several if self._best == 1 else 1


def threads_available() -> int:
    """How many threads Numba may start, on processors of their own."""
    from numba import get_num_threads

    return min(int(get_num_threads()), processors())
