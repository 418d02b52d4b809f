"""Laws that all figures share, and what is particular to each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure

from neuropil import plot

GRID = np.linspace(0.0, 1.0, 5)

FIGURES: dict[str, Callable[[], Figure]] = {
    "action_map": lambda: plot.action_map(GRID, GRID, np.tile(GRID, (5, 1)), np.eye(2)),
    "episode_returns": lambda: plot.episode_returns(GRID, goal=0.5),
    "energies": lambda: plot.energies(GRID[:, np.newaxis], ["A"]),
    "activity": lambda: plot.activity(np.eye(3)),
    "bits_by_order": lambda: plot.bits_by_order({0: 4.5, 1: 3.5}, 2.1),
    "over_time": lambda: plot.over_time({"‖∂L/∂h‖": {"trained": [0.1, 1.0]}}, logarithmic=True),
    "fitted_trace": lambda: plot.fitted_trace(GRID, GRID, GRID**2),
    "residual_history": lambda: plot.residual_history(np.full((2, 3), np.inf), ["10 /ms", "0 /ms"]),
    "gradient_flow": lambda: plot.gradient_flow(["0", "2"], {"signal": {"step 0": [1.0, 2.0]}}),
    "learning_rate_curve": lambda: plot.learning_rate_curve(GRID + 0.1, GRID),
    "gating_curves": lambda: plot.gating_curves(GRID, {"n": (GRID, GRID)}),
    "population_rates": lambda: plot.population_rates(GRID, {"cells": GRID[1:]}),
    "raster": lambda: plot.raster({"cells": (GRID, np.arange(5)), "none": (GRID[:0], GRID[:0])}),
    "tuning_curve": lambda: plot.tuning_curve(GRID, {"cell": GRID}, analytic=GRID),
    "voltages": lambda: plot.voltages(GRID, {"cell": GRID}, spikes={"cell": GRID[:2]}),
    "confusion_matrix": lambda: plot.confusion_matrix(np.eye(3, dtype=int)),
    "decision_boundary": lambda: plot.decision_boundary(
        GRID, GRID, np.tile(GRID, (5, 1)), np.eye(2), np.arange(2)
    ),
    "filters": lambda: plot.filters(np.linspace(-1, 1, 18).reshape(2, 3, 3)),
    "image_grid": lambda: plot.image_grid(np.zeros((3, 8, 8)), ["a", "b", "c"]),
    "latent_map": lambda: plot.latent_map(np.eye(2), np.arange(2), ["a", "b"]),
    "learning_curves": lambda: plot.learning_curves({"loss": [1.0, 0.5]}),
}


def test_every_public_function_is_here() -> None:
    assert set(FIGURES) == set(plot.__all__)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_can_be_written(name: str) -> None:
    buffer = BytesIO()
    FIGURES[name]().savefig(buffer, format="svg")
    assert b"</svg>" in buffer.getvalue()


def test_neither_pyplot_nor_matplotlib_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, numpy as np\n"
        "from neuropil import plot\n"
        "assert 'matplotlib' not in sys.modules\n"
        "plot.learning_curves({'loss': [1.0, 0.5]})\n"
        "plot.confusion_matrix(np.eye(3, dtype=int))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot.activity(np.zeros((0, 3))),
        lambda: plot.activity(np.zeros(3)),
        lambda: plot.bits_by_order({}, 2.1),
        lambda: plot.over_time({}),
        lambda: plot.over_time({"accuracy": {"trained": []}}),
        lambda: plot.learning_curves({}),
        lambda: plot.learning_curves({"loss": []}),
        lambda: plot.learning_curves({"loss": [1.0], "accuracy": [1.0, 1.0]}),
        lambda: plot.confusion_matrix(np.zeros((2, 3), dtype=int)),
        lambda: plot.confusion_matrix(np.eye(2, dtype=int), ["a"]),
        lambda: plot.filters(np.zeros((3, 3))),
        lambda: plot.image_grid(np.zeros((0, 8, 8))),
        lambda: plot.gating_curves(GRID, {"n": (GRID, GRID[1:])}),
        lambda: plot.gating_curves(GRID, {}),
        lambda: plot.fitted_trace(GRID, GRID, GRID[1:]),
        lambda: plot.residual_history(np.ones((2, 3)), ["0 /ms"]),
        lambda: plot.residual_history(np.ones(0), []),
        lambda: plot.population_rates(GRID, {"cells": GRID}),
        lambda: plot.raster({}),
        lambda: plot.raster({"cells": (GRID, np.arange(4))}),
        lambda: plot.tuning_curve(GRID, {}, analytic=GRID),
        lambda: plot.tuning_curve(GRID, {"cell": GRID[1:]}),
        lambda: plot.voltages(GRID, {}),
        lambda: plot.voltages(GRID, {"cell": GRID[1:]}),
        lambda: plot.image_grid(np.zeros((2, 8, 8)), ["a"]),
        lambda: plot.decision_boundary(GRID, GRID[1:], np.eye(5), np.eye(2), np.arange(2)),
    ],
)
def test_arrays_of_wrong_shapes_are_refused(draw: Callable[[], Figure]) -> None:
    with pytest.raises(ValueError, match="expected"):
        draw()


def test_each_quantity_has_a_panel_with_its_validation_curve() -> None:
    history = {"loss": [2.0, 1.0], "accuracy": [0.5, 0.6], "val_loss": [2.0, 1.1]}
    figure = plot.learning_curves(history, best=2)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["loss", "accuracy"]
    assert [len(axes.lines) for axes in figure.axes] == [3, 2]  # with the line of the best epoch


@pytest.mark.parametrize(
    ("losses", "scale"), [([1.0, 0.5], "linear"), ([1.0, 1e-3], "log"), ([1.0, 0.0], "linear")]
)
def test_losses_over_several_magnitudes_are_drawn_on_a_logarithmic_axis(
    losses: list[float], scale: str
) -> None:
    assert plot.learning_curves({"loss": losses}).axes[0].get_yscale() == scale


def test_a_history_with_infinite_values_is_drawn() -> None:
    figure = plot.learning_curves({"loss": [float("inf"), float("nan")]})
    figure.savefig(BytesIO(), format="svg")


def test_a_single_mistake_among_many_right_answers_is_coloured() -> None:
    counts = np.diag([500, 500])
    counts[0, 1] = 1
    _, mistakes = plot.confusion_matrix(counts).axes[0].images
    red, _, blue, _ = mistakes.cmap(mistakes.norm(np.array(1)))
    assert red - blue > 0.3  # a plain orange, not a shade of white


def test_zero_weight_is_white_whatever_the_range() -> None:
    image = plot.filters(np.linspace(-0.1, 3.0, 18).reshape(2, 3, 3)).axes[0].images[0]
    assert min(image.cmap(image.norm(np.array(0.0)))[:3]) > 0.95


def test_energies_are_a_line_for_each_probe() -> None:
    figure = plot.energies(np.array([[0.0, -1.0], [-3.0, -2.0]]), ["A", "B"])
    (axes,) = figure.axes
    assert [np.asarray(line.get_ydata()).tolist() for line in axes.lines] == [
        [0.0, -3.0],
        [-1.0, -2.0],
    ]
    assert axes.get_ylabel() == "energy"
    assert plot.energies(np.zeros((3, 9))).axes[0].get_legend() is None
    with pytest.raises(ValueError, match=r"expected energies \(steps \+ 1, probes\), got \(3,\)"):
        plot.energies(np.zeros(3))
    with pytest.raises(ValueError, match="expected 2 labels or none, got 1"):
        plot.energies(np.zeros((3, 2)), ["A"])


def test_a_state_of_zero_is_white_whatever_the_range() -> None:
    image = plot.activity(np.linspace(-0.1, 3.0, 18).reshape(6, 3)).axes[0].images[0]
    assert np.asarray(image.get_array()).shape == (3, 6)  # a row a unit, a column a step
    assert min(image.cmap(image.norm(np.array(0.0)))[:3]) > 0.95


def test_what_has_no_logarithm_is_left_out_of_a_line() -> None:
    figure = plot.over_time(
        {"a": {"x": [0.0, 1.0]}, "b": {"x": [1.0], "y": [2.0]}}, logarithmic=True
    )
    assert np.isnan(figure.axes[0].lines[0].get_ydata()).tolist() == [True, False]
    assert [axes.get_legend() is not None for axes in figure.axes] == [False, True]
