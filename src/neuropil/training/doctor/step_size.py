"""Steps that are too large or too small."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from neuropil.training.doctor.dead_units import SHARE as DEAD
from neuropil.training.doctor.finding import Finding
from neuropil.training.doctor.saturation import SHARE as SATURATED
from neuropil.training.doctor.statistics import HORIZON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import Record

TOO_LARGE = "too large a step"
TOO_SMALL = "too small a step"

RISE = 1.2
"""The loss at the end over that at the beginning: a training that works does not end above 1."""

MOVED = 0.1
"""‖ΔW‖/‖W‖ of a step. Steps of about 1e-3 are usual; after ten of this size nothing of a weight
need be left."""

TRAVELLED = 0.1
"""The same of all steps together: weights that keep 90 % of what they were drawn as have learned
next to nothing."""


def step_size(record: Record) -> Iterator[Finding]:
    """One finding at most: a step cannot be both."""
    if evidence := _too_large(record):
        yield Finding(
            TOO_LARGE,
            None,
            evidence,
            f"Take a smaller learning rate (it began at {record.learning_rate:.3g}): a tenth of "
            "it, until the loss falls.",
        )
    elif evidence := _too_small(record):
        yield Finding(
            TOO_SMALL,
            None,
            evidence,
            f"Take a larger learning rate (it began at {record.learning_rate:.3g}): ten times, "
            "as long as the loss falls steadily.",
        )


def _too_large(record: Record) -> str | None:
    first, last, update = record.first, record.last, record.typical_update
    if record.failure is not None and isfinite(first.loss):  # else it was broken before any step
        what, _, _ = record.failure.partition(";")  # what to do about it is said below
        return (
            f"Training broke down: {what}. After step {last.step}, when it was last looked at, "
            f"the loss had gone from {first.loss:.3g} to {last.loss:.3g}."
        )
    if update is None or record.learned:
        return None
    moved = f"a step changes weights by {update:.1%} of their size"
    if last.loss > RISE * first.loss:
        return f"The loss rose from {first.loss:.3g} to {last.loss:.3g}, and {moved}."
    if update > MOVED:
        return f"The loss went from {first.loss:.3g} to {last.loss:.3g}, and {moved}."
    if (ruined := _ruined(record)) is not None:
        return f"{ruined}, while the loss went from {first.loss:.3g} to {last.loss:.3g}."
    return None


def _ruined(record: Record) -> str | None:
    """The units that steps have killed or driven into saturation."""
    before = {activation.name: activation for activation in record.first.hidden}
    for after in record.last.hidden:
        at_first = before.get(after.name)
        if at_first is None:  # a network that is not called the same way every time
            continue
        if after.dead is not None and after.dead >= DEAD > (at_first.dead or 0.0):
            return (
                f"In {after.name} the share of dead units rose from {at_first.dead:.0%} to "
                f"{after.dead:.0%}"
            )
        if after.saturated is not None and after.saturated >= SATURATED > (
            at_first.saturated or 0.0
        ):
            return (
                f"In {after.name} the share of saturated outputs rose from "
                f"{at_first.saturated:.0%} to {after.saturated:.0%}"
            )
    return None


def _too_small(record: Record) -> str | None:
    first, last, update = record.first, record.last, record.typical_update
    travelled = record.travelled
    if update is None or travelled is None or travelled > TRAVELLED or record.learned:
        return None
    return (
        f"A step changes weights by {update:.1e} of their size, so that "
        f"{max(record.steps, HORIZON)} steps together can change them by {travelled:.2g} of it; "
        f"after {last.step} the loss has gone from {first.loss:.4g} to {last.loss:.4g}."
    )
