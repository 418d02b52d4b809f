"""A diagnosis before a long training: a short one, of which nothing remains."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from neuropil.data import DataLoader, Subset
from neuropil.errors import DataError, DivergenceError
from neuropil.nn.modes import modes_restored
from neuropil.random import Generator, as_generator, use
from neuropil.training.batches import Data, as_dataset
from neuropil.training.doctor.gradient_doctor import GradientDoctor
from neuropil.training.fitting import fit
from neuropil.training.generators import held_generators
from neuropil.training.untouched import state_of, untouched

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.nn import Module
    from neuropil.optim import Optimizer
    from neuropil.training.doctor.report import DoctorReport


def diagnose(
    net: Module,
    data: Data,
    *,
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    steps: int = 200,
    batch_size: int = 32,
    rng: int | Generator = 0,
) -> DoctorReport:
    """Train for a few steps, look at what happens, and put everything back as it was.

    Parameters, buffers, gradients, modes, the optimizer's state, and the Generators of layers
    and data sets have their values back afterwards, to the bit; the default Generator is not
    drawn from.

    Args:
        net: The network.
        data: As for `fit`.
        loss: As for `fit`.
        optimizer: As for `fit`.
        steps: How many steps are tried. What shows only later is not found.
        batch_size: Samples a step; not used for a DataLoader, which has its own.
        rng: A seed or a Generator, for the order of the samples and dropout.

    Returns:
        The findings and what they were concluded from; print it.

    Raises:
        ValueError: ``steps`` or ``batch_size`` is less than 1.
        ShapeError, DTypeError, DataError: Data, network and loss do not belong together.
        DivergenceError: Training broke down, and nothing was found that explains it.

    Example:
        >>> from neuropil import data, nn, optim
        >>> net = nn.Sequential(nn.Linear(6, 16, rng=0), nn.Sigmoid(), nn.Linear(16, 3, rng=1))
        >>> for parameter in net.parameters():
        ...     parameter.value[:] = 0.1
        >>> mapping = data.DiscreteMapping.from_notes()
        >>> report = diagnose(net, (mapping.inputs(), mapping.classes()),
        ...     loss=nn.CrossEntropyLoss(), optimizer=optim.Adam(net.parameters(), lr=0.01))
        >>> [(finding.kind, finding.layer) for finding in report.findings]
        [('equal initial weights', '0')]
    """
    if steps < 1:
        raise ValueError(f"a diagnosis takes at least one step, got steps={steps}")
    if batch_size < 1:
        raise ValueError(f"a batch has at least one sample, got batch_size={batch_size}")
    dataset = as_dataset(data)
    batch = data.batch_size if isinstance(data, DataLoader) else min(batch_size, len(dataset))
    generator = as_generator(rng)
    chosen = generator.permutation(len(dataset))[: steps * batch]
    per_epoch = -(-len(chosen) // batch)
    doctor = GradientDoctor()
    held = held_generators(net, dataset).values()
    variables = [*net.parameters(), *net.buffers(), *optimizer.state(), *state_of(held)]
    with ExitStack() as stack:
        stack.enter_context(untouched(variables))
        stack.enter_context(modes_restored(net))
        stack.enter_context(use(generator))
        try:
            fit(
                net,
                Subset(dataset, chosen),
                loss=loss,
                optimizer=optimizer,
                epochs=-(-steps // per_epoch),
                batch_size=batch,
                callbacks=[doctor],
                progress=False,
                rng=generator,
            )
        except (DivergenceError, DataError) as error:
            if doctor.record is None:
                raise
            doctor.failed(error)
            if not doctor.findings:
                raise
    return doctor.report
