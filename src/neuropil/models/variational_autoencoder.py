"""Autoencoders whose codes are distributions near the standard normal one (notes 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.graph import Variable
from neuropil.models.latent_model import LatentModel
from neuropil.nn import Module, refusals
from neuropil.nn.description import describable
from neuropil.nn.functional import reparametrize
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class Reconstruction(NamedTuple):
    """What a variational autoencoder gives: what an `nn.ELBOLoss` takes.

    Attributes:
        decoded: What the decoder makes of a z of q(z|x) = N(μ, σ²).
        mean: μ.
        log_variance: ln σ².
    """

    decoded: Float[Array, "n *shape"]
    mean: Float[Array, "n k"]
    log_variance: Float[Array, "n k"]


class _Place:
    """Where an evaluation is: no part of what a network has learned, and so no buffer of it.

    A Variable, so that a compiled network is not compiled again for every batch.
    """

    def __init__(self) -> None:
        self.row = Variable(np.zeros((), np.uint64), name="row")

    def noise(self, rows: int, length: int, *, dtype: Any) -> Float[Array, "rows length"]:
        """ε of the row and those behind it: the same for every network."""
        return Generator(0).normal_rows(rows, length, first=self.row.value, dtype=dtype)


@describable
@final
class VariationalAutoencoder(LatentModel):
    """x → q(z|x) = N(μ, σ²) → z = μ + εσ → decoder(z) (notes 9.1).

    In training mode ε is drawn anew at every call. In eval mode each row of an evaluation has an ε
    of its own, which is that of its place: an evaluation repeats, whatever the batches are, and
    moves nobody's random numbers. A call by itself begins at the first place.

    Args:
        encoder: From inputs to μ and ln σ², one after the other: (n, 2 latent_features).
        decoder: From z to the parameters of p(x|z), of the shape of the inputs: logits for an
            `nn.BernoulliELBOLoss`, means for an `nn.GaussianELBOLoss`.
        latent_features: The dimension of z.
        rng: A seed or Generator for ε; by default the default Generator of the thread at the time
            of the call, which in `fit` is that of the training.

    Raises:
        ValueError: ``latent_features`` is less than 1.
        ShapeError: (when called) The encoder does not give two numbers for each of them.

    References:
        D. P. Kingma and M. Welling, Auto-encoding variational Bayes, 2014.

    Example:
        >>> import numpy as np
        >>> from neuropil import models, nn
        >>> net = models.VariationalAutoencoder(nn.Linear(8, 4), nn.Linear(2, 8), 2)
        >>> x = np.eye(8, dtype=np.float32)
        >>> [part.shape for part in net(x)], net.sample(5, rng=0).shape
        ([(8, 8), (8, 2), (8, 2)], (5, 8))
    """

    def __init__(
        self,
        encoder: Module,
        decoder: Module,
        latent_features: int,
        *,
        rng: int | Generator | None = None,
    ) -> None:
        refusals.check_count("VariationalAutoencoder", "latent_features", latent_features)
        self.encoder = encoder
        self.decoder = decoder
        self.latent_features = latent_features
        self.rng = None if rng is None else as_generator(rng)
        self._place = _Place()

    def forward(self, x: Float[Array, "n *shape"]) -> Reconstruction:
        mean, log_variance = self.encode(x)
        if self.training:
            z = reparametrize(mean, log_variance, rng=self.rng)
        else:
            noise = self._place.noise(*mean.shape, dtype=mean.dtype)
            z = mean + noise * ops.exp(0.5 * log_variance)
        return Reconstruction(self.decode(z), mean, log_variance)

    def begin_at(self, row: int) -> None:
        """The next call in eval mode is for this row of an evaluation and those behind it."""
        self._place.row.value = np.asarray(row, np.uint64)

    def encode(
        self, x: Float[Array, "n *shape"]
    ) -> tuple[Float[Array, "n k"], Float[Array, "n k"]]:
        """μ and ln σ² of q(z|x)."""
        both = self.encoder(x)
        expected = 2 * self.latent_features
        if len(both.shape) != 2 or both.shape[1] != expected:
            raise ShapeError(
                f"VariationalAutoencoder expects (n, {expected}) of its encoder, a mean and a log "
                f"variance for each of {self.latent_features} latent features, got "
                f"{tuple(both.shape)}: end it with nn.Linear(…, {expected})"
            )
        mean, log_variance = ops.split(both, 2, axis=1)
        return mean, log_variance

    def code(self, x: Float[Array, "n *shape"]) -> Float[Array, "n k"]:
        """μ: the middle of what z may be for each input."""
        return self.encode(x)[0]

    def sample(self, n: int, *, rng: int | Generator | None = None) -> Float[Array, "n *shape"]:
        """What the decoder makes of n codes from N(0, I): new samples, by the model's own measure.

        `nn.ELBOLoss.expected` and `nn.ELBOLoss.sample` make inputs of it.

        Raises:
            ValueError: ``n`` is no integer of at least 1.
        """
        refusals.check_count("VariationalAutoencoder.sample", "n", n)
        dtype = next(iter(self.parameters())).dtype
        z = as_generator(rng).normal((n, self.latent_features), dtype=np.dtype(dtype))
        return self.decode(z)
