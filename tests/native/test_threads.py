"""How many threads take a step: those that are faster, also when that changes."""

from __future__ import annotations

import pytest

pytest.importorskip("numba")

from neuropil.native.threads import Teams

pytestmark = pytest.mark.fast


def taken(teams: Teams, costs: dict[int, float], seconds: float) -> dict[int, int]:
    """How many steps each number of threads takes where a step costs so much, for some time."""
    steps = dict.fromkeys(costs, 0)
    while seconds > 0.0:
        threads, some = teams.choose(100)
        teams.told(threads, some, some * costs[threads])
        steps[threads] += some
        seconds -= some * costs[threads]
    return steps


def test_those_that_are_faster_take_nearly_all() -> None:
    for fast, slow in ((1, 2), (2, 1)):
        teams = Teams(several=2)
        costs = {fast: 1e-3, slow: 2e-3}
        taken(teams, costs, 4.0)
        steps = taken(teams, costs, 20.0)
        assert steps[fast] > 0.98 * sum(steps.values())


def test_it_goes_back_when_another_needs_the_processor_and_again_when_it_is_free() -> None:
    teams = Teams(several=2)
    free, busy = {1: 1e-3, 2: 6e-4}, {1: 1e-3, 2: 8e-3}
    taken(teams, free, 10.0)
    steps = taken(teams, busy, 10.0)
    assert steps[2] * busy[2] < 0.15 * 10.0
    taken(teams, free, 20.0)  # it may have been told to wait
    steps = taken(teams, free, 10.0)
    assert steps[2] > 0.95 * sum(steps.values())


@pytest.mark.parametrize(("several", "cost"), [(1, 1e-2), (2, 1e-5)])
def test_one_processor_and_short_steps_are_for_one_thread(several: int, cost: float) -> None:
    assert taken(Teams(several), {1: cost, 2: 0.0}, 10.0)[2] == 0


def test_what_waits_for_a_processor_is_given_up_after_a_few_steps() -> None:
    teams, costs = Teams(several=2), {1: 1e-3, 2: 0.1}
    assert taken(teams, costs, 3.0)[2] == 4
