"""What a recipe can name: layers, losses, optimizers and what belongs to them, data, metrics.

Example:
    >>> {"Conv2d", "Linear", "ReLU"} <= set(LAYERS), "MSELoss" in LAYERS
    (True, False)
    >>> {"CrossEntropyLoss", "MSELoss"} <= set(LOSSES), "Linear" in LOSSES
    (True, False)
    >>> {"Adam", "SGD"} <= set(OPTIMIZERS), {"digits", "xor"} <= set(DATA_SETS)
    (True, True)
    >>> sorted(CLIPS), sorted(PENALTIES)
    (['ClipNorm', 'ClipValue'], ['L1', 'L2'])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import isabstract, signature
from types import ModuleType
from typing import Any

from neuropil import data, models, nn, optim
from neuropil.neurons import layers
from neuropil.recipes import data_sets, metrics


def classes(package: ModuleType, base: type) -> dict[str, Any]:
    """The public classes of a package that can be built: those derived from ``base``."""
    members = {name: getattr(package, name) for name in package.__all__}
    return {
        name: member
        for name, member in members.items()
        if isinstance(member, type) and issubclass(member, base) and not isabstract(member)
        if member is not base
    }


def _inputs(kind: type[nn.Module]) -> int:
    """How many arguments a module has to be called with; 0 for what cannot be called."""
    parameters = list(signature(kind.forward).parameters.values())[1:]
    return sum(p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty for p in parameters)


_MODULES: Mapping[str, type[nn.Module]] = {
    name: kind
    for package in (nn, models, layers)
    for name, kind in classes(package, nn.Module).items()
}

LAYERS = {name: kind for name, kind in _MODULES.items() if _inputs(kind) == 1}
"""The layers of `neuropil.nn` and of neurons, and ready networks: called with one input."""

PARTS: Mapping[str, type] = layers.PARTS
"""What layers of neurons take besides numbers: surrogates, resets, models, integrators."""

LOSSES = {name: kind for name, kind in _MODULES.items() if _inputs(kind) == 2}
"""The losses of `neuropil.nn` and of spikes: modules called with a prediction and a target."""

OPTIMIZERS: Mapping[str, Callable[..., optim.Optimizer]] = classes(optim, optim.Optimizer)
"""The optimizers of `neuropil.optim`."""

SCHEDULES: Mapping[str, Callable[..., optim.Schedule]] = classes(optim, optim.Schedule)
"""The schedules of `neuropil.optim`: how a learning rate can change while training."""

CLIPS: Mapping[str, Callable[..., optim.Clip]] = classes(optim, optim.Clip)
"""What `neuropil.optim` can do to gradients before a step."""

PENALTIES: Mapping[str, Callable[..., optim.Penalty]] = classes(optim, optim.Penalty)
"""The terms of `neuropil.optim` that can be added to a loss."""

AUGMENTATIONS: Mapping[str, Callable[..., data.Transform]] = classes(data, data.Transform)
"""The random changes of images of `neuropil.data`."""

DATA_SETS: Mapping[str, Callable[..., data_sets.Splits]] = {
    "bit-patterns": data_sets.bit_patterns,
    "cifar10": data_sets.cifar10,
    "csv": data_sets.csv,
    "digits": data_sets.digits,
    "fashion-mnist": data_sets.fashion_mnist,
    "image-folder": data_sets.image_folder,
    "kept-bit": data_sets.kept_bit,
    "mnist": data_sets.mnist,
    "shapes": data_sets.shapes,
    "text": data_sets.text,
    "xor": data_sets.xor,
}
"""The data sets of `neuropil.recipes.data_sets`."""

METRICS = metrics.METRICS
"""The metrics a recipe can ask for; how they are computed depends on its loss."""
