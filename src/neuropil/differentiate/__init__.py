"""Derivatives of functions: gradients, Jacobians, products with them, and a check against them.

The functional interface as users of JAX and ``torch.func`` know it, standing on
`neuropil.graph.gradients`.
"""

from __future__ import annotations

from neuropil.differentiate.check import check_gradients
from neuropil.differentiate.jacobian import hessian, jacobian
from neuropil.differentiate.products import hvp, jvp, vjp
from neuropil.differentiate.scalar import grad, value_and_grad

__all__ = [
    "check_gradients",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]
