"""Losses that are faster and more stable as one primitive than as a composition.

Each takes ``reduction``: ``"none"`` for one loss per element or sample, ``"sum"``, or ``"mean"``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from neuropil.arrays import Array, namespace
from neuropil.errors import ShapeError
from neuropil.graph import primitive
from neuropil.ops.arithmetic import maximum
from neuropil.ops.exponential import log, sigmoid
from neuropil.ops.loss_reduction import Reduction, reduced
from neuropil.ops.reduction import sum
from neuropil.ops.softmax import log_softmax, softmax

if TYPE_CHECKING:
    from jaxtyping import Float


def _check_targets(loss: str, output: Array, targets: Array) -> None:
    """Targets are not broadcast: averaging over what was repeated would be nonsense."""
    if output.shape != targets.shape:
        raise ShapeError(
            f"{loss} expects targets {tuple(output.shape)}, one for each output, got "
            f"{tuple(targets.shape)}: reshape them, or turn labels into one-hot rows"
        )


def _share(s: Array, shape: tuple[int, ...], reduction: Reduction) -> Array:
    """What each loss of ``shape`` gets of the cotangent of the reduced one."""
    return s * (1.0 / math.prod(shape)) if reduction == "mean" else s


@primitive(
    vjps=(
        lambda s, y, output, targets, reduction="none": (
            _share(s, output.shape, reduction) * (2.0 * (output - targets))
        ),
        lambda s, y, output, targets, reduction="none": (
            _share(s, output.shape, reduction) * (2.0 * (targets - output))
        ),
    )
)
def squared_error(
    output: Float[Array, "*shape"],
    targets: Float[Array, "*shape"],
    /,
    *,
    reduction: Reduction = "none",
) -> Float[Array, "..."]:
    """(y − t)², elementwise.

    Example:
        >>> import numpy as np
        >>> print(squared_error(np.array([1.0, 3.0]), np.zeros(2), reduction="mean"))
        5.0
    """
    _check_targets("squared_error", output, targets)
    difference = output - targets
    return reduced(difference * difference, reduction)


@primitive(
    vjps=(
        lambda s, y, logits, targets, reduction="none": (
            _share(s, logits.shape, reduction) * (sigmoid(logits) - targets)
        ),
        lambda s, y, logits, targets, reduction="none": (
            -_share(s, logits.shape, reduction) * logits
        ),
    )
)
def binary_cross_entropy_with_logits(
    logits: Float[Array, "*shape"],
    targets: Float[Array, "*shape"],
    /,
    *,
    reduction: Reduction = "none",
) -> Float[Array, "..."]:
    """Bernoulli cross-entropy −t ln σ(z) − (1 − t) ln(1 − σ(z)), elementwise (notes 2.3.2).

    Its derivative with respect to z is the output error σ(z) − t.

    Example:
        >>> import numpy as np
        >>> print(binary_cross_entropy_with_logits(np.array(0.0), np.array(1.0)).round(4))  # ln 2
        0.6931
    """
    _check_targets("binary_cross_entropy_with_logits", logits, targets)
    xp = namespace(logits)
    losses = xp.maximum(logits, 0.0) - logits * targets + xp.log1p(xp.exp(-xp.abs(logits)))
    return reduced(losses, reduction)


_LOWEST = -100.0  # of a logarithm: what PyTorch takes for ln 0
_EXP_LOWEST = math.exp(_LOWEST)
_SMALLEST = float(np.float32(1e-12))  # of p(1 − p) under a fraction, again PyTorch's


def _probabilities_vjp(
    s: Array, y: Array, p: Array, targets: Array, reduction: Reduction = "none"
) -> Array:
    return _share(s, p.shape, reduction) * ((p - targets) / maximum((1.0 - p) * p, _SMALLEST))


def _targets_vjp(
    s: Array, y: Array, p: Array, targets: Array, reduction: Reduction = "none"
) -> Array:
    log_odds = log(maximum(p, _EXP_LOWEST)) - log(maximum(1.0 - p, _EXP_LOWEST))
    return -_share(s, p.shape, reduction) * log_odds


@primitive(vjps=(_probabilities_vjp, _targets_vjp))
def binary_cross_entropy(
    p: Float[Array, "*shape"],
    targets: Float[Array, "*shape"],
    /,
    *,
    reduction: Reduction = "none",
) -> Float[Array, "..."]:
    """Bernoulli cross-entropy −t ln p − (1 − t) ln(1 − p), elementwise (notes 2.3.2).

    Logarithms end at −100 and p(1 − p) in the derivative at 10⁻¹², as in PyTorch, so that an
    answer that is certain and wrong costs much but not infinitely much. Outside [0, 1] the result
    is NaN.

    Example:
        >>> binary_cross_entropy(np.array([0.5, 0.0]), np.array([1.0, 1.0])).round(4).tolist()
        [0.6931, 100.0]
    """
    _check_targets("binary_cross_entropy", p, targets)
    xp = namespace(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_p, log_not_p = xp.log(p), xp.log1p(-p)
    losses = targets * xp.maximum(log_p, _LOWEST) + (1.0 - targets) * xp.maximum(log_not_p, _LOWEST)
    return reduced(-losses, reduction)


def _by_class(s: Array, logits: Array, reduction: Reduction) -> Array:
    share = _share(s, logits.shape[:-1], reduction)
    return share.reshape((*share.shape, 1)) if reduction == "none" else share


def _output_error(
    s: Array,
    y: Array,
    logits: Array,
    targets: Array,
    reduction: Reduction = "none",
    normalised: bool = False,
) -> Array:
    """softmax(z)·Σt − t: the output error y − t of the notes."""
    p = softmax(logits)
    if not normalised:
        p = p * sum(targets, axis=-1, keepdims=True)
    return _by_class(s, logits, reduction) * (p - targets)


@primitive(
    vjps=(
        _output_error,
        lambda s, y, logits, targets, reduction="none", normalised=False: (
            -_by_class(s, logits, reduction) * log_softmax(logits)
        ),
    )
)
def cross_entropy_with_logits(
    logits: Float[Array, "*batch classes"],
    targets: Float[Array, "*batch classes"],
    /,
    *,
    reduction: Reduction = "none",
    normalised: bool = False,
) -> Float[Array, "..."]:
    """Categorical cross-entropy −Σ t ln softmax(z) of each sample (notes 2.3.3).

    ``targets`` are distributions over the classes, one-hot for known classes. That each row's sum
    is 1 spares the derivative that sum, where the caller knows it and says ``normalised``.

    Raises:
        ShapeError: Not every row of logits has a row of targets.

    Example:
        >>> import numpy as np
        >>> print(cross_entropy_with_logits(np.zeros(4), np.eye(4)[0]).round(4))  # ln 4
        1.3863
    """
    _check_targets("cross_entropy_with_logits", logits, targets)
    logarithms = log_softmax.formula(logits)
    # A class that is ruled out (logit −∞) and is no target adds nothing: 0·∞ would be NaN.
    terms = targets * namespace(logits, targets).where(targets != 0.0, logarithms, 0.0)
    return reduced(-terms.sum(axis=-1), reduction)
