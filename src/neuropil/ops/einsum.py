"""Einstein's summation convention, whose derivatives are summations again."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.arrays.costly import costly
from neuropil.errors import ShapeError
from neuropil.graph import primitive
from neuropil.ops.creation import eye, ones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Num

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TERM = r"[a-zA-Z]*(\.{3})?[a-zA-Z]*"
_SUBSCRIPTS = re.compile(rf"{_TERM}(,{_TERM})*(->{_TERM})?")


def _einsum_vjp(
    s: Array,
    y: Array,
    operands: Sequence[Array],
    wanted: Sequence[bool],
    inputs: tuple[str, ...],
    output: str,
) -> list[Array | None]:
    return [
        _operand_vjp(s, i, operands, inputs, output) if is_wanted else None
        for i, is_wanted in enumerate(wanted)
    ]


def _operand_vjp(
    s: Array, i: int, operands: Sequence[Array], inputs: tuple[str, ...], output: str
) -> Array:
    """The cotangent takes the operand's place among the factors, and the operand the result's.

    An index that no other factor has (in full length) was summed alone: ones stand for it. A
    repeated index read a diagonal: its second occurrence gets a letter of its own, tied to the
    first by an identity matrix.
    """
    others = [j for j in range(len(operands)) if j != i]
    factors = [s, *(operands[j] for j in others)]
    labels = [output, *(inputs[j] for j in others)]
    spans = {
        (letter, length)
        for factor, label in zip(factors, labels, strict=True)
        for letter, length in zip(label, factor.shape, strict=True)
    }
    fresh = iter(sorted(set(_LETTERS) - set("".join((*inputs, output)))))
    result = ""
    for letter, length in zip(inputs[i], operands[i].shape, strict=True):
        place = letter
        if letter in result:
            place = next(fresh)
            factors.append(eye(length, dtype=s.dtype))
            labels.append(letter + place)
        elif (letter, length) not in spans:
            factors.append(ones(length, dtype=s.dtype))
            labels.append(letter)
        result += place
    return _einsum(*factors, inputs=tuple(labels), output=result)


@primitive(joint=_einsum_vjp)
def _einsum(*operands: Array, inputs: tuple[str, ...], output: str) -> Array:
    subscripts = f"{','.join(inputs)}->{output}"
    several = len(set(inputs)) > 1  # else it is a sum of elementwise products: nothing to reorder
    compute = partial(namespace(*operands).einsum, subscripts, optimize=several)
    return costly(compute, *operands)


def einsum(subscripts: str, /, *operands: Num[Array, "..."]) -> Num[Array, "..."]:
    """Products of elements summed over indices: ``einsum("ij,jk->ik", a, b)`` is a b.

    An index missing on the right is summed over; one repeated within an operand reads its
    diagonal; ``...`` are leading axes that broadcast. Without ``->`` the result has the indices
    that occur once, in alphabetical order (after ``...``). Of three operands and more, those are
    multiplied first that cost least.

    Raises:
        ShapeError: The subscripts do not fit the operands.

    Example:
        >>> import numpy as np
        >>> a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])
        >>> einsum("ij,j->i", a, b).tolist(), einsum("ii", a).item()
        ([17.0, 39.0], 5.0)
    """
    shapes = tuple(tuple(x.shape) for x in operands)
    inputs, output = _explicit(subscripts, shapes)
    return _einsum(*operands, inputs=inputs, output=output)


@lru_cache(maxsize=1024)
def _explicit(subscripts: str, shapes: tuple[tuple[int, ...], ...]) -> tuple[tuple[str, ...], str]:
    """The indices of each operand and of the result, with letters for ``...``."""
    compact = subscripts.replace(" ", "")
    if not _SUBSCRIPTS.fullmatch(compact):
        raise ShapeError(f'einsum takes subscripts like "ij,jk->ik", got {subscripts!r}')
    left, arrow, right = compact.partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ShapeError(f"einsum {subscripts!r} takes {len(terms)} operands, got {len(shapes)}")
    letters = "".join(sorted(set(_LETTERS) - set(compact)))
    inputs = tuple(
        _without_ellipsis(term, shape, letters) for term, shape in zip(terms, shapes, strict=True)
    )
    leading = max((set(labels) & set(letters) for labels in inputs), key=len)
    if not arrow:
        right = "..." + "".join(sorted(c for c in set(left) - set(".,") if left.count(c) == 1))
    output = right.replace("...", "".join(sorted(leading)))
    if not _fits(inputs, output, shapes):
        raise ShapeError(f"einsum {subscripts!r} does not fit operands of shape {shapes}")
    return inputs, output


def _without_ellipsis(term: str, shape: tuple[int, ...], letters: str) -> str:
    """The last of ``letters`` for the axes that ``...`` stands for, so that these align."""
    rank = max(len(shape) - len(term.replace("...", "")), 0)
    return term.replace("...", letters[len(letters) - rank :])


def _fits(inputs: tuple[str, ...], output: str, shapes: tuple[tuple[int, ...], ...]) -> bool:
    """Whether each axis has an index, of one length everywhere (or 1), and the result is clear."""
    lengths: dict[str, int] = {}
    for labels, shape in zip(inputs, shapes, strict=True):
        if len(labels) != len(shape):
            return False
        own: dict[str, int] = {}
        for letter, length in zip(labels, shape, strict=True):
            if own.setdefault(letter, length) != length:
                return False
            if lengths.setdefault(letter, length) == 1:
                lengths[letter] = length
            elif length not in (1, lengths[letter]):
                return False
    return set(output) <= lengths.keys() and len(set(output)) == len(output)
