"""The claims of the lecture notes, computed: one file each, and the harness that checks them.

Every file of this package is an experiment. It uses the public interface only, so that it is an
example too.

Example:
    >>> from neuropil import experiments
    >>> result = experiments.run("expression-graph")
    >>> result.holds, result.claims[0].name
    (True, 'f = sin(x) + x·y')
"""

from __future__ import annotations

from neuropil.experiments.harness import Claim, Experiment, Result, experiment
from neuropil.experiments.harness.catalogue import load, names, run
from neuropil.experiments.harness.page import write_pages

__all__ = [
    "Claim",
    "Experiment",
    "Result",
    "experiment",
    "load",
    "names",
    "run",
    "write_pages",
]
