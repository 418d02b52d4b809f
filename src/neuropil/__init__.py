"""neuropil: neurons, synapses and neural networks as one differentiable graph.

Example:
    >>> import neuropil as npl
    >>> x = npl.Variable([1.0, 2.0, 3.0])
    >>> npl.sum(x**2).backward()
    >>> x.grad.tolist()
    [2.0, 4.0, 6.0]
"""

from __future__ import annotations

from neuropil import (
    data,
    differentiate,
    errors,
    graph,
    models,
    nn,
    ops,
    optim,
    random,
    training,
    xla,
)
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
from neuropil.training import evaluate, fit, load, predict, save
from neuropil.xla import compile

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
