"""The array API standard (2024.12): every name, its parameters, and code written to it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable
from neuropil.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable

Array = Any

OF_THE_LIBRARY_ITSELF = {
    "ArrayAPIStrictFlags",
    "Device",
    "fft",  # an extension
    "get_array_api_strict_flags",
    "reset_array_api_strict_flags",
    "set_array_api_strict_flags",
}


def standard_names() -> list[str]:
    try:
        import array_api_strict as strict
    except ImportError:
        return []
    names = [name for name in strict.__all__ if name not in OF_THE_LIBRARY_ITSELF]
    return names + [f"linalg.{name}" for name in strict.linalg.__all__]


def look_up(namespace: Any, path: str) -> Any:
    for name in path.split("."):
        namespace = getattr(namespace, name)
    return namespace


@pytest.mark.parametrize("path", standard_names())
def test_every_name_exists_and_takes_the_same_arguments(path: str) -> None:
    import array_api_strict as strict

    ours, theirs = look_up(npl, path), look_up(strict, path)
    if not inspect.isfunction(theirs):
        return
    kinds = inspect.Parameter
    parameters = inspect.signature(ours).parameters
    positional = [
        p
        for p in parameters.values()
        if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    variadic = any(p.kind is kinds.VAR_POSITIONAL for p in parameters.values())
    for place, (name, parameter) in enumerate(inspect.signature(theirs).parameters.items()):
        if parameter.kind is kinds.POSITIONAL_ONLY:
            assert variadic or place < len(positional)
            required = parameter.default is kinds.empty
            assert required or variadic or positional[place].default == parameter.default
        elif parameter.kind is not kinds.VAR_POSITIONAL:
            assert name in parameters
            if parameter.default is None or isinstance(parameter.default, int | str):
                assert parameters[name].default == parameter.default


def test_a_variable_belongs_to_neuropil() -> None:
    x = Variable([1.0])
    assert x.__array_namespace__() is npl
    assert x.__array_namespace__(api_version="2023.12") is npl
    with pytest.raises(ValueError, match=r"follows the array API standard 2024\.12, not '1999'"):
        x.__array_namespace__(api_version="1999")


def test_constants_and_information() -> None:
    assert (npl.e, npl.pi, npl.inf, npl.newaxis) == (np.e, np.pi, np.inf, None)
    assert np.isnan(npl.nan)
    assert npl.__array_api_version__ == "2024.12"
    info = npl.__array_namespace_info__()
    assert info.default_dtypes()["real floating"] == npl.float64
    assert info.dtypes(kind="bool") == {"bool": npl.bool}
    assert info.capabilities()["boolean indexing"]


def test_data_types() -> None:
    x = Variable(np.zeros(2, dtype=np.float32))
    assert npl.finfo(x).eps == npl.finfo(npl.float32).eps == np.finfo(np.float32).eps
    assert npl.iinfo(npl.int8).max == npl.iinfo(np.zeros(1, dtype=np.int8)).max == 127
    assert npl.result_type(x, npl.float64) == npl.float64
    assert npl.result_type(x, 1.0) == npl.float32
    assert npl.can_cast(npl.int8, npl.int16)
    assert not npl.can_cast(x, npl.int16)
    assert npl.isdtype(x.dtype, ("integral", "real floating"))


def standardised(x: Array) -> Array:
    xp: Any = x.__array_namespace__()
    return (x - xp.mean(x, axis=0, keepdims=True)) / xp.std(x, axis=0, correction=1, keepdims=True)


def distances(x: Array) -> Array:
    """Between all pairs of rows, without the vanishing ones to themselves."""
    xp: Any = x.__array_namespace__()
    squares = xp.sum((x[:, xp.newaxis, :] - x[xp.newaxis, :, :]) ** 2, axis=-1)
    apart = squares + xp.eye(x.shape[0], dtype=x.dtype)
    return xp.triu(xp.sqrt(apart), k=1)


def ridge_regression(x: Array) -> Array:
    """Weights that predict the last column from the others."""
    xp: Any = x.__array_namespace__()
    features, target = x[:, :-1], x[:, -1]
    gram = xp.matmul(features.mT, features) + 0.1 * xp.eye(features.shape[1])
    return xp.linalg.solve(gram, xp.matmul(features.mT, target))


def gaussian_log_density(x: Array) -> Array:
    """Of each row under the mean and covariance of all."""
    xp: Any = x.__array_namespace__()
    deviation = x - xp.mean(x, axis=0)
    covariance = xp.matmul(deviation.mT, deviation) / x.shape[0] + xp.eye(x.shape[1])
    sign, logabsdet = xp.linalg.slogdet(covariance)
    factor = xp.linalg.cholesky(covariance)
    whitened = xp.linalg.solve(factor, deviation.mT)
    distance = xp.vecdot(whitened, whitened, axis=-2)
    return -0.5 * (distance + sign * logabsdet + x.shape[1] * xp.log(xp.asarray(2.0 * xp.pi)))


def moving_average(x: Array) -> Array:
    xp: Any = x.__array_namespace__()
    total = xp.cumulative_sum(x, axis=0, include_initial=True)
    return (total[2:, ...] - total[:-2, ...]) / 2.0


def two_largest(x: Array) -> Array:
    xp: Any = x.__array_namespace__()
    by_sorting = xp.flip(xp.sort(x, axis=1), axis=1)[:, :2]
    by_index = xp.take_along_axis(x, xp.argsort(x, axis=1)[:, -2:], axis=1)
    return xp.concat([by_sorting, xp.flip(by_index, axis=1)], axis=0)


def rearranged(x: Array) -> Array:
    xp: Any = x.__array_namespace__()
    parts = [xp.roll(part, 1) for part in xp.unstack(xp.permute_dims(x, (1, 0)))]
    wide = xp.tile(xp.stack(parts, axis=-1), (1, 2))
    grid, _ = xp.meshgrid(xp.repeat(xp.reshape(x, (-1,))[:2], 2), wide[0, :], indexing="ij")
    return xp.squeeze(xp.expand_dims(grid, axis=1), axis=1) * xp.linalg.trace(x[:3, :3])


def masked(x: Array) -> Array:
    xp: Any = x.__array_namespace__()
    positive = xp.where(x > 0, x, xp.zeros_like(x))
    chosen = x[xp.logical_and(x > 0, xp.isfinite(x))]
    return (
        xp.clip(xp.sum(positive) / xp.prod(xp.astype(xp.asarray([2]), x.dtype)), 0.0, 9.0) + chosen
    )


FUNCTIONS = [
    standardised,
    distances,
    ridge_regression,
    gaussian_log_density,
    moving_average,
    two_largest,
    rearranged,
    masked,
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_code_written_to_the_standard(function: Callable[[Array], Array]) -> None:
    x = np.random.default_rng(0).standard_normal((5, 3))
    expected = function(x)
    np.testing.assert_allclose(function(Variable(x)).value, expected, rtol=1e-12, atol=1e-14)
    npl.check_gradients(function, x, order=2)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_code_is_written_to_the_standard(function: Callable[[Array], Array]) -> None:
    strict = pytest.importorskip("array_api_strict")
    x = np.random.default_rng(0).standard_normal((5, 3))
    result = np.asarray(function(strict.asarray(x)))
    np.testing.assert_allclose(result, function(x), rtol=1e-12, atol=1e-14)


def test_converting_a_variable() -> None:
    """What would leave the graph unseen raises."""
    x = Variable([1.0])
    assert npl.asarray(x) is x
    assert npl.asarray(x, dtype=npl.float32).dtype == npl.float32
    assert npl.asarray(x, copy=True) is not x
    with pytest.raises(GraphError, match=r"use v\.detach"):
        npl.from_dlpack(x)
    np.testing.assert_array_equal(npl.from_dlpack(x.detach()), [1.0])
