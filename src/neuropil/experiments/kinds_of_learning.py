"""Notes 2.1: learning with an error to follow, with none at all, and with rewards."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data, nn, optim, plot
from neuropil.experiments.harness import Findings, Numpy, above, below, close, equal, experiment
from neuropil.reinforcement import CartPoles, Course, Reinforce, evaluate, learn

DIGITS, TEST = data.digits("train+validation"), data.digits("test")
MEANS = np.array([[0.0, 2.0], [-1.8, -1.0], [1.8, -1.0]])
CARTS, FRESH = CartPoles(5), CartPoles(100)


@experiment("Three kinds of learning", section="2.1")
def kinds_of_learning(seed: int, quick: bool) -> Findings:
    """Supervised: the digit of each image is told, the error known, and its gradient followed.

    Unsupervised: points come without names. Each pulls the nearest of three centres towards itself,
    and the centres end where the points are dense. Reinforcement: nobody says how to push a cart
    that carries a pole; each step that the pole stays up is a reward. Pushes that were followed by
    more reward than usual become more probable.
    """
    rng, (episodes, bound) = npl.Generator(seed), (250, 150.0) if quick else (1000, 475.0)
    hidden, output = nn.Linear(64, 32, rng=rng), nn.Linear(32, 10, rng=rng)
    reader = nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), output)
    guessed = accuracy(reader)
    supervised(reader, rng)
    labels = rng.integers(0, 3, 300)
    points = MEANS[labels] + rng.normal((300, 2), std=0.4, dtype=np.float64)
    centres = unsupervised(points)
    nearest, owner = (squares(x, centres).argmin(axis=1) for x in (points, MEANS))
    policy = nn.Sequential(nn.Linear(4, 32, rng=rng), nn.Tanh(), nn.Linear(32, 2, rng=rng))
    before = evaluate(policy, FRESH, rng=rng).mean
    course = reinforced(policy, episodes, rng)
    claims = [
        below("supervised: share of test digits read before learning", guessed, 0.3),
        above("after it", accuracy(reader), 0.93),
        equal("unsupervised: which centre is that of which cluster", sorted(owner), [0, 1, 2]),
        close("centres", centres[owner], MEANS, tolerance=0.2),
        above("share of the points told apart", np.mean(owner[labels] == nearest), 0.97),
        below("reinforcement: mean return before learning", before, 50.0),
        above("after it, in fresh episodes", evaluate(policy, FRESH, rng=rng).mean, bound),
    ]
    reach = np.linspace(-4.0, 4.0, 81)
    plane = squares(np.stack(np.meshgrid(reach, reach), axis=-1).reshape(-1, 2), centres)
    top = (plane.argmin(axis=1) == owner[0]).astype(float).reshape(81, 81)
    return claims, {
        "Supervised: what the units of the first layer look for": plot.filters(
            hidden.weight.value.reshape(-1, 8, 8)
        ),
        "Unsupervised: a cluster and the others": plot.decision_boundary(
            reach, reach, top, points, (nearest == owner[0]).astype(int)
        ),
        "Reinforcement: the return of each episode": plot.episode_returns(course.returns),
    }


def supervised(net: nn.Module, rng: npl.Generator) -> None:
    """Learn from images and their digits."""
    adam, loss = optim.Adam(net.parameters(), lr=0.005), nn.CrossEntropyLoss()
    settings: Any = {"progress": False, "engine": "eager", "rng": rng}
    npl.fit(net, DIGITS, loss=loss, optimizer=adam, epochs=20, **settings)


def accuracy(net: nn.Module) -> Any:
    """The share of the test digits that are read rightly."""
    return np.mean(net(TEST.inputs).detach().argmax(axis=1) == TEST.targets)


def squares(x: Numpy, centres: Any) -> Any:
    """The squared distance of each point from each centre."""
    return npl.sum((x[:, np.newaxis] - centres) ** 2, axis=-1)


def unsupervised(points: Numpy) -> Numpy:
    """Three centres that descend the mean squared distance of points from the nearest of them."""
    first = points[:1]
    for _ in range(2):  # begin far apart
        first = np.vstack([first, points[squares(points, first).min(axis=1).argmax()]])
    centres = npl.Variable(first)
    for _ in range(50):
        (slope,) = npl.gradients(npl.mean(npl.min(squares(points, centres), axis=1)), [centres])
        centres = npl.Variable(centres.value - 0.5 * np.asarray(slope))
    return np.asarray(centres.value)


def reinforced(policy: nn.Module, episodes: int, rng: npl.Generator) -> Course:
    """Learn from rewards, until the mean return of 100 episodes is 475."""
    learner = Reinforce(policy, optim.Adam(policy.parameters(), lr=0.02))
    return learn(learner, CARTS, episodes=episodes, goal=475.0, rng=rng, progress=False)
