"""Write the digits that come with the package (needs scikit-learn).

    python tools/make_digits.py

The file is committed; this script shows how it was made. The split is stratified (each digit in
proportion) and drawn once: the original order is by writer, so that "the last 20 %" would be
another, harder task.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from neuropil.random import Generator
from neuropil.storage import save_tensors

FILE = Path(__file__).parents[1] / "src" / "neuropil" / "data" / "files" / "digits.safetensors"
TEST, VALIDATION = 360, 287
ATTRIBUTION = (
    "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine Learning "
    "Repository, https://doi.org/10.24432/C50P49, CC BY 4.0"
)

Numpy = np.ndarray[Any, Any]


def stratified(labels: Numpy, pool: Numpy, size: int, rng: Generator) -> Numpy:
    """``size`` of the indices in ``pool``, each label in proportion (largest remainders)."""
    exact = np.bincount(labels[pool], minlength=10) * size / len(pool)
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, stable=True)[: size - counts.sum()]] += 1
    chosen = [
        members[rng.permutation(len(members))[:count]]
        for label, count in enumerate(counts)
        for members in [pool[labels[pool] == label]]
    ]
    return np.sort(np.concatenate(chosen))


def main() -> None:
    """Write the file and print its SHA-256, which stands in ``handwritten_digits.py``."""
    data = load_digits()
    labels = data.target.astype(np.uint8)
    rng = Generator(0)
    everything = np.arange(len(labels))
    test = stratified(labels, everything, TEST, rng)
    validation = stratified(labels, np.setdiff1d(everything, test), VALIDATION, rng)
    tensors = {
        "images": data.images.astype(np.uint8),
        "labels": labels,
        "test": test.astype(np.uint16),
        "validation": validation.astype(np.uint16),
    }
    save_tensors(FILE, tensors, {"attribution": ATTRIBUTION})
    print(hashlib.sha256(FILE.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
