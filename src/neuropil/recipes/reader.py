"""What a trained network makes of files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neuropil import training
from neuropil.errors import RecipeError
from neuropil.recipes import building
from neuropil.recipes.command import command
from neuropil.recipes.images import read_inputs
from neuropil.recipes.latent import latent_reader
from neuropil.recipes.readout import readout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

    from neuropil.recipes.latent import LatentReader
    from neuropil.recipes.run_folder import RunFolder


@dataclass(frozen=True)
class Prediction:
    """What the network says of one input.

    Attributes:
        index: Which of the inputs in the file, from 0.
        outputs: The numbers the network gave; of an autoencoder, the input as it sees it.
        label: The most probable class; None where the network does not classify.
        probability: Of that class.
        code: Of an autoencoder: the place of the input in its latent space.
        is_light: Whether the input is light for the most part, as paper is and no training image.
    """

    index: int
    outputs: tuple[float, ...]
    label: str | None = None
    probability: float | None = None
    code: tuple[float, ...] | None = None
    is_light: bool = False


class Reader:
    """The network of a run, ready to read files.

    Raises:
        FileFormatError: The folder holds no finished run.
        RecipeError: The run is that of a model of text, which writes and reads no files.
    """

    def __init__(self, run: RunFolder) -> None:
        recipe = run.recipe()
        splits = building.splits(recipe)
        if splits.text is not None:
            raise RecipeError(
                f"{run.path} holds a model of text, which has nothing to say of files: let it "
                f"write with `{command('sample', run.path)}`"
            )
        self._network = run.network()
        loss = building.loss(recipe, splits)
        self._readout = readout(loss, splits.train.targets)
        self._latent = latent_reader(self._network, loss)
        self._splits = splits

    def read(self, path: Path, *, invert: bool = False) -> list[Prediction]:
        """A prediction for each input in the file; see `neuropil.recipes.read_inputs`.

        Raises:
            FileFormatError: The file is missing, damaged, or not what the network takes.
        """
        splits = self._splits
        inputs = read_inputs(path, splits.sample_shape, invert=invert, series=splits.series)
        scaled = inputs if splits.standardize is None else splits.standardize(inputs)
        is_image = splits.image_size is not None
        light = [is_image and bool(x.mean() > 0.5) for x in inputs]
        if self._latent is not None:
            return _coded(self._latent, scaled, light)
        outputs = np.asarray(training.predict(self._network, scaled))
        numbers = [tuple(row) for row in outputs.reshape(len(outputs), -1).tolist()]
        if self._readout is None:
            return [Prediction(index, row) for index, row in enumerate(numbers)]
        probabilities = self._readout.probabilities(outputs)
        return [
            Prediction(
                index,
                row,
                splits.classes[probability.argmax()],
                float(probability.max()),
                is_light=light[index],
            )
            for index, (row, probability) in enumerate(zip(numbers, probabilities, strict=True))
        ]


def _coded(
    latent: LatentReader, inputs: Float[np.ndarray, "n *shape"], light: Sequence[bool]
) -> list[Prediction]:
    codes = latent.codes(inputs)
    rows = zip(codes.tolist(), latent.decoded(codes), light, strict=True)
    return [
        Prediction(index, tuple(decoded.ravel().tolist()), code=tuple(code), is_light=is_light)
        for index, (code, decoded, is_light) in enumerate(rows)
    ]
