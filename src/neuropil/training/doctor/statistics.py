"""What the gradient doctor measures: numbers only, no opinions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from statistics import median

HORIZON = 1000
"""How many steps a training is thought to have at least, of which the doctor saw the first."""


@dataclass(frozen=True)
class LayerStatistics:
    """A layer that has weights, as one examination found it.

    Attributes:
        name: Its path in the network.
        kind: Its class.
        units: How many units it has.
        weight: ‖W‖ / √(number of weights), the root mean square of its weights.
        weight_gradient: The same of ∂E/∂W.
        signal: The root mean square of its outputs z.
        gradient: ‖∂E/∂z‖, the norm of the loss's gradient with respect to its outputs.
        alike: The share of its units that have the outputs and the gradients of the first one.
        update: ‖ΔW‖ / ‖W‖ of the step that followed; None where none did. Weights that are
            smaller than PyTorch's initial ones count as those (`probe.size`).
    """

    name: str
    kind: str
    units: int
    weight: float
    weight_gradient: float
    signal: float
    gradient: float
    alike: float
    update: float | None = None


@dataclass(frozen=True)
class ActivationStatistics:
    """An activation function at one place of the network, as one examination found it.

    Attributes:
        name: The path of its module, or of the layer it follows where it is no module.
        kind: The primitive: relu, sigmoid, tanh.
        layer: The path of the layer with weights before it.
        hidden: Whether another layer with weights comes after it.
        dead: The share of units (channels of an image) that are 0 for every sample; None where
            a unit cannot die.
        saturated: The share of outputs where the slope is below `FLAT` of the steepest; None
            where the function has no asymptotes on both sides.
    """

    name: str
    kind: str
    layer: str | None
    hidden: bool
    dead: float | None
    saturated: float | None


@dataclass(frozen=True)
class Examination:
    """The network at one step, on samples that stay the same from step to step.

    Attributes:
        step: How many steps had been taken.
        loss: The loss of the samples.
        layers: Those with weights, in the order of the forward pass.
        activations: In the same order.
        noise: The gradient noise scale tr Σ / ‖∇E‖², the batch size (in samples) whose
            gradient is as much noise as signal (McCandlish et al. 2018, the simple noise scale);
            infinite where two halves of the samples have gradients without anything in common.
        loss_after: The loss of the samples after the next step; None where none followed.
    """

    step: int
    loss: float
    layers: tuple[LayerStatistics, ...]
    activations: tuple[ActivationStatistics, ...]
    noise: float
    loss_after: float | None = None

    @property
    def hidden(self) -> Iterator[ActivationStatistics]:
        """The activations that are not the network's output."""
        return (activation for activation in self.activations if activation.hidden)

    @property
    def update(self) -> float | None:
        """The largest ratio of update to weights among the layers; None if no step followed."""
        updates = [layer.update for layer in self.layers if layer.update is not None]
        return max(updates, default=None)

    def completed(self, loss_after: float, updates: dict[str, float]) -> Examination:
        """This examination with what the step after it did."""
        layers = (replace(layer, update=updates.get(layer.name)) for layer in self.layers)
        return replace(self, loss_after=loss_after, layers=tuple(layers))


@dataclass(frozen=True)
class InputStatistics:
    """The features of the samples; a feature is an element of an input.

    Attributes:
        scale: The root mean square of all features together.
        largest: That of the largest feature.
        typical: The median over the features that are not always 0; of two, the smaller.
        largest_at: Which feature is the largest, counted along the flattened sample.
        offset: The largest |mean| / standard deviation of a feature that is not constant.
        offset_at: Which feature that is.
        normalised: Whether the network normalises its inputs before the first weights.
    """

    scale: float
    largest: float
    typical: float
    largest_at: int
    offset: float
    offset_at: int
    normalised: bool


@dataclass(frozen=True)
class OutputStatistics:
    """The network's outputs for the samples, and their targets.

    Attributes:
        made_by: The primitive that gave the outputs, reshaping left out.
        low, high: The least and the largest output.
        total: How far the outputs of a sample are from adding up to 1, at most.
        exp_total: How far their exponentials are from it.
        target_low, target_high: The least and the largest target.
        unreachable: The share of targets outside what ``made_by`` can give.
        samples: How many the training has.
        constant: Whether all of these have the same target.
        chance: The loss of the best answer that is the same for all samples, where it is known.
    """

    made_by: str
    low: float
    high: float
    total: float
    exp_total: float
    target_low: float
    target_high: float
    unreachable: float
    samples: int
    constant: bool
    chance: float | None


@dataclass(frozen=True)
class Record:
    """All that was measured on one training.

    Attributes:
        loss: The name of the loss.
        optimizer: The name of the optimizer.
        learning_rate: At the first examination.
        steps: How many steps the training was to have.
        inputs: None where inputs are no floating numbers.
        outputs: None where the network's output is not one array.
        examinations: From the first step on.
        failure: Why training ended before its time; None where it did not.
    """

    loss: str
    optimizer: str
    learning_rate: float
    steps: int
    inputs: InputStatistics | None
    outputs: OutputStatistics | None
    examinations: tuple[Examination, ...] = ()
    failure: str | None = None

    @property
    def first(self) -> Examination:
        """The examination before any step, or the first there is of a resumed training."""
        return self.examinations[0]

    @property
    def last(self) -> Examination:
        """The latest one."""
        return self.examinations[-1]

    @property
    def step(self) -> int:
        """When the latest examination was; −1 before the first."""
        return self.last.step if self.examinations else -1

    @property
    def goal(self) -> float:
        """A loss that shows that something was learned.

        Half of what guessing costs: outputs that begin large cost more than that, and to make them
        small is not to learn. Where that is not known, half of what it was before the first step.
        """
        chance = None if self.outputs is None else self.outputs.chance
        return (self.first.loss if chance is None else chance) / 2

    @property
    def learned(self) -> bool:
        """Whether the last loss is below the goal."""
        return self.last.loss < self.goal

    @property
    def unlearned(self) -> list[Examination]:
        """The examinations before the loss first came below the goal, at least the first.

        What stands in the way of learning does so while there is much left to be learned: units
        of a network that has learned may well be saturated, and its gradients small.
        """
        later = takewhile(lambda examination: examination.loss >= self.goal, self.examinations[1:])
        return [self.first, *later]

    @property
    def travelled(self) -> float | None:
        """‖ΔW‖/‖W‖ of all steps together, if they went straight on, of `HORIZON` at least.

        Each step is taken to be as large as the last one that was looked at: so steps that are
        small because the loss has come to its minimum do not count for those that led there.
        """
        seen = [(e.step, e.update) for e in self.examinations if e.update is not None]
        if not seen:
            return None
        end = seen[0][0] + max(self.steps, HORIZON)
        return sum(
            update * (following - step)
            for (step, update), (following, _) in pairwise([*seen, (end, 0.0)])
        )

    @property
    def typical_update(self) -> float | None:
        """The median over the examinations of the largest ratio of update to weights."""
        updates = [e.update for e in self.examinations if e.update is not None]
        return median(updates) if updates else None
