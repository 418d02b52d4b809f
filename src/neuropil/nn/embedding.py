"""Vectors for symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.nn import refusals
from neuropil.nn.functional.embedding import embedding, padding_row
from neuropil.nn.init.distributions import normal
from neuropil.nn.module import Module
from neuropil.nn.parameter import Parameter
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float, Integer

    from neuropil.arrays import Array


class Embedding(Module):
    """A vector for each of ``num_embeddings`` symbols, learned: y = weight[index].

    Args:
        num_embeddings: How many symbols there are.
        embedding_dim: The length of a vector.
        padding_idx: A symbol that stands for nothing: its vector is 0 and gets no gradient. Counted
            from the end if negative.
        dtype: Of the weight.
        rng: A seed or Generator for the initial vectors, standard normal.

    Attributes:
        weight: Parameter of shape (num_embeddings, embedding_dim).

    Raises:
        ValueError: A setting cannot be used.
        DTypeError: (when called) The input holds no integers.
        DataError: (when called) An index is no symbol; see `functional.embedding`.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.Embedding(10, 3)(np.array([[1, 2, 4, 5], [4, 3, 2, 9]])).shape
        (2, 4, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        refusals.check_count("Embedding", "num_embeddings", num_embeddings)
        refusals.check_count("Embedding", "embedding_dim", embedding_dim)
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else padding_row(padding_idx, num_embeddings)
        vectors = normal((num_embeddings, embedding_dim), dtype=dtype, rng=as_generator(rng))
        if self.padding_idx is not None:
            vectors[self.padding_idx] = 0.0
        self.weight = Parameter(vectors, name="weight")

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the weight, and so of the output."""
        dtype: np.dtype[Any] = self.weight.value.dtype
        return dtype

    def forward(self, x: Integer[Array, "*places"]) -> Float[Array, "*places features"]:
        return embedding(x, self.weight, self.padding_idx)
