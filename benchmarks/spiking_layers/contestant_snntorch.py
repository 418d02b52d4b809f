"""snnTorch: ``Leaky``, as in its tutorials."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version

import snntorch
import torch
from snntorch import surrogate

from benchmarks.harness.contestant import serve
from benchmarks.spiking_layers.cases import BETA
from benchmarks.spiking_layers.torch_training import trained


def cells() -> torch.nn.Module:
    """Of one layer."""
    return snntorch.Leaky(BETA, spike_grad=surrogate.fast_sigmoid(slope=1), reset_mechanism="zero")


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    serve(
        {
            "snntorch": version("snntorch"),
            "torch": torch.__version__,
            "python": sys.version.partition(" ")[0],
        },
        lambda request: trained(request, cells, snntorch.Leaky.reset_mem),
    )
