"""HTML pages that stand alone: no other file, no network, light or dark. A run is one of them."""

from __future__ import annotations

from neuropil.report.fit_page import fit_page
from neuropil.report.inline import png, svg
from neuropil.report.legible import legible
from neuropil.report.memory_page import memory_page
from neuropil.report.page import write_page
from neuropil.report.reward_page import reward_page
from neuropil.report.run_page import run_page
from neuropil.report.spiking_page import spiking_page

__all__ = [
    "fit_page",
    "legible",
    "memory_page",
    "png",
    "reward_page",
    "run_page",
    "spiking_page",
    "svg",
    "write_page",
]
