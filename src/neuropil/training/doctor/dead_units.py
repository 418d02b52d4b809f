"""Dead ReLUs: units that are 0 for every sample, where no gradient passes (Lecture 17)."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from neuropil.training.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import Record

KIND = "dead units"

SHARE = 0.5
"""Of a layer's units. A unit with random weights and small bias is positive for half of all
random inputs; at most 0.375 of a layer is dead in healthy trainings (``python -m
benchmarks.doctor.limits``)."""


def dead_units(record: Record) -> Iterator[Finding]:
    """Layers of ReLUs most of which were dead before the first step and while much was unlearned.

    Units that die later were killed by the steps: see `step_size`.
    """
    for activation in record.first.hidden:
        shares = [
            same.dead
            for examination in record.unlearned
            for same in examination.hidden
            if same.name == activation.name and same.dead is not None
        ]
        if shares and min(shares[0], median(shares)) >= SHARE:
            yield Finding(
                KIND,
                activation.name,
                f"{shares[0]:.0%} of its units are 0 for every sample from the beginning, so no "
                "gradient passes through them and they cannot learn.",
                f"Begin layer {activation.layer} with a smaller, or no, negative bias and weights "
                "of mean 0, or take nn.LeakyReLU.",
            )
            if shares[0] == 1.0:  # what comes after it gets nothing but zeros
                return
