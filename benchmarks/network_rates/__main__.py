"""``python -m benchmarks.network_rates``: do CUBA and COBAHH fire as they should?

Each network is built and run from several seeds; the mean of their rates must lie within one
standard deviation of what is known: over 10 s 5.59 ± 0.19 Hz (CUBA), over 2 s 36.9 ± 1.8 Hz
(COBAHH), standard deviations over seeds. Exit code 1 if one does not.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import fmean, stdev

from benchmarks.network_rates.work import KNOWN, measured


def main() -> None:
    """Measure, tell, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--networks", nargs="+", choices=KNOWN, default=list(KNOWN))
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one object instead of lines")
    arguments = parser.parse_args()
    results, right = {}, True
    for name in arguments.networks:
        tasks = [(name, seed, arguments.engine) for seed in range(arguments.seeds)]
        runs = []
        with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
            for run in pool.map(measured, tasks):
                runs.append(run)
                if not arguments.json:
                    print(
                        f"{name}, seed {run['seed']}: {run['rate_hz']:.3f} Hz, CV {run['cv']:.2f} "
                        f"({run['wall_s']:.0f} s)",
                        flush=True,
                    )
        rates, known = [run["rate_hz"] for run in runs], KNOWN[name]
        within = abs(fmean(rates) - known.rate) <= known.deviation
        spread = stdev(rates) if len(rates) > 1 else 0.0
        right = right and within
        results[name] = {"mean_hz": fmean(rates), "std_hz": spread, "within": within, "runs": runs}
        if not arguments.json:
            print(
                f"{name}: {fmean(rates):.3f} Hz on average (standard deviation {spread:.3f}) of "
                f"{len(rates)} seeds; known {known.rate} ± {known.deviation}: "
                f"{'within' if within else 'NOT within'} one standard deviation",
                flush=True,
            )
    if arguments.json:
        print(json.dumps(results))
    raise SystemExit(0 if right else 1)


if __name__ == "__main__":
    main()
