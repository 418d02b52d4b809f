from __future__ import annotations

from neuropil import data, nn, optim
from neuropil.report.doctor_figures import section
from neuropil.training import DoctorReport, diagnose
from neuropil.training.doctor import Record


def test_no_doctor_no_section() -> None:
    assert section(None) is None


def test_nothing_measured_nothing_drawn() -> None:
    found = section(DoctorReport.of(Record("MSELoss", "SGD", 0.1, 10, None, None)))
    assert found is not None
    assert (found.flow, found.noise, found.findings) == (None, [], ())


def test_a_section_tells_and_draws() -> None:
    net = nn.Sequential(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 1, rng=1))
    optimizer = optim.SGD(net.parameters(), lr=1e-6)
    loss = nn.BCEWithLogitsLoss()
    found = section(diagnose(net, data.xor(), loss=loss, optimizer=optimizer, steps=20))
    assert found is not None
    assert [finding.kind for finding in found.findings] == ["too small a step"]
    assert found.flow is not None
    assert "Gradient flow through 2 layers" in found.flow
    assert len(found.noise) == 2
