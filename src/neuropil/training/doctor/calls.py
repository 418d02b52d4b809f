"""The layers and the activation functions of one forward pass."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from neuropil.graph import Variable, beneath
from neuropil.nn import BatchNorm1d, BatchNorm2d, Embedding, LayerNorm, Linear, Module, observe
from neuropil.nn.members import members
from neuropil.nn.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.arrays import Array

ACTIVATIONS = frozenset({"relu", "sigmoid", "tanh"})
"""The primitives that are looked at; those whose units cannot die or saturate need no doctor."""

NORMALISATIONS = (BatchNorm1d, BatchNorm2d, LayerNorm)


@dataclass(frozen=True)
class Layer:
    """A module with weights of its own that was called; its outputs are ``z``.

    Where they are normalised at once, ``z`` is what comes out of that: before it, the size of the
    weights divides the gradient and says nothing.
    """

    name: str
    kind: str
    weight: Parameter
    z: Variable
    channels: int  # the axis of z on which its units lie


@dataclass(frozen=True)
class Activation:
    """A result ``y`` of an activation function, whoever called it: a module or a formula."""

    name: str
    layer: Layer | None
    y: Variable
    hidden: bool

    @property
    def kind(self) -> str:
        """The name of the primitive."""
        return primitive_of(self.y)


@dataclass(frozen=True)
class Pass:
    """A forward pass: what the network gave, and what it did on the way."""

    output: Any
    layers: list[Layer]
    activations: list[Activation]
    normalised: bool


def forward(net: Module, inputs: Array) -> Pass:
    """Call the network and look on.

    Layers are found among the modules that are called, activation functions in the graph: so
    ``nn.ReLU()`` and ``nn.functional.relu`` are one and the same. A layer that is called more
    than once is looked at in its last call.
    """
    names = {id(module): name for name, module in net.named_modules()}
    layers: dict[str, Layer] = {}
    makers: dict[int, str] = {}  # of results: the innermost module that gave them
    normalised = False

    def look(module: Module, arguments: tuple[Any, ...], output: Any) -> None:
        nonlocal normalised
        if not isinstance(output, Variable):
            return
        name, kind = names.get(id(module), type(module).__name__), type(module).__name__
        makers.setdefault(id(output), name)
        if isinstance(module, NORMALISATIONS):
            normalised |= not layers
            for layer in list(layers.values()):
                if layer.z is arguments[0]:
                    layers[layer.name] = replace(layer, z=output)
        elif (weight := _weight(module)) is not None:
            axis = -1 if isinstance(module, Linear | Embedding) else 1
            layers.pop(name, None)
            layers[name] = Layer(name, kind, weight, output, axis)

    with observe(look):
        output = net(inputs)
    found = list(layers.values())
    activations = list(_activations(output, found, makers)) if _is_result(output) else []
    return Pass(output, found, activations, normalised)


def primitive_of(result: Variable) -> str:
    """The name of the primitive that gave a result; nothing for a leaf."""
    return "" if result.creator is None else str(result.creator.primitive.name)


def _weight(module: Module) -> Parameter | None:
    """The weights that connect units; a bias, or the slopes of a PReLU, are none."""
    own = (parameter for _, parameter in members(module, Parameter))
    return next((parameter for parameter in own if parameter.ndim > 1), None)


def _is_result(output: Any) -> bool:
    return isinstance(output, Variable) and output.creator is not None


def _activations(
    output: Variable, layers: list[Layer], makers: dict[int, str]
) -> Iterator[Activation]:
    """Every result of an activation function on the way to the output, in order."""
    last = max((_age(layer.z) for layer in layers), default=-1)
    by_result = {id(layer.z): layer for layer in layers}
    origin: dict[int, Layer] = {}  # of each result: the layer it comes from
    for variable in beneath(output):
        if variable.creator is None:
            continue
        parents = [id(parent) for _, parent in variable.creator.parents]
        source = by_result.get(id(variable)) or next(
            (origin[parent] for parent in parents if parent in origin), None
        )
        if source is not None:
            origin[id(variable)] = source
        if primitive_of(variable) in ACTIVATIONS:
            before = source.name if source is not None else "the inputs"
            name = makers.get(id(variable), f"{primitive_of(variable)} after {before}")
            yield Activation(name, source, variable, hidden=_age(variable) < last)


def _age(variable: Variable) -> int:
    return -1 if variable.creator is None else variable.creator.order
