"""How probable a variational autoencoder finds what it is shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import ops
from neuropil.errors import DataError
from neuropil.graph import plain
from neuropil.models.variational_autoencoder import VariationalAutoencoder
from neuropil.nn import ELBOLoss, refusals
from neuropil.nn.modes import inference
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]


def log_likelihood(
    net: VariationalAutoencoder,
    x: Float[Numpy, "n *shape"],
    loss: ELBOLoss,
    *,
    samples: int = 500,
    batch_size: int = 2000,
    rng: int | Generator | None = None,
) -> Float[Numpy, "n"]:
    """ln p(x) of each input, in nats, by importance sampling (Burda, Grosse, Salakhutdinov 2016).

    ln 1/K Σₖ p(x|zₖ) p(zₖ) / q(zₖ|x) with zₖ from q(z|x): on average a lower bound of ln p(x), with
    K = 1 the evidence bound, which rises with K to ln p(x) itself.

    Args:
        net: The network. It keeps its mode (train or eval).
        x: The inputs.
        loss: What p(x|z) is; its β plays no part.
        samples: K.
        batch_size: How many z go through the decoder at a time.
        rng: What they are drawn from: a chunk (samples, inputs, latent features) at a time.

    Returns:
        float64, one number for each input.

    Raises:
        TypeError: ``loss`` or ``net`` is something else.
        ValueError: ``samples`` or ``batch_size`` is no integer of at least 1.
        DataError: There are no inputs.

    Example:
        >>> from neuropil import models, nn
        >>> net = models.VariationalAutoencoder(nn.Linear(8, 4, rng=0), nn.Linear(2, 8, rng=0), 2)
        >>> x = np.eye(8, dtype=np.float32)[:3]
        >>> log_likelihood(net, x, nn.BernoulliELBOLoss(), samples=10, rng=0).shape
        (3,)
    """
    if not isinstance(loss, ELBOLoss):
        raise TypeError(
            "log_likelihood takes the loss of an evidence bound, such as nn.BernoulliELBOLoss(), "
            f"which says what p(x|z) is; got {loss!r}"
        )
    if not isinstance(net, VariationalAutoencoder):
        raise TypeError(
            "log_likelihood takes a models.VariationalAutoencoder, which draws its codes, got "
            f"{type(net).__name__}"
        )
    refusals.check_count("log_likelihood", "samples", samples)
    refusals.check_count("log_likelihood", "batch_size", batch_size)
    if np.ndim(x) == 0 or len(x) == 0:
        raise DataError(f"log_likelihood expects inputs along axis 0, got shape {np.shape(x)}")
    generator, rows = as_generator(rng), max(1, batch_size // samples)
    estimates = []
    with inference(net):
        for some in (x[start : start + rows] for start in range(0, len(x), rows)):
            weights = list(_log_weights(net, some, loss, samples, batch_size, generator))
            total = ops.logsumexp(np.concatenate(weights), axis=0)
            estimates.append(total - math.log(samples))
    return np.concatenate(estimates)


def _log_weights(
    net: VariationalAutoencoder,
    x: Float[Numpy, "n *shape"],
    loss: ELBOLoss,
    samples: int,
    batch_size: int,
    rng: Generator,
) -> Iterator[Float[Numpy, "some n"]]:
    """ln p(x|z) + ln p(z) − ln q(z|x) of some z after the other, in float64."""
    mean, log_variance = map(plain, net.encode(x))
    for start in range(0, samples, batch_size):
        count = min(batch_size, samples - start)
        noise = rng.normal((count, *mean.shape), dtype=mean.dtype)
        z = mean + noise * np.exp(0.5 * log_variance)
        decoded = net.decode(z.reshape(-1, mean.shape[1]))
        repeated = np.broadcast_to(x, (count, *x.shape)).reshape(-1, *x.shape[1:])
        likelihood = -plain(loss.negative_log_likelihood(decoded, repeated))
        prior = 0.5 * (noise**2 + log_variance - z**2).sum(axis=-1, dtype=np.float64)
        yield likelihood.reshape(prior.shape).astype(np.float64) + prior
