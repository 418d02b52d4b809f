"""The page of a fit: values, curves and starts are on it, and it stands alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neuropil.neurons import RK4, LeakyIntegrateAndFire, fitting, simulate
from neuropil.report import fit_page


def test_values_curves_and_starts_are_on_the_page(tmp_path: Path) -> None:
    run = simulate(LeakyIntegrateAndFire(tau=12.0), 100.0, duration=10.0, dt=0.5)
    fit = fitting.fit_trace(
        LeakyIntegrateAndFire,
        100.0,
        run.times,
        run["v"][:, 0] + np.random.default_rng(0).normal(0.0, 0.1, 20),
        {"tau": (5.0, 50.0), "capacitance": (50.0, 500.0)},
        starts=3,
        rng=0,
        couplings=(1.0,),
        integrator=RK4(),
        engine="eager",
    )
    fit_page(fit, tmp_path / "fit.html")
    page = (tmp_path / "fit.html").read_text(encoding="utf-8")
    for name, value in fit.values.items():
        assert f"{value:.6g} ± {fit.errors[name]:.2g}" in page
    assert "3 of 3" in page
    assert page.count(">agrees<") == 3
    assert page.count("<svg") == 2
    assert "The curve does not determine" not in page
    assert "<script" not in page
    assert 'src="http' not in page
    assert len(page) < 200_000


def test_what_rates_do_not_tell_is_told(tmp_path: Path) -> None:
    currents = np.linspace(350.0, 900.0, 9)
    fit = fitting.fit_rates(
        LeakyIntegrateAndFire,
        currents,
        LeakyIntegrateAndFire().rate(currents),
        {"capacitance": (100.0, 500.0), "threshold": (-60.0, -40.0)},
        starts=4,
        rng=0,
    )
    fit_page(fit, tmp_path / "fit.html")
    page = (tmp_path / "fit.html").read_text(encoding="utf-8")
    assert "The curve does not determine capacitance, threshold" in page
    assert "not determined, with threshold" in page


@pytest.mark.parametrize("name", ["<i>tau</i>"])
def test_names_of_parameters_are_escaped(name: str, tmp_path: Path) -> None:
    def model(**parameters: float) -> LeakyIntegrateAndFire:
        return LeakyIntegrateAndFire(tau=parameters[name])

    currents = np.linspace(400.0, 900.0, 5)
    fit = fitting.fit_rates(
        model, currents, model(**{name: 12.0}).rate(currents), {name: (5.0, 50.0)}, starts=2
    )
    fit_page(fit, tmp_path / "fit.html")
    assert "<i>" not in (tmp_path / "fit.html").read_text(encoding="utf-8")
