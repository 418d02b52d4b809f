"""Spiking networks as TOML files: populations, connections, inputs and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import neurons
from neuropil.errors import RecipeError
from neuropil.neurons import networks
from neuropil.recipes import toml
from neuropil.recipes.blaming import blaming
from neuropil.recipes.catalogue import classes
from neuropil.recipes.schema import Place, check, check_value, choose, settings
from neuropil.recipes.spiking_values import (
    INPUTS,
    NOT_IN_TOML,
    SYNAPSES,
    cells_called,
    numbers_of,
    numbers_or_distribution,
    object_of,
    part_of,
    starting_values,
)

if TYPE_CHECKING:
    from pathlib import Path

    from neuropil.neurons import Network, Population
    from neuropil.neurons.records import Record, SpikeRecord
    from neuropil.recipes.spiking_values import Catalogue

    Populations = Mapping[str, Population]

Table = Mapping[str, Any]

MODELS: Catalogue = {
    name: kind
    for name, kind in classes(neurons, neurons.Model).items()
    if kind is not neurons.WithSynapses
}
"""The models of `neuropil.neurons`."""

READY_NETWORKS: Catalogue = {"cobahh": networks.cobahh, "cuba": networks.cuba}
"""Networks that need no file."""

_TRACES = 3
"""The voltages of how many cells are recorded where nothing else is asked for."""


@dataclass(frozen=True, kw_only=True)
class SpikingRecipe:
    """A network as its TOML file says. Make one with `load_spiking`; each field is a key.

    Attributes:
        name: The name of the file, unless it says another.
        dt: The time step (ms).
        seed: Of everything that is drawn.
        duration: For how long to simulate (ms), if the command line does not say.
        populations: By name: ``size``, and either a ``model`` with its settings beside it,
            ``synapses``, ``initial`` and ``integrator``, or ``rate`` (Hz) for random spikes.
        connections: ``source``, ``target``, ``port``, ``weight``, ``rule``, ``delay``,
            ``plasticity``.
        inputs: ``target``, and either a ``current``, or ``port``, ``rate``, ``weight`` and
            ``sources`` of random spikes.
        records: ``cells``, ``variable`` and ``every`` (ms). Spikes are recorded of all.
    """

    name: str
    title: str = ""
    description: str = ""
    dt: float = 0.1
    seed: int = 0
    duration: float = 1000.0
    populations: Mapping[str, Mapping[str, Any]]
    connections: Sequence[Mapping[str, Any]] = ()
    inputs: Sequence[Mapping[str, Any]] = ()
    records: Sequence[Mapping[str, Any]] = ()
    file: str = field(default="", repr=False)


@dataclass(frozen=True, eq=False)
class SpikingNetwork:
    """A network that is ready to run, with its records.

    Attributes:
        network: What runs.
        spikes: By population, or what parts of one are called.
        samples: By what was asked for, such as ``v of cells[:3]``.
    """

    network: Network
    spikes: Mapping[str, SpikeRecord]
    samples: Mapping[str, Record]

    @classmethod
    def observed(
        cls,
        network: Network,
        parts: Mapping[str, Population],
        samples: Mapping[str, Record] | None = None,
    ) -> SpikingNetwork:
        """With records of all spikes; of the voltages of a few cells where nothing was sampled."""
        spikes = {name: network.record_spikes(part) for name, part in parts.items()}
        if not samples:
            cells = {name: part for name, part in parts.items() if _has_voltage(part)}
            samples = {f"v of {name}": _voltages(network, part) for name, part in cells.items()}
        return cls(network, spikes, samples)


def ready_network(name: str, *, seed: int, dtype: Any = np.float64) -> SpikingNetwork:
    """One of the benchmarks in `READY_NETWORKS`."""
    network: Network = READY_NETWORKS[name](seed, dtype=dtype)
    cells = network.populations["cells"]
    excitatory = len(cells) * 4 // 5
    parts = {"excitatory": cells[:excitatory], "inhibitory": cells[excitatory:]}
    return SpikingNetwork.observed(network, parts)


def load_spiking(path: Path) -> SpikingRecipe:
    """The network that a TOML file describes.

    Raises:
        RecipeError: The file is missing or no TOML, or a key is unknown, missing or of the wrong
            type: names the file, the table, the key, and the nearest known one.
    """
    document = {"name": path.stem, **toml.read(path)}
    place = Place(str(path))
    check(document, SpikingRecipe, place, supplied={"file"})
    recipe = SpikingRecipe(**document, file=str(path))
    if recipe.seed < 0:
        raise RecipeError(f"{place.key('seed')}: expected at least 0, got {recipe.seed}")
    for key in ("dt", "duration"):
        if not 0.0 < getattr(recipe, key) < float("inf"):
            raise RecipeError(f"{place.key(key)}: expected a time above 0 ms")
    if not recipe.populations:
        raise RecipeError(f"{place.key('populations')}: a network has cells, got none")
    return recipe


def build_spiking(
    recipe: SpikingRecipe, *, seed: int | None = None, dtype: Any = np.float64
) -> SpikingNetwork:
    """Make the network of a recipe.

    Args:
        recipe: What it is.
        seed: Instead of the recipe's.
        dtype: Of its variables.

    Raises:
        RecipeError: As `load_spiking`, for what stands within the tables.
    """
    place = Place(recipe.file)
    net = neurons.Network(recipe.dt, rng=recipe.seed if seed is None else seed, dtype=dtype)
    populations = {
        name: _population(net, name, table, place.inside(f"[populations.{name}]"))
        for name, table in recipe.populations.items()
    }
    for index, table in enumerate(recipe.connections):
        _connect(net, table, populations, place.inside(f"connections.{index}"))
    for index, table in enumerate(recipe.inputs):
        _drive(net, table, populations, place.inside(f"inputs.{index}"))
    samples = {}
    for index, table in enumerate(recipe.records):
        inside = place.inside(f"records.{index}")
        record = _record(net, table, populations, inside)
        name = f"{table['variable']} of {table['cells']}"
        if name in samples:
            raise RecipeError(f"{inside}: {name} is recorded already: leave out one of the two")
        samples[name] = record
    return SpikingNetwork.observed(net, populations, samples)


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """The keys of a population besides the settings of its model."""

    model: str
    size: int
    synapses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    initial: Mapping[str, Any] = field(default_factory=dict)
    integrator: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class _RandomCells:
    """The keys of a population whose spikes are random."""

    size: int
    rate: float


@dataclass(frozen=True, kw_only=True)
class _Connection:
    """The keys of a connection."""

    source: str
    target: str
    port: str
    weight: Any
    rule: Mapping[str, Any] | None = None
    delay: Any = 0.0
    plasticity: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class _InjectedCurrent:
    """The keys of a current."""

    target: str
    current: Any


@dataclass(frozen=True, kw_only=True)
class _RandomSpikes:
    """The keys of random spikes, which each cell has of its own."""

    target: str
    port: str
    rate: float
    weight: float
    sources: int = 1


@dataclass(frozen=True, kw_only=True)
class _Samples:
    """The keys of a record."""

    cells: str
    variable: str
    every: float | None = None


def _has_voltage(part: Population) -> bool:
    return isinstance(part.model, neurons.Model) and "v" in part.model.initial()


def _voltages(network: Network, part: Population) -> Record:
    return network.record(part, "v", indices=np.arange(min(_TRACES, len(part))))


def _population(net: Network, name: str, table: Any, place: Place) -> Population:
    check_value(table, Mapping[str, Any], place)
    if "rate" in table and "model" not in table:
        check(table, _RandomCells, place)
        with blaming(place):
            return net.poisson(name, table["size"], table["rate"])
    kind = choose(table, "model", MODELS, place)
    own = settings(_Cells)
    cells_table = {key: value for key, value in table.items() if key in own}
    check(cells_table, _Cells, place)
    check(table, kind, place, also=own, supplied=NOT_IN_TOML)
    cells = _Cells(**cells_table)
    synapses = {
        port: object_of(each, SYNAPSES, place.key(f"synapses.{port}"), default="Synapse")
        for port, each in cells.synapses.items()
    }
    initial = {
        variable: starting_values(value, cells.size, net.rng, place.key(f"initial.{variable}"))
        for variable, value in cells.initial.items()
    }
    parameters = {
        key: numbers_of(value, place.key(key)) for key, value in table.items() if key not in own
    }
    with blaming(place):
        model = kind(**parameters)
        return net.population(
            name,
            neurons.WithSynapses(model, synapses) if synapses else model,
            cells.size,
            initial=initial,
            integrator=part_of("integrator", cells.integrator, place),
        )


def _connect(net: Network, table: Table, populations: Populations, place: Place) -> None:
    check(table, _Connection, place)
    connection = _Connection(**table)
    source = cells_called(connection.source, populations, place.key("source"))
    target = cells_called(connection.target, populations, place.key("target"))
    with blaming(place):
        net.connect(
            source,
            target,
            connection.port,
            weight=numbers_or_distribution(connection.weight, place.key("weight")),
            rule=part_of("rule", connection.rule, place),
            delay=numbers_or_distribution(connection.delay, place.key("delay")),
            plasticity=part_of("plasticity", connection.plasticity, place),
        )


def _drive(net: Network, table: Table, populations: Populations, place: Place) -> None:
    kind = _InjectedCurrent if "current" in table else _RandomSpikes
    check(table, kind, place)
    drive = kind(**table)
    cells = cells_called(drive.target, populations, place.key("target"))
    with blaming(place):
        if isinstance(drive, _RandomSpikes):
            net.poisson_input(
                cells, drive.port, rate=drive.rate, weight=drive.weight, sources=drive.sources
            )
        elif isinstance(drive.current, Mapping):
            net.inject(cells, object_of(drive.current, INPUTS, place.key("current")))
        else:
            net.inject(cells, numbers_of(drive.current, place.key("current")))


def _record(net: Network, table: Table, populations: Populations, place: Place) -> Record:
    check(table, _Samples, place)
    samples = _Samples(**table)
    cells = cells_called(samples.cells, populations, place.key("cells"))
    with blaming(place):
        return net.record(cells, samples.variable, every=samples.every)
