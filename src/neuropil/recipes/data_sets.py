"""The data sets a recipe can name, split into what trains, what tunes and what tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuropil import data

if TYPE_CHECKING:
    from neuropil.data import ArrayDataset


@dataclass(frozen=True)
class Splits:
    """The parts of a data set.

    Attributes:
        train: What the network learns from.
        validation: What early stopping watches; None where there is none.
        test: What the accuracy is told on; nothing else ever sees it.
        classes: The names of the classes, in the order of the network's outputs.
    """

    train: ArrayDataset
    validation: ArrayDataset | None
    test: ArrayDataset
    classes: tuple[str, ...]

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return tuple(self.train.inputs.shape[1:])


def digits(*, validation: bool = True) -> Splits:
    """The 1,797 handwritten digits of 8 × 8 pixels that come with the package.

    Args:
        validation: Keep a part back to watch while training. Without it the network learns from
            all that is not test.

    Example:
        >>> digits().sample_shape, len(digits().test)
        ((1, 8, 8), 360)
    """
    test = data.digits("test")
    return Splits(
        train=data.digits("train" if validation else "train+validation"),
        validation=data.digits("validation") if validation else None,
        test=test,
        classes=test.classes or (),
    )


def xor() -> Splits:
    """The four points of exclusive or. There are no others: they train and test."""
    points = data.xor()
    return Splits(train=points, validation=None, test=points, classes=("0", "1"))
