"""The page's section on spikes: which cells, and what they told when."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.neurons import layers

pytest.importorskip("matplotlib", reason="the report draws with Matplotlib")
spikes_section: Any = pytest.importorskip("neuropil.report.spikes_section", reason="needs Jinja")


def job() -> Any:
    rng = np.random.default_rng(0)
    test = SimpleNamespace(inputs=rng.random((6, 4), np.float32), targets=rng.integers(3, size=6))
    readout = SimpleNamespace(labels=lambda targets: targets)
    return SimpleNamespace(splits=SimpleNamespace(test=test), readout=readout)


def test_the_accuracy_by_step_is_that_of_counted_spikes() -> None:
    head = [nn.Linear(4, 5, rng=0), layers.Repeat(7), layers.Leaky(), nn.Linear(5, 3, rng=1)]
    spiking = nn.Sequential(*head, layers.Leaky(), layers.SpikeCount())
    found = spikes_section.section(job(), spiking)
    assert found.known is not None
    assert found.steps == 7
    last = spikes_section.spikes_of_layers(spiking, job().splits.test.inputs)["4 Leaky"]
    right = float((last.sum(axis=0).argmax(axis=1) == job().splits.test.targets).mean())
    assert f"{100 * right:.1f} % after the last of 7" in str(found.known)


def test_currents_that_are_summed_are_no_counts_of_spikes() -> None:
    head = [nn.Linear(4, 5, rng=0), layers.Repeat(7), layers.Leaky(), nn.Linear(5, 3, rng=1)]
    summed = nn.Sequential(*head, layers.SpikeCount())
    assert spikes_section.section(job(), summed).known is None
    assert spikes_section.section(job(), nn.Sequential(nn.Linear(4, 3))) is None
