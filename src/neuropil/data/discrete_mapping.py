"""A discrete mapping blurred by noise: the classification data set of notes 5.1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError, ShapeError
from neuropil.random import as_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int64
    from matplotlib.axes import Axes

    from neuropil.arrays import Array
    from neuropil.data.dataset import Batch, Numpy, Places
    from neuropil.random import Generator

_NOTES_PROTOTYPES = (
    (-1.3455, 0.6580, -0.2041, -0.0052, 0.2841, -0.6806),
    (-0.3096, 0.4767, 0.0416, 0.8221, 0.3553, -0.9552),
    (0.0603, 1.0587, 0.6078, -0.5603, 0.9886, -1.1840),
)


@final
class DiscreteMapping:
    """Samples of a mapping from prototypes to targets: input = prototype + noise · N(0, 1).

    Each sample belongs to a prototype chosen at random, all as likely. As in the notes `inputs`,
    `targets` and `classes` are methods, and `classes` gives numbers, not the names of classes.

    Args:
        prototypes: A, one row for each class.
        targets: B, the target of each class.
        n: How many samples.
        noise: The standard deviation of the noise.
        rng: A seed or a Generator. One seed gives one data set.

    Attributes:
        samples: The samples as an `ArrayDataset`.

    Raises:
        ShapeError: ``prototypes`` or ``targets`` is not a matrix.
        DataError: Their lengths differ, or ``n < 1``.
        ValueError: ``noise`` is negative.

    Example:
        >>> mapping = DiscreteMapping(3 * np.eye(3), np.eye(3), n=5, rng=0)
        >>> mapping.inputs().shape, mapping.targets().shape, mapping.classes().tolist()
        ((5, 3), (5, 3), [2, 1, 0, 2, 1])
    """

    def __init__(
        self,
        prototypes: Float[Array, "classes in"],
        targets: Float[Array, "classes out"],
        n: int = 300,
        noise: float = 0.1,
        *,
        rng: int | Generator | None = None,
    ) -> None:
        a, b = _matrix(prototypes, "prototypes"), _matrix(targets, "targets")
        if len(a) != len(b) or len(a) == 0:
            raise DataError(
                f"DiscreteMapping expects a target for each prototype, got {len(a)} prototypes "
                f"and {len(b)} targets"
            )
        if n < 1:
            raise DataError(f"DiscreteMapping expects n >= 1, got {n}")
        rng = as_generator(rng)
        self._prototypes = len(a)
        self._classes: Numpy = rng.integers(0, len(a), n)
        blur = rng.normal((n, a.shape[1]), std=noise, dtype=a.dtype)
        self.samples = ArrayDataset(a[self._classes] + blur, b[self._classes])

    @classmethod
    def from_notes(cls) -> DiscreteMapping:
        """The mapping printed in notes 5.1.2, with samples that never change.

        Three classes in six dimensions, targets one-hot, 300 samples, noise 0.1.

        Example:
            >>> DiscreteMapping.from_notes()
            DiscreteMapping(300 samples, 3 classes, inputs (6,), targets (3,))
        """
        prototypes = np.array(_NOTES_PROTOTYPES, np.float32)
        return cls(prototypes, np.eye(3, dtype=np.float32), rng=0)

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int, /) -> tuple[Any, Any]:
        return self.samples[index]

    def gather(self, places: Places, /) -> Batch:
        """The samples at ``places``, stacked."""
        return self.samples.gather(places)

    def inputs(self) -> Float[Numpy, "samples in"]:
        """All inputs, one a row."""
        return self.samples.inputs

    def targets(self) -> Float[Numpy, "samples out"]:
        """All targets, one a row."""
        return self.samples.targets

    def classes(self) -> Int64[Numpy, "samples"]:
        """Which prototype each sample was made from."""
        return self._classes

    def plot(
        self,
        labels: Sequence[int] | Int64[Numpy, "samples"] | None = None,
        axes: tuple[int, int] = (0, 1),
        *,
        on: Axes | None = None,
    ) -> Axes:
        """Draw two of the input's components, one colour a class.

        Args:
            labels: Which colour each sample has; its class by default.
            axes: Which components go to the right and up.
            on: Where to draw; matplotlib's current axes by default.
        """
        import matplotlib.pyplot as plt

        from neuropil.plot.colours import INK, SERIES

        palette = (*SERIES, INK)
        drawing = plt.gca() if on is None else on
        chosen = self.classes() if labels is None else np.asarray(labels)
        colours = [palette[label % len(palette)] for label in chosen.tolist()]
        x, y = (self.inputs()[:, axis] for axis in axes)
        drawing.scatter(x, y, color=colours, marker=".")
        drawing.set_aspect("equal", adjustable="datalim")
        return drawing

    def __repr__(self) -> str:
        inputs, targets = self.inputs(), self.targets()
        return (
            f"DiscreteMapping({len(self)} samples, {self._prototypes} classes, "
            f"inputs {inputs.shape[1:]}, targets {targets.shape[1:]})"
        )


def _matrix(values: Array, what: str) -> Numpy:
    """A floating matrix: of the dtype it has, or float32 for lists and integers."""
    matrix: Numpy = np.asarray(values, dtype=None if hasattr(values, "dtype") else np.float32)
    if matrix.ndim != 2:
        raise ShapeError(f"{what} must be a matrix with one row a class, got shape {matrix.shape}")
    return matrix if matrix.dtype.kind == "f" else matrix.astype(np.float32)
