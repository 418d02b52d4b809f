"""Recipes: what to train, on what and how, as a TOML file; and the folders of their runs."""

from __future__ import annotations

from neuropil.recipes.baselines import Baseline, baseline
from neuropil.recipes.command import command
from neuropil.recipes.data_sets import Splits
from neuropil.recipes.images import image_size, read_inputs
from neuropil.recipes.job import (
    Job,
    counted,
    evaluate,
    find_learning_rate,
    prepare,
    reopen,
    train,
)
from neuropil.recipes.memory import MemoryRecipe, is_memory, load_memory, memory_names
from neuropil.recipes.memory_run import MemoryRun, remember
from neuropil.recipes.reader import Prediction, Reader
from neuropil.recipes.recipe import Recipe, find, load, names
from neuropil.recipes.run_folder import RunFolder, create, make_next
from neuropil.recipes.validation import cross_validate
from neuropil.recipes.writing import Writer

__all__ = [
    "Baseline",
    "Job",
    "MemoryRecipe",
    "MemoryRun",
    "Prediction",
    "Reader",
    "Recipe",
    "RunFolder",
    "Splits",
    "Writer",
    "baseline",
    "command",
    "counted",
    "create",
    "cross_validate",
    "evaluate",
    "find",
    "find_learning_rate",
    "image_size",
    "is_memory",
    "load",
    "load_memory",
    "make_next",
    "memory_names",
    "names",
    "prepare",
    "read_inputs",
    "remember",
    "reopen",
    "train",
]
