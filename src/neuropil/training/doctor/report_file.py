"""The doctor's report as a file beside the network."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from neuropil.errors import FileFormatError
from neuropil.storage import read_json, write_json
from neuropil.training.doctor.report import DoctorReport
from neuropil.training.doctor.statistics import (
    ActivationStatistics,
    Examination,
    InputStatistics,
    LayerStatistics,
    OutputStatistics,
    Record,
)

if TYPE_CHECKING:
    import os

T = TypeVar("T")

_PARTS: dict[str, type] = {
    "tuple[Examination, ...]": Examination,
    "tuple[LayerStatistics, ...]": LayerStatistics,
    "tuple[ActivationStatistics, ...]": ActivationStatistics,
    "InputStatistics | None": InputStatistics,
    "OutputStatistics | None": OutputStatistics,
}
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "float": (int, float),
    "int": int,
    "str": str,
    "bool": bool,
}


def write_report(path: str | os.PathLike[str], report: DoctorReport) -> None:
    """Write findings and measurements as JSON, atomically.

    Raises:
        WriteError: The file cannot be written.
    """
    write_json(path, report.document())


def read_report(path: str | os.PathLike[str]) -> DoctorReport:
    """What `write_report` wrote; the findings are judged anew from the measurements.

    Raises:
        FileFormatError: The file is missing, damaged, or something else.

    Example:
        >>> file = getfixture("tmp_path") / "doctor.json"
        >>> record = Record("MSELoss", "SGD", 0.1, 10, None, None)
        >>> write_report(file, DoctorReport.of(record))
        >>> read_report(file).record == record
        True
    """
    document = read_json(path)
    if not isinstance(document, dict):
        raise _damaged(path, "the whole")
    return DoctorReport.of(_filled(Record, document.get("record"), path))


def _filled(kind: type[T], values: Any, path: str | os.PathLike[str]) -> T:
    """A dataclass from what JSON made of it."""
    expected: Any = fields(kind)  # type: ignore[arg-type]  # a dataclass
    if not isinstance(values, dict) or set(values) != {field.name for field in expected}:
        raise _damaged(path, kind.__name__)
    return kind(**{f.name: _value(str(f.type), values[f.name], path) for f in expected})


def _value(annotation: str, value: Any, path: str | os.PathLike[str]) -> Any:
    if annotation in _PARTS:
        part = _PARTS[annotation]
        if not annotation.startswith("tuple"):
            return None if value is None else _filled(part, value, path)
        if not isinstance(value, list):
            raise _damaged(path, annotation)
        return tuple(_filled(part, item, path) for item in value)
    if value is None:  # JSON has no NaN and no infinity
        return math.nan if annotation == "float" else None
    if not isinstance(value, _PLAIN[annotation.removesuffix(" | None")]):
        raise _damaged(path, annotation)
    return value


def _damaged(path: str | os.PathLike[str], what: str) -> FileFormatError:
    return FileFormatError(
        f"{path} is no report of this version's gradient doctor ({what} does not fit): examine "
        "the training again"
    )
