"""``python -m benchmarks.conversion``: how much accuracy a conversion to spikes costs.

The recipe digits-mlp is trained with several seeds, converted with its training inputs, and both
networks read the fixed test set, the spiking one for 200 ms in steps of 1 ms. The bar: with cells
that do not leak, the mean loss of accuracy over the seeds, and the one of each seed, are at most
one percentage point. Other cells and shorter times are measured besides. Exit code 1 if it is
missed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.harness.machine import describe
from neuropil import neurons, recipes
from neuropil.neurons import layers

if TYPE_CHECKING:
    from neuropil.neurons.layers import SpikingLayer

BAR = 0.01
STEPS = 200

CELLS: dict[str, tuple[SpikingLayer, int, float]] = {
    "integrate-and-fire, 200 ms": (layers.Leaky(beta=1.0), STEPS, 0.8),
    "integrate-and-fire, 100 ms": (layers.Leaky(beta=1.0), 100, 0.8),
    "integrate-and-fire, 50 ms": (layers.Leaky(beta=1.0), 50, 0.8),
    "leaky, τ = 20 ms, by subtraction": (layers.Leaky(beta=float(np.exp(-1 / 20))), STEPS, 0.8),
    "notes' cell, τ = 20 ms, t_ref = 2 ms": (
        layers.Spiking(neurons.NormalizedLeakyIntegrateAndFire(), dt=1.0), STEPS, 0.2,
    ),
}  # fmt: skip
"""By name the cells, for how many steps of 1 ms, and the highest rate in spikes a step."""


def measured(seed: int) -> dict[str, layers.ConversionLoss]:
    """Train with a seed, convert in every way, compare."""
    job = recipes.prepare(recipes.load("digits-mlp").with_settings({"seed": str(seed)}))
    recipes.job.fit(job, progress=False)
    job.network.eval()
    train, test = job.splits.train.inputs, job.splits.test
    found = {}
    for name, (cells, steps, rate) in CELLS.items():
        spiking = layers.convert(job.network, train, cells=cells, steps=steps, rate=rate)
        found[name] = layers.conversion_loss(job.network, spiking, test.inputs, test.targets)
    return found


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    lines = ["| cells | source | converted | loss | worst seed | same class |", "|" + "---|" * 6]
    for name, row in result["rows"].items():
        shares = [row[key] for key in ("source", "converted", "loss", "worst", "agreement")]
        lines.append(f"| {name} | " + " | ".join(f"{100 * x:.2f} %" for x in shares) + " |")
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    return "\n".join([*lines, "", f"Means over seeds {result['seeds']}. {facts}."])


def main() -> int:
    """Run, print the table, write it where asked; 1 if the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--out", type=Path, help="folder for conversion.json and conversion.md")
    options = parser.parse_args()
    of_seeds = [measured(seed) for seed in options.seeds]
    rows = {}
    for name in CELLS:
        losses = [found[name] for found in of_seeds]
        rows[name] = {
            "source": float(np.mean([x.source for x in losses])),
            "converted": float(np.mean([x.converted for x in losses])),
            "loss": float(np.mean([x.loss for x in losses])),
            "worst": max(x.loss for x in losses),
            "agreement": float(np.mean([x.agreement for x in losses])),
        }
    result: dict[str, Any] = {"machine": describe(), "seeds": options.seeds, "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "conversion.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "conversion.md").write_text(markdown(result) + "\n")
    return 0 if next(iter(rows.values()))["worst"] <= BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
