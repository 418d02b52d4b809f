"""The gradient doctor's report: findings, and what they were concluded from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from neuropil.training.doctor.judgement import judge

if TYPE_CHECKING:
    from neuropil.training.doctor.finding import Finding
    from neuropil.training.doctor.statistics import Examination, LayerStatistics, Record

_COLUMNS = ("layer", "type", "signal", "gradient", "update/weight", "dead", "flat")


@dataclass(frozen=True)
class DoctorReport:
    """Findings and measurements. Printing shows the findings and a table of the layers.

    Attributes:
        record: What was measured.
        findings: What is wrong; empty where nothing is.
        consequences: What was found as well, but may follow from that.
    """

    record: Record
    findings: tuple[Finding, ...]
    consequences: tuple[Finding, ...]

    @classmethod
    def of(cls, record: Record) -> DoctorReport:
        """Judge a record."""
        judgement = judge(record)
        return cls(record, judgement.findings, judgement.consequences)

    @property
    def healthy(self) -> bool:
        """Whether there is no grave finding."""
        return not any(finding.grave for finding in self.findings)

    def document(self) -> dict[str, Any]:
        """Findings and measurements as JSON has them."""
        return {
            "findings": [asdict(finding) for finding in self.findings],
            "consequences": [asdict(finding) for finding in self.consequences],
            "record": asdict(self.record),
        }

    def __str__(self) -> str:
        return "\n\n".join(part for part in (self.summary(), self.table()) if part)

    def summary(self) -> str:
        """The findings in plain words."""
        if not self.findings and not self.record.examinations:
            return "The network could not be examined."
        if not self.findings:
            return "Nothing that keeps the network from learning was found."
        lines = [f"{number}. {finding}" for number, finding in enumerate(self.findings, start=1)]
        if self.consequences:
            names = dict.fromkeys(finding.kind for finding in self.consequences)
            lines.append(f"This may be why there were also signs of: {', '.join(names)}.")
        return "\n".join(lines)

    def table(self) -> str:
        """Layer by layer: the first examination, and its last update that was seen."""
        if not self.record.examinations:
            return ""
        rows: list[tuple[str, ...]] = [_COLUMNS]
        rows += [_row(self.record.first, layer) for layer in self.record.first.layers]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = [
            "  ".join(
                cell.ljust(width) if index < 2 else cell.rjust(width)
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        return "\n".join([f"Before step {self.record.first.step + 1}:", *table])


def _row(examination: Examination, layer: LayerStatistics) -> tuple[str, ...]:
    """Signal, gradient and update of a layer, and the state of its units."""
    after = [a for a in examination.activations if a.layer == layer.name]
    dead = next((f"{a.dead:.0%}" for a in after if a.dead is not None), "")
    flat = next((f"{a.saturated:.0%}" for a in after if a.saturated is not None), "")
    update = "" if layer.update is None else f"{layer.update:.1e}"
    return (
        layer.name,
        layer.kind,
        f"{layer.signal:.3g}",
        f"{layer.gradient:.1e}",
        update,
        dead,
        flat,
    )
