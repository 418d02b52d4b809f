"""What a memory made of its recipe: patterns stored, probes, and what was recalled of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import training
from neuropil.associative import Hopfield, Recollection
from neuropil.random import Generator
from neuropil.storage import write_json, write_text
from neuropil.storage.atomic import os_errors_name

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Bool, Float, Int

    from neuropil.recipes.memory import MemoryRecipe, Probes

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True, eq=False)
class MemoryRun:
    """A network that has stored patterns, and what it recalled.

    Attributes:
        recipe: What was asked for.
        net: The network.
        of: The pattern that each probe was made of.
        recalled: What it recalled of all of them, with the way there.
    """

    recipe: MemoryRecipe
    net: Hopfield
    of: Int[Numpy, " probes"]
    recalled: Recollection

    @property
    def gram(self) -> Float[Numpy, "patterns patterns"]:
        """X Xᵀ: how much the patterns are alike."""
        x = self.recipe.states
        return x @ x.T

    @property
    def right(self) -> Bool[Numpy, " probes"]:
        """Whether a probe ended in the pattern it was made of, in every bit."""
        found: Numpy = np.all(self.recalled.states == self.recipe.states[self.of], axis=-1)
        return found

    def document(self) -> dict[str, Any]:
        """What there is to say about it, for JSON."""
        wrong = self.recalled.states != self.recipe.states[self.of]
        by_pattern = {
            name: float(self.right[self.of == index].mean())
            for index, name in enumerate(self.recipe.names)
        }
        return {
            "recipe": self.recipe.name,
            "seed": self.recipe.seed,
            "patterns": list(self.recipe.names),
            "units": self.net.units,
            "probes": len(self.of),
            "test": {
                "recalled": float(self.right.mean()),
                "wrong_bits": float(wrong.mean()),
                "settled": float(self.recalled.settled.mean()),
            },
            "recalled": by_pattern,
            "steps": self.recalled.steps,
            "gram": self.gram.astype(int).tolist(),
        }

    def save(self, folder: Path) -> None:
        """Write the recipe, the network and the summary."""
        with os_errors_name(folder):
            folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "recipe.toml", self.recipe.toml())
        training.save(self.net, folder / "model.safetensors")
        write_json(folder / "summary.json", self.document())


def remember(recipe: MemoryRecipe) -> MemoryRun:
    """Store the patterns of a recipe, and recall them from spoilt ones.

    Example:
        >>> from neuropil import recipes
        >>> run = remember(recipes.load_memory("hopfield-letters"))
        >>> run.document()["test"]["recalled"] > 0.9
        True
    """
    rng, x = Generator(recipe.seed), recipe.states
    net = Hopfield(x.shape[1], dtype=np.float64).store(x, recipe.learning_rule())
    of = np.repeat(np.arange(len(x)), recipe.probes.each)
    spoilt = spoil(x[of], recipe.probes, rng)
    recalled = net.recall(spoilt, update=recipe.order(), trajectory=True, rng=rng)
    return MemoryRun(recipe, net, of, recalled)


def spoil(
    x: Float[Numpy, "probes pixels"], probes: Probes, rng: Generator
) -> Float[Numpy, "probes pixels"]:
    """The patterns with pixels drawn anew, and the last ones off (notes 8.3.2)."""
    noise = 2.0 * rng.integers(0, 2, x.shape) - 1.0
    after = np.where(rng.bernoulli(probes.redrawn, x.shape), noise, x)
    after[:, x.shape[1] - probes.erased :] = -1.0
    return after
