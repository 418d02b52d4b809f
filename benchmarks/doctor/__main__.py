"""``python -m benchmarks.doctor``: does the gradient doctor find faults, and only faults?

For each base seed 40 trainings with a fault and 40 healthy ones. A fault counts as found when a
finding of its kind, at its layer where it has one, is reported; every other grave finding, and
every one on a healthy training, is false. What the doctor itself sets apart as a possible
consequence of a finding is not counted. Every fault errs more than its healthy twin, every
healthy training learns; cases that do not are drawn anew, whatever the doctor says. Exit
code 1 if precision or recall of the first base is below 0.9, or a doctor costs over 20 % of time.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from threadpoolctl import threadpool_limits

from benchmarks.doctor.cost import share
from benchmarks.doctor.faults import FAULTS
from benchmarks.doctor.trial import Trial, healthy, sick
from benchmarks.harness.machine import describe
from neuropil.training import wilson_interval

BAR = 0.9

MOST_TIME = 0.2
"""By which a training may take longer with a doctor."""


def trials(base: int, cases: int, pool: ProcessPoolExecutor) -> list[Trial]:
    """The faults and the healthy trainings of one base seed."""
    faults = list(pool.map(sick, range(cases), [base] * cases, chunksize=4))
    return faults + list(pool.map(healthy, range(cases), [base] * cases, chunksize=4))


def score(found: Sequence[Trial]) -> dict[str, Any]:
    """Precision and recall, with 95 % intervals; each finding and each fault counts once."""
    faults = [trial for trial in found if trial.expected is not None]
    right, wrong = sum(trial.right for trial in found), sum(trial.wrong for trial in found)
    recognised = sum(trial.right > 0 for trial in faults)
    alarmed = sum(bool(trial.findings) for trial in found if trial.expected is None)
    return {
        "precision": right / max(right + wrong, 1),
        "precision_interval": wilson_interval(right, max(right + wrong, 1)),
        "recall": recognised / len(faults),
        "recall_interval": wilson_interval(recognised, len(faults)),
        "findings": right + wrong,
        "faults": len(faults),
        "false_alarms": alarmed,
        "healthy": len(found) - len(faults),
        "drawn": sum(trial.drawn for trial in found),
    }


def by_kind(found: Sequence[Trial]) -> str:
    """A table: how often each fault was found, and how much worse it made the training."""
    lines = ["| fault | found | false findings | error | of its twin |", "|---|---|---|---|---|"]
    for case in [*FAULTS, "healthy"]:
        of_case = [trial for trial in found if trial.case == case]
        if not of_case:
            continue
        n = len(of_case)
        recognised = "" if case == "healthy" else f"{sum(t.right > 0 for t in of_case)} of {n}"
        error = sum(trial.error for trial in of_case) / n
        twins = [trial.twin_error for trial in of_case if trial.twin_error is not None]
        twin = f"{sum(twins) / n:.3f}" if twins else ""
        wrong = sum(trial.wrong for trial in of_case)
        lines.append(f"| {case} | {recognised} | {wrong} of {n} | {error:.3f} | {twin} |")
    return "\n".join(lines)


def by_base(scores: dict[int, dict[str, Any]]) -> str:
    """A table of precision and recall."""
    lines = [
        "| base seed | precision | recall | false alarms | cases drawn |",
        "|---|---|---|---|---|",
    ]
    for base, found in scores.items():
        precision, recall = (
            f"{found[name]:.3f} [{found[f'{name}_interval'][0]:.3f}, "
            f"{found[f'{name}_interval'][1]:.3f}]"
            for name in ("precision", "recall")
        )
        alarms = f"{found['false_alarms']} of {found['healthy']}"
        lines.append(f"| {base} | {precision} | {recall} | {alarms} | {found['drawn']} |")
    return "\n".join(lines)


def mistakes(found: dict[int, list[Trial]]) -> str:
    """What was missed, and what was seen that is not there."""
    lines = []
    for base, trials_of_base in found.items():
        for trial in trials_of_base:
            missed = trial.expected is not None and not trial.right
            if missed or trial.wrong:
                said = "; ".join(f"{f.kind} in {f.layer}" for f in trial.findings) or "nothing"
                place = "" if trial.layer is None else f" in {trial.layer}"
                lines.append(f"base {base}: {trial.case}{place} ({trial.name}): {said}")
    return "\n".join(lines)


def main() -> int:
    """Run the cases and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first base seed")
    parser.add_argument("--bases", type=int, default=5, help="how many base seeds")
    parser.add_argument("--cases", type=int, default=40, help="faults, and healthy trainings")
    parser.add_argument("--json", type=Path, help="write all of it to this file")
    options = parser.parse_args()
    began = perf_counter()
    with ProcessPoolExecutor(initializer=threadpool_limits, initargs=(1,)) as pool:
        bases = range(options.seed, options.seed + options.bases)
        found = {base: trials(base, options.cases, pool) for base in bases}
    with threadpool_limits(1):
        time = share()
    scores = {base: score(of_base) for base, of_base in found.items()}
    together = score([trial for of_base in found.values() for trial in of_base])
    print(by_kind([trial for of_base in found.values() for trial in of_base]))
    print(
        f"\n{by_base(scores)}\n\nAll bases: precision {together['precision']:.3f}, recall "
        f"{together['recall']:.3f}. Time with a doctor: +{time:.1%}. "
        f"{perf_counter() - began:.0f} s.\n\n{mistakes(found)}"
    )
    if options.json:
        document = {
            "machine": describe(),
            "scores": scores,
            "together": together,
            "time": time,
            "trials": {base: [asdict(t) for t in of_base] for base, of_base in found.items()},
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n")
    first = scores[options.seed]
    good = min(first["precision"], first["recall"]) >= BAR
    return 0 if good and time <= MOST_TIME else 1


if __name__ == "__main__":
    raise SystemExit(main())
