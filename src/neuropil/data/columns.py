"""What the columns of a table hold, and how their cells become numbers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, final

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data.dataset import Numpy

Complain: TypeAlias = Callable[[int, str], None]
"""Is told in which row a cell cannot be used, and why."""

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"})
"""What tables write where there is no value."""

_LARGEST = float(np.finfo(np.float32).max)
_SHOWN = 10


class Column(ABC):
    """How the cells of a column become numbers."""

    @abstractmethod
    def fitted(self, cells: Sequence[str]) -> Column:
        """The column with what it has to learn from the cells of a table."""

    @abstractmethod
    def features(self, name: str) -> tuple[str, ...]:
        """The names of the numbers that a cell of the column called ``name`` becomes."""

    @abstractmethod
    def values(self, cells: Sequence[str], complain: Complain) -> Float[Numpy, "rows features"]:
        """The numbers of each cell; of one that is complained of, any."""


@final
@dataclass(frozen=True)
class Numeric(Column):
    """A column of numbers.

    Attributes:
        missing: What to put where a cell is missing; None makes it an error.

    Raises:
        ValueError: ``missing`` is not finite in float32.

    Example:
        >>> Numeric(missing=0.0).values(["1.5", "", "-2e3"], print).ravel().tolist()
        [1.5, 0.0, -2000.0]
    """

    missing: float | None = None

    def __post_init__(self) -> None:
        if self.missing is not None and not abs(self.missing) < _LARGEST:
            raise ValueError(
                f"Numeric expects a number that float32 holds for missing cells, got {self.missing}"
            )

    def fitted(self, cells: Sequence[str]) -> Numeric:  # noqa: ARG002
        """The column itself: it learns nothing."""
        return self

    def features(self, name: str) -> tuple[str, ...]:
        """Its own name."""
        return (name,)

    def values(self, cells: Sequence[str], complain: Complain) -> Float[Numpy, "rows features"]:
        """The numbers."""
        numbers = [self._number(row, cell, complain) for row, cell in enumerate(cells)]
        return np.array(numbers, np.float64)[:, np.newaxis]

    def _number(self, row: int, cell: str, complain: Complain) -> float:
        if cell in MISSING and self.missing is not None:
            return self.missing
        try:
            number = float("text" if "_" in cell else cell)  # Python reads 1_000 as a number
        except ValueError:
            number = math.nan
        if not abs(number) < _LARGEST:
            missing = "is missing: fill it in, leave the row out, or say Numeric(missing=…)"
            complain(row, missing if cell in MISSING else f"expected a number, got {cell!r}")
        return number


@final
@dataclass(frozen=True)
class Categorical(Column):
    """A column of which each cell names one of several categories.

    Attributes:
        categories: Their names, in order; None takes those in the table, sorted.
        one_hot: Whether a cell becomes a number for each category, 1 for its own and else 0, or
            one number, the place of its category in the order.

    Raises:
        TypeError: ``categories`` is a single text.
        ValueError: A category is twice among them.

    Example:
        >>> Categorical(("red", "green")).values(["green", "red"], print).tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """

    categories: Sequence[str] | None = None
    one_hot: bool = True

    def __post_init__(self) -> None:
        named = self.categories or ()
        if isinstance(named, str):
            raise TypeError(f"Categorical expects a list of categories, got {named!r}")
        if twice := [name for place, name in enumerate(named) if name in named[:place]]:
            raise ValueError(f"Categorical has {twice[0]!r} twice among its categories")

    def fitted(self, cells: Sequence[str]) -> Categorical:
        """The column with its categories."""
        if self.categories is not None:
            return self
        return replace(self, categories=tuple(sorted(set(cells) - MISSING)))

    def features(self, name: str) -> tuple[str, ...]:
        """``name=category`` for each category, or its own name."""
        return tuple(f"{name}={c}" for c in self.categories or ()) if self.one_hot else (name,)

    def codes(self, cells: Sequence[str], complain: Complain) -> list[int]:
        """The place of the category of each cell."""
        known = {category: place for place, category in enumerate(self.categories or ())}
        expected = ", ".join(list(known)[:_SHOWN])
        if len(known) > _SHOWN:
            expected = f"the {len(known)} categories {expected}, …"
        for row, cell in enumerate(cells):
            if cell not in known:
                told = f"expected one of {expected}, got {cell!r}"
                complain(row, "is missing: fill it in" if cell in MISSING else told)
        return [known.get(cell, 0) for cell in cells]

    def values(self, cells: Sequence[str], complain: Complain) -> Float[Numpy, "rows features"]:
        """One-hot rows, or codes."""
        codes = np.array(self.codes(cells, complain), np.int64)
        if not self.one_hot:
            return codes[:, np.newaxis].astype(np.float64)
        hot: Numpy = codes[:, np.newaxis] == np.arange(len(self.categories or ()))
        return hot.astype(np.float64)
