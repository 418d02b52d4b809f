"""``--doctor``: what the gradient doctor says on the command line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from neuropil.errors import NeuropilError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from neuropil.recipes import RunFolder
    from neuropil.training import GradientDoctor


@contextmanager
def attending(run: RunFolder, console: Console) -> Iterator[GradientDoctor]:
    """A doctor for one training: grave findings are told at once, all of them at the end.

    The report is written into the run's folder, also of a training that breaks down.
    """
    from neuropil import training

    doctor = training.GradientDoctor(announce=lambda found: console.print(f"doctor: {found}"))
    try:
        yield doctor
    except NeuropilError as error:
        doctor.failed(error)
        raise
    finally:
        if doctor.record is not None:
            training.write_report(run.doctor_file, doctor.report)
            console.print(f"\nThe gradient doctor:\n{doctor.report}")
