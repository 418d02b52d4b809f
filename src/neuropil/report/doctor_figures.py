"""The section of a run's page on gradient flow: what the gradient doctor saw and concluded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuropil import plot
from neuropil.report.inline import svg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from neuropil.training import DoctorReport, Finding
    from neuropil.training.doctor.statistics import Examination, LayerStatistics

MOST_LINES = 3
"""How many examinations are drawn: the first, one in the middle, the last."""


@dataclass(frozen=True)
class DoctorSection:
    """What the page says of the gradient doctor.

    Attributes:
        findings: What is wrong, in plain words.
        consequences: What may follow from that, by its kinds.
        flow: Signals, gradients and updates by layer; None where nothing was measured.
        noise: The gradient noise scale at the first and the last examination.
    """

    findings: Sequence[Finding]
    consequences: Sequence[str]
    flow: Markup | None
    noise: Sequence[float]


def section(report: DoctorReport | None) -> DoctorSection | None:
    """The section for a report; None where no doctor was asked."""
    if report is None:
        return None
    examinations = report.record.examinations
    return DoctorSection(
        report.findings,
        list(dict.fromkeys(finding.kind for finding in report.consequences)),
        flow(examinations),
        [examinations[0].noise, examinations[-1].noise] if examinations else [],
    )


def flow(examinations: Sequence[Examination]) -> Markup | None:
    """Gradient norms, update ratios and signals by layer, as training went on."""
    if not examinations or not examinations[0].layers:
        return None
    layers = [layer.name for layer in examinations[0].layers]
    shown = _spread(examinations, layers)
    moved = _spread([e for e in examinations if e.update is not None], layers)
    quantities = {
        "gradient norm": {_time(e): _values(e, lambda layer: layer.gradient) for e in shown},
        "update / weight": {_time(e): _values(e, lambda layer: layer.update) for e in moved},
        "signal": {_time(e): _values(e, lambda layer: layer.signal) for e in shown},
    }
    quantities = {name: lines for name, lines in quantities.items() if lines}
    first = examinations[0].layers
    description = (
        f"Gradient flow through {len(layers)} layers. Before training the gradient's norm is "
        f"{first[0].gradient:.2g} at the first layer and {first[-1].gradient:.2g} at the last."
    )
    return svg(plot.gradient_flow(layers, quantities), "flow", description)


def _spread(examinations: Sequence[Examination], layers: Sequence[str]) -> list[Examination]:
    """The first, the middle and the last that saw these layers."""
    alike = [e for e in examinations if [layer.name for layer in e.layers] == layers]
    places = {0, len(alike) // 2, len(alike) - 1} if alike else set()
    return [alike[place] for place in sorted(places)][:MOST_LINES]


def _time(examination: Examination) -> str:
    return f"step {examination.step}"


def _values(
    examination: Examination, quantity: Callable[[LayerStatistics], float | None]
) -> list[float]:
    values = (quantity(layer) for layer in examination.layers)
    return [math.nan if value is None else value for value in values]
