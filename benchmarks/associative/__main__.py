"""``python -m benchmarks.associative``: how many patterns do the memories hold?

A Hopfield network of 1,000 units with Hebbian weights recalls a stored pattern from the pattern
itself: the median share of wrong bits is to be at most 1 % up to 0.13 patterns a unit, and at
least 20 % from 0.18 on. A modern Hopfield memory stores 10,000 random patterns of 64 bits and is to
recall each of them, from a probe with normal noise of standard deviation 0.5, in one step. Exit
code 1 if one of them does not.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.associative.work import BAR_NOISE, HELD, LOADS, LOST, NOISE, attention, hopfield
from neuropil.plot.colours import BLUE

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def main() -> None:
    """Measure, tell, draw, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--trials", type=int, default=50, help="networks for each load")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the curve into this file")
    parser.add_argument("--json", action="store_true", help="one object instead of lines")
    arguments = parser.parse_args()
    say = (lambda _: None) if arguments.json else _say
    points, levels = [], []
    for number, load in enumerate(LOADS):
        points.append(hopfield(load, arguments.trials, arguments.seed + number))
        say(_words(points[-1]))
    for noise in NOISE:
        levels.append(attention(noise, arguments.seed))
        say(
            f"attention, noise {noise}: {levels[-1]['recalled']:.2%} recalled in one step, largest "
            f"error {levels[-1]['largest_error']:.2g}"
        )
    if arguments.plot:
        drawn(points).savefig(arguments.plot, dpi=110)
    right = all(point["as_known"] is not False for point in points)
    right = right and all(x["recalled"] == 1.0 for x in levels if x["noise"] <= BAR_NOISE)
    if arguments.json:
        print(json.dumps({"hopfield": points, "attention": levels, "right": right}))
    raise SystemExit(0 if right else 1)


def drawn(points: list[dict[str, Any]]) -> Figure:
    """Wrong bits over patterns a unit: the median, and the middle half of the trials."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 3.4), layout="constrained")
    axes = figure.subplots()
    loads = [point["load"] for point in points]
    low, high = zip(*(point["quartiles"] for point in points), strict=True)
    axes.fill_between(loads, low, high, color=BLUE, alpha=0.25, lw=0.0)
    axes.plot(loads, [point["median"] for point in points], "o-", color=BLUE, ms=4.0)
    axes.axvline(0.138, color="0.5", lw=0.9, ls=":")
    axes.plot([0.0, HELD], [0.01, 0.01], color="0.3", lw=0.9)
    axes.plot([LOST, max(loads)], [0.2, 0.2], color="0.3", lw=0.9)
    axes.set(xlabel="patterns a unit (dotted: 0.138)", ylabel="share of wrong bits", xlim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _words(point: dict[str, Any]) -> str:
    low, high = point["quartiles"]
    judged = {None: "", True: ", as it should be", False: ", NOT as it should be"}
    return (
        f"{point['load']:.3f} patterns a unit: median {point['median']:.2%} of the bits wrong "
        f"(quartiles {low:.2%}, {high:.2%}; {point['trials']} trials){judged[point['as_known']]}"
    )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
