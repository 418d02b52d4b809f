"""The section of a run's page on a spiking network: which cells spiked, and what they told when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn, plot
from neuropil.graph import plain
from neuropil.neurons.layers import SpikeCount, SpikingLayer
from neuropil.nn.modes import inference
from neuropil.report.inline import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from markupsafe import Markup

    from neuropil.nn import Module
    from neuropil.recipes import Job

    Numpy = np.ndarray[Any, Any]

MOST_SAMPLES = 500
"""Rates are means over so many test samples at most."""


@dataclass(frozen=True)
class LayerActivity:
    """The cells of one layer: how many, the mean rate in spikes a step, the share never spiking."""

    name: str
    cells: int
    rate: float
    silent: float


@dataclass(frozen=True)
class SpikesSection:
    """What the page says of a network of spiking layers.

    Attributes:
        raster: The spikes of every cell for the first test sample.
        layers: The activity of each layer.
        known: The accuracy if the answer had to be given after each step; None where the network
            does not count the spikes of classes.
        steps: For how many steps a sample is shown.
    """

    raster: Markup
    layers: Sequence[LayerActivity]
    known: Markup | None
    steps: int


def section(job: Job, network: Module) -> SpikesSection | None:
    """The section; None for a network without spiking layers."""
    if not any(isinstance(layer, SpikingLayer) for layer in network.modules()):
        return None
    spikes = spikes_of_layers(network, job.splits.test.inputs[:MOST_SAMPLES])
    return SpikesSection(
        raster=_raster(spikes),
        layers=[_activity(name, of_layer) for name, of_layer in spikes.items()],
        known=_known(job, network, list(spikes.values())[-1]),
        steps=len(list(spikes.values())[-1]),
    )


def spikes_of_layers(network: Module, inputs: Numpy) -> dict[str, Float[Numpy, "time batch cells"]]:
    """What the cells of each spiking layer sent, by the layer's name, in the order of the layers.

    Example:
        >>> from neuropil.neurons import layers
        >>> net = nn.Sequential(nn.Linear(3, 4), layers.Repeat(5), layers.Leaky())
        >>> {name: x.shape for name, x in spikes_of_layers(net, np.ones((2, 3), "f4")).items()}
        {'2 Leaky': (5, 2, 4)}
    """
    names = {id(module): name for name, module in network.named_modules()}
    found: dict[str, Numpy] = {}

    def look(module: Any, _: Any, output: Any) -> None:
        if isinstance(module, SpikingLayer):
            spikes = np.asarray(plain(output))
            name = f"{names[id(module)]} {type(module).__name__}".strip()
            name = name if name not in found else f"{name}, call {len(found) + 1}"
            found[name] = spikes.reshape(*spikes.shape[:2], -1)

    with inference(network), nn.observe(look):
        network(inputs)
    return found


def _raster(spikes: dict[str, Numpy]) -> Markup:
    of_first: dict[str, Any] = {name: np.nonzero(x[:, 0]) for name, x in spikes.items()}
    words = ", ".join(f"{len(times)} of {name}" for name, (times, _) in of_first.items())
    figure = plot.raster(of_first, time="step")
    return svg(figure, "spikes", f"Spikes while the first test sample is shown: {words}.")


def _activity(name: str, spikes: Numpy) -> LayerActivity:
    silent = ~spikes.any(axis=(0, 1))
    return LayerActivity(name, spikes.shape[2], float(spikes.mean()), float(silent.mean()))


def _counts_spikes(network: Module) -> bool:
    """Whether what is counted at the end are spikes, and not currents that come of them."""
    return (
        isinstance(network, nn.Sequential)
        and len(network) > 1
        and isinstance(network[-1], SpikeCount)
        and isinstance(network[-2], SpikingLayer)
    )


def _known(job: Job, network: Module, last: Numpy) -> Markup | None:
    """The accuracy by step, where the network ends in the counts of classes' spikes."""
    if job.readout is None or not _counts_spikes(network):
        return None
    labels = job.readout.labels(job.splits.test.targets[:MOST_SAMPLES])
    after = (last.cumsum(axis=0).argmax(axis=2) == labels).mean(axis=1).tolist()
    description = (
        f"Accuracy by step: {100 * after[0]:.1f} % after the first, {100 * after[-1]:.1f} % after "
        f"the last of {len(after)}."
    )
    return svg(plot.over_time({"accuracy": {"trained": after}}), "counted", description)
