"""One training, sick or healthy, and what the doctor said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.doctor.faults import FAULTS
from benchmarks.doctor.healthy import draw
from neuropil.random import Generator
from neuropil.training import Finding

LEARNED = 0.25
"""The error that a healthy training stays below, at most."""

HARM = 0.05
"""By how much more a fault's training errs than its healthy twin, at least."""

APART = 1_000_003
"""The seeds of one base do not meet those of another."""

HEALTHY = 500_000
"""Where the seeds of the healthy trainings begin, far from those of the faults."""


@dataclass(frozen=True)
class Trial:
    """What became of a case.

    Attributes:
        case: The fault, or ``healthy``.
        name: The training.
        expected: The kind of the right finding; None where there is nothing to find.
        layer: Where it has to be found; None where the fault is in no single layer.
        findings: What the doctor found.
        error: Of the network at the end; of its healthy twin for a fault.
        drawn: How many cases were drawn until one was harmful, or learned.
    """

    case: str
    name: str
    expected: str | None
    layer: str | None
    findings: tuple[Finding, ...]
    error: float
    twin_error: float | None
    drawn: int

    @property
    def right(self) -> int:
        """How many findings are the expected one."""
        return sum(self._is_expected(finding) for finding in self.findings)

    @property
    def wrong(self) -> int:
        """How many are not."""
        return len(self.findings) - self.right

    def _is_expected(self, finding: Finding) -> bool:
        return finding.kind == self.expected and self.layer in {None, finding.layer}


def sick(number: int, base: int) -> Trial:
    """Fault ``number``: the kinds take turns. One that does no harm is no fault: drawn anew."""
    kinds = list(Counter(fault.finding for fault in FAULTS.values()))
    kind, turn = kinds[number % len(kinds)], number // len(kinds)
    cases = [case for case, fault in FAULTS.items() if fault.finding == kind]
    case = cases[(turn + base) % len(cases)]
    for drawn, seed in enumerate(_seeds(base, number), start=1):
        patient, twin, layer = FAULTS[case].draw(seed)
        twin.train()
        twin_error = twin.error()
        if twin_error > LEARNED:
            continue
        doctor = patient.train()
        if doctor.record is None:  # fit itself refused it before the first step, and said why
            continue
        error = patient.error()
        if error >= twin_error + HARM:
            findings = tuple(finding for finding in doctor.findings if finding.grave)
            return Trial(case, patient.name, kind, layer, findings, error, twin_error, drawn)
    raise AssertionError("seeds do not end")


def healthy(number: int, base: int) -> Trial:
    """Healthy training ``number``. One that does not learn is not healthy: drawn anew."""
    for drawn, seed in enumerate(_seeds(base, HEALTHY + number), start=1):
        patient = draw(Generator(seed), extras=True)
        doctor = patient.train()
        error = patient.error()
        if error <= LEARNED:
            findings = tuple(finding for finding in doctor.findings if finding.grave)
            return Trial("healthy", patient.name, None, None, findings, error, None, drawn)
    raise AssertionError("seeds do not end")


def _seeds(base: int, stream: int) -> Iterator[int]:
    """Seeds without end, the same for the same base and stream."""
    rng = Generator(APART * base + stream)
    while True:
        yield int(rng.integers(0, 2**62))
