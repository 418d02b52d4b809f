"""What both contestants are given: sizes, and files of images, parameters, orders and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

PIXELS, HIDDEN, LATENT = 784, 400, 20
LEARNED, UNSEEN = 8_000, 2_000
EPOCHS, BATCH, LR = 40, 100, 1e-3
SAMPLES = 500
"""Of each image's posterior, for the importance-weighted estimate."""

ROWS = 4
"""How many images share a chunk of that noise."""

LAYERS = {
    "encoder.0": (HIDDEN, PIXELS),
    "encoder.2": (2 * LATENT, HIDDEN),
    "decoder.0": (HIDDEN, LATENT),
    "decoder.2": (PIXELS, HIDDEN),
}
"""The shapes of the weights, by the names of the layers in either library."""

FILES = ("images", "orders", "training_noise", "bound_noise", "likelihood_noise")


def parameters() -> dict[str, np.ndarray]:
    """Initial weights and biases by name: uniform, ±1/√fan-in."""
    rng = np.random.default_rng(1)
    made = {}
    for name, (out, fan_in) in LAYERS.items():
        bound = fan_in**-0.5
        made[f"{name}.weight"] = rng.uniform(-bound, bound, (out, fan_in)).astype(np.float32)
        made[f"{name}.bias"] = rng.uniform(-bound, bound, out).astype(np.float32)
    return made


def read(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of the folder."""
    return {name: np.load(folder / f"{name}.npy") for name in FILES}
