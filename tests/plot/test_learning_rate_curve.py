from __future__ import annotations

import numpy as np
import pytest

from neuropil.plot import learning_rate_curve

RATES = np.geomspace(1e-4, 1.0, 5)
LOSSES = np.array([2.0, 1.9, 1.0, 0.8, 40.0])


def test_it_shows_losses_over_rates_and_marks_the_suggestion() -> None:
    figure = learning_rate_curve(RATES, LOSSES, smoothed=LOSSES, suggestion=0.01)
    (axes,) = figure.axes
    batch, smoothed, mark = axes.lines
    np.testing.assert_array_equal(batch.get_xdata(), RATES)
    np.testing.assert_array_equal(smoothed.get_ydata(), LOSSES)
    np.testing.assert_array_equal(mark.get_xdata(), 0.01)
    assert axes.get_xscale() == "log"
    assert 2.0 < axes.get_ylim()[1] < 4.0  # a loss that exploded does not flatten the rest


def test_nothing_but_losses_is_needed() -> None:
    figure = learning_rate_curve(RATES[:1], LOSSES[:1])
    assert len(figure.axes[0].lines) == 1
    assert figure.axes[0].get_legend() is None


@pytest.mark.parametrize("losses", [LOSSES[:3], LOSSES[:0]])
def test_as_many_losses_as_rates(losses: np.ndarray) -> None:
    with pytest.raises(ValueError, match="as many losses as rates"):
        learning_rate_curve(RATES[: 5 if len(losses) else 0], losses)
