"""What a recipe can name: layers, losses, optimizers, data sets and metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import isabstract, signature
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuropil.nn import Module
    from neuropil.optim import Optimizer
    from neuropil.recipes.data_sets import Splits
    from neuropil.training import CosineDecay


@cache
def layers() -> Mapping[str, type[Module]]:
    """The layers of `neuropil.nn`: modules called with one input.

    Example:
        >>> {"Conv2d", "Linear", "ReLU"} <= set(layers()), "MSELoss" in layers()
        (True, False)
    """
    return {name: kind for name, kind in _modules().items() if _inputs(kind) == 1}


@cache
def losses() -> Mapping[str, type[Module]]:
    """The losses of `neuropil.nn`: modules called with a prediction and a target.

    Example:
        >>> {"CrossEntropyLoss", "MSELoss"} <= set(losses()), "Linear" in losses()
        (True, False)
    """
    return {name: kind for name, kind in _modules().items() if _inputs(kind) == 2}


@cache
def optimizers() -> Mapping[str, Callable[..., Optimizer]]:
    """The optimizers of `neuropil.optim`.

    Example:
        >>> {"Adam", "SGD"} <= set(optimizers())
        True
    """
    from neuropil import optim

    return _classes(optim, optim.Optimizer)


def schedules() -> Mapping[str, type[CosineDecay]]:
    """How a learning rate can change while training."""
    from neuropil.training import CosineDecay

    return {"CosineDecay": CosineDecay}


@cache
def data_sets() -> Mapping[str, Callable[..., Splits]]:
    """The data sets of `neuropil.recipes.data_sets`.

    Example:
        >>> sorted(data_sets())
        ['digits', 'xor']
    """
    from neuropil.recipes.data_sets import digits, xor

    return {"digits": digits, "xor": xor}


def metrics() -> tuple[str, ...]:
    """The metrics a recipe can ask for; how they are computed depends on its loss."""
    return ("accuracy",)


def early_stopping() -> Callable[..., object]:
    """The callback that ends training when the validation part no longer improves."""
    from neuropil.training import EarlyStopping

    return EarlyStopping


def _modules() -> dict[str, type[Module]]:
    from neuropil import nn

    return _classes(nn, nn.Module)


def _classes(package: ModuleType, base: type) -> dict[str, Any]:
    """The public classes of a package that can be built: those derived from ``base``."""
    members = {name: getattr(package, name) for name in package.__all__}
    return {
        name: member
        for name, member in members.items()
        if isinstance(member, type) and issubclass(member, base) and not isabstract(member)
        if member is not base
    }


def _inputs(kind: type[Module]) -> int:
    """How many arguments a module is called with; 0 for what cannot be called."""
    parameters = list(signature(kind.forward).parameters.values())[1:]
    return sum(parameter.kind is parameter.POSITIONAL_OR_KEYWORD for parameter in parameters)
