"""Figures of cells: what a reader must be able to see in them."""

from __future__ import annotations

from io import BytesIO

import numpy as np

from neuropil import plot

TIMES = np.linspace(0.0, 100.0, 201)


def test_a_cell_that_is_reset_shows_its_spikes_above_the_trace() -> None:
    trace = np.where(TIMES < 50.0, -70.0, -60.0)
    (axes,) = plot.voltages(
        TIMES, {"cell 0": trace}, spikes={"cell 0": np.array([20.0, 60.0])}
    ).axes
    _, marks = axes.lines
    assert np.asarray(marks.get_xdata()).tolist() == [20.0, 60.0]
    assert np.asarray(marks.get_ydata(), np.float64).min() > -60.0


def test_a_trace_that_is_no_number_anywhere_is_drawn() -> None:
    figure = plot.voltages(TIMES, {"v": np.full(201, np.nan)}, spikes={"v": np.array([3.0])})
    figure.savefig(BytesIO(), format="svg")


def test_a_small_population_has_room_beside_a_large_one() -> None:
    large, small = np.arange(4000) % 1000, np.arange(4000) % 5
    figure = plot.raster({"E": (np.arange(4000.0), large), "I": (np.arange(4000.0), small)})
    figure.draw_without_rendering()
    heights = [axes.get_position().height for axes in figure.axes]
    assert heights[1] >= 0.2 * heights[0]
    assert [axes.get_ylabel() for axes in figure.axes] == ["E", "I"]


def test_many_spikes_do_not_make_a_large_file() -> None:
    rng = np.random.default_rng(0)
    buffer = BytesIO()
    spikes = {"cells": (rng.uniform(0.0, 1e4, 200_000), rng.integers(0, 4000, 200_000))}
    plot.raster(spikes).savefig(buffer, format="svg")
    assert len(buffer.getvalue()) < 1_000_000


def test_a_formula_is_told_from_what_was_simulated() -> None:
    axes = plot.tuning_curve(TIMES, {"LIF": TIMES}, analytic=TIMES, label="pA").axes[0]
    assert [line.get_label() for line in axes.lines] == ["LIF", "formula"]
    assert axes.lines[1].get_linestyle() == "--"
    assert axes.get_xlabel() == "pA"
