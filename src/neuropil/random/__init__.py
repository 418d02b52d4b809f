"""Random numbers from a seed: the same stream under every engine, saved and resumed exactly."""

from __future__ import annotations

from neuropil.random.default import as_generator, manual_seed, use
from neuropil.random.generator import Generator

__all__ = ["Generator", "as_generator", "manual_seed", "use"]
