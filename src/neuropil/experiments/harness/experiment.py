"""Experiments and their results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from neuropil.experiments.harness.claims import Claim

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from neuropil.graph import Drawing

Findings: TypeAlias = "tuple[Sequence[Claim], Mapping[str, Figure | Drawing]]"
"""What running an experiment gives: claims, and figures by their captions."""

Numpy: TypeAlias = np.ndarray[Any, Any]
"""An array of NumPy, for the annotations of experiments."""

Compute = Callable[[int, bool], Findings]
"""What an experiment does with a seed, and with whether it shall be quick."""


@dataclass(frozen=True)
class Experiment:
    """One row of the notes' claims that can be computed.

    Attributes:
        id: Its name on the command line: the name of its file, with hyphens.
        title: What is shown, in a few words.
        section: Where the notes say it.
        run: Computes it from a seed; ``quick`` asks for fewer seeds and steps.
    """

    id: str
    title: str
    section: str
    run: Compute

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", self.run.__doc__)

    @property
    def about(self) -> str:
        """What it shows, in paragraphs: the docstring of its function."""
        return cleandoc(self.run.__doc__ or "")


@dataclass(frozen=True)
class Result:
    """What an experiment showed.

    Attributes:
        experiment: Which.
        claims: What was checked.
        figures: By caption; pictures of Matplotlib and drawn graphs.
    """

    experiment: Experiment
    claims: tuple[Claim, ...]
    figures: Mapping[str, Figure | Drawing] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every claim holds, and there is one."""
        return bool(self.claims) and all(claim.holds for claim in self.claims)

    def document(self) -> dict[str, Any]:
        """``{id, holds, claims: [{name, expected, measured, tolerance, holds}]}``, for JSON."""
        claims = [asdict(claim) for claim in self.claims]
        return {"id": self.experiment.id, "holds": self.holds, "claims": claims}


def experiment(title: str, *, section: str) -> Callable[[Compute], Experiment]:
    """Make an Experiment of the function below, which bears the name of its file.

    Example:
        >>> @experiment("One and one", section="0")
        ... def one_and_one(seed, quick):
        ...     '''Two.'''
        ...     return [], {}
        >>> one_and_one.id, one_and_one.__doc__
        ('one-and-one', 'Two.')
    """

    def make(run: Compute) -> Experiment:
        return Experiment(run.__name__.replace("_", "-"), title, section, run)

    return make
