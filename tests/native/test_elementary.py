from __future__ import annotations

from decimal import Decimal, getcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

numba = pytest.importorskip("numba")

from neuropil.native.elementary import double, single  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

getcontext().prec = 50
RNG = np.random.default_rng(0)
ULPS = 2.0


def applied(function: Any, *arguments: Any) -> Any:
    """A function in a loop as a program has it, where LLVM makes vector instructions of it."""
    if len(arguments) == 1:

        @numba.njit
        def loop(x: Any, out: Any) -> None:
            for i in range(x.size):
                out[i] = function(x[i])
    else:

        @numba.njit
        def loop(x: Any, y: Any, out: Any) -> None:
            for i in range(x.size):
                out[i] = function(x[i], y[i])

    out = np.empty_like(arguments[0])
    loop(*arguments, out)
    return out


def around(low: float, high: float, count: int = 3000) -> Any:
    """Numbers of a range, of the neighbourhood of 0, and of every size within it."""
    sizes = RNG.uniform(-1.0, 1.0, count) * 10.0 ** RNG.uniform(-12.0, 0.0, count)
    return np.concatenate([RNG.uniform(low, high, count), RNG.uniform(-2.0, 2.0, count), sizes])


def of_every_size(count: int = 4000) -> Any:
    near_1 = 1.0 + RNG.uniform(-1.0, 1.0, count) * 10.0 ** RNG.uniform(-12.0, -1.0, count)
    return np.concatenate([10.0 ** RNG.uniform(-300.0, 300.0, count), near_1])


def ulps(found: Any, exact: list[Decimal]) -> float:
    """The largest error in units of the last place of the exact result."""
    errors = [
        abs(Decimal(float(x)) - y) / Decimal(float(np.spacing(abs(float(y)))))
        for x, y in zip(found, exact, strict=True)
    ]
    return float(max(errors))


DOUBLE: dict[str, tuple[Callable[[Decimal], Decimal], Any]] = {
    "exp": (lambda x: x.exp(), around(-700.0, 709.0)),
    "expm1": (lambda x: x.exp() - 1, around(-700.0, 709.0)),
    "log": (lambda x: x.ln(), of_every_size()),
    "tanh": (lambda x: 1 - 2 / ((2 * x).exp() + 1), around(-25.0, 25.0)),
    "logistic": (lambda x: 1 / (1 + (-x).exp()), around(-700.0, 700.0)),
}


@pytest.mark.parametrize("name", DOUBLE)
def test_float64_is_within_two_units_of_the_last_place(name: str) -> None:
    exact, x = DOUBLE[name]
    assert ulps(applied(getattr(double, name), x), [exact(Decimal(float(a))) for a in x]) <= ULPS


def test_powers_in_float64_are_within_two_units_of_the_last_place() -> None:
    x = np.concatenate([10.0 ** RNG.uniform(-3, 3, 3000), RNG.uniform(0.9, 1.1, 3000)])
    y = np.concatenate([RNG.uniform(-100, 100, 3000), RNG.uniform(-5000, 5000, 3000)])
    exact = [
        (Decimal(a).ln() * Decimal(b)).exp() for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]
    usual = np.array([1e-300 < float(e) < 1e300 for e in exact])
    found = applied(double.power, x, y)
    assert ulps(found[usual], [e for e, u in zip(exact, usual, strict=True) if u]) <= ULPS
    assert usual.sum() > 4000


SINGLE: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "exp": (np.exp, around(-86.0, 88.0, 100_000)),
    "expm1": (np.expm1, around(-86.0, 88.0, 100_000)),
    "log": (np.log, 10.0 ** RNG.uniform(-37.0, 38.0, 200_000)),
    "tanh": (np.tanh, around(-12.0, 12.0, 100_000)),
    "logistic": (lambda x: 1.0 / (1.0 + np.exp(-x)), around(-86.0, 86.0, 100_000)),
}


@pytest.mark.parametrize("name", SINGLE)
def test_float32_is_within_two_units_of_the_last_place(name: str) -> None:
    exact, values = SINGLE[name]
    x = values.astype(np.float32)
    found, right = applied(getattr(single, name), x), exact(x.astype(np.float64))
    assert found.dtype == np.float32
    assert (np.abs(found - right) / np.spacing(np.abs(right).astype(np.float32))).max() <= ULPS


def test_powers_in_float32_are_within_two_units_of_the_last_place() -> None:
    x = (10.0 ** RNG.uniform(-2, 2, 100_000)).astype(np.float32)
    y = RNG.uniform(-15, 15, 100_000).astype(np.float32)
    found, right = applied(single.power, x, y), x.astype(np.float64) ** y.astype(np.float64)
    assert (np.abs(found - right) / np.spacing(right.astype(np.float32))).max() <= ULPS


@pytest.mark.parametrize("module", [double, single], ids=["float64", "float32"])
@pytest.mark.parametrize("name", ["exp", "expm1", "log", "tanh"])
def test_at_the_ends_of_the_range_they_are_what_numpy_says(module: Any, name: str) -> None:
    dtype = np.float64 if module is double else np.float32
    x = np.array([np.nan, np.inf, -np.inf, 0.0, 1e30, -1e30, -1.0, 1.0], dtype)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(applied(getattr(module, name), x), getattr(np, name)(x), 3e-7)


def test_special_powers_are_what_numpy_says() -> None:
    special = [-np.inf, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, np.inf, np.nan]
    x, y = (a.ravel() for a in np.meshgrid(special, special))
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(applied(double.power, x, y), x**y, rtol=1e-15)
