"""Write the samples of dose and blood sugar that come with the package.

    python tools/make_blood_sugar.py

The file is committed; this script shows how it was made. The notes (5.2) print no samples and name
no law, only losses: about 0.009 where nothing is left to learn, so the noise is about 0.1, 0.017
where six samples are hit exactly, and a prediction of about 1 at a dose of 0.65, near the fifth
sample. A curve of dose and response with noise of that size gives these. The seed is the first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from neuropil.data.blood_sugar import HIGHEST_DOSE, NOISE, mean_blood_sugar
from neuropil.random import Generator
from neuropil.storage import write_text

FILE = Path(__file__).parents[1] / "src" / "neuropil" / "data" / "files" / "blood_sugar.csv"
SEED = 0
FEW, MANY = 6, 300

Numpy = np.ndarray[Any, Any]


def main() -> None:
    """Draw the three parts from one stream: six even doses, then twice 300 random ones."""
    rng = Generator(SEED)
    lines = ["split,dose,blood_sugar"]
    lines += rows("train", np.linspace(0.0, HIGHEST_DOSE, FEW), rng)
    for split in ("many", "test"):
        lines += rows(split, HIGHEST_DOSE * rng.uniform(MANY, dtype=np.float64), rng)
    write_text(FILE, "\n".join(lines) + "\n")


def rows(split: str, doses: Numpy, rng: Generator) -> list[str]:
    """A line for each dose."""
    noise = rng.normal(len(doses), std=NOISE, dtype=np.float64)
    levels = mean_blood_sugar(doses) + noise
    return [f"{split},{x:.4f},{y:.4f}" for x, y in zip(doses, levels, strict=True)]


if __name__ == "__main__":
    main()
