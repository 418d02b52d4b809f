"""Attention: each query looks at all keys and takes up a mean of their values."""

from __future__ import annotations

from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

from neuropil import ops
from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.graph import plain
from neuropil.nn.functional.dropout import dropout
from neuropil.nn.refusals import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float

    from neuropil.arrays import Array
    from neuropil.random import Generator

    Mask = Bool[Array, "..."] | Float[Array, "..."]


def scaled_dot_product_attention(
    query: Float[Array, "*batch queries features"],
    key: Float[Array, "*batch keys features"],
    value: Float[Array, "*batch keys values"],
    attn_mask: Mask | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    *,
    rng: int | Generator | None = None,
) -> Float[Array, "*batch queries values"]:
    """softmax(Q Kᵀ / √d) V: for each query a mean of the values, weighted by how keys fit it.

    Vaswani et al. 2017, "Attention is all you need", equation 1. It is also one step of a modern
    Hopfield memory (Ramsauer et al. 2020).

    Args:
        query: Q.
        key: K, a row for each value.
        value: V.
        attn_mask: What a query looks at: booleans, true where it does, or numbers that are added
            to the products. It broadcasts to (…, queries, keys).
        dropout_p: The probability at which weights are dropped; it applies whenever it is not 0.
        is_causal: Whether query i looks at the keys up to i only (as well as ``attn_mask``).
        scale: The factor of the products; 1/√d by default, for d features.
        rng: A seed or Generator for dropout.

    Raises:
        ValueError: ``scale`` is not finite, or ``dropout_p`` no probability.
        ShapeError: The arrays or the mask do not fit one another, or there are no keys, or none
            of their features.
        DTypeError: They are of unlike dtypes, or no floating numbers.
        DataError: A query has nothing to look at. (Within a compiled step this is not seen: its
            row becomes NaN.)

    Example:
        >>> import numpy as np
        >>> keys, values = 20.0 * np.eye(2), np.array([[1.0], [5.0]])
        >>> scaled_dot_product_attention(np.array([[0.0, 1.0]]), keys, values).round(3).tolist()
        [[5.0]]
    """
    masks = [] if attn_mask is None else [attn_mask]
    weights = attention_weights(query, key, masks, is_causal=is_causal, scale=scale)
    if shape_of("attention", value)[-2:-1] != key.shape[-2:-1]:
        raise ShapeError(
            f"attention expects a value for each key, got keys {tuple(key.shape)} and values "
            f"{tuple(value.shape)}"
        )
    _check_batches("values", tuple(weights.shape), tuple(value.shape))
    _check_dtype("values", query, value)
    return ops.matmul(dropout(weights, dropout_p, rng=rng), value)


def attention_weights(
    query: Float[Array, "*batch queries features"],
    key: Float[Array, "*batch keys features"],
    masks: Sequence[Mask] = (),
    *,
    is_causal: bool = False,
    scale: float | None = None,
) -> Float[Array, "*batch queries keys"]:
    """softmax(Q Kᵀ / √d): how much each query looks at each key; see above for the arguments.

    Raises:
        ShapeError, DTypeError, DataError: As above.
    """
    _check_pair(query, key)
    if scale is not None and not isfinite(scale):
        raise ValueError(f"attention needs a finite scale, got {scale}")
    factor = 1.0 / sqrt(query.shape[-1]) if scale is None else scale
    scores = ops.matmul(query * factor, ops.matrix_transpose(key))
    if is_causal:
        masks = [*masks, np.tril(np.ones(scores.shape[-2:], np.bool_))]
    for mask in masks:
        _check_mask(mask, scores)
    _check_visible(masks, tuple(scores.shape))
    for mask in masks:
        scores = ops.where(mask, scores, -inf) if mask.dtype == np.bool_ else scores + mask
    return ops.softmax(scores)


def _check_pair(query: Array, key: Array) -> None:
    shapes = shape_of("attention", query), shape_of("attention", key)
    if min(map(len, shapes)) < 2 or shapes[0][-1] != shapes[1][-1]:
        raise ShapeError(
            f"attention expects queries (…, L, d) and keys (…, S, d), got {shapes[0]} and "
            f"{shapes[1]}"
        )
    if shapes[1][-2] == 0:
        raise ShapeError(f"attention needs a key to look at, got keys {shapes[1]}")
    if shapes[1][-1] == 0:
        raise ShapeError(f"attention needs features to compare, got keys {shapes[1]}")
    if query.dtype.kind != "f":
        raise DTypeError(
            f"attention computes with floating numbers, got queries of {query.dtype}: convert "
            "them with x.astype"
        )
    _check_batches("keys", *shapes)
    _check_dtype("keys", query, key)


def _check_batches(what: str, queries: tuple[int, ...], others: tuple[int, ...]) -> None:
    """Raise unless the axes before the last two broadcast."""
    pairs = zip(queries[-3::-1], others[-3::-1], strict=False)
    if any(m != n and 1 not in (m, n) for m, n in pairs):
        raise ShapeError(
            f"attention expects batches of queries and {what} that broadcast, got "
            f"{queries[:-2]} and {others[:-2]}: the last two axes are a sequence and its features"
        )


def _check_dtype(what: str, query: Array, other: Array) -> None:
    if query.dtype != other.dtype:
        raise DTypeError(
            f"attention expects one dtype, got queries of {query.dtype} and {what} of "
            f"{other.dtype}: convert them with x.astype"
        )


def _check_mask(mask: Mask, scores: Array) -> None:
    shape, expected = shape_of("attention", mask), tuple(scores.shape)
    if len(shape) > len(expected) or any(
        given not in (1, length) for given, length in zip(shape[::-1], expected[::-1], strict=False)
    ):
        raise ShapeError(
            f"attention expects masks that broadcast to (…, queries, keys), here {expected}, got "
            f"{shape}"
        )
    if mask.dtype != np.bool_ and mask.dtype != scores.dtype:
        raise DTypeError(
            f"attention expects masks of booleans or {scores.dtype}, got {mask.dtype}: convert "
            "them with x.astype"
        )


def _check_visible(masks: Sequence[Mask], shape: tuple[int, ...]) -> None:
    """Raise if a query has nothing to look at, as far as the masks are known."""
    known = [mask for mask in map(plain, masks) if isinstance(mask, np.ndarray)]
    if not known:
        return
    visible = np.ones((1, 1), np.bool_)
    for mask in known:
        visible = visible & (mask if mask.dtype == np.bool_ else mask > -inf)
    blind = np.argwhere(~visible.any(axis=-1))
    if blind.size and 0 not in shape:
        raise DataError(
            f"attention's masks hide every key from query {tuple(map(int, blind[0]))}: let it see "
            "one, or leave it out"
        )
