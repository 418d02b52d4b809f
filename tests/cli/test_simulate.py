from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from neuropil import neurons
from neuropil.cli.app import app
from neuropil.storage import load_tensors

NETWORK = """
title = "A small balance"
dt = 0.1
duration = 50.0

[populations.cells]
model = "LeakyIntegrateAndFire"
size = 50
capacitance = 20.0
tau = 20.0
leak = -49.0
threshold = -50.0
reset_to = -60.0
refractory = 5.0
synapses.e = {tau = 5.0}
synapses.i = {type = "Synapse", tau = 10.0}
initial.v = {type = "Uniform", low = -60.0, high = -50.0}

[populations.noise]
size = 5
rate = 20.0

[[connections]]
source = "cells[:40]"
target = "cells"
port = "e"
weight = 1.62
rule = {type = "FixedProbability", probability = 0.1}

[[connections]]
source = "noise"
target = "cells[40:]"
port = "i"
weight = {type = "Normal", mean = -9.0, std = 1.0, high = 0.0}
delay = 1.0

[[inputs]]
target = "cells[:10]"
current = {type = "Pulse", current = 2.0, start = 10.0}

[[inputs]]
target = "cells"
port = "e"
rate = 5.0
weight = 0.5
sources = 10
"""


def simulate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = simulate(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.toml"
    file.write_text(NETWORK, encoding="utf-8")
    return file


@pytest.mark.parametrize(("current", "rate"), [("400", 33.64), ("1000", 149.25), ("375", 0.0)])
def test_the_rates_of_the_integrate_and_fire_cell(current: str, rate: float) -> None:
    document = answer("lif", "--current", current)
    assert document["rate_hz"] == pytest.approx(rate, rel=1e-3)
    assert document["peak_mv"] <= -55.0
    assert document["integrator"] == "Exact"


@pytest.mark.parametrize("dt", ["1", "0.1"])
def test_the_rate_of_the_integrate_and_fire_cell_does_not_depend_on_the_step(dt: str) -> None:
    formula = float(neurons.LeakyIntegrateAndFire().rate(np.array(400.0)))
    found = answer("lif", "--dt", dt)["rate_hz"]
    assert found == pytest.approx(formula, rel=1e-9)


def test_the_squid_axon() -> None:
    """Over less time and with longer steps than by default, so that it is quick without JAX."""
    document = answer("hh", "--duration", "245", "--dt", "0.05")
    assert document["rate_hz"] == pytest.approx(68.32, rel=1e-3)
    assert document["peak_mv"] == pytest.approx(40.26, abs=0.2)  # the highest sample
    assert (document["unit"], document["current"]) == ("µA/cm²", 10.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("current", "rate"), [("6.5", 55.06), ("10", 68.32), ("20", 86.47), ("50", 117.04)]
)
def test_the_rates_of_the_squid_axon(current: str, rate: float) -> None:
    document = answer("hh", "--current", current)
    assert document["rate_hz"] == pytest.approx(rate, rel=1e-3)
    if current == "10":
        assert document["peak_mv"] == pytest.approx(40.26, abs=0.01)


def test_a_cell_is_told_in_words() -> None:
    result = simulate("lif", "--current", "400", "--integrator", "rk4")
    assert result.exit_code == 0
    for words in ("33.64 Hz", "400 pA", "33 in 1000 ms", "RK4, steps of 0.1 ms"):
        assert words in result.stdout


def test_a_time_too_short_for_a_rate_has_none() -> None:
    assert answer("lif", "--duration", "100")["rate_hz"] is None
    assert "none before 200 ms" in simulate("lif", "--duration", "100").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hh", "--seed", "1"), "--seed is for a network"),
        (("hh", "--out", "somewhere"), "--out is for a network"),
        (("cuba", "--current", "3"), "--current is for a cell"),
        (("lif", "--dt", "0"), "above 0 ms"),
        (("lif", "--duration", "-5"), "above 0 ms"),
        (("lif", "--integrator", "leapfrog"), "leapfrog"),
        (("cuba", "--dtype", "float16"), "float16"),
        (("cuba", "--threads", "0"), "threads"),
    ],
)
def test_options_that_make_no_sense_are_not_understood(
    arguments: tuple[str, ...], words: str
) -> None:
    result = simulate(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cub",), "did you mean cuba"),
        (("missing.toml",), "no such file"),
        (("hh", "--integrator", "exact"), "linear equations"),
        (("hh", "--integrator", "euler", "--dt", "5"), "dt"),
        (("lif", "--engine", "warp"), "auto, eager or xla"),
        (("cuba", "--duration", "1", "--engine", "warp"), "auto, eager, native, xla"),
    ],
)
def test_what_cannot_be_simulated_is_told_in_words(
    arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = simulate(*arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert not result.stdout.startswith("{")
    assert not (tmp_path / "runs").exists()


def test_a_benchmark_leaves_a_folder_with_everything(tmp_path: Path) -> None:
    run = tmp_path / "run"
    document = answer("cuba", "--duration", "20", "--seed", "1", "--out", run)
    assert {"rate_hz", "spikes", "build_s", "wall_s"} <= document.keys()
    assert document["seed"] == 1
    assert document["real_time_factor"] == pytest.approx(0.02 / document["wall_s"], rel=1e-3)
    names = {path.name for path in run.iterdir()}
    assert names == {"report.html", "summary.json", "records.safetensors"}
    records, _ = load_tensors(run / "records.safetensors")
    counts = [len(records[f"{part}.spike_times"]) for part in ("excitatory", "inhibitory")]
    assert sum(counts) == document["spikes"]
    assert document["rate_hz"] == pytest.approx(document["spikes"] / 4000 / 0.02)
    assert records["v of excitatory.values"].shape == (200, 3)
    summary = json.loads((run / "summary.json").read_text())
    assert summary["spikes"] == document["spikes"]
    page = (run / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_a_network_of_ones_own(network: Path) -> None:
    result = simulate(network)
    assert result.exit_code == 0
    for words in ("A small balance", "mean rate", "noise", "runs", "report.html"):
        assert words in result.stdout
    run = network.parent / "runs" / "mine-1"
    assert (run / "network.toml").read_text(encoding="utf-8") == NETWORK
    document = json.loads((run / "summary.json").read_text())
    assert document["populations"].keys() == {"cells", "noise"}
    assert document["cells"] == 50  # random sources do not answer
    assert document["duration_ms"] == 50.0


def test_a_seed_repeats_a_network_and_another_does_not(network: Path) -> None:
    trains = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        answer(network, "--seed", str(seed), "--out", name, "--no-report")
        records, _ = load_tensors(Path(name) / "records.safetensors")
        trains.append((records["cells.spike_times"], records["cells.spike_cells"]))
    first, second, other = trains
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_records_are_those_of_the_file(network: Path) -> None:
    asked = '\n[[records]]\ncells = "cells[:2]"\nvariable = "e"\nevery = 0.5\n'
    network.write_text(NETWORK + asked, encoding="utf-8")
    answer(network, "--out", "run", "--no-report")
    records, _ = load_tensors(Path("run") / "records.safetensors")
    assert records["e of cells[:2].values"].shape == (100, 2)


def test_work_is_never_overwritten(network: Path) -> None:
    answer(network, "--out", "run", "--no-report")
    before = (Path("run") / "summary.json").read_bytes()
    result = simulate(network, "--out", "run")
    assert result.exit_code == 1
    assert "choose another with --out" in result.stderr
    assert (Path("run") / "summary.json").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("size = 50", "sise = 50", "[populations.cells]: size missing"),
        ('"LeakyIntegrateAndFire"', '"LeakyIntegrateAndFir"', "did you mean LeakyIntegrateAndFire"),
        ("tau = 20.0\n", "tua = 20.0\n", "tua: unknown key; did you mean tau"),
        ("tau = 20.0\n", 'tau = "long"\n', "[populations.cells] tau: expected a number"),
        ("tau = 20.0\n", "tau = 0.0\n", "needs tau above 0"),
        ("size = 50", "size = 2.5", "size: expected an integer"),
        ("{tau = 5.0}", "{tau = 0.0}", "synapses.e: Synapse needs tau"),
        ("{tau = 5.0}", '{type = "Synaps", tau = 5.0}', "did you mean Synapse"),
        ("initial.v", "initial.u", "has the variables v, e, i"),
        ('"cells[:40]"', '"cell[:40]"', "connections.0 source: 'cell[:40]' is not known"),
        ('"cells[:40]"', '"cells[40"', "a part such as 'cells[:80]'"),
        ('"cells[:40]"', '"cells[60:]"', "holds none of the 50 cells"),
        ('port = "e"\nweight = 1.62', 'port = "x"\nweight = 1.62', "act on e, i"),
        ('port = "e"\nweight = 1.62', 'port = "e"', "connections.0: weight missing"),
        ("delay = 1.0", "delay = -1.0", "connections.1: a delay is from 0"),
        ("probability = 0.1", "probability = 1.5", "rule: a probability is from 0 to 1"),
        ("FixedProbability", "FixedChance", "rule type: 'FixedChance' is not known"),
        ('"Pulse"', '"Puls"', "inputs.0 current type"),
        ("current = {", "curent = {", "inputs.0 curent: unknown key"),
        ("dt = 0.1", "dt = 0.0", "dt: expected a time above 0 ms"),
        ("rate = 20.0", "rate = -20.0", "[populations.noise]"),
        ("duration = 50.0", "seed = -1", "seed: expected at least 0"),
        ("[[inputs]]", "[[input]]", "input: unknown key; did you mean inputs"),
        ("size = 5\n", "size = 5\nsize = 5\n", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_told_where_it_is(
    network: Path, old: str, new: str, words: str
) -> None:
    assert old in NETWORK
    network.write_text(NETWORK.replace(old, new), encoding="utf-8")
    result = simulate(network)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "recipe " + str(network) in result.stderr
    assert not (network.parent / "runs").exists()


def test_what_was_recorded_until_ctrl_c_is_kept(
    network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = neurons.Network.run

    def interrupted(net: neurons.Network, duration: float, **settings: Any) -> None:
        go_on(net, duration / 2.0, **settings)
        raise KeyboardInterrupt("stopped at 25 ms of 50 ms")

    monkeypatch.setattr(neurons.Network, "run", interrupted)
    result = simulate(network, "--out", "run", "--engine", "eager")
    assert result.exit_code == 130
    assert "stopped at 25 ms" in result.stderr
    summary = json.loads((Path("run") / "summary.json").read_text())
    assert summary["duration_ms"] == 25.0
    assert (Path("run") / "report.html").exists()


def test_a_silent_network_has_a_report_too(network: Path) -> None:
    network.write_text('[populations.cells]\nmodel = "TraubMiles"\nsize = 3\n', encoding="utf-8")
    document = answer(network, "--duration", "5", "--out", "run")
    assert (document["spikes"], document["rate_hz"], document["cv"]) == (0, 0.0, None)
    assert (Path("run") / "report.html").exists()


@pytest.mark.fast
def test_compiling_counts_as_building_and_changes_nothing(network: Path) -> None:
    head, _, _ = NETWORK.partition("[populations.noise]")
    alone = head.replace("duration = 50.0", "duration = 20.0").replace("-49.0", "-45.0")
    network.write_text(alone, encoding="utf-8")
    eager = answer(network, "--engine", "eager", "--no-report")
    compiled = answer(network, "--engine", "xla", "--no-report")
    assert compiled["spikes"] == eager["spikes"] > 0
    assert compiled["duration_ms"] == eager["duration_ms"]
    assert compiled["build_s"] > eager["build_s"]


def test_the_network_of_the_guide_fires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulate.md").read_text(encoding="utf-8")
    shown = re.search(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    monkeypatch.chdir(tmp_path)
    Path("balance.toml").write_text(shown[1], encoding="utf-8")
    document = answer("balance.toml", "--no-report")
    assert document["populations"].keys() == {"cells", "noise"}
    assert 2.0 < document["rate_hz"] < 50.0


def test_the_highest_voltage_may_be_the_first() -> None:
    for options in (["--current", "-1e4"], ["--duration", "0.04"]):
        result = simulate("lif", *options, "--json")
        assert result.exit_code == 0
        assert json.loads(result.stdout)["peak_mv"] == -70.0
