from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil.errors import ShapeError

Lengths = tuple[int, ...]


@st.composite
def settings(draw: st.DrawFn) -> tuple[Lengths, Lengths, Lengths, Lengths]:
    """Space, size, stride and dilation, along one axis or two, such that a window fits."""
    axes = draw(st.integers(1, 2))
    few = st.tuples(*[st.integers(1, 3)] * axes)
    size, stride, dilation = draw(few), draw(few), draw(few)
    spare = draw(st.tuples(*[st.integers(0, 4)] * axes))
    space = tuple(d * (k - 1) + 1 + more for d, k, more in zip(dilation, size, spare, strict=True))
    return space, size, stride, dilation


@given(settings())
def test_windows_are_numpys(setting: tuple[Lengths, Lengths, Lengths, Lengths]) -> None:
    space, size, stride, dilation = setting
    x = np.random.default_rng(0).standard_normal((2, *space, 3))
    axes = tuple(range(1, 1 + len(space)))
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    dense = np.lib.stride_tricks.sliding_window_view(x, spans, axis=axes)
    places = tuple(slice(None, None, step) for step in stride)
    thinned = tuple(slice(None, None, step) for step in dilation)
    expected = np.moveaxis(dense[(slice(None), *places, slice(None), *thinned)], 1 + len(space), -1)
    found = npl.windows(x, size, stride=stride, dilation=dilation)
    np.testing.assert_array_equal(found, expected)


@given(settings())
def test_unwindows_is_the_transpose(setting: tuple[Lengths, Lengths, Lengths, Lengths]) -> None:
    space, size, stride, dilation = setting
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, *space, 3))
    read = npl.windows(x, size, stride=stride, dilation=dilation)
    patches = rng.standard_normal(read.shape)
    back = npl.unwindows(patches, space, stride=stride, dilation=dilation)
    np.testing.assert_allclose(np.sum(read * patches), np.sum(x * back), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    ("shape", "size", "keywords"),
    [
        ((1, 4, 1), (5,), {}),
        ((1, 4, 1), (2,), {"dilation": (4,)}),
        ((1, 4, 1), (0,), {}),
        ((1, 4, 1), (2,), {"stride": (0,)}),
        ((1, 4, 1), (2, 2), {}),
        ((1, 4, 4, 1), (2, 2), {"stride": (1,)}),
    ],
)
def test_windows_that_do_not_fit(shape: Lengths, size: Lengths, keywords: dict[str, Any]) -> None:
    with pytest.raises(ShapeError, match=r"windows of"):
        npl.windows(np.zeros(shape), size, **keywords)


@pytest.mark.parametrize("pool", [npl.window_max, npl.window_sum])
def test_windows_to_pool_must_fit(pool: Any) -> None:
    with pytest.raises(ShapeError, match=r"\(5,\) do not fit into \(2,\)"):
        pool(np.ones((1, 2, 1)), (5,), (1,))


@pytest.mark.parametrize(
    ("shape", "space"), [((1, 3, 3, 1), (6,)), ((1, 3, 3), (5,)), ((1, 3, 3, 1), (5, 5))]
)
def test_windows_to_add_back_must_be_those_of_the_space(shape: Lengths, space: Lengths) -> None:
    with pytest.raises(ShapeError, match="with as many places as windows"):
        npl.unwindows(np.ones(shape), space)
