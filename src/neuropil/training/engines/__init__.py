"""How steps are taken: one by one with NumPy, or many at a time in a program of XLA's."""

from __future__ import annotations

from neuropil.training.engines.choice import ENGINES, check_engine, engine_for
from neuropil.training.engines.engine import Engine, Taken

__all__ = ["ENGINES", "Engine", "Taken", "check_engine", "engine_for"]
