"""The benchmark networks as files: pairs of cells and initial values, the same for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.neurons.cases import SEED
from neuropil.neurons import networks

if TYPE_CHECKING:
    from pathlib import Path

NETWORKS = ("cuba", "cobahh")


def write(folder: Path) -> None:
    """Write one file for each network.

    It holds the initial value of each variable by its name, and for both kinds of synapses
    (``e``, ``i``) the sources, counted within the kind, as ``pre_e`` and the targets as ``post_e``.
    """
    for name in NETWORKS:
        kernel = getattr(networks, name)(rng=SEED).kernel()
        arrays = {variable: np.asarray(x) for variable, x in kernel.cells[0].start.items()}
        for table in kernel.synapses:
            sources = np.repeat(np.arange(len(table.rows) - 1), np.diff(table.rows))
            arrays[f"pre_{table.variable}"] = sources.astype(np.int32)
            arrays[f"post_{table.variable}"] = table.targets.astype(np.int32)
        np.savez(folder / f"{name}.npz", allow_pickle=False, **arrays)
