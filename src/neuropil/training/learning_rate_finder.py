"""Which learning rate to take: the loss while the rate rises (Smith 2017)."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data import DataLoader
from neuropil.nn.modes import modes_restored
from neuropil.optim import Clip, Optimizer, Penalty
from neuropil.random import Generator, as_generator, use
from neuropil.training.batches import Data, as_dataset
from neuropil.training.data_checks import check_data
from neuropil.training.divergence import diverged
from neuropil.training.fit_checks import check_optimizer
from neuropil.training.generators import held_generators
from neuropil.training.metrics import check_function
from neuropil.training.untouched import state_of, untouched
from neuropil.training.update import Update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jaxtyping import Float
    from matplotlib.figure import Figure

    from neuropil.nn import Module

FORGETTING = 0.1
"""The weight of the newest loss in the running mean that tells when training diverges."""

SMOOTH = 0.1
"""The share of all points over which losses are averaged before their slope is taken."""

LEFT = 0.1
"""The share of its whole fall after which the loss has left its first level."""

CLEAR = 4.0
"""By how many standard deviations of a smoothed loss it has to fall."""

FEWEST = 10
"""Points a curve needs."""


@dataclass(frozen=True, eq=False)
class LearningRateCurve:
    """What `find_learning_rate` measured.

    Attributes:
        rates: The rate of each step that was taken.
        losses: The loss of the batch before that step.
        smoothed: The losses, averaged over their neighbours.
        suggestion: The rate at which the smoothed loss falls most steeply, before it is least; None
            where it does not fall, or no more than losses of batches differ.
    """

    rates: Float[np.ndarray[Any, Any], "steps"]
    losses: Float[np.ndarray[Any, Any], "steps"]
    smoothed: Float[np.ndarray[Any, Any], "steps"]
    suggestion: float | None

    @classmethod
    def of(cls, rates: np.ndarray[Any, Any], losses: np.ndarray[Any, Any]) -> LearningRateCurve:
        """Smooth the losses and look for the rate.

        Example:
            >>> rates = np.geomspace(1e-4, 1.0, 81)
            >>> falling = 1.0 - 1.0 / (1.0 + (1e-2 / rates) ** 2)  # most steeply at 0.01
            >>> LearningRateCurve.of(rates, falling).suggestion
            0.01
        """
        smoothed = _smoothed(losses)
        return cls(rates, losses, smoothed, _steepest(rates, losses, smoothed))

    def plot(self) -> Figure:
        """The losses over the rates, with the suggestion marked."""
        from neuropil.plot import learning_rate_curve

        return learning_rate_curve(
            self.rates, self.losses, smoothed=self.smoothed, suggestion=self.suggestion
        )


def find_learning_rate(
    net: Module,
    data: Data,
    *,
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    lowest: float = 1e-7,
    highest: float = 10.0,
    steps: int = 200,
    batch_size: int = 32,
    clip: Clip | None = None,
    penalty: Penalty | None = None,
    rng: int | Generator = 0,
) -> LearningRateCurve:
    """Take a few hundred steps with a rate that rises exponentially, and see where the loss falls.

    It ends when the loss is far above the least, or not finite. Then everything is put back as it
    was, to the bit: parameters, buffers, gradients, modes, the optimizer's state, and the
    Generators of layers and data sets. The rate suggested is a place to begin looking from, no
    optimum: it depends on the batch size, and on what training has already done.

    Args:
        net: The network.
        data: As for `fit`.
        loss: As for `fit`.
        optimizer: As for `fit`. Its own rate is not used.
        lowest: The first rate.
        highest: The last rate.
        steps: How many rates are tried, evenly on a logarithmic scale; the data is gone through as
            often as that takes.
        batch_size: Samples a step; not used for a DataLoader, which has its own.
        clip: As for `fit`.
        penalty: As for `fit`.
        rng: A seed or a Generator, for the order of the samples and dropout.

    Raises:
        ValueError: Not 0 < ``lowest`` < ``highest`` < ∞, fewer than 10 steps, or an optimizer as
            `fit` refuses it.
        ShapeError, DTypeError, DataError: Data, network and loss do not belong together.
        DivergenceError: The loss is not finite before the first step; names the layer.

    References:
        L. N. Smith, Cyclical learning rates for training neural networks, 2017.

    Example:
        >>> from neuropil import data, nn, optim
        >>> net = nn.Sequential(nn.Linear(2, 8, rng=1), nn.Tanh(), nn.Linear(8, 1, rng=2))
        >>> curve = find_learning_rate(
        ...     net, data.xor(), loss=nn.BCEWithLogitsLoss(), batch_size=4,
        ...     optimizer=optim.Adam(net.parameters()),
        ... )
        >>> 1e-3 < curve.suggestion < 1.0
        True
    """
    _check_range(lowest, highest, steps)
    check_function("loss", loss)
    check_optimizer(net, optimizer)
    dataset, generator = as_dataset(data), as_generator(rng)
    update = Update(penalty, clip)
    held = [generator, *held_generators(net, dataset).values()]
    variables = [*net.parameters(), *net.buffers(), *optimizer.params, *optimizer.state()]
    # Each once: what is put back last must be what was there first.
    touched = {id(v): v for v in chain(variables, state_of(held))}.values()
    rates = np.geomspace(lowest, highest, steps)
    with ExitStack() as stack:
        for context in (untouched(touched), modes_restored(net), use(generator)):
            stack.enter_context(context)
        stack.enter_context(np.errstate(all="ignore"))
        check_data(net, dataset, {"loss": loss})
        size = data.batch_size if isinstance(data, DataLoader) else batch_size
        loader = DataLoader(dataset, size, shuffle=True, rng=generator)
        batches = chain.from_iterable(repeat(loader))
        net.train()
        losses = np.array(list(_rising(net, batches, loss, optimizer, update, rates)))
    return LearningRateCurve.of(rates[: len(losses)], losses)


def _rising(
    net: Module,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    update: Update,
    rates: Iterable[float],
) -> Iterator[float]:
    """The loss before each step, until training diverges."""
    first = least = mean = math.nan
    for rate, (inputs, targets) in zip(rates, batches, strict=False):
        optimizer.zero_grad()
        cost = loss(net(inputs), targets)
        number = float(cost.item())
        if math.isnan(first):
            if not math.isfinite(number):
                remark = f"the loss is {number} before the first step; mend the network or the data"
                raise diverged(net, inputs, targets, remark)
            first = least = mean = number
        mean += FORGETTING * (number - mean)
        least = min(least, mean)
        if not mean <= least + 3.0 * abs(first):
            return
        yield number
        optimizer.lr = rate
        update.backward(cost, optimizer.params)
        optimizer.step()


def _smoothed(losses: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Means over windows around each loss, shorter at the ends."""
    places, reach = np.arange(len(losses)), _reach(len(losses))
    sums = np.concatenate([[0.0], np.cumsum(losses)])
    half = np.minimum(np.minimum(places, places[::-1]), reach)
    means: np.ndarray[Any, Any] = (sums[places + half + 1] - sums[places - half]) / (2 * half + 1)
    return means


