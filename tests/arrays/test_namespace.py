from __future__ import annotations

import inspect

import numpy as np
import pytest

from neuropil import Variable
from neuropil.arrays import extras, is_array, namespace, on_numpy


def test_numpy_is_the_namespace_of_numbers_and_its_own_arrays() -> None:
    assert namespace() is np
    assert namespace(1.0, True, None, np.zeros(2), np.float32(1)) is np
    assert extras(np.zeros(2), 1.0) is on_numpy


def test_another_library_takes_precedence() -> None:
    strict = pytest.importorskip("array_api_strict")
    assert namespace(1.0, np.zeros(2), strict.asarray([1.0])) is strict


def test_arrays_are_told_from_other_values() -> None:
    assert all(map(is_array, (np.zeros(2), np.float64(1), Variable([1.0]))))
    assert not any(map(is_array, ([1.0], 1.0, None, "a", slice(None))))


@pytest.mark.fast
def test_jax_arrays_and_tracers_belong_to_jax() -> None:
    jax = pytest.importorskip("jax")
    from neuropil.arrays import on_jax

    assert namespace(np.zeros(2), jax.numpy.zeros(2)) is jax.numpy
    seen = []
    jax.jit(lambda x: seen.append((namespace(1.0, x), extras(x))))(np.zeros(2))
    assert seen == [(jax.numpy, on_jax)]


@pytest.mark.fast
def test_each_library_has_the_same_functions() -> None:
    pytest.importorskip("jax")
    from neuropil.arrays import on_jax

    def functions(module: object) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(function).parameters)
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if not name.startswith("_") and function.__module__.startswith("neuropil.arrays.")
        }

    assert functions(on_jax) == functions(on_numpy)
