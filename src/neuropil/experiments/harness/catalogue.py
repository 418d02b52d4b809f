"""Every experiment there is: the files of the package, found and loaded when asked for."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from neuropil import experiments
from neuropil.errors import UnknownExperimentError
from neuropil.experiments.harness.experiment import Experiment, Result
from neuropil.recipes.nearest import not_among


def names() -> list[str]:
    """The ids of all experiments, in alphabetical order.

    Example:
        >>> "finite-differences" in names()
        True
    """
    modules = iter_modules(experiments.__path__)
    return sorted(module.name.replace("_", "-") for module in modules if not module.ispkg)


def load(name: str) -> Experiment:
    """The experiment of this id.

    Raises:
        UnknownExperimentError: There is none; the message names the nearest.

    Example:
        >>> load("xor").title
        'Exclusive or: two layers can, one neuron cannot'
    """
    if name not in names():
        raise UnknownExperimentError(f"no experiment {name!r}: {not_among(name, names())}")
    stem = name.replace("-", "_")
    found: Experiment = getattr(import_module(f"{experiments.__name__}.{stem}"), stem)
    return found


def run(name: str, seed: int = 0, quick: bool = False) -> Result:
    """Run an experiment and check its claims.

    Args:
        name: Its id.
        seed: Of everything random. The same seed gives the same result.
        quick: Fewer seeds and steps, where the claims allow it.

    Raises:
        UnknownExperimentError: There is none of that id.
    """
    chosen = load(name)
    claims, figures = chosen.run(seed, quick)
    return Result(chosen, tuple(claims), dict(figures))
