"""Memories that are asked by their content: networks that go from a part to the whole.

Example:
    >>> from neuropil.associative import Hopfield
    >>> memory = Hopfield(4).store([[1, 1, -1, -1]])
    >>> memory.recall([1, -1, -1, -1]).states.tolist()
    [1.0, 1.0, -1.0, -1.0]
"""

from __future__ import annotations

from neuropil.associative.binary_memory import BinaryMemory
from neuropil.associative.capacity import wrong_bits
from neuropil.associative.dense import DenseMemory
from neuropil.associative.hebbian import Hebbian
from neuropil.associative.hopfield import Hopfield
from neuropil.associative.learning_rule import LearningRule
from neuropil.associative.modern import ModernHopfield
from neuropil.associative.pseudo_inverse import PseudoInverse
from neuropil.associative.recollection import Recollection
from neuropil.associative.storkey import Storkey
from neuropil.associative.update import Asynchronous, Synchronous, Update

__all__ = [
    "Asynchronous",
    "BinaryMemory",
    "DenseMemory",
    "Hebbian",
    "Hopfield",
    "LearningRule",
    "ModernHopfield",
    "PseudoInverse",
    "Recollection",
    "Storkey",
    "Synchronous",
    "Update",
    "wrong_bits",
]
