"""Drawings of arrays: arrays in, a Matplotlib ``Figure`` out; pyplot's global state stays alone.

Lines and text are left in Matplotlib's black, which the report turns into the colour of the page's
text; what carries meaning has a colour of `neuropil.plot.colours`.
"""

from __future__ import annotations

from neuropil.plot.action_map import action_map
from neuropil.plot.activity import activity
from neuropil.plot.bits_by_order import bits_by_order
from neuropil.plot.confusion_matrix import confusion_matrix
from neuropil.plot.decision_boundary import decision_boundary
from neuropil.plot.energies import energies
from neuropil.plot.episode_returns import episode_returns
from neuropil.plot.filters import filters
from neuropil.plot.fitted_trace import fitted_trace
from neuropil.plot.gating_curves import gating_curves
from neuropil.plot.gradient_flow import gradient_flow
from neuropil.plot.image_grid import image_grid
from neuropil.plot.latent_map import latent_map
from neuropil.plot.learning_curves import learning_curves
from neuropil.plot.learning_rate_curve import learning_rate_curve
from neuropil.plot.over_time import over_time
from neuropil.plot.population_rates import population_rates
from neuropil.plot.raster import raster
from neuropil.plot.residual_history import residual_history
from neuropil.plot.tuning_curve import tuning_curve
from neuropil.plot.voltages import voltages

__all__ = [
    "action_map",
    "activity",
    "bits_by_order",
    "confusion_matrix",
    "decision_boundary",
    "energies",
    "episode_returns",
    "filters",
    "fitted_trace",
    "gating_curves",
    "gradient_flow",
    "image_grid",
    "latent_map",
    "learning_curves",
    "learning_rate_curve",
    "over_time",
    "population_rates",
    "raster",
    "residual_history",
    "tuning_curve",
    "voltages",
]
