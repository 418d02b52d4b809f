"""The section of a run's page on codes: what an autoencoder gives back, and what lies between."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import plot
from neuropil.models import Autoencoder, VariationalAutoencoder, interpolate
from neuropil.nn.corruption import Corruption
from neuropil.random import Generator
from neuropil.recipes import image_size
from neuropil.recipes.latent import latent_reader
from neuropil.report.inline import svg
from neuropil.report.legible import legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from markupsafe import Markup

    from neuropil.nn import Module
    from neuropil.recipes import Job
    from neuropil.recipes.latent import LatentReader

    Numpy = np.ndarray[Any, Any]

COLUMNS = 12
"""How many reconstructions and samples are in a row."""

STEPS = 9
"""How many images lie on the way from one class to the next."""

MOST_WAYS = 5
MOST_ROWS = 16
SIDE = 11
"""How many images the plane of codes is drawn with along each side."""


@dataclass(frozen=True)
class Row:
    """A sample of a few numbers, its code, and what comes out, as words."""

    input: str
    code: str
    output: str


@dataclass(frozen=True)
class LatentSection:
    """What the page says of a model with a code. Figures are None where they make no sense.

    Attributes:
        rows: The test samples in numbers, where they are few and no images.
        reconstructions: Test images, damaged ones if the model repairs them, and what came out.
        damaged: Whether there are damaged ones.
        map: The codes of the test samples, or their two principal components.
        principal: Whether it shows components.
        between: What lies on the way from a sample of one class to one of the next.
        plane: What codes all over the plane stand for.
        samples: What codes drawn from N(0, I) stand for.
    """

    rows: Sequence[Row] = ()
    reconstructions: Markup | None = None
    damaged: bool = False
    map: Markup | None = None
    principal: bool = False
    between: Markup | None = None
    plane: Markup | None = None
    samples: Markup | None = None


def section(job: Job, network: Module) -> LatentSection | None:
    """The section for a trained network; None where it has no code."""
    latent = latent_reader(network, job.loss)
    if latent is None:
        return None
    inputs, labels = job.splits.test.inputs, job.splits.labels
    codes, size = latent.codes(inputs), image_size(job.splits.sample_shape)
    if size is None and len(inputs) <= MOST_ROWS:
        return LatentSection(_rows(inputs, codes, latent))
    principal = codes.shape[1] != 2
    figure = plot.latent_map(
        principal_components(codes) if principal else codes, labels, job.splits.classes
    )
    of_codes = svg(figure, "map", "The codes of the test samples, by their classes.")
    if size is None:
        return LatentSection(map=of_codes, principal=principal)
    images = _Images(latent, size, (float(inputs.min()), float(inputs.max())))
    damaged = _damaged(latent, inputs[:COLUMNS])
    return LatentSection(
        reconstructions=_reconstructions(images, inputs[:COLUMNS], damaged),
        damaged=damaged is not None,
        map=of_codes,
        principal=principal,
        between=None if labels is None else _between(images, codes, labels),
        plane=_plane(images, codes),
        samples=_samples(images, codes),
    )


@dataclass(frozen=True)
class _Images:
    """Draws images that are decoded, as grey as the inputs are."""

    latent: LatentReader
    size: tuple[int, int]
    grey: tuple[float, float]

    def drawn(self, images: Numpy, columns: int, key: str, description: str) -> Markup:
        within = np.clip(images.reshape(-1, *self.size), *self.grey)
        return svg(plot.image_grid(within, columns=columns), key, description)

    def decoded(self, codes: Numpy, columns: int, key: str, description: str) -> Markup:
        return self.drawn(self.latent.decoded(codes), columns, key, description)


def principal_components(codes: Float[Numpy, "n k"]) -> Float[Numpy, "n 2"]:
    """The coordinates of codes along the two directions in which they vary most."""
    centred = codes - codes.mean(axis=0)
    if codes.shape[1] == 1:
        return np.pad(centred, ((0, 0), (0, 1)))
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    found: Numpy = centred @ directions[:2].T
    return found


def _rows(inputs: Numpy, codes: Numpy, latent: LatentReader) -> list[Row]:
    parts = zip(inputs.reshape(len(inputs), -1), codes, latent.decoded(codes), strict=True)
    return [Row(*(legible(np.round(part, 2).ravel().tolist()) for part in row)) for row in parts]


def _damaged(latent: LatentReader, inputs: Numpy) -> Numpy | None:
    """Inputs as a denoising autoencoder sees them while it learns."""
    model = latent.model
    if not isinstance(model, Autoencoder) or not isinstance(model.corruption, Corruption):
        return None
    return np.asarray(model.corruption.damaged(inputs, Generator(0)))


def _reconstructions(images: _Images, inputs: Numpy, damaged: Numpy | None) -> Markup:
    seen = [inputs] if damaged is None else [inputs, damaged]
    given_back = images.latent.decoded(images.latent.codes(seen[-1]))
    description = "Test images above what the network gives back."
    rows = np.concatenate([*seen, given_back])
    return images.drawn(rows, len(inputs), "reconstructions", description)


def _between(images: _Images, codes: Numpy, labels: Numpy) -> Markup:
    """From the sample in the middle of each class to that of the next."""
    middles = [_middle(codes[labels == label]) for label in np.unique(labels)]
    ways = [interpolate(*pair, STEPS) for pair in list(pairwise(middles))[:MOST_WAYS]]
    description = "Images on the way from one class to the next."
    return images.decoded(np.concatenate(ways), STEPS, "between", description)


def _middle(codes: Numpy) -> Numpy:
    """The code nearest to the median of all."""
    middle: Numpy = codes[np.abs(codes - np.median(codes, axis=0)).sum(axis=1).argmin()]
    return middle


def _plane(images: _Images, codes: Numpy) -> Markup | None:
    """Codes at even steps: of the normal distribution's quantiles, or of the range there is."""
    if codes.shape[1] != 2:
        return None
    if isinstance(images.latent.model, VariationalAutoencoder):
        at = [NormalDist().inv_cdf((i + 0.5) / SIDE) for i in range(SIDE)]
        x = y = np.array(at, codes.dtype)
    else:
        low, high = np.quantile(codes, [0.02, 0.98], axis=0).astype(codes.dtype)
        x, y = interpolate(low, high, SIDE).T
    grid = np.stack(np.meshgrid(x, y[::-1]), axis=-1).reshape(-1, 2)
    return images.decoded(grid, SIDE, "plane", "Images all over the plane of codes.")


def _samples(images: _Images, codes: Numpy) -> Markup | None:
    if not isinstance(images.latent.model, VariationalAutoencoder):
        return None
    drawn = Generator(0).normal((2 * COLUMNS, codes.shape[1]), dtype=codes.dtype)
    return images.decoded(drawn, COLUMNS, "samples", "New images.")
