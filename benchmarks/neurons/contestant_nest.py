"""NEST: its nearest models; spikes travel for 0.1 ms, the least it can do.

CUBA is ``iaf_psc_exp`` (exact, as ours): with C = 20 pF and τ_m = 20 ms a current of 1 pA is a
drive of 1 mV. COBAHH is ``hh_cond_exp_traub``, which integrates by an adaptive Runge-Kutta method
(GSL) and counts a spike at the peak above V_T + 30 mV; its conductances cannot be set and so
arrive as a spike at the beginning.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.neurons.turn import Outcome, Ready, answering, clock, kept_apart, threads

ANSWERS = kept_apart()

import nest  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks.neurons.cases import CASES, CELL_CURRENTS  # noqa: E402

EXCITATORY = 3200
STATIC = {"synapse_model": "static_synapse", "delay": 0.1}


def connect(cells: Any, wiring: Any, excitatory: float, inhibitory: float) -> None:
    """The pairs of the file."""
    numbers = np.array(cells.global_id)
    kinds = (("e", 0, excitatory), ("i", EXCITATORY, inhibitory))
    for kind, first, weight in kinds:
        pre, post = numbers[wiring[f"pre_{kind}"] + first], numbers[wiring[f"post_{kind}"]]
        each = {"weight": np.full(len(pre), weight), "delay": np.full(len(pre), 0.1)}
        nest.Connect(pre, post, "one_to_one", {**STATIC, **each})


def cuba(wiring: Any) -> Any:
    """Integrate-and-fire cells with currents that decay."""
    settings = {
        "C_m": 20.0, "tau_m": 20.0, "E_L": -49.0, "V_th": -50.0, "V_reset": -60.0,
        "t_ref": 5.0, "tau_syn_ex": 5.0, "tau_syn_in": 10.0,
    }  # fmt: skip
    cells = nest.Create("iaf_psc_exp", len(wiring["v"]), settings)
    cells.V_m = wiring["v"].tolist()
    connect(cells, wiring, 1.62, -9.0)
    return cells


def cobahh(wiring: Any) -> Any:
    """Cells with channels; the model's own parameters are those of the benchmark."""
    settings = {"t_ref": 3.0, "Act_m": 0.0, "Inact_h": 0.0, "Act_n": 0.0}
    cells = nest.Create("hh_cond_exp_traub", len(wiring["v"]), settings)
    cells.V_m = wiring["v"].tolist()
    first = nest.Create("spike_generator", params={"spike_times": [0.1]})
    for kind, sign in (("e", 1.0), ("i", -1.0)):
        opened = sign * np.maximum(wiring[kind], 0.0)
        nest.Connect(first, cells, "all_to_all", {**STATIC, "weight": opened[:, None]})
    connect(cells, wiring, 6.0, -67.0)
    return cells


def lif_cell(_: Any) -> Any:
    """The model's own parameters are those of ours."""
    return nest.Create("iaf_psc_exp", 1, {"I_e": CELL_CURRENTS["lif-cell"]})


CELLS = {"cuba": cuba, "cobahh": cobahh, "lif-cell": lif_cell}


def build(name: str, folder: str) -> tuple[Any, float, float]:
    """A new kernel with the network: what records its spikes, and the seconds of both parts."""
    path = Path(folder) / f"{name}.npz"
    wiring = np.load(path) if path.exists() else None
    began = perf_counter()
    nest.ResetKernel()
    nest.resolution, nest.local_num_threads = CASES[name].dt, threads()
    recorder = nest.Create("spike_recorder")
    nest.Connect(CELLS[name](wiring), recorder)
    built = perf_counter()
    nest.Prepare()
    return recorder, built - began, perf_counter() - built


def make(name: str, folder: str, duration: float) -> Ready:
    """Build, and once more for every run: a kernel does not go back to its start."""
    _, built, prepared = build(name, folder)
    nest.Cleanup()

    def run() -> Outcome:
        recorder, _, _ = build(name, folder)
        began = clock()
        nest.Run(duration)
        seconds = clock() - began
        nest.Cleanup()
        return Outcome(seconds, int(recorder.n_events))

    return Ready(built + prepared, 0.0, run)


if __name__ == "__main__":
    nest.verbosity = nest.VerbosityLevel.ERROR
    answering({"nest": nest.__version__}, dict.fromkeys(CELLS, make), ANSWERS)
