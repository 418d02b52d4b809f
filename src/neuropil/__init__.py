"""neuropil: neurons, synapses and neural networks as one differentiable graph.

Example:
    >>> import neuropil as npl
    >>> x = npl.Variable([1.0, 2.0, 3.0])
    >>> npl.sum(x**2).backward()
    >>> x.grad.tolist()
    [2.0, 4.0, 6.0]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from neuropil import differentiate, errors, graph, ops, random, xla
from neuropil._version import __version__
from neuropil.differentiate import (
    check_gradients,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from neuropil.graph import Operation, Variable, draw, gradients, no_grad
from neuropil.ops import *  # noqa: F403 (the namespace of the array API standard)
from neuropil.random import Generator, manual_seed
from neuropil.xla import compile

if TYPE_CHECKING:
    from neuropil import data, models, nn, optim, training
    from neuropil.training import evaluate, fit, load, predict, save

_LOADED_WHEN_USED = {
    **{name: name for name in ("data", "models", "nn", "optim", "training")},
    **dict.fromkeys(("evaluate", "fit", "load", "predict", "save"), "training"),
}
"""Where to find what a simulation of neurons can do without, and begins sooner without."""

__all__ = [
    "Generator",
    "Operation",
    "Variable",
    "__version__",
    "check_gradients",
    "compile",
    "data",
    "differentiate",
    "draw",
    "errors",
    "evaluate",
    "fit",
    "grad",
    "gradients",
    "graph",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "load",
    "manual_seed",
    "models",
    "nn",
    "no_grad",
    "ops",
    "optim",
    "predict",
    "random",
    "save",
    "training",
    "value_and_grad",
    "vjp",
    "xla",
]
__all__ += ops.__all__


def __getattr__(name: str) -> Any:
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module 'neuropil' has no attribute {name!r}")
    package = _LOADED_WHEN_USED[name]
    module = import_module(f"neuropil.{package}")
    value = globals()[name] = module if name == package else getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LOADED_WHEN_USED})
