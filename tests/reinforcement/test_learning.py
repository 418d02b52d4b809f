"""The loop: every episode counts, a goal ends it, and what was interrupted goes on to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import nn, optim
from neuropil.errors import DivergenceError, FileFormatError
from neuropil.reinforcement import (
    CartPole,
    CartPoles,
    Course,
    LearnedValue,
    Reinforce,
    evaluate,
    learn,
)


def learner(seed: int = 0, *, lr: float = 0.02, hidden: int = 32, **settings: Any) -> Reinforce:
    rng = npl.Generator(seed)
    net = nn.Sequential(nn.Linear(4, hidden, rng=rng), nn.Tanh(), nn.Linear(hidden, 2, rng=rng))
    return Reinforce(net, optim.Adam(net.parameters(), lr=lr), **settings)


def test_a_pole_is_balanced() -> None:
    taught = learner()
    before = evaluate(taught.policy, CartPoles(100), rng=1).mean
    course = learn(taught, CartPoles(5), episodes=200, rng=0, progress=False)
    after = evaluate(taught.policy, CartPoles(100), rng=1).mean
    assert len(course.returns) == 200
    assert after > 150.0 > 3.0 * before


def test_one_environment_at_a_time_learns_too() -> None:
    course = learn(learner(), CartPole(), episodes=60, batch=5, rng=0, progress=False)
    assert len(course.records) == 12
    assert course.returns[-20:].mean() > 1.5 * course.returns[:20].mean()


def test_a_goal_ends_it_after_a_hundred_episodes_at_least() -> None:
    course = learn(learner(), CartPoles(10), episodes=500, batch=10, goal=20.0, rng=0)
    assert len(course.returns) == 100
    assert course.solved
    assert course.recent == course.returns.mean() >= 20.0
    with_none = Course(goal=None, records=course.records)
    assert not with_none.solved
    assert np.isnan(Course().recent)


def test_no_more_is_played_than_was_asked_for() -> None:
    class Counted(CartPoles):  # type: ignore[misc] # final for users
        begun = 0

        def reset(self, *, seed: int | None = None) -> Any:
            Counted.begun += self.num_envs
            return super().reset(seed=seed)

    course = learn(learner(), Counted(4), episodes=28, batch=12, rng=0, progress=False)
    assert [len(record["returns"]) for record in course.records] == [12, 12, 4]
    assert Counted.begun == len(course.returns) == 28


def test_a_seed_repeats() -> None:
    one, other = (
        learn(learner(), CartPoles(5), episodes=30, rng=7, progress=False) for _ in range(2)
    )
    assert one.returns.tolist() == other.returns.tolist()
    assert [r["loss"] for r in one.records] == [r["loss"] for r in other.records]


def with_value() -> Reinforce:
    value = nn.Linear(4, 1, rng=3)
    return learner(baseline=LearnedValue(value, optim.Adam(value.parameters(), lr=0.1)))


def test_what_was_interrupted_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    whole, file = with_value(), tmp_path / "checkpoint.safetensors"
    settings: Any = {"episodes": 40, "progress": False}
    course = learn(whole, CartPoles(5), rng=0, **settings)

    def stop(so_far: Course) -> None:
        if len(so_far.records) == 3:
            raise KeyboardInterrupt

    broken = with_value()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("neuropil.reinforcement.checkpoints.APART", 0.0)
        with pytest.raises(KeyboardInterrupt):
            learn(broken, CartPoles(5), rng=0, checkpoint=file, callbacks=[stop], **settings)
    begun: list[int] = []
    resumed = with_value()
    again = learn(
        resumed,
        CartPoles(5),
        rng=99,
        checkpoint=file,
        resume=True,
        callbacks=[lambda so_far: begun.append(len(so_far.records))],
        **settings,
    )
    assert begun[0] == 2
    assert again.returns.tolist() == course.returns.tolist()
    for name, array in whole.state_dict().items():
        np.testing.assert_array_equal(array, resumed.state_dict()[name])
    finished = learn(with_value(), CartPoles(5), rng=0, checkpoint=file, resume=True, **settings)
    assert finished.returns.tolist() == course.returns.tolist()


def test_a_checkpoint_of_other_learning_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.safetensors"
    settings: Any = {"episodes": 10, "rng": 0, "progress": False, "checkpoint": file}
    learn(learner(), CartPoles(5), **settings)
    for other, environment, message in (
        (learner(discount=0.9), CartPoles(5), "discount = 0.99, this is 0.9"),
        (learner(), CartPoles(1), "CartPoles\\(num_envs=5, max_steps=500\\), 2 actions, 5 side by"),
        (learner(), CartPoles(5, max_steps=200), "this is CartPoles\\(num_envs=5, max_steps=200"),
        (learner(hidden=16), CartPoles(5), "does not fit the learner"),
        (with_value(), CartPoles(5), "baseline = MeanReturn, this is LearnedValue"),
    ):
        with pytest.raises(FileFormatError, match=message):
            learn(other, environment, resume=True, **settings)
    with pytest.raises(FileFormatError, match="holds a checkpoint of learning from reward"):
        npl.load(file)


def test_divergence_names_the_layer() -> None:
    with pytest.raises(DivergenceError, match=r"layer [02]: the last update left"):
        learn(learner(lr=1e38), CartPoles(5), episodes=100, rng=0, progress=False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"episodes": 0}, "episodes is at least 1"),
        ({"episodes": 12}, "episodes is at least 1 and a multiple of the 5 environments"),
        ({"batch": 3}, "batch is at least 1 and a multiple of the 5 environments"),
        ({"episodes": 95, "goal": 100.0}, "mean return of 100 episodes, which 95 cannot reach"),
        ({"goal": float("nan")}, "goal is a finite number"),
        ({"goal": float("inf")}, "goal is a finite number"),
        ({"resume": True}, "say checkpoint=PATH"),
    ],
)
def test_settings_that_mean_nothing(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        learn(learner(), CartPoles(5), **{"episodes": 100, "progress": False, **settings})


def test_the_mean_of_one_episode_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="take a batch of 2 or more, or the baseline LearnedValue"):
        learn(learner(), CartPole(), episodes=20, batch=1, rng=0, progress=False)
    value = nn.Linear(4, 1, rng=0)
    baseline = LearnedValue(value, optim.Adam(value.parameters(), lr=0.01))
    taught = learner(baseline=baseline)
    before = taught.policy.state_dict()["0.weight"].copy()
    learn(taught, CartPole(), episodes=2, batch=1, rng=0, progress=False)
    assert np.any(taught.policy.state_dict()["0.weight"] != before)


def test_an_optimizer_is_of_the_policy_and_has_a_rate() -> None:
    with pytest.raises(ValueError, match="learning rate is 0"):
        learn(learner(lr=0.0), CartPoles(5), episodes=10)
    stranger = Reinforce(learner().policy, learner().optimizer)
    with pytest.raises(ValueError, match="none of the network's parameters"):
        learn(stranger, CartPoles(5), episodes=10)


def test_progress_is_told_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    learn(learner(), CartPoles(5), episodes=10, rng=0)
    told = capsys.readouterr()
    assert told.out == ""
    assert "episode 10/10  mean return of the last 100" in told.err


@pytest.mark.peer
def test_environments_of_gymnasium_are_learned_in() -> None:
    gymnasium = pytest.importorskip("gymnasium")
    one = learn(learner(), gymnasium.make("CartPole-v1"), episodes=60, rng=0, progress=False)
    assert one.returns[-20:].mean() > 1.5 * one.returns[:20].mean()
    for mode in ("sync", "vector_entry_point"):
        many = gymnasium.make_vec("CartPole-v1", num_envs=5, vectorization_mode=mode)
        course = learn(learner(), many, episodes=60, rng=0, progress=False)
        assert course.returns[-20:].mean() > 1.5 * course.returns[:20].mean()
        assert np.all(course.returns == np.rint(course.returns))
