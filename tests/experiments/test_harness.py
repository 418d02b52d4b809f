"""Claims hold when they should, and results when all of their claims do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil.experiments import Claim, Experiment, Result, experiment
from neuropil.experiments.harness import (
    above,
    agree,
    below,
    close,
    equal,
    falls,
    panels,
    rises,
    true,
)

X = np.array([1.0, -2.0, 3.0])
NOTHING = Experiment("nothing", "Nothing", "0", lambda seed, quick: ([], {}))


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        (close("", 1.0, 1.1, tolerance=0.2), True),
        (close("", 1.0, 1.3, tolerance=0.2), False),
        (close("", np.nan, np.nan, tolerance=1.0), False),
        (close("", X, X + 0.1, tolerance=0.2), True),
        (close("", X, [1.0, -2.0, 3.5], tolerance=0.2), False),
        (close("", X, 1.0, tolerance=10.0), False),  # another shape
        (close("", npl.Variable(X), X, tolerance=0.0), True),
        (agree("", 1e6 * X, 1e6 * X + 1.0, tolerance=1e-6), True),
        (agree("", 1e6 * X, 1e6 * X + 9.0, tolerance=1e-6), False),
        (agree("", np.full(3, np.nan), X, tolerance=1.0), False),
        (agree("", X[:2], X, tolerance=1.0), False),
        (agree("", np.zeros(3), np.zeros(3), tolerance=0.0), True),
        (equal("", ["a", 1], ("a", 1)), True),
        (equal("", X, [1.0, -2.0, 3.0]), True),
        (equal("", 2.0, 3.0), False),
        (below("", 1.0, 2.0), True),
        (below("", 2.0, 2.0), False),
        (below("", np.nan, 2.0), False),
        (above("", np.float32(2.5), 2.0), True),
        (above("", 2.0, 2.0), False),
        (true("", np.all(X < 4)), True),
        (true("", np.all(X < 3)), False),
    ],
)
def test_a_claim_holds_where_its_words_do(claim: Claim, holds: bool) -> None:
    assert claim.holds is holds


def test_claims_hold_plain_python() -> None:
    claims = [
        close("", npl.Variable(X), X, tolerance=1e-9),
        agree("", X, X, tolerance=1e-9),
        equal("", [np.int64(3), X], [3, X]),
        below("", np.float32(1.0), 2.0),
        true("", np.bool_(True)),
    ]
    for claim in claims:
        for value in (claim.expected, claim.measured):
            assert _is_plain(value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return type(value) in (bool, int, float, str)


def test_a_disagreement_is_shown_relative_to_the_largest() -> None:
    assert agree("", X + np.array([0.0, 0.0, 0.3]), X, tolerance=0.0).measured == pytest.approx(0.1)


def test_one_false_claim_is_enough_and_none_is_no_claim() -> None:
    right, wrong = equal("", 1, 1), equal("", 1, 2)
    assert Result(NOTHING, (right, right)).holds
    assert not Result(NOTHING, (right, wrong)).holds
    assert not Result(NOTHING, ()).holds


def test_the_document_has_the_documented_keys() -> None:
    result = Result(NOTHING, (close("one", 1.0, 2.0, tolerance=0.5),))
    assert result.document() == {
        "id": "nothing",
        "holds": False,
        "claims": [
            {"name": "one", "expected": 2.0, "measured": 1.0, "tolerance": 0.5, "holds": False}
        ],
    }


def test_an_experiment_is_called_as_its_function() -> None:
    @experiment("A title", section="9.9")
    def two_words(seed: int, quick: bool) -> Any:
        """What it shows."""
        return [equal("seed", seed, 5)], {}

    assert (two_words.id, two_words.title, two_words.section) == ("two-words", "A title", "9.9")
    assert two_words.__doc__ == two_words.about == "What it shows."
    assert two_words.run(5, True)[0][0].holds


def test_panels_stand_in_a_row() -> None:
    figure, axes = panels(3, width=2.0, height=1.5)
    assert figure.axes == axes
    assert figure.get_size_inches().tolist() == [6.0, 1.5]


def test_panels_stand_in_rows() -> None:
    figure, axes = panels(2, rows=3, width=2.0, height=1.5)
    assert figure.axes == axes
    assert figure.get_size_inches().tolist() == [4.0, 4.5]
    specs: list[Any] = [a.get_subplotspec() for a in axes]
    places = [spec.get_topmost_subplotspec() for spec in specs]
    assert [(p.rowspan.start, p.colspan.start) for p in places[:3]] == [(0, 0), (0, 1), (1, 0)]


@pytest.mark.parametrize(("claim", "sign"), [(falls, -1.0), (rises, 1.0)])
def test_a_paired_claim_needs_its_whole_interval_on_one_side(claim: Any, sign: float) -> None:
    without = np.linspace(1.0, 2.0, 20)
    clear, doubtful = sign * np.linspace(0.1, 0.3, 20), sign * np.linspace(-0.9, 1.0, 20)
    assert claim("loss", without, without + clear).holds
    assert not claim("loss", without, without - clear).holds
    assert not claim("loss", without, without + doubtful).holds
    low, mean, high = claim("loss", without, without + clear).measured[2:]
    assert low < mean < high
    assert mean == pytest.approx(sign * 0.2)
    with pytest.raises(ValueError, match="zip"):
        claim("loss", without, clear[1:])