def _steepest(
    rates: np.ndarray[Any, Any], losses: np.ndarray[Any, Any], smoothed: np.ndarray[Any, Any]
) -> float | None:
    """The rate at which the loss falls most with the logarithm of the rate, before it is least.

    Searched for where the loss has left its first level for good: before, slopes are noise. A fall
    that batches which differ explain as well is none.
    """
    first, least = _reach(len(rates)), int(np.argmin(smoothed))
    if least <= first or len(rates) < FEWEST:
        return None
    averaged = 2 * min(first, len(rates) - 1 - least) + 1
    noise = np.std(np.diff(losses[: least + 1])) / math.sqrt(2.0 * averaged)
    if smoothed[first] - smoothed[least] <= CLEAR * noise:
        return None
    fallen = smoothed[first] - LEFT * (smoothed[first] - smoothed[least])
    begin = first + int(np.flatnonzero(smoothed[first:least] >= fallen)[-1])
    slopes = np.gradient(smoothed, np.log(rates))[begin : least + 1]
    return float(rates[begin + np.argmin(slopes)])


def _reach(points: int) -> int:
    """How many losses on either side are averaged."""
    return max(1, round(SMOOTH * points / 2))


def _check_range(lowest: float, highest: float, steps: int) -> None:
    if not 0.0 < lowest < highest < math.inf:
        raise ValueError(
            "learning rates rise from lowest to highest, both finite and above 0, got "
            f"lowest={lowest}, highest={highest}"
        )
    if steps < FEWEST:
        raise ValueError(f"a curve has at least {FEWEST} steps, got {steps}")
