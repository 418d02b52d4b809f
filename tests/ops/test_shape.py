from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable
from neuropil.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

Array = Any
X = np.random.default_rng(0).standard_normal((2, 3, 4))
MATRIX = X[0]
VECTOR = X[0, 0]

# Written once, for NumPy and for neuropil, where both have the function by that name.
SHARED: list[Callable[[Any], Array]] = [
    lambda xp: xp.reshape(X, (4, -1)),
    lambda xp: xp.reshape(X, (24,), copy=True),
    lambda xp: xp.broadcast_to(MATRIX, (2, 3, 4)),
    lambda xp: xp.permute_dims(X, (2, 0, 1)),
    lambda xp: xp.permute_dims(X, (-1, 0, -2)),
    lambda xp: xp.matrix_transpose(X),
    lambda xp: xp.moveaxis(X, 0, -1),
    lambda xp: xp.moveaxis(X, (0, 1), (-1, 0)),
    lambda xp: xp.expand_dims(X, axis=-2),
    lambda xp: xp.squeeze(X[:1, :, :1], axis=(0, -1)),
    lambda xp: xp.flip(X),
    lambda xp: xp.flip(X, axis=(0, -1)),
    lambda xp: xp.roll(X, 5),
    lambda xp: xp.roll(X, (1, -2), axis=(0, -1)),
    lambda xp: xp.roll(X, -1, axis=1),
    lambda xp: xp.concat([X, X[:, :1]], axis=1),
    lambda xp: xp.concat([X, MATRIX], axis=None),
    lambda xp: xp.stack([MATRIX, MATRIX], axis=-1),
    lambda xp: xp.unstack(X, axis=-2)[1],
    lambda xp: xp.tile(MATRIX, (2, 1, 3)),
    lambda xp: xp.tile(X, (2,)),
    lambda xp: xp.repeat(X, 2),
    lambda xp: xp.repeat(X, 2, axis=-2),
    lambda xp: xp.repeat(X, 0, axis=0),
    lambda xp: xp.repeat(X, np.array([0, 2, 1]), axis=1),
    lambda xp: xp.meshgrid(VECTOR, VECTOR[:2])[0],
    lambda xp: xp.meshgrid(VECTOR, VECTOR[:2], VECTOR[:3])[2],
    lambda xp: xp.meshgrid(VECTOR, VECTOR[:2], indexing="ij")[1],
    lambda xp: xp.meshgrid(VECTOR)[0],
    lambda xp: xp.tril(X),
    lambda xp: xp.triu(X, k=-1),
    lambda xp: xp.broadcast_arrays(VECTOR, X)[0],
    lambda xp: xp.diff(X),
]


@pytest.mark.parametrize("function", SHARED)
def test_elements_go_where_numpy_puts_them(function: Callable[[Any], Array]) -> None:
    np.testing.assert_array_equal(function(npl), function(np))


