from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from neuropil import data, nn, optim
from neuropil.errors import FileFormatError
from neuropil.training import DoctorReport, diagnose, read_report, write_report


@pytest.fixture(scope="module")
def report() -> DoctorReport:
    net = nn.Sequential(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 1, rng=1))
    optimizer = optim.SGD(net.parameters(), lr=1e-6)
    return diagnose(net, data.xor(), loss=nn.BCEWithLogitsLoss(), optimizer=optimizer, steps=20)


def test_what_was_written_is_read(report: DoctorReport, tmp_path: Path) -> None:
    file = tmp_path / "doctor.json"
    write_report(file, report)
    read = read_report(file)
    assert read.findings == report.findings
    assert str(read) == str(report)
    for one, other in zip(read.record.examinations, report.record.examinations, strict=True):
        assert one.layers == other.layers
        # JSON knows no infinity
        assert one.noise == other.noise or (math.isnan(one.noise) and math.isinf(other.noise))


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d.pop("record"),
        lambda d: d["record"].pop("loss"),
        lambda d: d["record"].update(examinations=3),
        lambda d: d["record"]["examinations"][0].update(loss="much"),
        lambda d: d["record"]["examinations"][0]["layers"].append(None),
        lambda d: d["record"].update(more=1),
    ],
)
def test_a_damaged_file_is_refused(report: DoctorReport, tmp_path: Path, damage: object) -> None:
    file = tmp_path / "doctor.json"
    write_report(file, report)
    document = json.loads(file.read_text())
    damage(document)  # type: ignore[operator]
    file.write_text(json.dumps(document))
    with pytest.raises(FileFormatError, match=r"doctor\.json is no report"):
        read_report(file)


def test_other_json_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "doctor.json"
    file.write_text("[1]")
    with pytest.raises(FileFormatError, match="is no report"):
        read_report(file)
