from __future__ import annotations

from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.training import mean_interval, wilson_interval


@pytest.mark.peer
@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(counts: tuple[int, int]) -> None:
    binomtest = pytest.importorskip("scipy.stats").binomtest
    expected = binomtest(*counts).proportion_ci(method="wilson")
    assert wilson_interval(*counts) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson_interval(successes, trials)


@pytest.mark.peer
@given(st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=200), st.floats(0.5, 0.95))
def test_mean_agrees_with_scipy(values: list[float], confidence: float) -> None:
    t = pytest.importorskip("scipy.stats").t
    half = t.ppf((1 + confidence) / 2, len(values) - 1) * np.std(values, ddof=1)
    half /= np.sqrt(len(values))
    low, high = mean_interval(values, confidence=confidence)
    assert (low, high) == pytest.approx(
        (fmean(values) - half, fmean(values) + half), rel=1e-9, abs=4e-4 * half + 1e-9
    )


def test_too_few_values_have_no_interval() -> None:
    with pytest.raises(ValueError, match="at least five"):
        mean_interval([1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_interval(range(9), confidence=confidence)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_the_interval_of_what_is_no_number_is_none(value: float) -> None:
    assert np.isnan(mean_interval([value, 1.0, 2.0, 3.0, 4.0])).all()
