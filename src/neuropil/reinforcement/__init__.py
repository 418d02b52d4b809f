"""Learning from reward: environments, policies that act in them, and REINFORCE."""

from __future__ import annotations

from neuropil.reinforcement.baseline import Baseline, LearnedValue, MeanReturn
from neuropil.reinforcement.cart_pole import CartPole, CartPoles
from neuropil.reinforcement.choosing import Choice, Greedy, Sampled
from neuropil.reinforcement.course import Course
from neuropil.reinforcement.environment import Environment, VectorEnvironment
from neuropil.reinforcement.episodes import Episodes
from neuropil.reinforcement.evaluation import Evaluation, evaluate
from neuropil.reinforcement.learning import learn
from neuropil.reinforcement.playing import play
from neuropil.reinforcement.reinforce import Reinforce
from neuropil.reinforcement.spaces import Box, Discrete

__all__ = [
    "Baseline",
    "Box",
    "CartPole",
    "CartPoles",
    "Choice",
    "Course",
    "Discrete",
    "Environment",
    "Episodes",
    "Evaluation",
    "Greedy",
    "LearnedValue",
    "MeanReturn",
    "Reinforce",
    "Sampled",
    "VectorEnvironment",
    "evaluate",
    "learn",
    "play",
]
