"""The Hopfield network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import ops
from neuropil.associative.binary_memory import BinaryMemory
from neuropil.associative.hebbian import Hebbian
from neuropil.associative.learning_rule import LearningRule, without_self_connections
from neuropil.associative.patterns import BIPOLAR, as_patterns, check_states
from neuropil.nn import Parameter, refusals

if TYPE_CHECKING:
    from typing import Self

    from jaxtyping import Float

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]

BLOCK = 64
"""Neurons that choose one after the other before all the others are told."""


@final
class Hopfield(BinaryMemory):
    """Neurons that are all connected, xⱼ = 1 if Σ xᵢ wᵢⱼ + bⱼ ≥ 0, and −1 otherwise (notes 8.2.1).

    With symmetric weights and none of a neuron onto itself, each change lowers the energy

        E = −½ xᵀ W x − bᵀ x

    or leaves it as it is, so that the network ends in a local minimum of it: a memory, if `store`
    put one there, or a mixture of several. With the states 0 and 1 the same patterns give the same
    network in other words, x = (s + 1)/2: weights 4W and biases 2(b − W1), the same recall, and
    energies that differ by a constant.

    Args:
        units: N, the number of neurons.
        states: (−1, 1), or (0, 1).
        dtype: Of weights and states.

    Attributes:
        weight: W, Parameter of shape (units, units), 0 at first.
        bias: b, Parameter of shape (units,), likewise.

    Raises:
        ValueError: ``units`` is no count, or the states are others.

    References:
        J. J. Hopfield, Neural networks and physical systems with emergent collective computational
        abilities, 1982.

    Example:
        >>> net = Hopfield(6).store([[1, 1, 1, -1, -1, -1], [1, -1, 1, -1, 1, -1]])
        >>> net.recall([-1, 1, 1, -1, -1, -1], rng=0).states.tolist()
        [1.0, 1.0, 1.0, -1.0, -1.0, -1.0]
    """

    def __init__(
        self, units: int, states: tuple[int, int] = BIPOLAR, *, dtype: Any = np.float32
    ) -> None:
        refusals.check_count("Hopfield", "units", units)
        if tuple(states) not in {BIPOLAR, (0, 1)}:
            raise ValueError(f"Hopfield has neurons with states (-1, 1) or (0, 1), got {states}")
        self.units = units
        self.states = (int(states[0]), int(states[1]))
        self.weight = Parameter(np.zeros((units, units), dtype), name="weight")
        self.bias = Parameter(np.zeros(units, dtype), name="bias")

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the weights."""
        dtype: np.dtype[Any] = self.weight.value.dtype
        return dtype

    # ------------------------------------------------------------------ learning

    def store(
        self, patterns: Float[Array, "patterns units"], rule: LearningRule | None = None
    ) -> Self:
        """Set weights and biases so that the patterns are remembered; what was there is forgotten.

        Warns if there are more patterns than the rule can hold and some of them did not stay.

        Args:
            patterns: One in each row.
            rule: `Hebbian` by default, `PseudoInverse` or `Storkey`.

        Returns:
            The network.

        Raises:
            DataError: There are no patterns, or a number is not one of the two states: says where.
            ShapeError: They have another size.

        Example:
            >>> Hopfield(4, states=(0, 1)).store([[1, 1, 0, 0]]).weight.value[0].tolist()
            [0.0, 4.0, -4.0, -4.0]
        """
        rule = rule or Hebbian()
        x = as_patterns(patterns, self.units, self.dtype)
        check_states(x, self.states, "patterns")
        in_bits = self.states != BIPOLAR
        signs = 2 * x - 1 if in_bits else x
        w, b = rule.weights(signs), rule.biases(signs)
        if in_bits:
            w, b = 4 * w, 2 * (b - w.sum(axis=0))
        self.weight.value, self.bias.value = w, b
        self._warn_of_lost(x, rule.capacity(self.units), type(rule).__name__, "another rule")
        return self

    def learn(self, x: Float[Array, "patterns units"], kappa: float = 1.0) -> Self:
        """Follow dwᵢⱼ/dt = κ xᵢ xⱼ for i ≠ j and dbⱼ/dt = κ xⱼ for a time of 1 (notes 8.2.1).

        That makes the energy of x lower. From nothing, M patterns with κ = 1/M give what
        ``Hebbian(bias=True)`` gives.

        Args:
            x: The states of the neurons; of several rows the changes add up.
            kappa: κ, how fast it learns.

        Raises:
            DataError, ShapeError: As `store`.

        Example:
            >>> net = Hopfield(2, dtype="float64").learn([1, -1], kappa=0.5)
            >>> net.weight.value.tolist(), net.bias.value.tolist()
            ([[0.0, -0.5], [-0.5, 0.0]], [0.5, -0.5])
        """
        rows = as_patterns(x, self.units, self.dtype)
        check_states(rows, self.states, "patterns")
        together = without_self_connections(rows.T @ rows)
        together *= kappa
        self.weight.value = self.weight.value + together
        self.bias.value = self.bias.value + self.dtype.type(kappa) * rows.sum(axis=0)
        return self

    # ------------------------------------------------------------------ energy and its descent

    def energy(self, x: Float[Array, "*batch units"]) -> Float[Array, "*batch"]:
        """E = −½ xᵀWx − bᵀx, differentiable with respect to x, W and b.

        Example:
            >>> Hopfield(2).store([[1, 1]]).energy(np.float32([[1, 1], [1, -1]])).value.tolist()
            [-1.0, 1.0]
        """
        self._check(x)
        fields = ops.matmul(x, self.weight)
        return -0.5 * ops.sum(x * fields, axis=-1) - ops.sum(x * self.bias, axis=-1)

    def derivative(
        self, x: Float[Array, "*batch units"], kappa: float = 1.0
    ) -> Float[Array, "*batch units"]:
        """dx/dt = −κ ∂E/∂x = κ (x W + b), of neurons with any value (notes 8.2.1)."""
        self._check(x)
        return kappa * (ops.matmul(x, self.weight) + self.bias)

    def descend(
        self,
        x: Float[Array, "*batch units"],
        *,
        duration: float,
        dt: float,
        kappa: float = 1.0,
    ) -> Float[Array, "steps+1 *batch units"]:
        """Follow `derivative` from x by Euler's method, within the cube whose corners are states.

        The energy falls as long as κ dt is below 2 by the largest eigenvalue of W. Everything is
        differentiable.

        Args:
            x: Where to begin: any numbers from the lower state to the upper one.
            duration: For how long.
            dt: The time step.
            kappa: κ, how fast it goes.

        Returns:
            The places on the way, the first and the last among them.

        Raises:
            ShapeError, DTypeError: x has another size, or another dtype than the weights.
            ValueError: ``dt`` is not above 0, or more than ``duration``.

        Example:
            >>> net = Hopfield(2).store([[1, 1]])
            >>> path = net.descend(np.float32([0.5, -0.2]), duration=10.0, dt=0.1)
            >>> path.shape, path.value[-1].tolist()
            ((101, 2), [1.0, 1.0])
        """
        if not 0.0 < dt <= duration:
            raise ValueError(f"expected 0 < dt <= duration, got dt={dt} and duration={duration}")
        self._check(x)
        low, high = self.states

        def step(x: Array, _: None) -> tuple[Array, Array]:
            after = ops.clip(x + dt * self.derivative(x, kappa), low, high)
            return after, after

        _, places = ops.scan(step, x, length=round(duration / dt))
        return ops.concat([x[np.newaxis], places])

    def _check(self, x: Array) -> None:
        refusals.check_dtype("Hopfield", x, self.weight)
        if x.shape[-1:] != (self.units,):
            raise refusals.wrong_shape("Hopfield", f"(..., {self.units})", x, "one number a unit")

    # ------------------------------------------------------------------ what recall needs

    def drive(self, x: Float[Numpy, "batch units"]) -> Float[Numpy, "batch units"]:
        """The fields x W + b."""
        fields: Numpy = x @ self.weight.value
        fields += self.bias.value
        return fields

    def chosen(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch units"]
    ) -> Float[Numpy, "batch units"]:
        """On where the field is not below 0."""
        low, high = map(x.dtype.type, self.states)
        states: Numpy = np.where(drive >= 0.0, high, low)
        return states

    def energies(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch units"]
    ) -> Float[Numpy, " batch"]:
        """−½ Σ x (field + b)."""
        products: Numpy = np.einsum("bn,bn->b", x, drive + self.bias.value, dtype=np.float64)
        return -0.5 * products

    def sweep(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch units"], order: Numpy
    ) -> None:
        """Block after block: within one neuron by neuron, all other fields by one product."""
        w = self.weight.value
        for block in np.split(order, range(BLOCK, len(order), BLOCK)):
            before, fields = x[:, block], drive[:, block]
            if np.array_equal(self.chosen(before, fields), before):
                continue  # as no neuron is the first to change
            after = self._one_by_one(before, fields, w[np.ix_(block, block)])
            moved = np.any(after != before, axis=0)
            drive += (after - before)[:, moved] @ w[block[moved]]
            x[:, block] = after

    def _one_by_one(
        self,
        x: Float[Numpy, "batch block"],
        drive: Float[Numpy, "batch block"],
        w: Float[Numpy, "block block"],
    ) -> Float[Numpy, "batch block"]:
        low, high = map(x.dtype.type, self.states)
        on = np.equal(x.T, high)
        fields = drive.T.copy()
        for j, row in enumerate(w):
            now = fields[j] >= 0.0
            if (now != on[j]).any():
                change = (high - low) * (now.astype(x.dtype) - on[j])
                fields += np.multiply.outer(row, change)
                on[j] = now
        states: Numpy = np.where(on.T, high, low)
        return states
