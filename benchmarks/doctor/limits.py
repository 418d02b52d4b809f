"""``python -m benchmarks.doctor.limits``: what is usual in healthy trainings.

The limits of the gradient doctor lie outside of these ranges, by theory or by a wide margin. The
seeds are not those of ``python -m benchmarks.doctor``.
"""

from __future__ import annotations

from benchmarks.doctor.healthy import draw
from benchmarks.doctor.trial import LEARNED
from neuropil.random import Generator
from neuropil.training.doctor import Record
from neuropil.training.doctor.vanishing_gradients import share_of_first_layer

SEEDS = range(2000, 2150)


def measured(record: Record) -> dict[str, float]:
    """The quantities that limits are set for, where the training has them."""
    first, update, inputs = record.first, record.typical_update, record.inputs
    dead = [a.dead for a in first.hidden if a.dead is not None]
    saturated = [a.saturated for a in first.hidden if a.saturated is not None]
    quantities = {
        "gradient, first layer over last": share_of_first_layer(first),
        "share of dead units": max(dead, default=None),
        "share of saturated outputs": max(saturated, default=None),
        "update over weights": update,
        "the same in all steps": record.travelled,
        "units alike, hidden": max((layer.alike for layer in first.layers[:-1]), default=None),
        "loss, last over first": record.last.loss / first.loss,
    }
    if inputs is not None:
        quantities["features: largest over typical"] = inputs.largest / inputs.typical
        quantities["features: root mean square"] = inputs.scale
        quantities["features: offset"] = inputs.offset
    return {name: float(value) for name, value in quantities.items() if value is not None}


def main() -> None:
    """Print the range of every quantity."""
    found: dict[str, list[float]] = {}
    trainings = 0
    for seed in SEEDS:
        patient = draw(Generator(seed), extras=True)
        record = patient.train().record
        if record is None or patient.error() > LEARNED:
            continue
        trainings += 1
        for name, value in measured(record).items():
            found.setdefault(name, []).append(value)
    print(f"{trainings} healthy trainings, least and largest:")
    for name, values in found.items():
        print(f"{name:34s} {min(values):9.3g} {max(values):9.3g}")


if __name__ == "__main__":
    main()
