from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil.errors import ShapeError

LENGTHS = {"a": 2, "b": 3, "c": 1, "d": 2}


@st.composite
def contractions(draw: st.DrawFn) -> tuple[str, list[np.ndarray[Any, Any]]]:
    """Subscripts with repeated, summed and kept indices, and operands that fit them."""
    terms = draw(st.lists(st.text("abcd", max_size=3), min_size=1, max_size=3))
    known = sorted(set("".join(terms)))
    output = "".join(draw(st.permutations(known))[: draw(st.integers(0, 3))])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    operands = [np.asarray(rng.standard_normal([LENGTHS[i] for i in term])) for term in terms]
    return f"{','.join(terms)}->{output}", operands


@given(contractions())
def test_values_and_derivatives(contraction: tuple[str, list[np.ndarray[Any, Any]]]) -> None:
    subscripts, operands = contraction
    result = npl.einsum(subscripts, *operands)
    np.testing.assert_allclose(result, np.einsum(subscripts, *operands), rtol=1e-12, atol=1e-12)
    npl.check_gradients(lambda *xs: npl.einsum(subscripts, *xs), *operands, order=1)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij, jk", [(2, 3), (3, 4)]),
        ("ba", [(2, 3)]),
        ("ii", [(3, 3)]),
        ("...ij,...jk->...ik", [(2, 1, 2, 3), (4, 3, 2)]),
        ("...,...", [(2, 3), (3,)]),
        ("i...", [(2, 3)]),
        ("...i,i...->i...", [(3, 2), (2, 3)]),
        (",i", [(), (2,)]),
        ("a,a->a", [(1,), (3,)]),
        ("ij,ij->", [(2, 1), (2, 3)]),
        ("ij,jk", [(2, 0), (0, 3)]),
    ],
)
def test_numpys_notation(subscripts: str, shapes: list[tuple[int, ...]]) -> None:
    rng = np.random.default_rng(0)
    operands = [np.asarray(rng.standard_normal(shape)) for shape in shapes]
    result = npl.einsum(subscripts, *operands)
    np.testing.assert_allclose(result, np.einsum(subscripts, *operands), rtol=1e-12)
    npl.check_gradients(lambda *xs: npl.einsum(subscripts, *xs), *operands, order=2)


def test_a_left_out_ellipsis_is_summed_over() -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(npl.einsum("...i->i", x), x.sum(axis=0))


@pytest.mark.parametrize(
    ("subscripts", "shapes", "message"),
    [
        ("ij,jk", [(2, 3), (2, 3)], "does not fit operands of shape"),
        ("ii", [(2, 3)], "does not fit"),
        ("i->ii", [(3,)], "does not fit"),
        ("i->j", [(3,)], "does not fit"),
        ("i", [(2, 2)], "does not fit"),
        ("i,j", [(3,)], "takes 2 operands, got 1"),
        ("i$", [(3,)], 'takes subscripts like "ij,jk->ik"'),
        ("i->i->i", [(3,)], "takes subscripts like"),
    ],
)
def test_what_does_not_fit_is_refused(
    subscripts: str, shapes: list[tuple[int, ...]], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        npl.einsum(subscripts, *map(np.zeros, shapes))
