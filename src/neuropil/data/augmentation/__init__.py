"""Random changes of images that leave their classes as they are (notes 5.4.2)."""

from __future__ import annotations

from neuropil.data.augmentation.affine import RandomAffine, RandomRotation
from neuropil.data.augmentation.elastic import ElasticTransform
from neuropil.data.augmentation.erasing import RandomErasing
from neuropil.data.augmentation.flip import RandomHorizontalFlip
from neuropil.data.augmentation.noise import GaussianNoise
from neuropil.data.augmentation.shift import RandomShift
from neuropil.data.augmentation.transform import Transform

__all__ = [
    "ElasticTransform",
    "GaussianNoise",
    "RandomAffine",
    "RandomErasing",
    "RandomHorizontalFlip",
    "RandomRotation",
    "RandomShift",
    "Transform",
]
