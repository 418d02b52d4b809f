"""What a trained model of text writes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import RecipeError
from neuropil.nn.modes import inference
from neuropil.random import as_generator
from neuropil.recipes.characters_file import load_characters
from neuropil.recipes.stepping import check_steps, steps

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data import Vocabulary
    from neuropil.nn import Module
    from neuropil.random import Generator
    from neuropil.recipes.run_folder import RunFolder

    Numpy = np.ndarray[Any, Any]


class Writer:
    """The network of a run, ready to write character by character; the text is not needed.

    Raises:
        FileFormatError: The folder holds no finished run, or a file in it is damaged.
        RecipeError: The run is none of a model of text.
        DataError: The network cannot be run step by step.
    """

    def __init__(self, run: RunFolder) -> None:
        data = run.recipe().data["name"]
        self._network = run.network()
        if not run.characters_file.exists():
            raise RecipeError(
                f"{run.path} holds no model of text: its data is {data!r}, and a model that writes "
                "learns from 'text', such as that of the recipe characters"
            )
        self._characters = load_characters(run.characters_file)
        vocabulary = self._characters.vocabulary
        check_steps(self._network, vocabulary.encode(self._characters.start)[np.newaxis])

    def write(self, length: int, *, prompt: str = "", **settings: Any) -> str:
        """What follows a prompt, by default the text before the test part; see `written`."""
        known = self._characters
        return written(self._network, known.vocabulary, prompt or known.start, length, **settings)


def written(
    network: Module,
    vocabulary: Vocabulary,
    prompt: str,
    length: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    rng: int | Generator | None = None,
) -> str:
    """Characters drawn one after the other, each given all before it: p ∝ exp(logit / T).

    Args:
        network: From symbols (1, time) to logits (1, symbols, time).
        vocabulary: The characters. The unknown one is never written.
        prompt: What to continue, at least one character.
        length: How many characters to write.
        temperature: T. Below 1 the more probable characters are preferred, at 0 the most probable
            one is always taken.
        top_k: From how many of the most probable characters to draw; by default from all.
        rng: A seed or a Generator.

    Returns:
        What follows the prompt.

    Raises:
        RecipeError: A setting cannot be used, or there is not an output for each character.
        DataError: The prompt holds a character that is unknown.
    """
    _check(prompt, length, temperature, top_k)
    vocabulary.check_known(prompt, "the prompt")
    chances = as_generator(rng).uniform((length,), dtype=np.float64)
    symbols, states, found = vocabulary.encode(prompt), None, []
    with inference(network):
        for chance in chances:
            *_, (output, states) = steps(network, symbols[np.newaxis], states)
            logits = np.asarray(output, np.float64).reshape(-1)
            if len(logits) != len(vocabulary):
                raise RecipeError(
                    f"a model of {len(vocabulary)} characters has an output for each, got "
                    f'{len(logits)}: give the last layer out_features = "classes"'
                )
            found.append(_drawn(logits, temperature, top_k, float(chance)))
            symbols = np.array(found[-1:])
    return vocabulary.decode(found)


def _check(prompt: str, length: int, temperature: float, top_k: int | None) -> None:
    if not prompt:
        raise RecipeError("a text to be continued has at least one character, got none")
    if length < 1:
        raise RecipeError(f"a text to be written has a length of at least 1, got {length}")
    if not 0.0 <= temperature < math.inf:
        raise RecipeError(f"a temperature is at least 0 and finite, got {temperature}")
    if top_k is not None and top_k < 1:
        raise RecipeError(f"top_k is at least 1, got {top_k}")


def _drawn(
    logits: Float[Numpy, " symbols"], temperature: float, top_k: int | None, chance: float
) -> int:
    """The symbol whose share of the cumulated probabilities ``chance`` (0 to 1) falls into."""
    order = np.argsort(-logits, kind="stable")
    order = order[order != 0][:top_k]
    best = logits[order] - logits[order[0]]
    if temperature == 0.0:
        return int(order[0])
    weights = np.exp(best / temperature)
    place = np.searchsorted(np.cumsum(weights), chance * weights.sum(), side="right")
    return int(order[min(int(place), len(order) - 1)])
