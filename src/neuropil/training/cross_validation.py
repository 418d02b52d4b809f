"""Cross-validation: how well networks of a kind do on samples they have not seen (notes 5.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from neuropil.data import DataLoader, k_fold
from neuropil.nn import Module
from neuropil.random import as_generator, use
from neuropil.training.batches import as_dataset
from neuropil.training.evaluation import evaluate
from neuropil.training.fitting import fit
from neuropil.training.intervals import Interval, mean_interval

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.data import Dataset
    from neuropil.nn import Parameter
    from neuropil.optim import Optimizer
    from neuropil.random import Generator
    from neuropil.training.metrics import Metric
    from neuropil.training.scores import Scores


@dataclass(frozen=True)
class CrossValidation:
    """The scores of each fold, measured on it by a network that learned from the others.

    Prints as a table. ``result["accuracy"]`` is the accuracies of the folds.

    Attributes:
        folds: Loss and metrics on each fold, with the number of its samples.

    Example:
        >>> from neuropil.training import Scores
        >>> shares = (0.8, 0.9, 0.7, 0.8, 1.0)
        >>> result = CrossValidation(tuple(Scores({"accuracy": x}, samples=10) for x in shares))
        >>> result["accuracy"][:2], round(result.means["accuracy"], 2)
        ([0.8, 0.9], 0.84)
        >>> print(result)
        fold  samples  accuracy
           1       10    0.8000
           2       10    0.9000
           3       10    0.7000
           4       10    0.8000
           5       10    1.0000
        mean       50    0.8400
        95 %     from    0.6984
                   to    0.9816
    """

    folds: tuple[Scores, ...]

    def __getitem__(self, name: str) -> list[float]:
        """The values of the loss (``loss``) or a metric, fold by fold."""
        return [fold[name] for fold in self.folds]

    @property
    def names(self) -> list[str]:
        """What was measured."""
        return list(self.folds[0])

    @property
    def means(self) -> dict[str, float]:
        """The mean over the folds of each score."""
        return {name: fmean(self[name]) for name in self.names}

    @property
    def intervals(self) -> dict[str, Interval]:
        """Student's 95 % interval of each mean, from five folds on; empty for fewer.

        Folds share most of what they learn from, so the true uncertainty is rather larger: Y.
        Bengio and Y. Grandvalet, No unbiased estimator of the variance of k-fold cross-validation,
        2004.
        """
        if len(self.folds) < 5:
            return {}
        return {name: mean_interval(self[name]) for name in self.names}

    def __str__(self) -> str:
        rows = [["fold", "samples", *self.names]]
        for number, fold in enumerate(self.folds, start=1):
            rows.append([str(number), str(fold.samples), *map(_cell, fold.values())])
        total = sum(fold.samples for fold in self.folds)
        rows.append(["mean", str(total), *map(_cell, self.means.values())])
        if self.intervals:
            lows, highs = zip(*self.intervals.values(), strict=True)
            rows += [["95 %", "from", *map(_cell, lows)], ["", "to", *map(_cell, highs)]]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in rows)


def cross_validate(
    build: Callable[[], Module],
    data: tuple[Any, Any] | Dataset,
    k: int = 5,
    *,
    loss: Callable[[Any, Any], Any],
    optimizer: Callable[[Iterable[Parameter]], Optimizer],
    epochs: int,
    metrics: Sequence[Metric] = (),
    stratify: Array | Sequence[Any] | None = None,
    rng: int | Generator | None = None,
    progress: bool = False,
    **settings: Any,
) -> CrossValidation:
    """Train k networks, each on all folds of the data but one, and test each on that one.

    Use it to choose a method or a setting; the last figure still needs a test set that had no part
    in the choice.

    Args:
        build: Makes a network anew for each fold. Layers without a ``rng`` of their own draw their
            initial weights from ``rng``.
        data: A pair (inputs, targets) of arrays, or a Dataset (not `neuropil.data.Augmented`: its
            folds would be tested on changed images).
        k: How many folds.
        loss: As for `fit`.
        optimizer: Makes the optimizer of a network's parameters.
        epochs: As for `fit`.
        metrics: What to measure besides the loss.
        stratify: The class of each sample, to have every class in each fold in proportion.
        rng: A seed or a Generator, from which everything random is drawn.
        progress: Whether to show a progress bar for each fold.
        **settings: Others of `fit`: ``batch_size``, ``schedule``, ``clip``, ``penalty``, or
            ``validation``, a fraction of what is learned from, for callbacks like `EarlyStopping`.

    Raises:
        DataError: As `neuropil.data.k_fold`.
        TypeError: A setting of `fit` that makes no sense for several networks; a DataLoader, whose
            batches cannot be folded; a network instead of a function that makes one.
        ValueError: ``build`` gives the same network again.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn, optim
        >>> inputs = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
        >>> result = cross_validate(
        ...     lambda: nn.Linear(2, 1), (inputs, inputs[:, :1]), k=4, loss=nn.MSELoss(),
        ...     optimizer=lambda parameters: optim.Adam(parameters, lr=0.1), epochs=50, rng=0,
        ... )
        >>> len(result.folds), result.means["loss"] < 0.01
        (4, True)
    """
    if refused := sorted({"checkpoint", "checkpoint_every", "resume"}.intersection(settings)):
        raise TypeError(
            f"cross_validate trains {k} networks, which one {refused[0]} cannot hold: leave it out"
        )
    _check_kinds(build, data)
    dataset, generator = as_dataset(data), as_generator(rng)
    scores: list[Scores] = []
    net: Module | None = None
    for learned, held_out in k_fold(dataset, k, rng=generator, stratify=stratify):
        with use(generator):
            previous, net = net, build()
        if net is previous:
            raise ValueError(
                "build gave the network of the fold before, which knows this fold's samples: let "
                "it make one anew, as lambda: nn.Linear(4, 3)"
            )
        fit(
            net,
            learned,
            loss=loss,
            optimizer=optimizer(net.parameters()),
            epochs=epochs,
            progress=progress,
            rng=generator,
            **settings,
        )
        scores.append(evaluate(net, held_out, loss=loss, metrics=metrics))
    return CrossValidation(tuple(scores))


def _check_kinds(build: object, data: object) -> None:
    if isinstance(build, Module) or not callable(build):
        raise TypeError(
            "build is a function that makes a network anew for each fold, such as "
            f"lambda: nn.Linear(4, 3); got {type(build).__name__}"
        )
    if isinstance(data, DataLoader):
        raise TypeError(
            "a DataLoader's batches cannot be cut into folds: pass its dataset, and batch_size=…"
        )


def _cell(value: float) -> str:
    return f"{value:.4f}" if 1e-3 <= abs(value) < 1e5 or value == 0 else f"{value:.3e}"
