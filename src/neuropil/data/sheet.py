"""A table as a CSV file holds it: text."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, final

from neuropil.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from neuropil.data.columns import Complain


@final
@dataclass(frozen=True)
class Sheet:
    """The cells of a table, as text.

    Attributes:
        path: The file.
        names: Of the columns.
        rows: The cells of each row, without the blanks around them.
        lines: On which line of the file each row ends.
        delimiter: What stands between cells.
    """

    path: Path
    names: list[str]
    rows: list[list[str]]
    lines: list[int]
    delimiter: str

    @classmethod
    def read(cls, path: Path, delimiter: str) -> Sheet:
        """The cells of a CSV file, which begins with the names of its columns.

        Raises:
            ValueError: ``delimiter`` is not one character.
            FileFormatError: It is missing, or no CSV.
            DataError: It has no rows, names that are empty or twice there, or ragged rows.
        """
        if len(delimiter) != 1:
            raise ValueError(f"csv_table expects a delimiter of one character, got {delimiter!r}")
        lines, rows = _parsed(path, delimiter)
        if len(rows) < 2:
            raise DataError(
                f"{path} has no rows: expected the names of the columns, then a row a sample"
            )
        sheet = cls(path, rows[0], rows[1:], lines[1:], delimiter)
        sheet._check()
        return sheet

    def column(self, name: str) -> list[str]:
        """The cells of a column.

        Raises:
            FileFormatError: There is no such column.
        """
        if name not in self.names:
            near = get_close_matches(name, self.names, 1)
            hint = f"did you mean {near[0]!r}? " if near and len(self.names) > 1 else ""
            doubt = f": {self._doubt()}" if len(self.names) == 1 else ""
            raise FileFormatError(
                f"{self.path} has no column {name!r}: {hint}it has {', '.join(self.names)}{doubt}"
            )
        place = self.names.index(name)
        return [row[place] for row in self.rows]

    def complain(self, name: str, complaints: list[str]) -> Complain:
        """What puts complaints of the cells of a column on a list, saying where they stand."""

        def complain(row: int, what: str) -> None:
            where = f"row {row + 1} (line {self.lines[row]}), column {name!r}"
            complaints.append(f"{where}: {what}")

        return complain

    def _doubt(self) -> str:
        return f"is {self.delimiter!r} what stands between cells?"

    def _check(self) -> None:
        twice = [name for name in self.names if self.names.count(name) > 1]
        if "" in self.names or twice:
            wrong = "one without a name" if "" in self.names else f"{twice[0]!r} twice"
            raise DataError(
                f"{self.path} has {wrong} among its columns: give each a name of its own"
            )
        for number, (row, line) in enumerate(zip(self.rows, self.lines, strict=True), start=1):
            if len(row) != len(self.names):
                raise DataError(
                    f"{self.path}, row {number} (line {line}): expected {len(self.names)} cells, "
                    f"one a column, got {len(row)}: {self._doubt()}"
                )


def _parsed(path: Path, delimiter: str) -> tuple[list[int], list[list[str]]]:
    """The rows that are not empty, and on which line each of them ends."""
    lines, rows = [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for row in filter(None, reader):
                rows.append([cell.strip() for cell in row])
                lines.append(reader.line_num)
    except FileNotFoundError as error:
        raise FileFormatError(f"there is no file {path}: check the path") from error
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} is no text in UTF-8 ({error}): save it as one") from error
    except csv.Error as error:
        raise FileFormatError(f"{path}, line {reader.line_num}, is no CSV ({error})") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileFormatError(f"cannot read {path} ({reason}): check the path") from error
    return lines, rows
