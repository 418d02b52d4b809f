"""What long work has to do with the terminal it was started from."""

from __future__ import annotations

from neuropil.console.interruption import Interruption, listening

__all__ = ["Interruption", "listening"]
