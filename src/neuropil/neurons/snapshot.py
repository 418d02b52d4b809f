"""The full state of a simulation as named arrays, and as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError, FileFormatError
from neuropil.kernels import Kernel, Memory, Recorded, Traced
from neuropil.storage import load_tensors, save_tensors

if TYPE_CHECKING:
    import os

    from neuropil.graph import Variable
    from neuropil.random import Generator

Numpy = np.ndarray[Any, Any]

_KIND, _VERSION = "simulation", 1


@dataclass(frozen=True)
class Snapshot:
    """What was found in one, checked."""

    memory: Memory
    recorded: Recorded
    generators: list[tuple[Variable, Numpy]]

    def place_generators(self) -> None:
        """Let every Generator go on from where it stood."""
        for variable, value in self.generators:
            variable.value = value


def taken(kernel: Kernel, memory: Memory, recorded: Recorded, rng: Generator) -> dict[str, Numpy]:
    """All there is to know to go on, as copies."""
    random = _random(kernel, rng)
    return {
        "dt": np.asarray(kernel.dt),
        "wiring": _digest(kernel),
        "step": np.asarray(memory.step),
        **{name: np.array(variable.value) for name, variable in random.items()},
        **{name: x.copy() for name, x in _parts(memory).items()},
        **_records(recorded),
    }


def read(
    kernel: Kernel,
    memory: Memory,
    recorded: Recorded,
    rng: Generator,
    state: Mapping[str, Any],
) -> Snapshot:
    """Check a state against the network it is to be of.

    Raises:
        DataError: It is of another one; says where they differ.
    """
    random = _random(kernel, rng)
    now = taken(kernel, memory, recorded, rng)
    found = {name: np.asarray(x) for name, x in state.items()}
    _check_names(now, found)
    for name in ("dt", "wiring"):
        if not np.array_equal(now[name], found[name]):
            raise DataError(
                f"the state is of a network with another {name}: build it as it was, from the "
                "same seed"
            )
    if found["step"] < 0:
        raise DataError(f"the state was taken after {found['step']} steps, which cannot be")
    growing = _records(recorded)
    for name, array in now.items():
        _check_form(name, array, found[name], grows=name in growing)
    return Snapshot(
        _memory(memory, found),
        _recorded(recorded, found),
        [(variable, np.array(found[name])) for name, variable in random.items()],
    )


def save(path: str | os.PathLike[str], state: Mapping[str, Numpy]) -> None:
    """Write a state to a file."""
    save_tensors(path, state, {"kind": _KIND, "version": _VERSION})


def restore(path: str | os.PathLike[str], load: Callable[[Mapping[str, Numpy]], None]) -> None:
    """Load the state in a file.

    Raises:
        FileFormatError: It holds none, or not that of this network.
    """
    state, notes = load_tensors(path)
    if notes.get("kind") != _KIND or notes.get("version") != _VERSION:
        raise FileFormatError(
            f"{path} holds no state of a simulation of format {_VERSION}: pass what Network.save "
            "wrote"
        )
    try:
        load(state)
    except DataError as error:
        raise FileFormatError(f"{path} does not fit this network: {error}") from error


def _parts(memory: Memory) -> dict[str, Numpy]:
    """The arrays of a memory by name: not copies."""
    parts = {
        f"state.{cells}.{name}": x
        for cells, state in memory.states.items()
        for name, x in state.items()
    }
    parts |= {f"pending.{cells}.{name}": x for (cells, name), x in memory.pending.items()}
    parts |= {f"weights.{k}": x for k, x in memory.weights.items()}
    for k, traced in memory.traces.items():
        parts |= {f"traces.{k}.source.{name}": x for name, x in traced.source.items()}
        parts |= {f"traces.{k}.target.{name}": x for name, x in traced.target.items()}
    return parts


def _memory(like: Memory, found: Mapping[str, Numpy]) -> Memory:
    def copied(name: str) -> Numpy:
        return np.array(found[name])

    return Memory(
        int(found["step"]),
        {
            cells: {name: copied(f"state.{cells}.{name}") for name in state}
            for cells, state in like.states.items()
        },
        {(cells, name): copied(f"pending.{cells}.{name}") for cells, name in like.pending},
        {k: copied(f"weights.{k}") for k in like.weights},
        {
            k: Traced(
                {name: copied(f"traces.{k}.source.{name}") for name in traced.source},
                {name: copied(f"traces.{k}.target.{name}") for name in traced.target},
            )
            for k, traced in like.traces.items()
        },
    )


def _records(recorded: Recorded) -> dict[str, Numpy]:
    records: dict[str, Numpy] = {}
    for name in recorded.spikes:
        steps, cells = recorded.spikes_of(name)
        records[f"record.{name}.steps"], records[f"record.{name}.cells"] = steps, cells
    for name in recorded.samples:
        samples = recorded.samples_of(name)
        records[f"record.{name}.samples"] = np.zeros((0, 0)) if samples is None else samples
    return records


def _recorded(like: Recorded, found: Mapping[str, Numpy]) -> Recorded:
    spikes = {
        name: [(np.array(found[f"record.{name}.steps"]), np.array(found[f"record.{name}.cells"]))]
        for name in like.spikes
    }
    samples = {name: np.array(found[f"record.{name}.samples"]) for name in like.samples}
    return Recorded(spikes, {name: [x] if len(x) else [] for name, x in samples.items()})


def _random(kernel: Kernel, rng: Generator) -> dict[str, Variable]:
    """The Variables that are not learned, such as counters of Generators, by name."""
    found = {"rng.key": rng.key, "rng.counter": rng.counter}
    for cells in kernel.cells:
        counters = [variable for variable in cells.variables if not variable.requires_grad]
        found |= {f"random.{cells.name}.{i}": x for i, x in enumerate(counters)}
    return found


def _digest(kernel: Kernel) -> Numpy:
    """What tells one wiring, and one set of recorders, from another."""
    digest = blake2b(digest_size=16)
    for table in kernel.synapses:
        digest.update(f"{table.source} {table.first} {table.target} {table.variable}".encode())
        for part in (table.rows, table.targets, table.weights, table.delays, table.jump):
            digest.update(np.ascontiguousarray(part).data)
    for probe in kernel.probes:
        digest.update(f"{probe.name} {probe.cells} {probe.variable} {probe.every}".encode())
        digest.update(np.ascontiguousarray(probe.indices).data)
    return np.frombuffer(digest.digest(), np.uint8)


def _check_names(expected: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    missing = [name for name in expected if name not in found]
    foreign = [name for name in found if name not in expected]
    if missing or foreign:
        differences = [f"{name} is missing" for name in missing]
        differences += [f"{name} is not of this network" for name in foreign]
        shown = "; ".join(differences[:5])
        raise DataError(f"{shown}: build the network as it was when the state was taken")


def _check_form(name: str, expected: Numpy, found: Numpy, *, grows: bool) -> None:
    if grows:
        same = found.ndim == expected.ndim and found.dtype.kind == expected.dtype.kind
    else:
        same = found.shape == expected.shape and found.dtype == expected.dtype
    if not same:
        raise DataError(
            f"{name} is {found.dtype}{list(found.shape)}, expected "
            f"{expected.dtype}{list(expected.shape)}: build the network as it was when the state "
            "was taken"
        )
