"""``python -m benchmarks.through_time``: memory against the length of sequences.

The derivative of an LSTM's last state with respect to its weights, through 100 to 10,000 steps, is
taken with all states kept and with checkpoints every √T steps. But for a constant, the bytes it
holds should grow like the length, and like its square root: exit code 1 if an exponent is off by
more than 0.05.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness.machine import describe
from benchmarks.through_time.work import BATCH, ENGINES, LENGTHS, UNITS, held

EXPECTED = {False: 1.0, True: 0.5}
TOLERANCE = 0.05


def exponent(lengths: list[int], sizes: list[int]) -> float:
    """p of the law bytes = a + c · lengthᵖ that fits best, relatively.

    The part a that does not grow are the weights, their derivatives and what one step needs.
    """
    steps, unit = np.asarray(lengths, np.float64), np.ones(len(sizes))

    def misfit(p: float) -> float:
        columns = np.stack([unit, steps**p], axis=1) / np.asarray(sizes)[:, None]
        best = np.linalg.lstsq(columns, unit, rcond=None)[0]
        return float(((columns @ best - 1.0) ** 2).sum())

    return float(min(np.linspace(0.1, 1.5, 1401), key=misfit))


def measured(engine: str, checkpoints: bool, lengths: list[int]) -> dict[str, Any]:
    """The bytes for each length, and how they grow."""
    sizes = [held(engine, length, checkpoints=checkpoints) for length in lengths]
    p = exponent(lengths, sizes)
    return {
        "engine": engine,
        "checkpoints": checkpoints,
        "bytes": sizes,
        "exponent": p,
        "held": abs(p - EXPECTED[checkpoints]) <= TOLERANCE,
    }


def markdown(rows: list[dict[str, Any]], lengths: list[int]) -> str:
    """The sizes in MB as a table."""
    head = ["engine", "kept", *(f"{length:,} steps" for length in lengths), "exponent", "bar"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in rows:
        sizes = [f"{size / 1e6:.3g} MB" for size in row["bytes"]]
        kept = "checkpoints every √T" if row["checkpoints"] else "every state"
        bar = f"{EXPECTED[row['checkpoints']]:g}, {'reached' if row['held'] else 'MISSED'}"
        lines.append(
            f"| {row['engine']} | {kept} | {' | '.join(sizes)} | {row['exponent']:.3f} | {bar} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure, tell, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--lengths", nargs="+", type=int, default=list(LENGTHS))
    parser.add_argument("--out", type=Path, help="folder for through_time.json and .md")
    options = parser.parse_args()
    rows = [
        measured(engine, checkpoints, options.lengths)
        for engine in options.engines
        for checkpoints in (False, True)
    ]
    text = markdown(rows, options.lengths)
    print(text)
    print(f"\nLSTM of {UNITS}, batch {BATCH}, float32. {describe()}")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        result = {"machine": describe(), "lengths": options.lengths, "rows": rows}
        (options.out / "through_time.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "through_time.md").write_text(text + "\n")
    return 0 if all(row["held"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
