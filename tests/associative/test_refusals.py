"""What memories do not take, and what they say of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil.associative import Asynchronous, DenseMemory, Hopfield, ModernHopfield, wrong_bits
from neuropil.errors import DataError, DTypeError, ShapeError

ROWS = np.ones((3, 4))


def spoilt(value: float) -> Any:
    rows = ROWS.copy()
    rows[1, 2] = value
    return rows


@pytest.mark.parametrize("memory", [Hopfield(4), DenseMemory(4)])
def test_patterns_that_are_not_plus_or_minus_one_are_located(memory: Any) -> None:
    with pytest.raises(DataError, match=r"got 0.5 in row 1, column 2 .*1 of 12 .*threshold"):
        memory.store(spoilt(0.5))
    with pytest.raises(DataError, match=r"got 0 in row 1, column 2 .*2 \* x - 1"):
        memory.store(spoilt(0.0))
    with pytest.raises(DataError, match="got nan in row 1, column 2"):
        memory.store(spoilt(np.nan))


def test_bits_that_are_not_zero_or_one_are_located() -> None:
    with pytest.raises(DataError, match=r"consist of 0 and 1, got -1 in row 1, column 2 .*\+ 1"):
        Hopfield(4, (0, 1)).store(spoilt(-1.0))


def test_patterns_are_refused_before_anything_is_forgotten() -> None:
    net = Hopfield(4).store(ROWS)
    before = net.weight.value.copy()
    with pytest.raises(DataError):
        net.store(spoilt(2.0))
    with pytest.raises(DataError, match="row 1, column 2"):
        net.learn(spoilt(2.0))
    np.testing.assert_array_equal(net.weight.value, before)


@pytest.mark.parametrize("memory", [Hopfield(4), DenseMemory(4), ModernHopfield(4)])
@pytest.mark.parametrize("nothing", [[], np.zeros((0, 4))])
def test_no_patterns_are_refused(memory: Any, nothing: Any) -> None:
    with pytest.raises(DataError, match="at least one pattern of 4 units, got shape"):
        memory.store(nothing)


@pytest.mark.parametrize("memory", [Hopfield(4), DenseMemory(4), ModernHopfield(4)])
def test_patterns_and_probes_of_another_size_are_refused(memory: Any) -> None:
    with pytest.raises(ShapeError, match=r"expected patterns \(M, 4\), got \(3, 5\)"):
        memory.store(np.ones((3, 5)))
    with pytest.raises(ShapeError, match=r"got \(3, 2, 2\): flatten each, x.reshape\(3, 4\)"):
        memory.store(np.ones((3, 2, 2)))
    memory.store(ROWS)
    with pytest.raises(ShapeError, match=r"expected probes \(..., 4\), got \(5,\)"):
        memory.recall(np.ones(5))
    with pytest.raises(ShapeError, match=r"got \(3, 2, 2\): flatten each, x.reshape\(3, 4\)"):
        memory.recall(np.ones((3, 2, 2)))
    with pytest.raises(ShapeError, match=r"got \(\)"):
        memory.recall(1.0)


@pytest.mark.parametrize("memory", [Hopfield(4), DenseMemory(4)])
def test_probes_that_are_no_states_are_located(memory: Any) -> None:
    memory.store(ROWS)
    with pytest.raises(DataError, match=r"consist of -1 and 1, got 0\.5 in row 1, column 2"):
        memory.recall(spoilt(0.5))
    with pytest.raises(DataError, match="got 7 in column 3"):
        memory.recall([1, 1, 1, 7])


@pytest.mark.parametrize("memory", [Hopfield(2), DenseMemory(2), ModernHopfield(2)])
@pytest.mark.parametrize("values", [[["a", "b"]], [[1, -1], [1]], [[1j, 1]], [[None, 1]]])
def test_what_is_no_array_of_numbers_is_refused(memory: Any, values: Any) -> None:
    with pytest.raises(DTypeError, match="patterns are an array of real numbers, got"):
        memory.store(values)
    with pytest.raises(DTypeError, match="probes are an array of real numbers, got"):
        memory.recall(values)


def test_patterns_of_numbers_are_finite() -> None:
    with pytest.raises(DataError, match="got inf in row 1, column 2"):
        ModernHopfield(4).store(spoilt(np.inf))


@pytest.mark.parametrize("memory", [DenseMemory(4), ModernHopfield(4)])
def test_nothing_is_recalled_of_nothing(memory: Any) -> None:
    with pytest.raises(DataError, match="call store"):
        memory.recall(ROWS)


def test_numbers_of_another_dtype_are_refused_where_they_are_differentiated() -> None:
    net, x = Hopfield(4), np.ones(4)
    for function in (net.energy, net.derivative, ModernHopfield(4).store(ROWS)):
        with pytest.raises(DTypeError, match="computes in float32, got float64"):
            function(x)
    with pytest.raises(DTypeError, match="expects an array, got list"):
        net.descend([0.5] * 4, duration=1.0, dt=0.1)


@pytest.mark.parametrize("order", [[0, 1, 1], []])
def test_an_order_names_neurons_once(order: list[int]) -> None:
    with pytest.raises(ValueError, match="at most once"):
        Asynchronous(order)


@pytest.mark.parametrize("order", [[0, 4], [-1]])
def test_an_order_names_neurons_there_are(order: list[int]) -> None:
    with pytest.raises(ValueError, match="from 0 to 3"):
        Hopfield(4).recall([1, 1, 1, -1], update=Asynchronous(order))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Hopfield(0), "units"),
        (lambda: wrong_bits(9, 0), "patterns"),
        (lambda: wrong_bits(9, 1, trials=0), "trials"),
        (lambda: wrong_bits(9, 1, flipped=2.0), "probability"),
        (lambda: Hopfield(4, (-1, 2)), r"\(-1, 1\) or \(0, 1\), got \(-1, 2\)"),
        (lambda: DenseMemory(4, degree=1), "degree of at least 2"),
        (lambda: DenseMemory(4, degree=2.5), "degree of at least 2"),  # type: ignore[arg-type]
        (lambda: ModernHopfield(4, beta=0.0), "beta above 0"),
        (lambda: Hopfield(4).recall(ROWS, max_steps=-1), "at least 0 steps"),
        (lambda: ModernHopfield(4).recall(ROWS, max_steps=-1), "at least 0 steps"),
        (lambda: Hopfield(4).descend(ROWS, duration=0.0, dt=0.1), "0 < dt <= duration"),
        (lambda: Hopfield(4).descend(np.ones(4), duration=1.0, dt=2.0), "0 < dt <= duration"),
        (lambda: Hopfield(4).energy(np.ones(5, np.float32)), r"\(5,\)"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_more_patterns_than_a_dense_memory_recalls_are_told_with_the_capacity() -> None:
    rows = np.where(np.arange(16) < np.arange(17)[:, None], 1, -1)
    with pytest.warns(UserWarning, match=r"degree 2 holds about 2\.885 .* 16 units, got 17"):
        DenseMemory(16, degree=2).store(rows)
