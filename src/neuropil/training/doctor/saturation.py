"""Saturation: sigmoids and tanhs on the flat parts of their curves (notes 6.1)."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from neuropil.training.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import Record

KIND = "saturation"

SHARE = 0.5
"""Of a layer's outputs. Flat (a slope below 5 % of the steepest) are |z| > 2.2 of a tanh and
|z| > 4.4 of a sigmoid: half of the outputs are there when z has a standard deviation of 3.2 or
6.5, ten times what PyTorch's initial weights give for inputs of variance 1 (0.58)."""


def saturation(record: Record) -> Iterator[Finding]:
    """Hidden layers most of whose outputs lie on the flat before and while much is unlearned.

    Units that a step has driven there are told by `step_size`.
    """
    for activation in record.first.hidden:
        shares = [
            same.saturated
            for examination in record.unlearned
            for same in examination.hidden
            if same.name == activation.name and same.saturated is not None
        ]
        if shares and min(shares[0], median(shares)) >= SHARE:
            yield Finding(
                KIND,
                activation.name,
                f"{shares[0]:.0%} of its outputs lie where the {activation.kind} is flat (a slope "
                "below 5 % of the steepest) from the beginning, so hardly any gradient passes.",
                f"Begin layer {activation.layer} with smaller weights and biases, or normalise "
                "what goes in.",
            )
