"""Norse: ``LIFBoxCell``, its cells without a current of their own."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version

import norse.torch
import torch

from benchmarks.harness.contestant import serve
from benchmarks.spiking_layers.cases import BETA
from benchmarks.spiking_layers.torch_training import trained


def cells() -> torch.nn.Module:
    """Of one layer: in a step of 1 ms a potential loses 1 − β of itself."""
    rate = torch.as_tensor((1.0 - BETA) / 1e-3)
    return norse.torch.LIFBoxCell(norse.torch.LIFBoxParameters(tau_mem_inv=rate), dt=1e-3)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    serve(
        {
            "norse": version("norse"),
            "torch": torch.__version__,
            "python": sys.version.partition(" ")[0],
        },
        lambda request: trained(request, cells, lambda _: None),
    )
