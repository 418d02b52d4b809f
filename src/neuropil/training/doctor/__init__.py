"""The gradient doctor: why a network does not learn, in plain words.

What is measured (`statistics`, `probe`, `calls`, `samples`) knows nothing of what it means; what
it means is one file for each kind of finding, a function from the `Record` to `Finding` objects.
"""

from __future__ import annotations

from neuropil.training.doctor.diagnosis import diagnose
from neuropil.training.doctor.finding import Finding
from neuropil.training.doctor.gradient_doctor import GradientDoctor
from neuropil.training.doctor.report import DoctorReport
from neuropil.training.doctor.report_file import read_report, write_report
from neuropil.training.doctor.statistics import Record

__all__ = [
    "DoctorReport",
    "Finding",
    "GradientDoctor",
    "Record",
    "diagnose",
    "read_report",
    "write_report",
]
