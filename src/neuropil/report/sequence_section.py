"""The section of a run's page on reading a sequence: what is known when, and what reaches back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn, plot
from neuropil.errors import DataError
from neuropil.graph import enable_grad, gradients, plain
from neuropil.nn.modes import inference
from neuropil.recipes.stepping import check_steps, parts, recurrent_places, steps
from neuropil.report.inline import svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from markupsafe import Markup

    from neuropil.nn import Module
    from neuropil.recipes import Job

    Numpy = np.ndarray[Any, Any]

MOST_SAMPLES = 64
"""Gradients are means over so many test samples at most."""

STATE_NAMES = ("h", "c")
"""Of the states of an LSTM; other layers have the first only."""


@dataclass(frozen=True)
class SequenceSection:
    """What the page says of a network that reads sequences.

    Attributes:
        known: The accuracy, if the answer had to be given after each step; None where every step
            has a target of its own.
        activity: The states of the last recurrent layer's units, for the first test sample; None
            for a text.
        gradients: How far the loss of the last step depends on the states before, by step.
        steps: How long the sequences are.
    """

    known: Markup | None
    activity: Markup | None
    gradients: Markup
    steps: int


def section(job: Job, network: Module) -> SequenceSection | None:
    """The section; None for a network that cannot be run step by step.

    Args:
        job: The run's, whose network is as it was before training.
        network: The trained network.
    """
    test = job.splits.test
    try:
        check_steps(network, test.inputs[:1])
    except DataError:
        return None
    places = np.unique(np.linspace(0, len(test) - 1, MOST_SAMPLES).astype(int))
    batch = test.gather(places)
    norms = {
        name: gradient_norms(net, job.loss, *batch)
        for name, net in (("before training", job.network), ("trained", network))
    }
    return SequenceSection(
        known=_known(job, network),
        activity=None if job.splits.text else _activity(network, batch[0][:1]),
        gradients=_gradients(norms),
        steps=batch[0].shape[1],
    )


def gradient_norms(
    network: Module, loss: Module, inputs: Numpy, targets: Numpy
) -> dict[str, Float[Numpy, " steps"]]:
    """The norm of the derivative of the last step's loss by the states after each step.

    Args:
        network: One that can be run step by step.
        loss: Of its output and a target.
        inputs: Sequences (samples, steps, …).
        targets: One a sequence for a network of `nn.LastState`; otherwise one a step, of which the
            last counts.

    Returns:
        By the state's name, ``h`` and for an LSTM ``c``, the mean over the samples. Of layers on
        one another, the states of the last recurrent one.
    """
    place = recurrent_places(network)[-1]
    is_read_at_end = isinstance(network[place], nn.LastState)  # type: ignore[index]
    with inference(network), enable_grad():
        *_, (output, _) = taken = list(steps(network, inputs))
        of_last = targets if is_read_at_end else targets[:, -1:]
        cost = loss(output, of_last) * len(inputs)
        states = [parts(states[place]) for _, states in taken]
        found = gradients(cost, [part for state in states for part in state])
    kinds = len(states[0])
    norms = [
        0.0 if gradient is None else float(np.sqrt((gradient**2).sum(axis=(0, 2))).mean())
        for gradient in found
    ]
    return {STATE_NAMES[k]: np.array(norms[k::kinds]) for k in range(kinds)}


def accuracy_after_each_step(job: Job, network: Module) -> list[float] | None:
    """The share of test samples read right, if reading ended after each step.

    None where the network does not classify whole sequences.
    """
    test = job.splits.test
    if job.readout is None or test.targets.ndim > 1:
        return None
    labels = job.readout.labels(test.targets)
    with inference(network):
        return [
            float((job.readout.probabilities(plain(output)).argmax(axis=1) == labels).mean())
            for output, _ in steps(network, test.inputs)
        ]


def _known(job: Job, network: Module) -> Markup | None:
    accuracies = accuracy_after_each_step(job, network)
    if accuracies is None:
        return None
    description = (
        f"Accuracy by step: {100 * accuracies[0]:.1f} % after the first, "
        f"{100 * accuracies[-1]:.1f} % after the last of {len(accuracies)}."
    )
    return svg(plot.over_time({"accuracy": {"trained": accuracies}}), "known", description)


def _activity(network: Module, sequence: Numpy) -> Markup:
    place = recurrent_places(network)[-1]
    with inference(network):
        states = [parts(after[place])[0] for _, after in steps(network, sequence)]
    values = np.stack([np.asarray(plain(state))[-1, 0] for state in states])
    description = f"The states of {values.shape[1]} units over {values.shape[0]} steps."
    return svg(plot.activity(values), "activity", description)


def _gradients(norms: Mapping[str, Mapping[str, Float[Numpy, " steps"]]]) -> Markup:
    names = list(next(iter(norms.values())))
    panels = {
        f"‖∂L/∂{name}‖": {net: of_net[name].tolist() for net, of_net in norms.items()}
        for name in names
    }
    words = "; ".join(
        f"{net}, {name}: {line[name][0]:.2g} at the first step, {line[name][-1]:.2g} at the last"
        for net, line in norms.items()
        for name in names
    )
    figure = plot.over_time(panels, logarithmic=True)
    return svg(figure, "through-time", f"The gradient through time. {words}.")
