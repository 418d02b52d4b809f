"""Running a spiking network: what it took, what came out, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DivergenceError, RecipeError
from neuropil.neurons import Model
from neuropil.recipes.nearest import not_among
from neuropil.recipes.spiking import (
    READY_NETWORKS,
    SpikingNetwork,
    build_spiking,
    load_spiking,
    ready_network,
)
from neuropil.storage import save_tensors, write_json, write_text
from neuropil.storage.atomic import os_errors_name

if TYPE_CHECKING:
    from neuropil.neurons.records import SpikeRecord

# Steps until an engine has compiled all it will need: XLA makes programs of 1000, 100, 10 and 1.
_WARM_UP = {"auto": 1, "native": 1, "xla": 1111}


@dataclass(eq=False)
class SpikingRun:
    """A simulation of a network.

    Attributes:
        name: What the network is called.
        title: The same in words.
        built: The network and its records.
        seed: Of everything that is drawn.
        duration: For how long it is to be simulated (ms).
        dtype: Of its variables.
        text: The TOML file; empty for a ready network.
        engine: What computed it.
        threads: Of matrix products.
        build_s: How long it took to build and to compile (s).
        wall_s: How long the simulation took by itself (s).
    """

    name: str
    title: str
    built: SpikingNetwork
    seed: int
    duration: float
    dtype: str = "float64"
    text: str = ""
    engine: str = "auto"
    threads: int = 1
    build_s: float = 0.0
    wall_s: float = 0.0

    def run(self, *, engine: str = "auto", threads: int = 1, progress: bool = True) -> None:
        """Simulate; see `neuropil.neurons.Network.run`."""
        from threadpoolctl import threadpool_limits

        self.engine, self.threads = engine, threads
        with threadpool_limits(threads, user_api="blas"):
            began = perf_counter()
            self._compile()
            ready = perf_counter()
            self.build_s += ready - began
            try:
                self.built.network.run(self.duration, engine=engine, progress=progress)
            finally:
                self.wall_s = perf_counter() - ready

    def _compile(self) -> None:
        """Let the engine do now what it does only once; the network stays where it is."""
        network = self.built.network
        steps = _WARM_UP.get(self.engine, 0)
        if steps:
            before = network.state_dict()
            try:
                network.run(steps * network.dt, engine=self.engine, progress=False)
            except DivergenceError:
                pass  # it is told when its time comes, if it does
            finally:
                network.load_state_dict(before)

    def document(self) -> dict[str, Any]:
        """What there is to say about it, for JSON; NaN where nothing is known.

        Sources of random spikes have a place of their own, but no part in the sums.
        """
        network, records = self.built.network, self.built.spikes
        duration = network.time
        answering = [record for record in records.values() if self._answers(record)]
        spikes = sum(len(record.times) for record in answering)
        cells = sum(record.size for record in answering)
        cvs = np.concatenate([np.full(1, np.nan), *(record.cvs() for record in answering)])
        return {
            "network": self.name,
            "seed": self.seed,
            "engine": self.engine,
            "dtype": self.dtype,
            "threads": self.threads,
            "dt_ms": network.dt,
            "duration_ms": round(duration, 9),
            "cells": cells,
            "spikes": spikes,
            "rate_hz": spikes / (cells * duration / 1000.0) if cells * duration else 0.0,
            "cv": float(np.nanmean(cvs)) if np.isfinite(cvs).any() else float("nan"),
            "populations": {name: _summary(record, duration) for name, record in records.items()},
            "build_s": round(self.build_s, 6),
            "wall_s": round(self.wall_s, 6),
            "real_time_factor": duration / 1000.0 / self.wall_s if self.wall_s else float("nan"),
        }

    def _answers(self, record: SpikeRecord) -> bool:
        """Whether these are cells, not sources of random spikes."""
        return isinstance(self.built.network.populations[record.probe.cells].model, Model)

    def save(self, folder: Path) -> None:
        """Write the summary and everything that was recorded."""
        with os_errors_name(folder):
            folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "summary.json", self.document())
        if self.text:
            write_text(folder / "network.toml", self.text)
        arrays: dict[str, Any] = {}
        for name, record in self.built.spikes.items():
            arrays[f"{name}.spike_times"] = record.times
            arrays[f"{name}.spike_cells"] = record.cells
        for name, samples in self.built.samples.items():
            arrays[f"{name}.times"], arrays[f"{name}.values"] = samples.times, samples.values
        save_tensors(folder / "records.safetensors", arrays, {"network": self.name})


def _summary(record: SpikeRecord, duration: float) -> dict[str, Any]:
    return {
        "cells": record.size,
        "spikes": len(record.times),
        "rate_hz": record.rate() if duration else 0.0,
        "cv": record.cv(),
    }


def prepare_spiking(
    what: str, *, seed: int | None = None, duration: float | None = None, dtype: str = "float64"
) -> SpikingRun:
    """Build one of the ready networks, or that of a TOML file.

    Args:
        what: A name in `READY_NETWORKS`, or the path of a file.
        seed: Of everything that is drawn; by default that of the file, or 0.
        duration: For how long to simulate (ms); by default what the file says, or 1000.
        dtype: Of the network's variables.

    Raises:
        RecipeError: There is no such network, or something in the file is wrong.
    """
    began = perf_counter()
    if what in READY_NETWORKS:
        name, title, text = what, f"The {what.upper()} benchmark", ""
        seed, duration = seed or 0, duration or 1000.0
        built = ready_network(what, seed=seed, dtype=dtype)
    else:
        path = Path(what)
        if path.suffix != ".toml" and not path.is_file():
            raise RecipeError(
                f"no network is called {what!r}; {not_among(what, READY_NETWORKS)}, or the path "
                "of a TOML file"
            )
        recipe = load_spiking(path)
        name, title, text = recipe.name, recipe.title or recipe.name, path.read_text("utf-8-sig")
        seed = recipe.seed if seed is None else seed
        duration = duration or recipe.duration
        built = build_spiking(recipe, seed=seed, dtype=dtype)
    return SpikingRun(
        name, title, built, seed, duration, dtype, text, build_s=perf_counter() - began
    )


def check_new(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        RecipeError: It is not empty, or a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RecipeError(
            f"expected a new or empty folder, got {folder}: choose another with --out"
        )
