"""A loop over time as one Operation."""

from __future__ import annotations

from neuropil.ops.scan.loop import CheckpointEvery, scan

__all__ = ["CheckpointEvery", "scan"]
