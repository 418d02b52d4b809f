"""Runs and experiments as HTML pages that stand alone: no other file, no network, light or dark."""

from __future__ import annotations

from neuropil.report.experiment_page import experiment_page
from neuropil.report.legible import legible
from neuropil.report.run_page import run_page
from neuropil.report.wilson import wilson_interval

__all__ = ["experiment_page", "legible", "run_page", "wilson_interval"]
