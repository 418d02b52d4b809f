"""A trained network of rectified units as a spiking one, by the tuning curve of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.errors import DataError, ShapeError
from neuropil.graph import no_grad, plain
from neuropil.neurons.layers.each_step import EachStep
from neuropil.neurons.layers.leaky import Leaky
from neuropil.neurons.layers.readouts import MeanOverTime
from neuropil.neurons.layers.repeat import Repeat
from neuropil.neurons.layers.spiking_layer import SpikingLayer
from neuropil.neurons.layers.tuning_line import TuningLine, tuning_line
from neuropil.nn import (
    AvgPool1d,
    AvgPool2d,
    Conv1d,
    Conv2d,
    Dropout,
    Flatten,
    Identity,
    Linear,
    Module,
    ReLU,
    Sequential,
    Unflatten,
)
from neuropil.nn.description import build, describe
from neuropil.nn.modes import inference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float, Int

    Numpy = np.ndarray[Any, Any]

WEIGHTED = (Linear, Conv1d, Conv2d)
LINEAR = (AvgPool1d, AvgPool2d, Flatten, Unflatten)
NOTHING_THEN = (Dropout, Identity)  # what does nothing once the network is trained


def convert(
    network: Module,
    inputs: Float[Numpy, "samples *shape"],
    *,
    cells: SpikingLayer | None = None,
    steps: int = 200,
    rate: float = 0.8,
    percentile: float = 99.9,
) -> Sequential:
    """The network with spiking cells in the place of its rectified linear units.

    The rate of a cell stands for what its unit computed, a. The tuning curve of the cells is
    measured and a straight line laid through it, rate = gain · (current − rheobase). Weights are
    scaled and currents shifted so that a layer's largest a has the rate ``rate``; with that, the
    rate is a where the curve is straight. An input is the same at every time. The output is the
    mean over time of the currents of the last layer, in the units of the network that was
    converted, so that the longer it runs the closer the two come.

    Args:
        network: A `Sequential` of Linear, Conv1d and Conv2d, average pooling, Flatten and
            Unflatten, with ReLU between them. Dropout and Identity are left out.
        inputs: Samples of what it was trained on, to see how large the a become.
        cells: Spiking cells, by default ``Leaky(beta=1.0)``: with nothing that leaks, and what is
            left over kept, their tuning curve is straight.
        steps: For how long a sample is shown.
        rate: Of the largest a, in spikes a step.
        percentile: Which percentile of a layer's a counts as the largest; those above saturate.

    Returns:
        A network of the same inputs and outputs.

    Raises:
        DataError: A layer cannot be converted, which is named, there is no sample, or no unit of a
            layer is ever active.
        TypeError: The cells are no spiking layer.
        ValueError: A setting cannot be used, or the cells do not reach the rate.

    References:
        P. U. Diehl et al., Fast-classifying, high-accuracy spiking deep networks through weight and
        threshold balancing, 2015. B. Rueckauer et al., Conversion of continuous-valued deep
        networks to efficient event-driven networks for image classification, 2017.

    Example:
        >>> from neuropil import nn
        >>> source = nn.Sequential(nn.Linear(3, 20, rng=0), nn.ReLU(), nn.Linear(20, 2, rng=1))
        >>> x = np.random.default_rng(0).random((50, 3), dtype=np.float32)
        >>> spiking = convert(source, x, steps=400)
        >>> [type(layer).__name__ for layer in spiking]
        ['Linear', 'Repeat', 'Leaky', 'Linear', 'MeanOverTime']
        >>> bool(abs(spiking(x).value - source(x).value).max() < 0.02)
        True
    """
    if not 0.0 < rate <= 1.0:
        raise ValueError(f"convert needs a rate above 0 and up to 1 spike a step, got {rate!r}")
    if not 0.0 < percentile <= 100.0:
        raise ValueError(f"convert needs a percentile above 0 and up to 100, got {percentile!r}")
    repeat = Repeat(steps)
    found = list(_layers(network, ""))
    _check_layers(found)
    cells = Leaky(beta=1.0) if cells is None else cells
    if not isinstance(cells, SpikingLayer):
        raise TypeError(f"convert takes cells such as layers.Leaky(beta=1.0), got {cells!r}")
    if len(inputs) == 0:
        raise DataError("convert needs samples to see how active units become, got none")
    line = tuning_line(cells, steps, rate)
    largest = _largest([layer for _, layer in found], inputs, percentile)
    segments = _segments([layer for _, layer in found])
    converted: list[Module] = []
    unit = 1.0  # what a spike, or 1 of the input, stands for
    for number, segment in enumerate(segments):
        of_segment = None if number == len(largest) else largest[number]
        scaled = _scaled(segment, unit, of_segment, rate, line)
        converted += [x if not number or isinstance(x, Linear) else EachStep(x) for x in scaled]
        if not number:
            converted.append(repeat)
        if of_segment is not None:
            converted.append(cells)
            unit = of_segment / rate
    return Sequential(*converted, MeanOverTime())


class ConversionLoss(NamedTuple):
    """What was lost in a conversion.

    Attributes:
        source: The accuracy of the network that was converted.
        converted: That of the spiking one.
        agreement: The share of samples that both put into the same class.
    """

    source: float
    converted: float
    agreement: float

    @property
    def loss(self) -> float:
        """How much less accurate the spiking network is; below 0 where it is better."""
        return self.source - self.converted


def conversion_loss(
    source: Module,
    converted: Module,
    inputs: Float[Numpy, "samples *shape"],
    targets: Int[Numpy, " samples"],
    *,
    batch_size: int = 100,
) -> ConversionLoss:
    """Run both networks on samples that neither has seen, and count.

    Raises:
        ShapeError: There is not one class for each sample, or no sample.

    Example:
        >>> from neuropil import nn
        >>> net = nn.Sequential(nn.Linear(3, 20, rng=0), nn.ReLU(), nn.Linear(20, 2, rng=1))
        >>> x = np.random.default_rng(0).random((50, 3), dtype=np.float32)
        >>> conversion_loss(net, convert(net, x), x, np.zeros(50, int)).agreement > 0.9
        True
    """
    if len(inputs) == 0 or np.shape(targets) != (len(inputs),):
        raise ShapeError(
            f"conversion_loss needs a class for each sample, got {np.shape(targets)} for "
            f"{len(inputs)} samples"
        )
    classes = [_classes(network, inputs, batch_size) for network in (source, converted)]
    right = [float(np.mean(of_network == targets)) for of_network in classes]
    return ConversionLoss(right[0], right[1], float(np.mean(classes[0] == classes[1])))


def _classes(network: Module, inputs: Numpy, batch_size: int) -> Int[Numpy, " samples"]:
    with inference(network):
        outputs = [
            np.asarray(plain(network(inputs[i : i + batch_size])))
            for i in range(0, len(inputs), batch_size)
        ]
    found: Numpy = np.concatenate(outputs).argmax(axis=1)
    return found


def _layers(module: Module, path: str) -> Iterator[tuple[str, Module]]:
    """The layers in their order, of nested networks too, with their paths."""
    if not isinstance(module, Sequential):
        yield path, module
        return
    for i, layer in enumerate(module):
        yield from _layers(layer, f"{path}.{i}" if path else str(i))


def _check_layers(layers: list[tuple[str, Module]]) -> None:
    """Refuse what has no spiking counterpart.

    Raises:
        DataError: A layer is of another kind, or stands where it cannot.
    """
    weighted = False
    for path, layer in layers:
        kind = type(layer).__name__
        if not isinstance(layer, (*WEIGHTED, *LINEAR, *NOTHING_THEN, ReLU)):
            raise DataError(
                f"layer {path or 0}, {kind}, cannot be converted: a network of rates is made of "
                "Linear, Conv1d, Conv2d, AvgPool1d, AvgPool2d, Flatten, Unflatten and ReLU; train "
                "one of these"
            )
        if weighted and isinstance(layer, AvgPool1d | AvgPool2d) and np.any(layer.padding):
            raise DataError(
                f"layer {path}, {kind}, cannot be converted: before a ReLU, padding would weaken "
                "the current at which cells begin to spike; pool behind the ReLU, or without"
            )
        weighted = weighted or isinstance(layer, WEIGHTED)
        if isinstance(layer, ReLU):
            if not weighted:
                raise DataError(
                    f"layer {path}, ReLU, cannot be converted: before each ReLU there is a Linear "
                    "or convolution of its own, whose currents the cells take"
                )
            weighted = False
    if not any(isinstance(layer, ReLU) for _, layer in layers) or not weighted:
        raise DataError(
            "a network that is converted has a ReLU, and after the last one a Linear or "
            f"convolution, got {', '.join(type(layer).__name__ for _, layer in layers)}"
        )


def _segments(layers: list[Module]) -> list[list[Module]]:
    """What stands before, between and after the ReLUs."""
    segments: list[list[Module]] = [[]]
    for layer in layers:
        if isinstance(layer, ReLU):
            segments.append([])
        elif not isinstance(layer, NOTHING_THEN):
            segments[-1].append(layer)
    return segments


def _largest(layers: list[Module], inputs: Numpy, percentile: float) -> list[float]:
    """The largest output of each ReLU.

    Raises:
        DataError: All are 0.
    """
    found = []
    x: Any = inputs
    with no_grad():
        for layer in layers:
            x = x if isinstance(layer, NOTHING_THEN) else layer(x)
            if isinstance(layer, ReLU):
                found.append(float(np.percentile(np.asarray(plain(x)), percentile)))
                if not found[-1] > 0.0:
                    raise DataError(
                        f"hardly a unit of ReLU number {len(found)} is active for these inputs: "
                        "give samples of the training data, or a higher percentile"
                    )
    return found


def _scaled(
    segment: list[Module], unit: float, largest: float | None, rate: float, line: TuningLine
) -> list[Module]:
    """Copies of a segment's layers: for spikes worth ``unit``, to the currents of its cells."""
    copies = [_copy(layer) for layer in segment]
    weighted: list[Any] = [layer for layer in copies if isinstance(layer, WEIGHTED)]
    weighted[0].weight.value *= unit
    if largest is not None:
        gain = rate / (largest * line.gain)
        weighted[-1].weight.value *= gain
        weighted[-1].bias.value *= gain
        weighted[-1].bias.value += line.rheobase
    return copies


def _copy(layer: Module) -> Module:
    """A layer with the same numbers, and with biases even where they are 0."""
    description = describe(layer)
    copy = build(description | ({"bias": True} if "bias" in description else {}))
    state = layer.state_dict()
    if "bias" in description and "bias" not in state:
        state["bias"] = np.zeros_like(dict(copy.named_parameters())["bias"].value)
    copy.load_state_dict(state)
    return copy
