from __future__ import annotations

import math

import numpy as np
import pytest

from neuropil.plot import gradient_flow


def test_a_panel_a_quantity_and_a_line_a_time() -> None:
    lines = {"step 0": [1e-5, 1e-3, 1.0], "step 9": [1e-2, 1e-2, 1e-2]}
    figure = gradient_flow(["0", "2", "4"], {"gradient": lines, "signal": {"step 0": [1, 2, 3]}})
    gradient, signal = figure.axes
    assert [line.get_label() for line in gradient.lines] == ["step 0", "step 9"]
    assert [text.get_text() for text in gradient.get_xticklabels()] == ["0", "2", "4"]
    np.testing.assert_array_equal(signal.lines[0].get_ydata(), [1, 2, 3])


def test_what_a_logarithm_does_not_know_is_left_out() -> None:
    values = [0.0, math.nan, math.inf, 2.0]
    figure = gradient_flow(["a", "b", "c", "d"], {"gradient": {"step 0": values}})
    drawn = np.asarray(figure.axes[0].lines[0].get_ydata())
    np.testing.assert_array_equal(np.isnan(drawn), [True, True, True, False])


@pytest.mark.parametrize("layers", [[], ["0"]])
def test_lines_fit_their_layers(layers: list[str]) -> None:
    with pytest.raises(ValueError, match="expected at least one layer"):
        gradient_flow(layers, {"gradient": {"step 0": [1.0, 2.0]}})
