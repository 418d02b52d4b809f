"""Losses that take something else than the network gives, and targets that cannot be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.training.doctor.finding import Finding
from neuropil.training.doctor.losses import (
    CATEGORICAL,
    OF_LOG_PROBABILITIES,
    OF_LOGITS,
    OF_PROBABILITIES,
    OF_VALUES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import OutputStatistics, Record

KIND = "loss mismatch"
LABELS = "label mismatch"

ROUNDING = 1e-3
"""How far probabilities in float32 may be from adding up to 1; logits are, by far more."""

SHARE = 0.02
"""Of targets beyond the network's reach: a few outliers are the data's business."""


def loss_mismatch(record: Record) -> Iterator[Finding]:
    """What the loss takes against what the outputs are, by their values and by what made them."""
    outputs, loss = record.outputs, record.loss
    if outputs is None:
        return
    if loss in OF_LOGITS:
        yield from _not_logits(outputs, loss)
    elif loss in OF_PROBABILITIES:
        yield from _not_probabilities(outputs, loss)
    elif loss in OF_LOG_PROBABILITIES:
        yield from _not_log_probabilities(outputs, loss)
    elif loss in OF_VALUES and outputs.unreachable > SHARE:
        yield Finding(
            LABELS,
            None,
            f"{outputs.unreachable:.0%} of the targets, which lie between {outputs.target_low:.3g} "
            f"and {outputs.target_high:.3g}, are beyond what the {outputs.made_by} at the end of "
            "the network can give.",
            "Leave that activation out, or scale the targets into its range.",
        )
    if outputs.constant:
        yield Finding(
            LABELS,
            None,
            f"All {outputs.samples} samples have the same target.",
            "Look at how the targets were read: there is nothing to tell apart.",
        )


def _not_logits(outputs: OutputStatistics, loss: str) -> Iterator[Finding]:
    made_by = outputs.made_by
    cure = f"Leave it out: {loss} does it by itself."
    if made_by == "log_softmax" and loss in CATEGORICAL:
        yield Finding(
            KIND,
            None,
            f"{loss} takes logits and is given log-probabilities. It does no harm, since the "
            "log_softmax of a log_softmax is itself, but costs time.",
            "Leave LogSoftmax out, or take NLLLoss.",
            grave=False,
        )
    elif made_by in {"softmax", "log_softmax", "sigmoid"}:
        what = "log-probabilities" if made_by == "log_softmax" else "probabilities"
        yield Finding(
            KIND,
            None,
            f"{loss} takes logits and is given {what}: the network ends in a {made_by}, so its "
            f"outputs lie between {outputs.low:.3g} and {outputs.high:.3g} and can hardly differ "
            "enough.",
            cure,
        )
    elif made_by in {"relu", "tanh"}:
        yield Finding(
            KIND,
            None,
            f"{loss} takes logits, any numbers, and is given the outputs of a {made_by}, which "
            f"lie between {outputs.low:.3g} and {outputs.high:.3g}.",
            f"Leave the {made_by} at the end of the network out.",
        )


def _not_probabilities(outputs: OutputStatistics, loss: str) -> Iterator[Finding]:
    if outputs.made_by in {"sigmoid", "softmax"}:
        return
    outside = outputs.low < 0.0 or outputs.high > 1.0
    if outside or outputs.made_by in {"linear", "add", "log_softmax", "relu", "tanh"}:
        yield Finding(
            KIND,
            None,
            f"{loss} takes probabilities and is given numbers between {outputs.low:.3g} and "
            f"{outputs.high:.3g} from a {outputs.made_by}, which nothing keeps between 0 and 1.",
            "Take BCEWithLogitsLoss, or end the network with nn.Sigmoid().",
        )


def _not_log_probabilities(outputs: OutputStatistics, loss: str) -> Iterator[Finding]:
    if outputs.exp_total <= ROUNDING:
        return
    are = "probabilities" if outputs.total <= ROUNDING and outputs.low >= 0.0 else "logits"
    yield Finding(
        KIND,
        None,
        f"{loss} takes log-probabilities and is given {are}: their exponentials miss adding up "
        f"to 1 by up to {outputs.exp_total:.3g}, so the loss has no lower bound that means "
        "anything.",
        "Take CrossEntropyLoss on logits, or end the network with nn.LogSoftmax().",
    )
