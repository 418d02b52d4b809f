"""What each epoch of a training gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from neuropil.storage import to_json

VALIDATION = "val_"
"""What the name of a quantity begins with when it was measured on the validation data."""

BOOKKEEPING = frozenset({"epoch", "lr", "seconds"})
"""What a record holds besides quantities."""


def quantities(
    names: Iterable[str], *, validated: bool, learned: Iterable[str] | None = None
) -> list[str]:
    """The names in a record of the loss and the metrics ``names``.

    Args:
        names: All that is measured.
        validated: Whether there is validation data.
        learned: What is also measured on the batches that are learned from; all by default.

    Example:
        >>> quantities(["loss", "accuracy"], validated=True)
        ['loss', 'accuracy', 'val_loss', 'val_accuracy']
    """
    names = list(names)
    seen = names if learned is None else list(learned)
    return seen + [VALIDATION + name for name in names] if validated else seen


class History(Sequence[dict[str, Any]]):
    """One record an epoch: what it gave.

    A record holds ``epoch`` (from 1), ``loss``, the metrics, the same on the validation data with
    the prefix ``val_``, ``lr`` and ``seconds``. ``history[-1]`` is the last record,
    ``history["loss"]`` the losses of all epochs; printing shows a table.

    Example:
        >>> history = History([{"epoch": 1, "loss": 0.69}, {"epoch": 2, "loss": 0.52}])
        >>> history[-1]["loss"], history["loss"]
        (0.52, [0.69, 0.52])
        >>> print(history)
        epoch    loss
            1  0.6900
            2  0.5200
    """

    def __init__(self, records: Sequence[Mapping[str, Any]] = ()) -> None:
        self._made = [dict(record) for record in records]
        self._to_make: list[Mapping[str, Sequence[Any]]] = []

    def append(self, record: Mapping[str, Any]) -> None:
        """Add the record of the next epoch."""
        self._records.append(dict(record))

    def extend(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add the records of several epochs, given as a column for each name.

        The records are made when somebody looks: a training may have very many, very short epochs.
        """
        self._to_make.append(columns)

    def lines(self) -> list[str]:
        """Each record as a line of JSON."""
        return [to_json(record) for record in self]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._records)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    @overload
    def __getitem__(self, index: str) -> list[Any]: ...

    def __getitem__(
        self, index: int | slice | str
    ) -> dict[str, Any] | list[dict[str, Any]] | list[Any]:
        if not isinstance(index, str):
            return self._records[index]
        if index not in self._columns():
            raise KeyError(f"no {index!r} in this history: it holds {', '.join(self._columns())}")
        return [record.get(index) for record in self._records]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, History | list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a history grows

    def __str__(self) -> str:
        columns = self._columns()
        rows = [columns, *([_cell(record.get(name)) for name in columns] for record in self)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in rows)

    def __repr__(self) -> str:
        return f"<History of {len(self)} epochs>\n{self}" if self else "<History of 0 epochs>"

    @property
    def _records(self) -> list[dict[str, Any]]:
        for columns in self._to_make:
            rows = zip(*columns.values(), strict=True)
            self._made += [dict(zip(columns, row, strict=True)) for row in rows]
        self._to_make.clear()
        return self._made

    def _columns(self) -> list[str]:
        return list(dict.fromkeys(name for record in self for name in record))


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            # Four decimals for what lies near 1, four digits for the very small and very large.
            return f"{value:.4f}" if 1e-3 <= abs(value) < 1e5 or value == 0 else f"{value:.3e}"
    return str(value)
