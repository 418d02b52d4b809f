"""neuropil: neurons, synapses and neural networks as one differentiable graph.

Example:
    >>> import neuropil as npl
    >>> x = npl.Variable([1.0, 2.0, 3.0])
    >>> npl.sum(x**2).backward()
    >>> x.grad.tolist()
    [2.0, 4.0, 6.0]
"""

from neuropil import errors, graph, ops
from neuropil._version import __version__
from neuropil.graph import Operation, Variable, gradients, no_grad
from neuropil.ops import *  # noqa: F403 (the namespace of the array API standard)

__all__ = [
    "Operation",
    "Variable",
    "__version__",
    "errors",
    "gradients",
    "graph",
    "no_grad",
    "ops",
    *ops.__all__,
]
