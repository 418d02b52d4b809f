"""Dense associative memory: the energy's wells are steeper, so that more of them fit."""

from __future__ import annotations

from math import log, prod
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.associative.binary_memory import BinaryMemory
from neuropil.associative.patterns import as_patterns, check_states
from neuropil.errors import DataError
from neuropil.graph import Variable
from neuropil.nn import refusals

if TYPE_CHECKING:
    from typing import Self

    from jaxtyping import Float

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


@final
class DenseMemory(BinaryMemory):
    """E = −Σ_μ (ξ_μ·x/N)ⁿ over the patterns ξ_μ, which are kept as they are.

    A neuron takes the state of lower energy. n = 2 is the Hopfield network with `Hebbian` weights;
    for n > 2 the memory holds of the order of Nⁿ⁻¹ patterns. The division by N, which is not in the
    paper, changes nothing but the scale of E.

    Args:
        units: N, the number of neurons, with states −1 and 1.
        degree: n, at least 2.
        dtype: Of the patterns.

    Attributes:
        patterns: Buffer of shape (patterns, units).

    Raises:
        ValueError: ``units`` is no count, or ``degree`` below 2.

    References:
        D. Krotov and J. J. Hopfield, Dense associative memory for pattern recognition, 2016.

    Example:
        >>> import neuropil as npl
        >>> patterns = 2 * npl.Generator(0).integers(0, 2, (200, 64)) - 1
        >>> memory = DenseMemory(64, degree=4).store(patterns)
        >>> probes = patterns * np.where(np.arange(64) < 6, -1, 1)
        >>> bool((memory(probes) == patterns).all())
        True
    """

    def __init__(self, units: int, degree: int = 3, *, dtype: Any = np.float32) -> None:
        refusals.check_count("DenseMemory", "units", units)
        if degree != int(degree) or degree < 2:
            raise ValueError(f"DenseMemory has a degree of at least 2, got {degree}")
        self.units = units
        self.degree = int(degree)
        self.patterns = Variable(np.zeros((0, units), dtype), requires_grad=False)

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the patterns."""
        dtype: np.dtype[Any] = self.patterns.value.dtype
        return dtype

    @property
    def capacity(self) -> float:
        """Nⁿ⁻¹/(2 (2n − 3)!! ln N): so many random patterns are recalled without an error."""
        odd = prod(range(2 * self.degree - 3, 1, -2))
        return float(self.units) ** (self.degree - 1) / (2.0 * odd * log(max(self.units, 2)))

    def store(self, patterns: Float[Array, "patterns units"]) -> Self:
        """Keep these patterns, and no others.

        Warns if they are more than `capacity` and some of them do not stay where they are.

        Args:
            patterns: One in each row.

        Returns:
            The memory.

        Raises:
            DataError: There are no patterns, or a number is neither −1 nor 1: says where.
            ShapeError: They have another size.
        """
        rows = as_patterns(patterns, self.units, self.dtype)
        check_states(rows, self.states, "patterns")
        self.patterns.value = rows
        self._warn_of_lost(
            rows, self.capacity, f"DenseMemory of degree {self.degree}", "a higher degree"
        )
        return self

    # ------------------------------------------------------------------ what recall needs

    def drive(self, x: Float[Numpy, "batch units"]) -> Float[Numpy, "batch patterns"]:
        """The overlaps ξ·x, in double precision, in which they are exact."""
        if not len(self.patterns.value):
            raise DataError("nothing has been stored: call store(patterns) first")
        overlaps: Numpy = (x @ self.patterns.value.T).astype(np.float64)
        return overlaps

    def energies(
        self,
        x: Float[Numpy, "batch units"],  # noqa: ARG002 - the overlaps say it all
        drive: Float[Numpy, "batch patterns"],
    ) -> Float[Numpy, " batch"]:
        """−Σ F(overlap)."""
        sums: Numpy = np.sum(self._f(drive), axis=-1)
        return -sums

    def chosen(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch patterns"]
    ) -> Float[Numpy, "batch units"]:
        """On where E is not lower with the neuron off."""
        slope, bend = self._differences(drive)
        return _sign(slope @ self.patterns.value - x * bend, x.dtype)

    def sweep(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch patterns"], order: Numpy
    ) -> None:
        """Neuron by neuron; overlaps follow those that changed."""
        slope, bend = self._differences(drive)
        for i in order:
            xi = self.patterns.value[:, i]
            after = _sign(slope @ xi - x[:, i] * bend[:, 0], x.dtype)
            moved = np.flatnonzero(after != x[:, i])
            if moved.size:
                drive[moved] += np.multiply.outer(after[moved] - x[moved, i], xi)
                slope[moved], bend[moved] = self._differences(drive[moved])
                x[moved, i] = after[moved]

    def _differences(
        self, z: Float[Numpy, "batch patterns"]
    ) -> tuple[Float[Numpy, "batch patterns"], Float[Numpy, "batch 1"]]:
        """F(z + 2) − F(z − 2) of each overlap, and the sum of F(z + 2) − 2F(z) + F(z − 2).

        With neuron i on rather than off, E is lower by Σ_μ F(aᵢ + ξᵢ) − F(aᵢ − ξᵢ), where
        aᵢ = z − ξᵢ xᵢ leaves it out. As ξᵢ is ±1, that is half of Σ_μ ξᵢ of the first less xᵢ times
        the second: one product for all neurons.
        """
        above, here, below = (self._f(z + shift) for shift in (2.0, 0.0, -2.0))
        return above - below, np.sum(above - 2.0 * here + below, axis=-1, keepdims=True)

    def _f(self, z: Numpy) -> Numpy:
        power: Numpy = (z / self.units) ** self.degree
        return power


def _sign(z: Numpy, dtype: Any) -> Numpy:
    signs: Numpy = np.where(z >= 0.0, dtype.type(1), dtype.type(-1))
    return signs
