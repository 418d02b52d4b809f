"""A model of text that counts which symbol followed which: the yardstick for a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.smoothing import SMOOTHINGS, Counts, Smoothing
from neuropil.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int

    Numpy = np.ndarray[Any, Any]
    Symbols = Int[Numpy, " n"]


def bits(
    symbols: Symbols,
    learned: slice,
    held_out: slice,
    *,
    order: int,
    smoothing: Smoothing,
    vocabulary: int,
) -> float:
    """Bits per symbol of a part of a text under a model that counted in another: −⟨log₂ p⟩.

    Args:
        symbols: The whole text. Contexts reach across the beginning of a part.
        learned: The part that is counted.
        held_out: The part that is predicted.
        order: From how many symbols before it a symbol is predicted.
        smoothing: How counts after contexts of different lengths are mixed.
        vocabulary: How many symbols there are.

    Raises:
        DataError: The order is negative, a part is empty, or symbols are not integers from 0 to
            below ``vocabulary``.

    Example:
        >>> from neuropil.data.smoothing import WittenBell
        >>> text = np.tile([0, 1], 500)
        >>> parts = {"learned": slice(0, 800), "held_out": slice(800, 1000)}
        >>> bits(text, **parts, order=0, smoothing=WittenBell(), vocabulary=2)
        1.0
        >>> bits(text, **parts, order=1, smoothing=WittenBell(), vocabulary=2) < 0.01
        True
    """
    _check(symbols, learned, held_out, order, vocabulary)
    levels = _levels(symbols, learned, held_out, order, continuations=smoothing.continuations)
    return _bits(levels, smoothing, vocabulary)


def best_smoothing(
    symbols: Symbols, learned: slice, chosen_by: slice, *, order: int, vocabulary: int
) -> Smoothing:
    """The smoothing among `SMOOTHINGS` with the fewest bits per symbol of the part ``chosen_by``.

    The other arguments are those of `bits`.

    Raises:
        DataError: As `bits`.
    """
    _check(symbols, learned, chosen_by, order, vocabulary)
    levels = {
        continuations: _levels(symbols, learned, chosen_by, order, continuations=continuations)
        for continuations in (False, True)
    }
    return min(SMOOTHINGS, key=lambda s: _bits(levels[s.continuations], s, vocabulary))


def _check(symbols: Symbols, learned: slice, held_out: slice, order: int, vocabulary: int) -> None:
    """Raise unless something can be counted, and predicted from it."""
    places = range(len(symbols))
    if not _is_count(order, 0) or not places[learned] or not places[held_out]:
        raise DataError(
            "a count model has an order of at least 0, an integer, and text to learn from and to "
            f"predict, got order {order}, {learned} and {held_out} of {len(symbols)} symbols"
        )
    if not _is_count(vocabulary, 1):
        raise DataError(f"a vocabulary has at least 1 symbol, an integer, got {vocabulary!r}")
    if symbols.ndim != 1 or symbols.dtype.kind not in "iu":
        raise DataError(
            "a count model takes symbols as one row of integers, got "
            f"{symbols.dtype} {symbols.shape}: data.Vocabulary.encode makes them of a text"
        )
    lowest, highest = int(symbols.min()), int(symbols.max())
    if lowest < 0 or highest >= vocabulary:
        raise DataError(
            f"of a vocabulary of {vocabulary} the symbols are 0 to {vocabulary - 1}, got {lowest} "
            f"to {highest}: give the unknown ones a symbol of their own"
        )


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int | np.integer) and bool(value >= least)


def _bits(levels: Sequence[Counts], smoothing: Smoothing, vocabulary: int) -> float:
    """Bits per symbol, given its counts by order."""
    mixture: Float[Numpy, " n"] = np.full(len(levels[0].pair), 1.0 / vocabulary)
    for counts in levels:
        mixture = smoothing.mixed(counts, mixture)
    with np.errstate(divide="ignore"):  # of few counts Chen and Goodman may leave nothing: ∞ bits
        return float(-np.log2(mixture).mean())


def _levels(
    symbols: Symbols, learned: slice, held_out: slice, order: int, *, continuations: bool
) -> list[Counts]:
    """The counts after contexts of length 0, 1, … ``order``."""
    grams = _grams(symbols, order + 1)
    return [
        _counts(grams, k, learned, held_out, continuations=continuations and k < order)
        for k in range(order + 1)
    ]


def _grams(symbols: Symbols, longest: int) -> list[Symbols]:
    """For each k up to ``longest``, a number for the k symbols that end at each place.

    It is 0 at places that have not as many before them. Numbers are ranks, so that they stay small
    whatever the vocabulary.
    """
    grams = [np.zeros(len(symbols), np.int64)]
    for k in range(1, longest + 1):
        before = np.concatenate([[0], grams[-1][:-1]])
        pairs = before * (int(symbols.max()) + 1) + symbols
        ranks = np.unique(pairs, return_inverse=True)[1] + 1
        ranks[: k - 1] = 0
        grams.append(ranks)
    return grams


def _counts(
    grams: Sequence[Symbols], k: int, learned: slice, held_out: slice, *, continuations: bool
) -> Counts:
    """What was counted after contexts of length k, for the places held out.

    Args:
        grams: From `_grams`.
        k: The length.
        learned: The places that are counted.
        held_out: The places that are predicted.
        continuations: Whether pairs with one symbol more before them count once if they are alike.
    """
    contexts, pairs = np.concatenate([[0], grams[k][:-1]]), grams[k + 1]
    places = np.arange(len(pairs))
    counted, wanted = places[learned], places[held_out]
    counted = counted[counted >= k + continuations]  # the others have not as much before them
    if continuations:
        counted = counted[np.unique(grams[k + 2][counted], return_index=True)[1]]
    size = int(max(pairs.max(), contexts.max())) + 1

    def by_number(numbers: Symbols, asked: Symbols) -> Symbols:
        return np.where(wanted >= k, np.bincount(numbers, minlength=size)[asked[wanted]], 0)

    _, first, times = np.unique(pairs[counted], return_index=True, return_counts=True)
    after = contexts[counted[first]]  # the context of each different pair
    return Counts(
        pair=by_number(pairs[counted], pairs),
        context=by_number(contexts[counted], contexts),
        once=by_number(after[times == 1], contexts),
        twice=by_number(after[times == 2], contexts),
        more=by_number(after[times > 2], contexts),
        totals=tuple(int((times == k).sum()) for k in (1, 2, 3, 4)),  # type: ignore[arg-type]
    )
