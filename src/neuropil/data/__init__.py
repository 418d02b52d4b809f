"""Data sets, batches and splits."""

from __future__ import annotations

from neuropil.data.array_dataset import ArrayDataset
from neuropil.data.dataset import Dataset
from neuropil.data.discrete_mapping import DiscreteMapping
from neuropil.data.exclusive_or import xor
from neuropil.data.handwritten_digits import digits
from neuropil.data.loader import DataLoader
from neuropil.data.splitting import random_split
from neuropil.data.subset import Subset

__all__ = [
    "ArrayDataset",
    "DataLoader",
    "Dataset",
    "DiscreteMapping",
    "Subset",
    "digits",
    "random_split",
    "xor",
]
