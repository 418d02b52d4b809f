"""A job is what a recipe stands for, built: train it in a folder, go on with it, and test it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neuropil import random, training
from neuropil.recipes import building
from neuropil.recipes.baselines import Baseline, baseline
from neuropil.recipes.characters_file import Characters, load_characters
from neuropil.recipes.readout import Readout, readout

if TYPE_CHECKING:
    from neuropil.data import Dataset
    from neuropil.nn import Module
    from neuropil.optim import Clip, Optimizer, Penalty, Schedule
    from neuropil.recipes.data_sets import Splits
    from neuropil.recipes.recipe import Recipe
    from neuropil.recipes.run_folder import RunFolder
    from neuropil.recipes.text_parts import TextParts


@dataclass(frozen=True)
class Job:
    """All that a recipe stands for, built: nothing has been trained or written yet."""

    recipe: Recipe
    splits: Splits
    data: Dataset
    network: Module
    loss: Module
    optimizer: Optimizer
    metrics: Sequence[training.Metric]
    schedule: Schedule | None
    clip: Clip | None
    penalty: Penalty | None
    early_stopping: training.EarlyStopping | None
    readout: Readout | None
    rng: random.Generator


def prepare(recipe: Recipe, splits: Splits | None = None) -> Job:
    """Build what the recipe describes and send one sample through it.

    Args:
        recipe: What to build.
        splits: Other parts of the data than those of the recipe, as for a fold.

    Raises:
        RecipeError: Something cannot be built.
        ShapeError, DataError, …: A layer does not fit the one before it, or the loss does not fit
            the outputs or the targets; names the layer.
    """
    rng = random.Generator(recipe.seed)
    splits = splits or building.splits(recipe)
    network = building.network(recipe, rng, len(splits.classes))
    loss = building.loss(recipe, splits)
    optimizer = building.optimizer(recipe, network)
    metrics = building.metrics(recipe, loss, splits)
    building.check_together(recipe, splits, network, loss, metrics)
    return Job(
        recipe,
        splits,
        building.training_data(recipe, splits, rng),
        network,
        loss,
        optimizer,
        metrics=metrics,
        schedule=building.schedule(recipe),
        clip=building.clip(recipe),
        penalty=building.penalty(recipe),
        early_stopping=building.early_stopping(recipe, splits, metrics),
        readout=readout(loss, splits.train.targets),
        rng=rng,
    )


def reopen(run: RunFolder) -> Job:
    """The job of a run, as it was begun.

    Raises:
        FileFormatError: The folder holds no run.
        RecipeError, …: As `prepare`.
        DataError: The text it was begun with was changed.
    """
    return prepare(run.recipe(), _splits_of(run))


def _splits_of(run: RunFolder) -> Splits:
    """The data of a run; of a text, the one it was begun with."""
    splits = building.splits(run.recipe())
    if splits.text is not None and run.characters_file.exists():
        _keep(splits.text, run)
    return splits


def _keep(text: TextParts, run: RunFolder) -> None:
    """Let the run know its text: from the first call on no other one will do."""
    if run.characters_file.exists():
        load_characters(run.characters_file).check_same(text, run.path)
    else:
        Characters.of(text).save(run.characters_file)


def train(
    job: Job, run: RunFolder, *, callbacks: Sequence[Any] = (), progress: bool = True
) -> training.History:
    """Train, from the start or from the checkpoint in the folder, until the end.

    At any moment the process may be killed: called again with a job made from the folder's recipe,
    this goes on from the last checkpoint and ends with the same parameters, to the bit. The recipe
    says how many threads matrix products take: on another number, sums end in other bits.

    Args:
        job: From `prepare`.
        run: Where checkpoints, history and in the end the network are written.
        callbacks: Of the caller's own, after those of the recipe.
        progress: Whether to show a progress bar.

    Returns:
        The history.

    Raises:
        DataError: The folder is that of a run on another text.
        DivergenceError: The loss is no longer a number; the last good checkpoint stays.
        KeyboardInterrupt: Ctrl-C, after a checkpoint was written.
    """
    if job.splits.text is not None:
        _keep(job.splits.text, run)
    history = fit(
        job,
        callbacks=[training.HistoryWriter(run.history_file), *callbacks],
        progress=progress,
        checkpoint=run.checkpoint_file,
        checkpoint_every=job.recipe.training.checkpoint_every,
        resume=run.checkpoint_file.exists(),
    )
    training.save(job.network, run.model_file)
    run.finish()
    return history


def fit(
    job: Job, *, callbacks: Sequence[Any] = (), progress: bool = True, **checkpointing: Any
) -> training.History:
    """Train the network of the job as its recipe says; nothing is written that is not asked for."""
    from threadpoolctl import threadpool_limits

    settings = job.recipe.training
    with threadpool_limits(settings.threads, user_api="blas"):
        return training.fit(
            job.network,
            job.data,
            loss=job.loss,
            optimizer=job.optimizer,
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            validation=job.splits.validation,
            metrics=job.metrics,
            schedule=job.schedule,
            clip=job.clip,
            penalty=job.penalty,
            callbacks=[*([job.early_stopping] if job.early_stopping else []), *callbacks],
            progress=progress,
            engine=settings.engine,
            rng=job.rng,
            **checkpointing,
        )


def find_learning_rate(job: Job, *, steps: int = 200) -> training.LearningRateCurve:
    """The loss of the job's network while the learning rate rises; the job is left as it was.

    Raises:
        DivergenceError: The loss is not finite before the first step.
    """
    from threadpoolctl import threadpool_limits

    settings = job.recipe.training
    with threadpool_limits(settings.threads, user_api="blas"):
        return training.find_learning_rate(
            job.network,
            job.data,
            loss=job.loss,
            optimizer=job.optimizer,
            steps=steps,
            batch_size=settings.batch_size,
            clip=job.clip,
            penalty=job.penalty,
            rng=job.recipe.seed,
        )


def counted(run: RunFolder) -> Baseline | None:
    """What a model that only counts makes of the text the run is tested on; None without text."""
    text = _splits_of(run).text
    return None if text is None else baseline(text)


def evaluate(run: RunFolder, *, confidence: float = 0.95) -> training.Scores:
    """Loss and metrics of the network of a run on the test set of its recipe, with intervals.

    There are no intervals where the test set is no sample but all there is, as for exclusive or,
    nor where it is one text, whose windows are not drawn independently.

    Raises:
        FileFormatError: The folder holds no finished run.
        DataError: The text it was begun with was changed.
    """
    recipe, splits = run.recipe(), _splits_of(run)
    loss = building.loss(recipe, splits)
    return training.evaluate(
        run.network(),
        splits.test,
        loss=loss,
        metrics=building.metrics(recipe, loss, splits),
        confidence=None if splits.exhaustive or splits.text is not None else confidence,
    )
