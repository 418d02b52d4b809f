"""Cross-validation of a recipe: how far its figure depends on the samples it learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil import data, training
from neuropil.data import ArrayDataset
from neuropil.errors import RecipeError
from neuropil.recipes import building
from neuropil.recipes.data_sets import Splits, standardized
from neuropil.recipes.job import fit, prepare
from neuropil.recipes.readout import readout

if TYPE_CHECKING:
    from neuropil.data import Subset
    from neuropil.recipes.recipe import Recipe


def cross_validate(
    recipe: Recipe, folds: int = 5, *, progress: bool = False
) -> training.CrossValidation:
    """Train the recipe once for each fold and test it on that fold (notes 5.3).

    The samples to train and to validate on are folded, classes in proportion; the test set has no
    part in it. Where the recipe validates, the same share of what is learned from is held out.

    Args:
        recipe: What to train.
        folds: How many times.
        progress: Whether to show a progress bar for each.

    Raises:
        DataError: There are fewer samples, or samples of a class, than folds.
        RecipeError: The samples are windows of one text.
    """
    splits = building.splits(recipe)
    if splits.text is not None:
        raise RecipeError(
            f"recipe {recipe.name}: windows of one text overlap and follow one another, so that "
            "folds of them would test what was learned: choose settings by what the history says "
            "of the validation part (val_loss)"
        )
    parts = [splits.train] + ([splits.validation] if splits.validation is not None else [])
    samples = ArrayDataset(
        np.concatenate([part.inputs for part in parts]),
        np.concatenate([part.targets for part in parts]),
    )
    share = 0.0 if splits.validation is None else len(splits.validation) / len(samples)
    reading = readout(building.loss(recipe, splits), splits.train.targets)
    labels = None if reading is None else reading.labels(samples.targets)
    scores = []
    for learned, held_out in data.k_fold(samples, folds, rng=recipe.seed, stratify=labels):
        train, validation = learned, None
        if share:
            classes = None if labels is None else labels[learned.indices]
            shares = [1 - share, share]
            train, validation = data.random_split(
                learned, shares, rng=recipe.seed, stratify=classes
            )
        fold = Splits(
            train=_copied(train),
            validation=None if validation is None else _copied(validation),
            test=_copied(held_out),
            classes=splits.classes,
            series=splits.series,
        )
        if splits.standardize is not None:  # by what this fold learns from, not by what tests it
            fold = standardized(fold)
        job = prepare(recipe, fold)
        fit(job, progress=progress)
        scores.append(training.evaluate(job.network, fold.test, loss=job.loss, metrics=job.metrics))
    return training.CrossValidation(tuple(scores))


def _copied(part: Subset) -> ArrayDataset:
    return ArrayDataset(*part.gather(slice(None)))
