from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS: list[Callable[[Any], Any]] = [
    lambda xp: xp.arange(4),
    lambda xp: xp.arange(1.0, 2.0, 0.25),
    lambda xp: xp.arange(5, 0, -2, dtype=xp.int8),
    lambda xp: xp.linspace(0.0, 1.0, 5),
    lambda xp: xp.linspace(0.0, 1.0, 4, endpoint=False, dtype=xp.float32),
    lambda xp: xp.zeros((2, 3)),
    lambda xp: xp.ones(2, dtype=xp.int64),
    lambda xp: xp.full((2,), 3),
    lambda xp: xp.full((), 0.5, dtype=xp.float32),
    lambda xp: xp.eye(3),
    lambda xp: xp.eye(2, 3, k=1, dtype=xp.float32),
    lambda xp: xp.asarray([[1, 2], [3, 4]], dtype=xp.float32),
]


@pytest.mark.parametrize("call", CALLS)
def test_new_arrays_are_plain(call: Callable[[Any], Any]) -> None:
    found, expected = call(npl), call(np)
    assert type(found) is np.ndarray
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_arrays_like_another() -> None:
    x = Variable(np.ones((2, 3), dtype=np.float32))
    for function, value in ((npl.zeros_like, 0.0), (npl.ones_like, 1.0)):
        assert type(function(x)) is np.ndarray
        assert function(x).dtype == np.float32
        np.testing.assert_array_equal(function(x), np.full((2, 3), value))
    assert npl.full_like(x, 7, dtype=npl.int8).dtype == np.int8
    assert npl.empty_like(x).shape == npl.empty((2, 3)).shape == (2, 3)


def test_an_array_is_shared_unless_a_copy_is_asked_for() -> None:
    x = np.zeros(2)
    assert npl.asarray(x) is x
    assert npl.asarray(x, copy=True) is not x


def test_a_variable_stays_in_the_graph() -> None:
    x = Variable([1.0, 2.0])
    npl.sum(npl.asarray(x, dtype=npl.float32, copy=True) * 3.0).backward()
    assert x.grad.tolist() == [3.0, 3.0]
    assert x.grad.dtype == np.float64


def test_converting_a_variable() -> None:
    x = Variable([1.5, -2.5])
    assert npl.astype(x, npl.float64, copy=False) is x
    assert npl.astype(x, npl.int64).tolist() == [1, -2]
    assert not npl.astype(x, npl.int64).requires_grad
    npl.sum(npl.astype(x, npl.float32)).backward()
    assert x.grad.dtype == np.float64
