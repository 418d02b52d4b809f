"""REINFORCE: its gradient, its baselines, and that it learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import nn, optim
from neuropil.errors import ShapeError
from neuropil.reinforcement import (
    Baseline,
    CartPoles,
    Episodes,
    LearnedValue,
    MeanReturn,
    Reinforce,
    play,
)
from neuropil.reinforcement.reinforce import mean_entropy


class Nothing(Baseline):
    """No baseline."""

    def expected(self, episodes: Episodes, to_go: Any) -> Any:
        return np.zeros(len(to_go))

    def learn(self, episodes: Episodes, to_go: Any) -> None: ...


def policy(seed: int = 0) -> nn.Sequential:
    rng = npl.Generator(seed)
    return nn.Sequential(nn.Linear(4, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))


def of_one_step(actions: Any, rewards: Any) -> Episodes:
    """Episodes of one step in one state: bandits."""
    n = len(actions)
    return Episodes(np.ones((n, 1)), np.asarray(actions), np.asarray(rewards), np.ones(n, int))


def bandit(**settings: Any) -> Any:
    net = nn.Linear(1, 3, bias=False, dtype=np.float64, rng=0)
    sgd = optim.SGD(net.parameters(), lr=1.0)
    return Reinforce(net, sgd, baseline=Nothing(), standardise=False, **settings)


def test_a_step_goes_along_the_gradient_of_the_expected_reward() -> None:
    """With every action taken as often as π says, the step is ∇ Σₐ π(a) r(a), exactly."""
    learner, rewards = bandit(), npl.Variable(np.array([1.0, 4.0, -2.0]))
    learner.policy.weight.value[:] = np.log([[0.5], [0.25], [0.25]])
    before = learner.policy.weight.value.copy()
    expected = npl.sum(npl.softmax(learner.policy.weight[:, 0]) * rewards)
    slope: Any = npl.gradients(expected, [learner.policy.weight])[0]
    actions = [0, 0, 1, 2]
    learner.step(of_one_step(actions, rewards.value[actions]))
    np.testing.assert_allclose(learner.policy.weight.value - before, slope, rtol=1e-6, atol=1e-7)


def test_entropy_is_ascended() -> None:
    learner = bandit(entropy=1.0)
    weight = learner.policy.weight
    before = weight.value.copy()
    slope: Any = npl.gradients(mean_entropy(weight.mT), [weight])[0]
    step = learner.step(of_one_step([0, 1], [0.0, 0.0]))
    np.testing.assert_allclose(weight.value - before, slope, rtol=1e-6)
    assert step.loss == 0.0
    assert 0.0 < step.entropy <= np.log(3.0)


def test_the_entropy_of_a_coin_is_ln_2() -> None:
    assert float(mean_entropy(npl.Variable(np.zeros((5, 2)))).value) == pytest.approx(np.log(2.0))
    skew = np.log(np.array([[0.9, 0.1]]))
    expected = -(0.9 * np.log(0.9) + 0.1 * np.log(0.1))
    assert float(mean_entropy(npl.Variable(skew)).value) == pytest.approx(expected)


def test_a_baseline_lessens_the_variance_and_keeps_the_mean() -> None:
    """Gradients of many pairs of one-step episodes whose rewards have a large common part."""
    rng, found = npl.Generator(0), {}
    for name, baseline in (("none", Nothing()), ("mean", MeanReturn())):
        steps = []
        for _ in range(400):
            learner = bandit()
            learner.baseline = baseline
            learner.policy.weight.value[:] = 0.0
            actions = rng.integers(0, 3, 20)
            learner.step(of_one_step(actions, 10.0 + np.array([0.0, 1.0, 5.0])[actions]))
            steps.append(learner.policy.weight.value[:, 0].copy())
        found[name] = np.array(steps)
    truth = (np.array([0.0, 1.0, 5.0]) - 2.0) / 3.0
    error = found["none"].std(axis=0) / np.sqrt(400)
    assert np.all(np.abs(found["none"].mean(axis=0) - truth) < 4 * error)
    error = found["mean"].std(axis=0) / np.sqrt(400)
    assert np.all(np.abs(found["mean"].mean(axis=0) - 19 / 20 * truth) < 4 * error)
    assert np.all(found["mean"].std(axis=0) < 0.5 * found["none"].std(axis=0))


def test_the_mean_return_is_that_of_the_same_moment() -> None:
    rewards = np.array([1.0, 1.0, 1.0, 5.0])
    episodes = Episodes(np.zeros((4, 1)), np.zeros(4, int), rewards, np.array([3, 1]))
    to_go = episodes.returns_to_go()
    assert MeanReturn().expected(episodes, to_go).tolist() == [4.0, 2.0, 1.0, 4.0]


def test_a_learned_value_approaches_the_returns() -> None:
    net = policy()
    episodes = play(net, CartPoles(20), 20, rng=npl.Generator(0))
    to_go = episodes.returns_to_go(0.9)
    value = nn.Sequential(nn.Linear(4, 16, rng=0), nn.Tanh(), nn.Linear(16, 1, rng=1))
    baseline = LearnedValue(value, optim.Adam(value.parameters(), lr=0.05), steps=100)
    before = np.mean((to_go - baseline.expected(episodes, to_go)) ** 2)
    baseline.learn(episodes, to_go)
    after = np.mean((to_go - baseline.expected(episodes, to_go)) ** 2)
    assert after < min(before, to_go.var())
    assert set(baseline.parts()) == {"net", "optimizer"}


def test_a_state_goes_on() -> None:
    def learner(seed: int) -> Reinforce:
        net, value = policy(seed), nn.Linear(4, 1, rng=seed)
        baseline = LearnedValue(value, optim.Adam(value.parameters()))
        return Reinforce(net, optim.Adam(net.parameters()), baseline=baseline)

    one, other = learner(0), learner(1)
    episodes = play(one.policy, CartPoles(4), 4, rng=npl.Generator(0))
    one.step(episodes)
    other.load_state_dict(one.state_dict())
    assert one.step(episodes) == other.step(episodes)
    state = other.state_dict()
    for name, array in one.state_dict().items():
        np.testing.assert_array_equal(array, state[name])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"discount": 0.0}, "discount is above 0 and at most 1, got 0"),
        ({"discount": 1.01}, "discount is above 0 and at most 1"),
        ({"discount": float("nan")}, "discount is above 0"),
        ({"entropy": -0.1}, "entropy is a finite number of at least 0"),
        ({"entropy": float("inf")}, "entropy is a finite number"),
    ],
)
def test_settings_that_mean_nothing(settings: dict[str, Any], message: str) -> None:
    net = policy()
    with pytest.raises(ValueError, match=message):
        Reinforce(net, optim.SGD(net.parameters(), lr=0.1), **settings)


def test_a_value_is_one_number_and_learned_in_a_step_at_least() -> None:
    net = nn.Linear(1, 2, rng=0)
    with pytest.raises(ValueError, match="at least one step, got steps=0"):
        LearnedValue(net, optim.Adam(net.parameters()), steps=0)
    steps = np.ones((2, 1), np.float32), np.zeros(2, int), np.ones(2)
    episodes = Episodes(*steps, lengths=np.array([2]))
    with pytest.raises(ShapeError, match=r"one number for each .* \(2, 1\), got \(2, 2\)"):
        LearnedValue(net, optim.Adam(net.parameters())).expected(episodes, np.ones(2))
