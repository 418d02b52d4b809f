"""The network and the optimizer that an estimator's settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from numbers import Integral
from typing import TYPE_CHECKING, Any

from neuropil import nn, optim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.random import Generator

ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "logistic": nn.Sigmoid,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
}


def _sgd(params: Iterable[Any], lr: float) -> optim.SGD:
    return optim.SGD(params, lr, momentum=0.9, nesterov=True)


SOLVERS: Mapping[str, Callable[..., optim.Optimizer]] = {"adam": optim.Adam, "sgd": _sgd}


def perceptron(
    sizes: Sequence[int],
    activation: str | Callable[[], nn.Module],
    dropout: float,
    *,
    dtype: Any,
    rng: Generator,
) -> nn.Sequential:
    """A multilayer perceptron that ends in a linear layer.

    Args:
        sizes: How many inputs, hidden units layer by layer, outputs.
        activation: Of the hidden units: a name, or what makes the layer, such as `nn.Tanh`.
        dropout: With which probability a hidden unit is dropped.
        dtype: Of the parameters.
        rng: What the initial weights are drawn from.

    Raises:
        ValueError: There is no such activation; a size is below 1; ``dropout`` is no probability.

    Example:
        >>> from neuropil.random import Generator
        >>> perceptron([4, 8, 3], "tanh", 0.2, dtype="float32", rng=Generator(0))
        Sequential(
          (0): Linear(in_features=4, out_features=8)
          (1): Tanh()
          (2): Dropout(p=0.2)
          (3): Linear(in_features=8, out_features=3)
        )
    """
    make = named("activation", activation, ACTIVATIONS)
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [nn.Linear(n_in, n_out, dtype=dtype, rng=rng), make()]
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1], dtype=dtype, rng=rng))


def hidden_sizes(sizes: int | Iterable[int]) -> list[int]:
    """The sizes of the hidden layers, of which there may be none.

    Example:
        >>> hidden_sizes(100), hidden_sizes((50, 20)), hidden_sizes(())
        ([100], [50, 20], [])
    """
    return [int(sizes)] if isinstance(sizes, Integral) else [*sizes]  # type: ignore[misc]


def named(setting: str, value: Any, known: Mapping[str, Callable[..., Any]]) -> Any:
    """What a name stands for, or the function that came instead of a name.

    Raises:
        ValueError: It is neither.

    Example:
        >>> named("activation", "tanh", ACTIVATIONS) is named("activation", nn.Tanh, ACTIVATIONS)
        True
    """
    if isinstance(value, str) and value in known:
        return known[value]
    if callable(value) and not isinstance(value, nn.Module):  # a layer made already is but one
        return value
    raise ValueError(
        f"{setting} is {', '.join(map(repr, known))} or a function that makes one, got {value!r}"
    )
