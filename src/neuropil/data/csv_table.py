"""Tables in CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.data.columns import Categorical, Column, Numeric
from neuropil.data.sheet import Sheet
from neuropil.errors import DataError

if TYPE_CHECKING:
    import os

    from neuropil.data.dataset import Batch, Numpy, Places

_SHOWN = 5


@final
class Table:
    """The rows of a table as samples. Made by `csv_table`.

    Attributes:
        inputs: float32 (rows, features).
        targets: int64 (rows,) places among ``classes``, or float32 (rows, 1).
        classes: The names of the classes; None where targets are numbers.
        features: The names of the inputs: those of columns, ``column=category`` where one-hot.
        columns: How each column was read, to read another table in the same way.
        target_kind: How the target was read.
    """

    def __init__(
        self, samples: ArrayDataset, columns: Mapping[str, Column], target_kind: Column
    ) -> None:
        self._samples = samples
        self.inputs, self.targets, self.classes = samples.inputs, samples.targets, samples.classes
        self.columns = dict(columns)
        self.target_kind = target_kind
        self.features = tuple(
            feature for name, column in columns.items() for feature in column.features(name)
        )

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int, /) -> tuple[Any, Any]:
        return self._samples[index]

    def gather(self, places: Places, /) -> Batch:
        """The rows at ``places``, stacked."""
        return self._samples.gather(places)

    def __repr__(self) -> str:
        return f"Table({len(self)} rows, {len(self.features)} features)"


def csv_table(
    path: str | os.PathLike[str],
    *,
    target: str,
    target_kind: Column | None = None,
    columns: Mapping[str, Column] | Sequence[str] | None = None,
    others: Column | None = None,
    delimiter: str = ",",
    allow_empty: bool = False,
) -> Table:
    r"""The rows of a CSV file (UTF-8, its first row the names of the columns) as a data set.

    Nothing is guessed: a column is numbers unless it is said to be `Categorical`, and a cell that
    is missing or does not fit is an error that names its row and its column.

    Args:
        path: The file.
        target: The name of the column to be predicted.
        target_kind: What that column holds: classes (`Categorical`, the default) or numbers
            (`Numeric`).
        columns: The input columns by name, with what they hold; or their names alone, if all are
            numbers; all but the target by default. For a second table, such as one to test on,
            pass those of the first (``columns=train.columns``, ``target_kind=…``), so that its
            categories get the same numbers.
        others: What the columns hold that ``columns`` does not name; None leaves them out.
        delimiter: What stands between cells, such as ``";"``.
        allow_empty: Whether a class may be without rows, as in a small table to test on.

    Raises:
        TypeError: What a column holds is neither `Numeric` nor `Categorical`.
        ValueError: ``delimiter`` is not one character.
        DataError: A cell is missing, or is text where a number or one of the categories was
            expected: names row and column. A row has more or fewer cells than there are columns.
            There are no rows, or a class has none.
        FileFormatError: The file is missing, is no CSV or has no such column.

    Example:
        >>> file = getfixture("tmp_path") / "plants.csv"
        >>> _ = file.write_text("height,colour,kind\n1.5,red,rose\n2.5,white,lily\n")
        >>> columns = {"height": Numeric(), "colour": Categorical()}
        >>> table = csv_table(file, target="kind", columns=columns)
        >>> table.features, table.classes
        (('height', 'colour=red', 'colour=white'), ('lily', 'rose'))
        >>> table.inputs.tolist(), table.targets.tolist()
        ([[1.5, 1.0, 0.0], [2.5, 0.0, 1.0]], [1, 0])
    """
    sheet = Sheet.read(Path(path), delimiter)
    kinds = _kinds(sheet, target, columns, others)
    aim = Categorical() if target_kind is None else target_kind
    _check_kinds({**kinds, target: aim})
    complaints: list[str] = []
    fitted = {name: kind.fitted(sheet.column(name)) for name, kind in kinds.items()}
    inputs = [
        kind.values(sheet.column(name), sheet.complain(name, complaints))
        for name, kind in fitted.items()
    ]
    cells, complain = sheet.column(target), sheet.complain(target, complaints)
    aim = aim.fitted(cells)
    classes = None
    if isinstance(aim, Categorical):
        classes = tuple(aim.categories or ())
        targets = np.array(aim.codes(cells, complain), np.int64)
    else:
        targets = aim.values(cells, complain).astype(np.float32)
    if complaints:
        more = f"; and {len(complaints) - _SHOWN} more" if len(complaints) > _SHOWN else ""
        raise DataError(f"{path}: {'; '.join(complaints[:_SHOWN])}{more}")
    if classes is not None and not allow_empty:
        _check_classes(path, target, classes, targets)
    samples = ArrayDataset(np.hstack(inputs).astype(np.float32), targets, classes=classes)
    return Table(samples, fitted, aim)


def _kinds(
    sheet: Sheet,
    target: str,
    columns: Mapping[str, Column] | Sequence[str] | None,
    others: Column | None,
) -> dict[str, Column]:
    """What each column of the inputs holds."""
    if columns is None:
        columns, others = {}, others or Numeric()
    if target in columns:
        raise DataError(f"column {target!r} is the target: leave it out of the columns")
    named = columns if isinstance(columns, Mapping) else dict.fromkeys(columns, Numeric())
    kinds = dict(named)
    if others is not None:
        kinds |= {name: others for name in sheet.names if name != target and name not in named}
    if not kinds:
        raise DataError(f"{sheet.path}: expected a column besides the target {target!r}, got none")
    return kinds


def _check_kinds(kinds: Mapping[str, Column]) -> None:
    for name, kind in kinds.items():
        if not isinstance(kind, Column):
            raise TypeError(f"column {name!r} is Numeric(…) or Categorical(…), got {kind!r}")


def _check_classes(
    path: str | os.PathLike[str], target: str, classes: Sequence[str], targets: Numpy
) -> None:
    empty = [name for place, name in enumerate(classes) if not (targets == place).any()]
    if empty:
        raise DataError(
            f"{path}, column {target!r}: class {empty[0]!r} has no row: leave it out of the "
            "categories, add samples of it, or say allow_empty=True"
        )
