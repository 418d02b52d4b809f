"""Data sets, batches and splits."""

from __future__ import annotations

from neuropil.data.array_dataset import ArrayDataset
from neuropil.data.augmentation import (
    GaussianNoise,
    RandomAffine,
    RandomErasing,
    RandomHorizontalFlip,
    RandomRotation,
    RandomShift,
    Transform,
)
from neuropil.data.augmented import Augmented
from neuropil.data.blood_sugar import blood_sugar
from neuropil.data.dataset import Dataset
from neuropil.data.discrete_mapping import DiscreteMapping
from neuropil.data.exclusive_or import xor
from neuropil.data.handwritten_digits import digits
from neuropil.data.idx import read_idx
from neuropil.data.loader import DataLoader
from neuropil.data.splitting import random_split
from neuropil.data.subset import Subset

__all__ = [
    "ArrayDataset",
    "Augmented",
    "DataLoader",
    "Dataset",
    "DiscreteMapping",
    "GaussianNoise",
    "RandomAffine",
    "RandomErasing",
    "RandomHorizontalFlip",
    "RandomRotation",
    "RandomShift",
    "Subset",
    "Transform",
    "blood_sugar",
    "digits",
    "random_split",
    "read_idx",
    "xor",
]
