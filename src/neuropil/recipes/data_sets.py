"""The data sets a recipe can name, split into what trains, what tunes and what tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neuropil import data
from neuropil.data import ArrayDataset, Standardizer
from neuropil.errors import DataError
from neuropil.recipes.images import image_size
from neuropil.recipes.text_parts import TextParts, text_parts

if TYPE_CHECKING:
    from jaxtyping import Int


@dataclass(frozen=True)
class Splits:
    """The parts of a data set.

    Attributes:
        train: What the network learns from.
        validation: What early stopping watches; None where there is none.
        test: What the accuracy is told on; nothing else ever sees it.
        classes: The names of the classes, in the order of the network's outputs.
        standardize: What the inputs of all parts have gone through, and new ones have to; None
            where they are as they came.
        text: What inputs and targets are windows of; None where they are no text.
        series: Whether inputs are steps of features, and no images though they have as many axes.
        exhaustive: Whether the test set is no sample of anything, but all there is.
        labels: The class of each test sample, where targets are not classes but the inputs.
    """

    train: ArrayDataset
    validation: ArrayDataset | None
    test: ArrayDataset
    classes: tuple[str, ...]
    standardize: Standardizer | None = None
    text: TextParts | None = None
    series: bool = False
    exhaustive: bool = False
    labels: Int[np.ndarray, " n"] | None = None

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return tuple(self.train.inputs.shape[1:])

    @property
    def image_size(self) -> tuple[int, int] | None:
        """Height and width of an input; None where it is no grey image."""
        return None if self.series else image_size(self.sample_shape)


def digits(*, validation: bool = True, rows: bool = False) -> Splits:
    """The 1,797 handwritten digits of 8 × 8 pixels that come with the package.

    Args:
        validation: Keep a part back to watch while training. Without it the network learns from
            all that is not test.
        rows: Whether an image is a sequence of 8 rows, from the top, of 8 pixels each.

    Example:
        >>> digits().sample_shape, digits(rows=True).sample_shape, len(digits().test)
        ((1, 8, 8), (8, 8), 360)
    """

    def part(split: str) -> ArrayDataset:
        images = data.digits(split)
        inputs = images.inputs[:, 0] if rows else images.inputs
        return ArrayDataset(inputs, images.targets, classes=images.classes)

    test = part("test")
    return Splits(
        train=part("train" if validation else "train+validation"),
        validation=part("validation") if validation else None,
        test=test,
        classes=test.classes or (),
    )


def xor() -> Splits:
    """The four points of exclusive or. There are no others: they train and test."""
    points = data.xor()
    classes = ("0", "1")
    return Splits(train=points, validation=None, test=points, classes=classes, exhaustive=True)


def bit_patterns() -> Splits:
    """The five patterns of eight bits of notes 7.1, to be given back; also damaged to be tested.

    The test set is the five and, in the end, the damaged first one of the notes, whose target is
    the first.
    """
    patterns, damaged = data.bit_patterns(), data.damaged_bit_pattern()
    parts = zip(patterns[:], damaged[:], strict=True)
    test = ArrayDataset(*(np.concatenate(part) for part in parts))
    return Splits(train=patterns, validation=None, test=test, classes=(), exhaustive=True)


def shapes(
    *, n: int = 1500, size: int = 16, farthest: float = 0.0625, validation: bool = True
) -> Splits:
    """Images of circles, triangles and squares; see `neuropil.data.shapes`.

    Args:
        n: How many to learn from.
        size: Their height and width in pixels.
        farthest: How far from the middle they are at most, as a share of the image.
        validation: Whether there are 300 more to watch while training, beside the 300 to test.
    """
    train, held_out, test = (
        data.shapes(count, size=size, farthest=farthest, rng=rng)
        for rng, count in enumerate((n, 300, 300))
    )
    return Splits(
        train=train,
        validation=held_out if validation else None,
        test=test,
        classes=test.classes or (),
    )


def kept_bit(
    *,
    steps: int = 200,
    noise: float = 1.0,
    train: int = 1024,
    validation: int = 256,
    test: int = 1000,
) -> Splits:
    """Sequences that begin with a bit, which is asked for at their end; see `data.kept_bit`.

    Args:
        steps: How many steps lie between the bit and the question.
        noise: The standard deviation of what comes between.
        train: How many sequences to learn from. They, too, are the same for every seed.
        validation: How many to watch while training; 0 for none.
        test: How many to test on.
    """

    def part(n: int, seed: int) -> ArrayDataset:
        return data.kept_bit(n, steps=steps, noise=noise, rng=seed)

    return Splits(
        train=part(train, 0),
        validation=part(validation, 1) if validation else None,
        test=part(test, 2),  # the same whether there is a validation part
        classes=("0", "1"),
        series=True,
    )


def text(
    path: str | None = None,
    *,
    length: int = 64,
    stride: int | None = None,
    context: int = 128,
    validation: float = 0.1,
    test: float = 0.1,
) -> Splits:
    """A text, of which each character is to be predicted from those before it.

    What is learned from comes first, then what is watched while training, then what is tested on.
    Of the parts held out each character is predicted once, from ``context`` characters or more.
    Classes are the characters that occur at least twice in the part to learn from, after one that
    stands for all others.

    Args:
        path: A file in UTF-8; where it is no absolute path, from the folder that neuropil is called
            in. By default *Alice's Adventures in Wonderland*.
        length: Characters in a window to learn from.
        stride: How far apart such windows begin; by default half of their length.
        context: Characters that are read before those predicted, in the parts held out.
        validation: The share of the text to watch while training.
        test: The share to test on.

    Example:
        >>> splits = text()
        >>> splits.sample_shape, len(splits.classes)
        ((64,), 68)
    """
    if length < 1 or context < 0:
        raise DataError(f"expected length >= 1 and context >= 0, got {length} and {context}")
    whole = data.alice() if path is None else data.text_file(path, at_least=1)
    parts = text_parts(whole, validation=validation, test=test, at_least=length + 1)
    classes, symbols = parts.vocabulary.symbols, parts.symbols

    def held_out(part: slice) -> ArrayDataset:
        before = min(context, part.start - 1)
        return data.text_windows(
            symbols, part.start, part.stop, length=before + length, context=before, classes=classes
        )

    train = data.text_windows(
        symbols,
        0,
        parts.train.stop,
        length=length,
        stride=max(length // 2, 1) if stride is None else stride,
        classes=classes,
    )
    return Splits(
        train=train,
        validation=held_out(parts.validation),
        test=held_out(parts.test),
        classes=classes,
        text=parts,
    )


def mnist(*, validation: bool = True) -> Splits:
    """MNIST, downloaded on first use: 60,000 handwritten digits of 28 × 28 pixels, 10,000 to test.

    Args:
        validation: Keep the last 5,000 training images back to watch while training.
    """
    return _downloaded(data.mnist, 5_000 if validation else 0)


def fashion_mnist(*, validation: bool = True) -> Splits:
    """Fashion-MNIST, downloaded on first use: 60,000 clothes of 28 × 28 pixels, 10,000 to test.

    Args:
        validation: Keep the last 5,000 training images back to watch while training.
    """
    return _downloaded(data.fashion_mnist, 5_000 if validation else 0)


def cifar10(*, validation: bool = True) -> Splits:
    """CIFAR-10, downloaded on first use: 50,000 photographs of 32 × 32 pixels, 10,000 to test.

    Args:
        validation: Keep the last 5,000 training images back to watch while training.
    """
    return _downloaded(data.cifar10, 5_000 if validation else 0)


def csv(
    path: str,
    target: str,
    *,
    columns: Sequence[str] | None = None,
    categorical: Sequence[str] = (),
    regression: bool = False,
    standardize: bool = True,
    validation: float = 0.2,
    test: float = 0.2,
    delimiter: str = ",",
) -> Splits:
    """A table of your own; see `neuropil.data.csv_table`.

    Args:
        path: The file; where it is no absolute path, from the folder that neuropil is called in.
        target: The column to be predicted: classes, or numbers with ``regression``.
        columns: The columns to predict it from; by default all others.
        categorical: Which of them hold categories; the others are numbers.
        regression: Whether the target is a number.
        standardize: Whether inputs are shifted and scaled to mean 0 and standard deviation 1, as
            the training part has them.
        validation: The share of the rows to watch while training; 0 for none.
        test: The share of the rows to test on. Which rows go where never changes.
        delimiter: What stands between cells.
    """
    named = dict.fromkeys([*(columns or ()), *categorical], data.Numeric())
    table = data.csv_table(
        path,
        target=target,
        target_kind=data.Numeric() if regression else data.Categorical(),
        columns=named | dict.fromkeys(categorical, data.Categorical()),
        others=data.Numeric() if columns is None else None,
        delimiter=delimiter,
    )
    samples = ArrayDataset(table.inputs, table.targets, classes=table.classes)
    splits = _split(samples, validation, test)
    return standardized(splits) if standardize else splits


def image_folder(
    path: str,
    *,
    size: tuple[int, int] | None = None,
    grey: bool = False,
    validation: float = 0.2,
    test: float = 0.2,
) -> Splits:
    """Images of your own, one folder a class; see `neuropil.data.image_folder`.

    Args:
        path: The folder; where it is no absolute path, from the folder that neuropil is called in.
        size: Height and width to which images are resized.
        grey: Whether to make them grey.
        validation: The share of the images to watch while training; 0 for none.
        test: The share of the images to test on. Which images go where never changes.
    """
    return _split(data.image_folder(path, size=size, grey=grey), validation, test)


def reconstructed(splits: Splits) -> Splits:
    """The same inputs, with themselves for targets: for autoencoders."""
    train, test = (ArrayDataset(part.inputs, part.inputs) for part in (splits.train, splits.test))
    held_out = splits.validation
    return replace(
        splits,
        train=train,
        validation=held_out and ArrayDataset(held_out.inputs, held_out.inputs),
        test=train if splits.test is splits.train else test,
        labels=splits.test.targets if splits.classes else None,
    )


def _downloaded(read: Callable[[str], ArrayDataset], validation: int) -> Splits:
    whole, test = read("train"), read("test")
    learned = len(whole) - validation
    parts = [
        ArrayDataset(*whole[part], classes=whole.classes)
        for part in (slice(learned), slice(learned, None))
    ]
    return Splits(
        train=parts[0],
        validation=parts[1] if validation else None,
        test=test,
        classes=whole.classes or (),
    )


def _split(samples: ArrayDataset, validation: float, test: float) -> Splits:
    """Random parts, which never change; each with every class in proportion."""
    if not (validation >= 0.0 and test > 0.0 and validation + test < 1.0):
        raise DataError(
            f"expected shares validation >= 0 and test > 0 of sum below 1, got {validation} and "
            f"{test}"
        )
    shares = [1.0 - validation - test, validation, test]
    stratify = None if samples.classes is None else samples.targets
    parts = [
        ArrayDataset(*part.gather(slice(None)), classes=samples.classes)
        for part in data.random_split(samples, shares, rng=0, stratify=stratify)
    ]
    if not len(parts[0]) or not len(parts[2]) or (validation > 0.0 and not len(parts[1])):
        raise DataError(
            f"{len(samples)} samples are too few to train, validate and test on shares of "
            f"{shares[0]:g}, {validation:g} and {test:g}: add samples"
        )
    for place, name in enumerate(samples.classes or ()):
        if not (parts[0].targets == place).any():
            few = int((samples.targets == place).sum())
            raise DataError(
                f"class {name!r} has too few samples, {few}, for one to learn from beside those to "
                "validate and test on: add samples, or leave the class out"
            )
    return Splits(
        train=parts[0],
        validation=parts[1] if validation else None,
        test=parts[2],
        classes=samples.classes or (),
    )


def standardized(splits: Splits) -> Splits:
    """The parts with inputs shifted and scaled as the training part has mean 0 and deviation 1."""
    standardize = Standardizer(splits.train.inputs)
    return Splits(
        train=standardize.applied_to(splits.train),
        validation=splits.validation and standardize.applied_to(splits.validation),
        test=standardize.applied_to(splits.test),
        classes=splits.classes,
        standardize=standardize,
    )
