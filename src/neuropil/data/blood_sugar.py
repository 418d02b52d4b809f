"""Dose and blood sugar: the few noisy samples of notes 5.2, which a large network learns by heart.

The file is made by ``tools/make_blood_sugar.py``, which says what of the notes it follows.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data.dataset import Numpy

    Dose = TypeVar("Dose", float, Numpy)

HIGHEST_DOSE = 0.8
"""Doses lie between 0 and this."""

NOISE = 0.1
"""The standard deviation of the noise: no squared error below 0.01 can be expected."""

_FILE = Path(__file__).with_name("files") / "blood_sugar.csv"
_SPLITS = ("train", "many", "test")


def blood_sugar(split: str = "train") -> ArrayDataset:
    """How blood sugar rises after a dose of a drug: inputs and targets float32 (n, 1) (notes 5.2).

    A sample is `mean_blood_sugar` of its dose, with noise of standard deviation 0.1. The notes
    name no units.

    Args:
        split: "train", 6 samples at doses spread evenly from 0 to 0.8; "many", 300 at random
            doses between them, to train on instead (notes 5.4.2); "test", 300 others.

    Raises:
        DataError: There is no such split.

    Example:
        >>> few = blood_sugar()
        >>> few
        ArrayDataset(inputs float32 (6, 1), targets float32 (6, 1))
        >>> few.inputs.ravel().round(2).tolist()
        [0.0, 0.16, 0.32, 0.48, 0.64, 0.8]
        >>> len(blood_sugar("many")), len(blood_sugar("test"))
        (300, 300)
    """
    if split not in _SPLITS:
        raise DataError(f"blood_sugar has the splits {', '.join(_SPLITS)}, got {split!r}")
    with _FILE.open(encoding="utf-8", newline="") as file:
        samples = [
            (row["dose"], row["blood_sugar"])
            for row in csv.DictReader(file)
            if row["split"] == split
        ]
    table: Float[Numpy, "n 2"] = np.array(samples, np.float32)
    return ArrayDataset(table[:, :1], table[:, 1:])


def mean_blood_sugar(dose: Dose) -> Dose:
    """What the samples scatter around: s(d) = 1.3 d² / (d² + 0.4²), a Hill curve.

    Example:
        >>> mean_blood_sugar(0.0), round(mean_blood_sugar(0.4), 2)
        (0.0, 0.65)
    """
    return 1.3 * dose**2 / (dose**2 + 0.4**2)
