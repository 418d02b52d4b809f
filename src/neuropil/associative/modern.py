"""The modern Hopfield network: recall is attention."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import ops
from neuropil.associative.patterns import as_patterns, as_probes
from neuropil.associative.recollection import Look, Recollection, recollect
from neuropil.errors import DataError
from neuropil.graph import Variable, no_grad, plain
from neuropil.nn import Module, refusals

if TYPE_CHECKING:
    from typing import Self

    from jaxtyping import Float

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]

AT_ONCE = 2**24
"""Similarities of probes and patterns that recall keeps in memory."""


@final
class ModernHopfield(Module):
    """Patterns of real numbers, recalled by ξ ← softmax(β ξ Xᵀ) X: attention to the patterns X.

    That is scaled dot-product attention whose keys and values are the patterns. It descends

        E = −β⁻¹ ln Σ_μ exp(β x_μ·ξ) + ½ ξ·ξ + β⁻¹ ln M + ½ max ‖x_μ‖²

    One step comes close to a pattern that is well separated from the others, and a memory holds
    exponentially many random ones. A small β gives mixtures of patterns that are alike.

    Args:
        units: d, the length of a pattern.
        beta: β, 1/√d by default as in attention.
        dtype: Of the patterns.

    Attributes:
        patterns: X, buffer of shape (patterns, units).

    Raises:
        ValueError: ``units`` is no count, or ``beta`` not above 0.

    References:
        H. Ramsauer et al., Hopfield networks is all you need, 2021.

    Example:
        >>> memory = ModernHopfield(2, beta=8.0).store([[1.0, 0.0], [0.0, 1.0]])
        >>> memory(np.float32([0.9, 0.2])).value.round(2).tolist() == np.float32([1, 0]).tolist()
        True
    """

    def __init__(self, units: int, beta: float | None = None, *, dtype: Any = np.float32) -> None:
        refusals.check_count("ModernHopfield", "units", units)
        self.units = units
        self.beta = units**-0.5 if beta is None else beta
        if not self.beta > 0.0:
            raise ValueError(f"ModernHopfield needs a beta above 0, got {beta}")
        self.patterns = Variable(np.zeros((0, units), dtype), requires_grad=False)

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the patterns."""
        dtype: np.dtype[Any] = self.patterns.value.dtype
        return dtype

    def store(self, patterns: Float[Array, "patterns units"]) -> Self:
        """Keep these patterns, and no others.

        Args:
            patterns: One in each row; any numbers.

        Returns:
            The memory.

        Raises:
            DataError: There are no patterns, or a number is not finite.
            ShapeError: They have another size.
        """
        rows = as_patterns(patterns, self.units, self.dtype)
        if not np.isfinite(rows).all():
            row, column = np.argwhere(~np.isfinite(rows))[0]
            raise DataError(
                f"patterns consist of finite numbers, got {rows[row, column]} in row {row}, column "
                f"{column}: leave it out"
            )
        self.patterns.value = rows
        return self

    def forward(self, probes: Float[Array, "*batch units"]) -> Float[Array, "*batch units"]:
        """One step of recall, differentiable."""
        return ops.matmul(ops.softmax(self._similarities(probes), axis=-1), self.patterns)

    def energy(self, x: Float[Array, "*batch units"]) -> Float[Array, "*batch"]:
        """E as above, differentiable; ∂E/∂ξ is ξ less what `forward` gives.

        Example:
            >>> memory = ModernHopfield(2, beta=1.0).store([[1.0, 0.0]])
            >>> memory.energy(np.float32([[1.0, 0.0], [0.0, 0.0]])).value.tolist()
            [0.0, 0.5]
        """
        nearest = ops.logsumexp(self._similarities(x), axis=-1) / self.beta
        kept = self.patterns.value
        largest = float(np.max(np.sum(kept * kept, axis=-1)))
        constant = log(len(kept)) / self.beta + 0.5 * largest
        return 0.5 * ops.sum(x * x, axis=-1) - nearest + constant

    def recall(
        self,
        probes: Float[Array, "*batch units"],
        *,
        max_steps: int = 1,
        tolerance: float = 1e-5,
        trajectory: bool = False,
    ) -> Recollection:
        """Go from the probes to the patterns they are most like.

        Args:
            probes: One, or an array of them with the units along the last axis.
            max_steps: At most; one is enough where patterns are well separated.
            tolerance: A probe has settled if another step changes no number by more than this.
            trajectory: Whether to keep the states after each step.

        Raises:
            ShapeError: The probes have another size.
            DataError: Nothing has been stored.
            ValueError: ``max_steps`` is below 0.

        Example:
            >>> memory = ModernHopfield(2, beta=8.0).store([[1.0, 0.0], [0.0, 1.0]])
            >>> memory.recall([0.9, 0.2], max_steps=10).steps
            3
        """
        start = as_probes(probes, self.units, self.dtype)

        def look(x: Numpy) -> Look:
            energies, after = self._looked_up(x)
            settled = np.all(np.abs(after - x) <= tolerance, axis=-1)
            return Look(energies, settled, lambda: after)

        return recollect(look, start, max_steps=max_steps, trajectory=trajectory)

    def _similarities(self, x: Float[Array, "*batch units"]) -> Float[Array, "*batch patterns"]:
        if not len(self.patterns.value):
            raise DataError("nothing has been stored: call store(patterns) first")
        refusals.check_dtype("ModernHopfield", x, self.patterns)
        if x.shape[-1:] != (self.units,):
            raise refusals.wrong_shape(
                "ModernHopfield", f"(..., {self.units})", x, "one number a unit"
            )
        return self.beta * ops.matmul(x, ops.matrix_transpose(self.patterns))

    def _looked_up(
        self, x: Float[Numpy, "batch units"]
    ) -> tuple[Float[Numpy, " batch"], Float[Numpy, "batch units"]]:
        """Energies and next states, a few probes at a time: their similarities take memory."""
        few = max(1, AT_ONCE // max(1, len(self.patterns.value)))
        with no_grad():
            parts = [
                (plain(self.energy(part)), plain(self.forward(part)))
                for part in np.split(x, range(few, len(x), few))
            ]
        energies, after = zip(*parts, strict=True)
        return np.concatenate(energies), np.concatenate(after)
