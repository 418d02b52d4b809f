"""What runs in programs gives what NumPy gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuropil.arrays import on_numpy

jax = pytest.importorskip("jax")

from neuropil.arrays import on_jax  # noqa: E402 (it needs JAX)

RNG = np.random.default_rng(0)


def compiled(function: Any, *args: Any) -> Any:
    """The result of a function of an array and of settings, as one program."""
    array, *rest = args
    return jax.jit(lambda x: function(x, *rest))(array)


def same(a: Any, b: Any) -> None:
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-5, atol=1e-5)


@st.composite
def axes(draw: st.DrawFn) -> dict[str, tuple[int, ...]]:
    """Windows that fit along one to three axes."""
    n = draw(st.integers(1, 3))
    size = [draw(st.integers(1, 3)) for _ in range(n)]
    stride = [draw(st.integers(1, 3)) for _ in range(n)]
    dilation = [draw(st.integers(1, 2)) for _ in range(n)]
    space = [d * (k - 1) + 1 + draw(st.integers(0, 4)) for k, d in zip(size, dilation, strict=True)]
    return {
        "space": tuple(space),
        "size": tuple(size),
        "stride": tuple(stride),
        "dilation": tuple(dilation),
    }


@settings(max_examples=20, deadline=None)
@given(axes(), st.integers(1, 2))
def test_windows_and_their_transpose(found: dict[str, tuple[int, ...]], channels: int) -> None:
    space, size, stride, dilation = found.values()
    x = RNG.standard_normal((2, *space, channels)).astype(np.float32)
    patches = np.array(on_numpy.windows(x, size, stride, dilation))
    same(compiled(on_jax.windows, x, size, stride, dilation), patches)
    back = compiled(on_jax.unwindows, patches, space, stride, dilation)
    same(back, on_numpy.unwindows(patches, space, stride, dilation))


@settings(max_examples=20, deadline=None)
@given(axes(), st.booleans())
def test_what_goes_to_the_winners(found: dict[str, tuple[int, ...]], side_by_side: bool) -> None:
    space, size, stride, _ = found.values()
    stride = size if side_by_side else stride
    places = tuple((n - k) // s + 1 for n, k, s in zip(space, size, stride, strict=True))
    s = RNG.standard_normal((2, *places, 3)).astype(np.float32)
    winner = RNG.integers(np.prod(size), size=s.shape)
    hits = [winner == place for place in range(int(np.prod(size)))]
    found_here = compiled(on_jax.at_winners, s, hits, space, size, stride)
    same(found_here, on_numpy.at_winners(s, hits, space, size, stride))


@pytest.mark.parametrize("rows", [3, 2000])
@pytest.mark.parametrize("columns", [2, 100])
def test_rows_times(rows: int, columns: int) -> None:
    x = RNG.standard_normal((rows, 7)).astype(np.float32)
    weight = RNG.standard_normal((columns, 7)).astype(np.float32)
    same(jax.jit(on_jax.rows_times)(x, weight), on_numpy.rows_times(x, weight))


def test_loops_are_unrolled_where_there_are_products() -> None:
    weight = np.eye(3, dtype=np.float32)

    def unroll(step: Any) -> int:
        def run(carry: Any, xs: Any) -> Any:
            return on_jax.loop(lambda c, x: ([step(c[0]) + x[0]], []), [carry], [xs], 8, False)[0]

        program = jax.make_jaxpr(run)(np.ones((2, 3), np.float32), np.ones((8, 2, 3), np.float32))
        (loop,) = (e for e in program.jaxpr.eqns if e.primitive.name == "scan")
        found: int = loop.params["unroll"]
        return found

    assert unroll(lambda c: 0.9 * c) == 1
    assert unroll(lambda c: c @ weight) > 1
