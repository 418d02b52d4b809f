"""A new process that trains a few steps and prints one line: where its time went, its memory."""

from __future__ import annotations

import json
import resource
import sys
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = {
    "/jax/core/compile/jaxpr_trace_duration": "tracing",
    "/jax/core/compile/jaxpr_to_mlir_module_duration": "lowering",
    "/jax/core/compile/backend_compile_duration": "compiling",
}
"""What JAX reports while it makes a program; reading one from its cache counts as compiling."""

Spent = dict[str, float]


@contextmanager
def timed(spent: Spent, what: str) -> Iterator[None]:
    """Note the seconds of the block, without those that others note meanwhile."""
    began, noted = perf_counter(), sum(spent.values())
    yield
    spent[what] = perf_counter() - began - (sum(spent.values()) - noted)


def neuropil(request: dict[str, Any], spent: Spent) -> dict[str, Any]:
    """Train by `fit`: the losses and seconds of the epochs."""
    with timed(spent, "import"):
        import neuropil as npl
    if not request["case"]:
        return {"version": npl.__version__}
    if request["engine"] == "xla":  # `fit` would import it
        with timed(spent, "import of JAX"):
            import jax

        def note(event: str, duration_secs: float, **_: Any) -> None:
            if event in EVENTS:
                spent[EVENTS[event]] = spent.get(EVENTS[event], 0.0) + duration_secs

        jax.monitoring.register_event_duration_secs_listener(note)
    with timed(spent, "net and data"):
        from benchmarks.training.cases import CASES, data
        from benchmarks.training.contestant_neuropil import network

        case = replace(CASES[request["case"]], samples=request["samples"])
        (net, loss), arrays = network(case), data(case)
    with timed(spent, "the rest of fit"):
        history = npl.training.fit(
            net, arrays, loss=loss, optimizer=npl.optim.SGD(net.parameters(), lr=case.lr),
            epochs=request["epochs"], batch_size=case.batch, engine=request["engine"], rng=0,
            progress=False,
        )  # fmt: skip
    return {"losses": history["loss"], "seconds": history["seconds"]}


def pytorch(request: dict[str, Any], spent: Spent) -> dict[str, Any]:
    """Train by the loop of the tutorials: the losses of the steps."""
    with timed(spent, "import"):
        import torch
    if not request["case"]:
        return {"version": torch.__version__}
    torch.set_num_threads(1)
    with timed(spent, "net and data"):
        from benchmarks.training.cases import CASES, data
        from benchmarks.training.contestant_pytorch import network

        case = replace(CASES[request["case"]], samples=request["samples"])
        (net, loss_function), (inputs, targets) = network(case), map(torch.from_numpy, data(case))
    losses = []
    with timed(spent, "training"):
        optimizer = torch.optim.SGD(net.parameters(), lr=case.lr)
        for _ in range(request["epochs"]):
            for x, t in zip(inputs.split(case.batch), targets.split(case.batch), strict=True):
                optimizer.zero_grad()
                loss = loss_function(net(x), t)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
    return {"losses": losses}


def peak() -> float:
    """The most memory this process had, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    asked, parts = json.loads(sys.argv[1]), Spent()
    told = {"neuropil": neuropil, "PyTorch": pytorch}[asked["contestant"]](asked, parts)
    print(json.dumps({**told, "spent": parts, "peak": peak()}), flush=True)