class Recorded:
    """neuropil with every array argument a Variable."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **settings: Any) -> Any:
            return getattr(npl, name)(*map(recorded, args), **settings)

        return call


def recorded(value: Any) -> Any:
    if isinstance(value, list):
        return [recorded(item) for item in value]
    return Variable(value) if isinstance(value, np.ndarray) and value.dtype == "f8" else value


@pytest.mark.parametrize("function", SHARED)
def test_variables_too(function: Callable[[Any], Array]) -> None:
    np.testing.assert_array_equal(function(Recorded()).value, function(np))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: npl.tile(x, (2, 1, 2)),
        lambda x: npl.repeat(x, 3, axis=0),
        lambda x: npl.repeat(x, np.array([0, 2, 1]), axis=0),
        lambda x: npl.meshgrid(x[0], x[1])[1],
        lambda x: npl.stack([x, x * x], axis=1),
        lambda x: npl.unstack(x, axis=1)[2],
        lambda x: npl.split(x, 2, axis=1)[1] * npl.split(x, [1, 2], axis=1)[2],
        lambda x: npl.moveaxis(x, 0, 1),
        lambda x: npl.flatten(npl.expand_dims(x, axis=0)),
    ],
)
def test_derivatives_of_what_is_made_of_primitives(function: Callable[[Array], Array]) -> None:
    npl.check_gradients(lambda x: function(x * x), MATRIX)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: npl.squeeze(X, axis=0), r"axes of length 1, got 0 of shape \(2, 3, 4\)"),
        (lambda: npl.stack([]), "arrays of one shape, got none"),
        (lambda: npl.stack([X, MATRIX]), "arrays of one shape"),
        (lambda: npl.concat([]), "at least one array"),
        (lambda: npl.concat([X, MATRIX]), r"concat cannot take arguments of shape \(2, 3, 4\)"),
        (lambda: npl.reshape(X, (5, -1)), r"reshape cannot take arguments of shape \(2, 3, 4\)"),
        (lambda: npl.matrix_transpose(VECTOR), "two axes or more"),
        (lambda: npl.transpose(X), "use x.mT or permute_dims"),
        (lambda: npl.meshgrid(MATRIX), "takes vectors"),
        (lambda: npl.split(MATRIX, 3, axis=1), "leaves a rest"),
        (lambda: npl.split(MATRIX, [2, 1], axis=1), "ascending places"),
        (lambda: npl.split(MATRIX, [9], axis=1), "ascending places"),
        (lambda: npl.meshgrid(VECTOR, indexing="ji"), '"xy" or "ij"'),
        (lambda: npl.tensordot(X, X, axes=1), "the lengths differ"),
        (lambda: npl.outer(X, X), "two vectors"),
        (lambda: npl.vecdot(X, X[..., :2]), "equal lengths along axis -1"),
        (lambda: npl.linalg.cross(X, X), "three elements along axis -1"),
        (lambda: npl.linear(X, np.zeros((2, 3))), r"linear expects x \(..., 3\)"),
        (lambda: npl.matmul(X, X), "matmul cannot take arguments of shape"),
    ],
)
def test_what_does_not_fit_is_refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_axes_out_of_range_are_refused() -> None:
    for call in (
        lambda: npl.expand_dims(X, axis=5),
        lambda: npl.squeeze(X, axis=3),
        lambda: npl.cumulative_sum(X, axis=3),
        lambda: npl.moveaxis(X, 3, 0),
        lambda: npl.moveaxis(X, 0, -4),
        lambda: npl.unstack(X, axis=3),
        lambda: npl.take(X, np.array([0]), axis=3),
        lambda: npl.flatten(X, 3),
    ):
        with pytest.raises(IndexError, match="out of range for an array of 3 axes"):
            call()


def test_the_librarys_complaint_names_function_and_shapes() -> None:
    with pytest.raises(ShapeError, match=r"add cannot .* \(2, 3, 4\) and \(3,\)"):
        npl.add(X, np.zeros(3))


def test_products() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 3, 4)), rng.standard_normal((4, 3, 5))
    for axes in (0, 1, ((1, 2), (1, 0)), ((-1,), (0,))):
        expected = np.tensordot(a, b, axes=axes)
        np.testing.assert_allclose(npl.tensordot(Variable(a), b, axes=axes).value, expected)
    npl.check_gradients(lambda a, b: npl.tensordot(a, b, axes=((1, 2), (1, 0))), a, b)
    u, v = rng.standard_normal((2, 3)), rng.standard_normal((4, 1, 3))
    np.testing.assert_allclose(npl.linalg.cross(u, v), np.linalg.cross(u, v))
    np.testing.assert_allclose(npl.vecdot(u, v), np.vecdot(u, v))
    np.testing.assert_allclose(npl.outer(u[0], v[0, 0]), np.outer(u[0], v[0, 0]))
    npl.check_gradients(npl.linalg.cross, u, v)
    npl.check_gradients(lambda u, v: npl.vecdot(u, v, axis=-1), u, v)


def test_flatten_joins_axes_in_order() -> None:
    assert npl.flatten(np.asarray(1.0)).shape == (1,)
    assert npl.flatten(X, 1, -1).shape == (2, 12)
    with pytest.raises(ShapeError, match="2 to 1"):
        npl.flatten(X, 2, 1)


@pytest.mark.parametrize("widths", [((1, 1),), ((0, 0), (0, 0), (-1, 0))])
def test_pad_takes_two_widths_an_axis(widths: Any) -> None:
    with pytest.raises(ShapeError, match="slice"):
        npl.pad(X, widths)
