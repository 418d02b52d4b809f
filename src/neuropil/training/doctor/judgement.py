"""From what was measured to what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuropil.training.doctor.dead_units import dead_units
from neuropil.training.doctor.equal_weights import equal_weights
from neuropil.training.doctor.exploding_gradients import exploding_gradients
from neuropil.training.doctor.loss_mismatch import loss_mismatch
from neuropil.training.doctor.saturation import saturation
from neuropil.training.doctor.step_size import step_size
from neuropil.training.doctor.unscaled_features import unscaled_features
from neuropil.training.doctor.vanishing_gradients import vanishing_gradients

if TYPE_CHECKING:
    from neuropil.training.doctor.finding import Finding
    from neuropil.training.doctor.statistics import Record

Rule = Callable[["Record"], Iterable["Finding"]]

BUILT_WRONG: tuple[Rule, ...] = (loss_mismatch, unscaled_features, equal_weights)
UNITS: tuple[Rule, ...] = (dead_units, saturation)
FLOW: tuple[Rule, ...] = (vanishing_gradients, exploding_gradients)
STEPS: tuple[Rule, ...] = (step_size,)

CAUSES_FIRST = (BUILT_WRONG, UNITS, FLOW, STEPS)
"""What is wrong further left has consequences further right: large features saturate units,
saturated units stop gradients, and where no gradient arrives no step is large enough."""


@dataclass(frozen=True)
class Judgement:
    """What is wrong, and what may be no more than its consequence.

    Attributes:
        findings: What to cure first.
        consequences: What was found as well and may go away with it.
    """

    findings: tuple[Finding, ...]
    consequences: tuple[Finding, ...]


def judge(record: Record, groups: Iterable[Iterable[Rule]] = CAUSES_FIRST) -> Judgement:
    """Apply the rules, causes first; what comes after a grave finding may follow from it."""
    findings: list[Finding] = []
    consequences: list[Finding] = []
    for rules in groups if record.examinations else (BUILT_WRONG[:2],):
        excused = any(finding.grave for finding in findings)
        found = [finding for rule in rules for finding in rule(record)]
        (consequences if excused else findings).extend(found)
    return Judgement(tuple(findings), tuple(consequences))
