"""Data sets, batches and splits."""

from __future__ import annotations

from neuropil.data.alice import alice
from neuropil.data.array_dataset import ArrayDataset
from neuropil.data.augmentation import (
    ElasticTransform,
    GaussianNoise,
    RandomAffine,
    RandomErasing,
    RandomHorizontalFlip,
    RandomRotation,
    RandomShift,
    Transform,
)
from neuropil.data.augmented import Augmented
from neuropil.data.bit_patterns import bit_patterns, damaged_bit_pattern
from neuropil.data.blood_sugar import blood_sugar
from neuropil.data.cifar10 import cifar10
from neuropil.data.columns import Categorical, Column, Numeric
from neuropil.data.csv_table import Table, csv_table
from neuropil.data.dataset import Dataset
from neuropil.data.dead_leaves import dead_leaves
from neuropil.data.discrete_mapping import DiscreteMapping
from neuropil.data.exclusive_or import xor
from neuropil.data.fashion_mnist import fashion_mnist
from neuropil.data.handwritten_digits import digits
from neuropil.data.idx import read_idx
from neuropil.data.idx_images import idx_images
from neuropil.data.image_folder import image_folder
from neuropil.data.k_fold import k_fold
from neuropil.data.kept_bit import kept_bit
from neuropil.data.loader import DataLoader
from neuropil.data.mnist import mnist
from neuropil.data.notched_hexagon import notched_hexagon
from neuropil.data.semicircle_to_parabola import semicircle_to_parabola
from neuropil.data.shapes import shapes
from neuropil.data.splitting import random_split
from neuropil.data.standardizer import Standardizer
from neuropil.data.subset import Subset
from neuropil.data.text_file import text_file
from neuropil.data.text_windows import text_windows
from neuropil.data.vegetarians import vegetarians
from neuropil.data.vocabulary import Vocabulary

__all__ = [
    "ArrayDataset",
    "Augmented",
    "Categorical",
    "Column",
    "DataLoader",
    "Dataset",
    "DiscreteMapping",
    "ElasticTransform",
    "GaussianNoise",
    "Numeric",
    "RandomAffine",
    "RandomErasing",
    "RandomHorizontalFlip",
    "RandomRotation",
    "RandomShift",
    "Standardizer",
    "Subset",
    "Table",
    "Transform",
    "Vocabulary",
    "alice",
    "bit_patterns",
    "blood_sugar",
    "cifar10",
    "csv_table",
    "damaged_bit_pattern",
    "dead_leaves",
    "digits",
    "fashion_mnist",
    "idx_images",
    "image_folder",
    "k_fold",
    "kept_bit",
    "mnist",
    "notched_hexagon",
    "random_split",
    "read_idx",
    "semicircle_to_parabola",
    "shapes",
    "text_file",
    "text_windows",
    "vegetarians",
    "xor",
]
