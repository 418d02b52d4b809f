"""Attention with several heads, as a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn import refusals
from neuropil.nn.functional.attention import attention_weights
from neuropil.nn.functional.dropout import dropout
from neuropil.nn.init.in_place import xavier_uniform_, zeros_
from neuropil.nn.linear import Linear
from neuropil.nn.module import Module
from neuropil.nn.parameter import Parameter
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from neuropil.arrays import Array

    Mask = Bool[Array, "..."] | Float[Array, "..."]


class MultiheadAttention(Module):
    """Attention within ``num_heads`` parts of the features, each with maps of its own.

    Queries, keys and values are linear maps of the three inputs; each head attends with its part
    of them (`functional.scaled_dot_product_attention`), and a linear map joins what all found.

    ``output, weights = attention(query, key, value)`` takes (T, N, features), or (N, T, features)
    where ``batch_first``, or single sequences (T, features). As in PyTorch a boolean mask of this
    layer is true where nothing is to be looked at (that of the function, where something is).

    Vaswani et al. 2017, "Attention is all you need", section 3.2.2.

    Args:
        embed_dim: Features of the queries and of the output.
        num_heads: How many heads; they divide ``embed_dim``.
        dropout: The probability at which weights are dropped in training.
        bias: Whether the maps have biases.
        kdim: Features of the keys; ``embed_dim`` by default.
        vdim: Features of the values; likewise.
        batch_first: Whether inputs and output are (N, T, features).
        dtype: Of the parameters.
        rng: A seed or Generator for the initial values, and for dropout.

    Attributes:
        in_proj_weight: The maps of queries, keys and values below one another, Parameter of shape
            (3 · embed_dim, embed_dim), uniform after Glorot; None if ``kdim`` or ``vdim`` is
            another. Then there are ``q_proj_weight``, ``k_proj_weight`` and ``v_proj_weight``.
        in_proj_bias: Their biases, Parameter of shape (3 · embed_dim,), 0 at first; or None.
        out_proj: The `Linear` layer that joins the heads.

    Raises:
        ValueError: A setting cannot be used.
        ShapeError, DTypeError: (when called) Inputs or masks do not fit.
        DataError: (when called) A query has nothing to look at. (Within a compiled step this is
            not seen: its output becomes NaN.)

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> attention = nn.MultiheadAttention(8, 2, batch_first=True, rng=0)
        >>> x = np.ones((3, 5, 8), np.float32)
        >>> output, weights = attention(x, x, x)
        >>> output.shape, weights.shape
        ((3, 5, 8), (3, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        counts = {"embed_dim": embed_dim, "num_heads": num_heads}
        counts |= {name: n for name, n in (("kdim", kdim), ("vdim", vdim)) if n is not None}
        for name, count in counts.items():
            refusals.check_count("MultiheadAttention", name, count)
        if embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention needs heads that divide the features, got embed_dim="
                f"{embed_dim} and num_heads={num_heads}"
            )
        refusals.check_probability("MultiheadAttention", dropout)
        self.embed_dim, self.num_heads = embed_dim, num_heads
        self.dropout, self.bias, self.batch_first = dropout, bias, batch_first
        self.kdim, self.vdim = kdim, vdim
        generator = as_generator(rng)
        self.rng = None if rng is None or dropout == 0.0 else generator

        def drawn(name: str, rows: int, columns: int) -> Parameter:
            weight = Parameter(np.empty((rows, columns), dtype), name=name)
            return xavier_uniform_(weight, rng=generator)

        self.in_proj_weight: Any = None
        if {kdim, vdim} <= {None, embed_dim}:
            self.in_proj_weight = drawn("in_proj_weight", 3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight = drawn("q_proj_weight", embed_dim, embed_dim)
            self.k_proj_weight = drawn("k_proj_weight", embed_dim, kdim or embed_dim)
            self.v_proj_weight = drawn("v_proj_weight", embed_dim, vdim or embed_dim)
        self.in_proj_bias: Any = None
        if bias:
            self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype), name="in_proj_bias")
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype, rng=generator)
        if bias:
            zeros_(self.out_proj.bias)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the parameters, and so of inputs and output."""
        return self.out_proj.dtype

    def forward(
        self,
        query: Float[Array, "*queries features"],
        key: Float[Array, "*keys key_features"],
        value: Float[Array, "*keys value_features"],
        key_padding_mask: Mask | None = None,
        need_weights: bool = True,
        attn_mask: Mask | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Array, Array | None]:
        """The output, and the weights of all queries and keys.

        Args:
            query: What looks.
            key: What is looked at.
            value: What is taken up of it.
            key_padding_mask: (N, keys), true where a key is padding; or numbers to be added.
            need_weights: Whether to return the weights (N, queries, keys); None otherwise.
            attn_mask: (queries, keys), or (N · num_heads, queries, keys): true where a query does
                not look at a key; or numbers to be added.
            average_attn_weights: Whether the weights are the mean of all heads; otherwise they are
                (N, num_heads, queries, keys).
            is_causal: Whether query i looks at the keys up to i only. (PyTorch wants the mask as
                well; here it may be left out.)
        """
        single = len(refusals.shape_of("MultiheadAttention", query)) == 2
        q, k, v = self._projected(*self._batches(query, key, value))
        masks = self._masks(key_padding_mask, attn_mask, (q.shape[0], q.shape[2], k.shape[2]))
        weights = attention_weights(q, k, masks, is_causal=is_causal)
        weights = dropout(weights, self.dropout, training=self.training, rng=self.rng)
        found = ops.permute_dims(ops.matmul(weights, v), axes=(0, 2, 1, 3))
        output = self.out_proj(ops.reshape(found, shape=(*found.shape[:2], self.embed_dim)))
        if not need_weights:
            weights = None
        elif average_attn_weights:
            weights = ops.mean(weights, axis=1)
        if single:
            return output[0], None if weights is None else weights[0]
        return output if self.batch_first else ops.moveaxis(output, 0, 1), weights

    def _batches(self, *inputs: Array) -> list[Array]:
        """The three inputs as (N, T, features)."""
        features = (self.embed_dim, self.kdim or self.embed_dim, self.vdim or self.embed_dim)
        axes = len(inputs[0].shape)
        for name, x, count in zip(("queries", "keys", "values"), inputs, features, strict=True):
            refusals.check_dtype("MultiheadAttention", x, self.out_proj.weight)
            if axes not in (2, 3) or len(x.shape) != axes or x.shape[-1] != count:
                batch = "(N, T" if self.batch_first else "(T, N"
                expected = f"{name} {batch}, {count}), or all three inputs (T, features)"
                advice = "features are the last axis, embed_dim, kdim and vdim of them"
                raise refusals.wrong_shape("MultiheadAttention", expected, x, advice)
        if axes == 2:
            return [ops.expand_dims(x, axis=0) for x in inputs]
        if self.batch_first:
            batches = list(inputs)
        else:  # one map of all three, where they are one
            moved = {id(x): ops.moveaxis(x, 0, 1) for x in inputs}
            batches = [moved[id(x)] for x in inputs]
        q, k, v = batches
        if q.shape[0] != k.shape[0] or k.shape[:2] != v.shape[:2]:
            raise ShapeError(
                "MultiheadAttention expects as many sequences of queries, keys and values, and a "
                f"value for each key, got {', '.join(str(tuple(x.shape)) for x in inputs)}"
            )
        return batches

    def _projected(self, *inputs: Array) -> list[Array]:
        """Queries, keys and values of each head, (N, heads, T, features of a head)."""
        first = inputs[0]
        biases = (None,) * 3
        if self.in_proj_weight is not None and all(x is first for x in inputs):
            joint = ops.linear(first, self.in_proj_weight, self.in_proj_bias)
            parts: Any = ops.split(joint, 3, axis=-1)
        else:
            if self.in_proj_bias is not None:
                biases = ops.split(self.in_proj_bias, 3)
            weights = (
                (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
                if self.in_proj_weight is None
                else ops.split(self.in_proj_weight, 3)
            )
            parts = map(ops.linear, inputs, weights, biases)
        size = self.embed_dim // self.num_heads
        return [
            ops.permute_dims(
                ops.reshape(part, shape=(*part.shape[:2], self.num_heads, size)),
                axes=(0, 2, 1, 3),
            )
            for part in parts
        ]

    def _masks(
        self, padding: Mask | None, attention: Mask | None, lengths: tuple[int, int, int]
    ) -> list[Mask]:
        """The masks as the function has them, for (N, heads, queries, keys)."""
        count, queries, keys = lengths
        masks: list[Mask] = []
        if padding is not None:
            expected = (count, keys)
            shape = refusals.shape_of("MultiheadAttention", padding)
            if shape == (keys,) and count == 1:
                shape = expected
            if shape != expected:
                raise ShapeError(
                    f"MultiheadAttention expects a key_padding_mask {expected}, a value for each "
                    f"sequence and key, got {shape}"
                )
            masks.append(ops.reshape(padding, shape=(count, 1, 1, keys)))
        if attention is not None:
            shape = refusals.shape_of("MultiheadAttention", attention)
            every = (count * self.num_heads, queries, keys)
            if shape not in (every, every[1:]):
                raise ShapeError(
                    f"MultiheadAttention expects an attn_mask {every[1:]}, or {every} for each "
                    f"sequence and head, got {shape}"
                )
            whole = (count, self.num_heads, queries, keys)
            masks.append(ops.reshape(attention, shape=whole) if shape == every else attention)
        return [ops.logical_not(mask) if mask.dtype == np.bool_ else mask for mask in masks]
