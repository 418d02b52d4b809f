"""REINFORCE: actions that were followed by more reward than expected become more probable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from neuropil import ops
from neuropil.nn.functional import cross_entropy
from neuropil.reinforcement.baseline import Baseline, MeanReturn
from neuropil.training.in_words import in_words
from neuropil.training.tensor_file import under

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.graph import Variable
    from neuropil.nn import Module
    from neuropil.optim import Clip, Optimizer
    from neuropil.reinforcement.episodes import Episodes
    from neuropil.training import Stateful

    Numpy = np.ndarray[Any, Any]


class Step(NamedTuple):
    """What a step was made of: the loss, and the mean entropy of the policy (nat)."""

    loss: float
    entropy: float


@final
class Reinforce:
    """Learn a policy by the gradient of its mean return (Williams 1992).

    With A_t = G_t − b(s_t), the discounted return from a step on less what was expected,

        ∇ E[G] = E[Σ_t A_t ∇ ln π(a_t|s_t)],

    so that a step descends −mean(A_t ln π(a_t|s_t)) over all steps of some episodes that this very
    policy has played. As is usual, γᵗ before A_t is left out.

    Args:
        policy: A network from observations to the logits z of its actions, π(a|s) = softmax(z)ₐ.
        optimizer: Of its parameters.
        baseline: b; by default `MeanReturn`.
        discount: γ, how much a reward counts less for each step it comes later.
        entropy: β. The entropy of the policy times β joins what is ascended, against policies that
            are sure of themselves too early.
        standardise: Divide the A_t by their standard deviation.
        clip: What is done to the gradients before a step.

    Raises:
        ValueError: The discount is not above 0 and at most 1, or β is negative or not finite.

    References:
        R. J. Williams, Simple statistical gradient-following algorithms for connectionist
        reinforcement learning, 1992. R. S. Sutton and A. G. Barto, Reinforcement Learning, second
        edition, 2018, section 13.4.

    Example:
        >>> from neuropil import nn, optim
        >>> from neuropil.reinforcement import Episodes
        >>> policy = nn.Linear(1, 2, bias=False, rng=0)
        >>> policy.weight.value[:] = 0.0
        >>> learner = Reinforce(policy, optim.SGD(policy.parameters(), lr=1.0))
        >>> actions, rewards = np.array([0, 1]), np.array([0.0, 1.0])
        >>> played = Episodes(np.ones((2, 1), np.float32), actions, rewards, np.ones(2, int))
        >>> step = learner.step(played)  # the second action was followed by more than the first
        >>> policy.weight.value.tolist()
        [[-0.5], [0.5]]
    """

    def __init__(
        self,
        policy: Module,
        optimizer: Optimizer,
        *,
        baseline: Baseline | None = None,
        discount: float = 0.99,
        entropy: float = 0.0,
        standardise: bool = True,
        clip: Clip | None = None,
    ) -> None:
        if not 0.0 < discount <= 1.0:
            raise ValueError(f"discount is above 0 and at most 1, got {discount}")
        if not 0.0 <= entropy < float("inf"):
            raise ValueError(f"entropy is a finite number of at least 0, got {entropy}")
        self.policy, self.optimizer = policy, optimizer
        self.baseline = baseline or MeanReturn()
        self.discount, self.entropy = discount, entropy
        self.standardise, self.clip = standardise, clip

    def step(self, episodes: Episodes) -> Step:
        """Learn from episodes that the policy, as it is, has played."""
        to_go = episodes.returns_to_go(self.discount)
        advantages = to_go - self.baseline.expected(episodes, to_go)
        if self.standardise:
            advantages = advantages / (advantages.std() + 1e-8)
        self.optimizer.zero_grad()
        logits = self.policy(episodes.observations)
        surprises = cross_entropy(logits, episodes.actions, reduction="none")
        loss = ops.mean(advantages.astype(logits.dtype) * surprises)
        entropy = mean_entropy(logits)
        (loss - self.entropy * entropy).backward()
        if self.clip is not None:
            self.clip(self.optimizer.params)
        self.optimizer.step()
        self.baseline.learn(episodes, to_go)
        return Step(float(loss.detach()), float(entropy.detach()))

    def state_dict(self) -> dict[str, Numpy]:
        """The arrays of policy, optimizer and baseline, each under its name."""
        return {
            f"{part}.{name}": array
            for part, owner in self._parts().items()
            for name, array in owner.state_dict().items()
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` recorded.

        Raises:
            DataError, ShapeError: It belongs to another policy, optimizer or baseline.
        """
        for part, owner in self._parts().items():
            owner.load_state_dict(under(f"{part}.", state))

    def settings(self) -> dict[str, str | float | None]:
        """What must be the same when learning is resumed."""
        return {
            "optimizer": in_words(self.optimizer),
            "baseline": type(self.baseline).__name__,
            "discount": self.discount,
            "entropy": self.entropy,
            "standardise": self.standardise,
            "clip": in_words(self.clip),
        }

    def _parts(self) -> dict[str, Stateful]:
        own: dict[str, Stateful] = {"policy": self.policy, "optimizer": self.optimizer}
        return own | {f"baseline.{name}": part for name, part in self.baseline.parts().items()}


def mean_entropy(logits: Variable) -> Variable:
    """−Σₐ π(a|s) ln π(a|s) (nat), the mean over observations."""
    found: Variable = -ops.mean(ops.sum(ops.softmax(logits) * ops.log_softmax(logits), axis=1))
    return found
