"""Giving Parameters new numbers, by PyTorch's names, which end in an underscore."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import numpy as np

from neuropil.graph import Variable
from neuropil.nn.connections import Connections
from neuropil.nn.init import distributions
from neuropil.nn.init.distributions import Seed
from neuropil.nn.init.fans import fans
from neuropil.nn.init.gain import Nonlinearity, calculate_gain
from neuropil.random import as_generator

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.nn.module import Module

    Mode = Literal["fan_in", "fan_out"]

AnyVariable = TypeVar("AnyVariable", bound=Variable)
Net = TypeVar("Net", bound="Module")


class Initializer(Protocol):
    """A function that fills a Parameter at random, such as `kaiming_normal_`."""

    def __call__(self, variable: Variable, /, *, rng: Seed = None) -> object: ...


def uniform_(
    variable: AnyVariable, a: float = 0.0, b: float = 1.0, *, rng: Seed = None
) -> AnyVariable:
    """Uniform between ``a`` and ``b``."""
    return _filled(variable, distributions.uniform(variable.shape, a, b, **_as(variable, rng)))


def normal_(
    variable: AnyVariable, mean: float = 0.0, std: float = 1.0, *, rng: Seed = None
) -> AnyVariable:
    """Normal with the given mean and standard deviation."""
    return _filled(variable, distributions.normal(variable.shape, mean, std, **_as(variable, rng)))


def constant_(variable: AnyVariable, val: float) -> AnyVariable:
    """``val`` throughout.

    Example:
        >>> from neuropil import nn
        >>> constant_(nn.Linear(2, 3).bias, 0.5)
        Parameter([0.5, 0.5, 0.5], name='bias', shape=(3,), dtype=float32)
    """
    return _filled(variable, np.full(variable.shape, val, variable.dtype))


def zeros_(variable: AnyVariable) -> AnyVariable:
    """0 throughout."""
    return constant_(variable, 0.0)


def ones_(variable: AnyVariable) -> AnyVariable:
    """1 throughout."""
    return constant_(variable, 1.0)


def xavier_uniform_(variable: AnyVariable, gain: float = 1.0, *, rng: Seed = None) -> AnyVariable:
    """Uniform with variance 2 gain² / (inputs + outputs): `glorot_uniform`."""
    drawn = distributions.glorot_uniform(variable.shape, gain=gain, **_as(variable, rng))
    return _filled(variable, drawn)


def xavier_normal_(variable: AnyVariable, gain: float = 1.0, *, rng: Seed = None) -> AnyVariable:
    """Normal with variance 2 gain² / (inputs + outputs): `glorot_normal`."""
    drawn = distributions.glorot_normal(variable.shape, gain=gain, **_as(variable, rng))
    return _filled(variable, drawn)


def kaiming_uniform_(
    variable: AnyVariable,
    a: float = 0.0,
    mode: Mode = "fan_in",
    nonlinearity: Nonlinearity = "leaky_relu",
    *,
    rng: Seed = None,
) -> AnyVariable:
    """Uniform with variance gain² / fan: with its defaults `he_uniform`.

    Args:
        variable: A weight (out, in, *kernel).
        a: The slope of a leaky ReLU.
        mode: Whether activities (``"fan_in"``) or gradients (``"fan_out"``) keep their size.
        nonlinearity: What follows the layer; see `calculate_gain`.
        rng: A seed or Generator.
    """
    bound = sqrt(3.0) * _kaiming_std(variable.shape, a, mode, nonlinearity)
    return uniform_(variable, -bound, bound, rng=rng)


def kaiming_normal_(
    variable: AnyVariable,
    a: float = 0.0,
    mode: Mode = "fan_in",
    nonlinearity: Nonlinearity = "leaky_relu",
    *,
    rng: Seed = None,
) -> AnyVariable:
    """Normal with variance gain² / fan: with its defaults `he_normal`.

    The arguments are those of `kaiming_uniform_`.
    """
    return normal_(variable, 0.0, _kaiming_std(variable.shape, a, mode, nonlinearity), rng=rng)


def lecun_uniform_(variable: AnyVariable, *, rng: Seed = None) -> AnyVariable:
    """Uniform with variance 1 / inputs: `lecun_uniform`."""
    return _filled(variable, distributions.lecun_uniform(variable.shape, **_as(variable, rng)))


def lecun_normal_(variable: AnyVariable, *, rng: Seed = None) -> AnyVariable:
    """Normal with variance 1 / inputs: `lecun_normal`."""
    return _filled(variable, distributions.lecun_normal(variable.shape, **_as(variable, rng)))


def orthogonal_(variable: AnyVariable, gain: float = 1.0, *, rng: Seed = None) -> AnyVariable:
    """Rows (or columns) of length ``gain`` at right angles: `orthogonal`."""
    drawn = distributions.orthogonal(variable.shape, gain=gain, **_as(variable, rng))
    return _filled(variable, drawn)


def initialise_(net: Net, initializer: Initializer, *, rng: Seed = None) -> Net:
    """Begin anew: the weights of every linear and convolutional layer drawn, its biases 0.

    Local connections are drawn place by place. Layers whose weights are no connections
    (normalisation, `Embedding`, `PReLU`, layers of one's own) stay as they are.

    Args:
        net: A network.
        initializer: What fills a weight, such as ``nn.init.kaiming_normal_``.
        rng: A seed or Generator.

    Returns:
        The network.

    Example:
        >>> from neuropil import nn
        >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
        >>> initialise_(net, nn.init.orthogonal_, rng=0)[2].bias
        Parameter([0.], name='bias', shape=(1,), dtype=float32)
    """
    generator = as_generator(rng)
    for module in net.modules():
        if isinstance(module, Connections):
            module.begin_anew(initializer, generator)
    return net


def _kaiming_std(shape: tuple[int, ...], a: float, mode: Mode, nonlinearity: Nonlinearity) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(shape).into if mode == "fan_in" else fans(shape).out
    return calculate_gain(nonlinearity, a) / sqrt(fan)


def _as(variable: Variable, rng: Seed) -> dict[str, Any]:
    return {"rng": rng, "dtype": variable.dtype}


def _filled(variable: AnyVariable, numbers: Array) -> AnyVariable:
    variable.value = numbers
    return variable
