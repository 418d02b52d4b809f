"""The section of a run's page on a model of text: bits per character, and what it writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neuropil import plot, training
from neuropil.errors import DataError
from neuropil.recipes.baselines import Baseline, baseline
from neuropil.recipes.stepping import check_steps
from neuropil.recipes.writing import written
from neuropil.report.inline import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from neuropil.data import Vocabulary
    from neuropil.nn import Module
    from neuropil.recipes import Job

ORDERS = range(6)
"""Of the models that count."""

TEMPERATURES = (0.3, 0.6, 1.0, 1.3)
LENGTH = 400
SEED = 0


@dataclass(frozen=True)
class TextSection:
    """What the page says of a model of text.

    Attributes:
        network: Its bits per character of the test part.
        baselines: Models that count.
        bits: Both as a figure.
        prompt: What it continues.
        samples: By temperature, what it writes; none where it cannot be run step by step.
        characters: How many characters the test part has.
    """

    network: float
    baselines: Sequence[Baseline]
    bits: Markup
    prompt: str
    samples: Sequence[tuple[float, str]]
    characters: int


def section(job: Job, network: Module) -> TextSection | None:
    """The section; None where the data is no text."""
    text = job.splits.text
    if text is None:
        return None
    metric = training.BitsPerCharacter()
    bits = training.evaluate(network, job.splits.test, metrics=[metric])[metric.__name__]
    baselines = [baseline(text, order) for order in ORDERS]
    counted = {each.order: each.bits for each in baselines}
    description = f"Bits per character: this network {bits:.3f}; counting " + ", ".join(
        f"{value:.3f} with order {order}" for order, value in counted.items()
    )
    prompt = text.before_test()
    return TextSection(
        network=bits,
        baselines=baselines,
        bits=svg(plot.bits_by_order(counted, bits), "bits", description),
        prompt=prompt,
        samples=_samples(network, text.vocabulary, prompt),
        characters=text.test.stop - text.test.start,
    )


def _samples(network: Module, vocabulary: Vocabulary, prompt: str) -> list[tuple[float, str]]:
    try:
        check_steps(network, vocabulary.encode(prompt)[np.newaxis])
    except DataError:
        return []
    return [
        (t, written(network, vocabulary, prompt, LENGTH, temperature=t, rng=SEED))
        for t in TEMPERATURES
    ]
