"""PyTorch: the same net on the same images, with the same noise."""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmarks.harness.contestant import serve
from benchmarks.vae_likelihood import shared


class VAE(nn.Module):
    """784-400-20, with the parameters of both contestants."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(shared.PIXELS, shared.HIDDEN),
            nn.ReLU(),
            nn.Linear(shared.HIDDEN, 2 * shared.LATENT),
        )
        self.decoder = nn.Sequential(
            nn.Linear(shared.LATENT, shared.HIDDEN),
            nn.ReLU(),
            nn.Linear(shared.HIDDEN, shared.PIXELS),
        )
        self.load_state_dict(
            {name: torch.from_numpy(value) for name, value in shared.parameters().items()}
        )

    def bounds(self, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """The evidence bound of each image."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + noise * torch.exp(0.5 * log_variance)
        divergence = -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp(), dim=1)
        return log_probability(self.decoder(z), x) - divergence

    def log_likelihoods(self, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """ln 1/K Σ p(x|z) p(z)/q(z|x) of each image, for noise (K, images, latent)."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        deviation = torch.exp(0.5 * log_variance)
        z = mean + noise * deviation
        prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(dim=2)
        posterior = torch.distributions.Normal(mean, deviation).log_prob(z).sum(dim=2)
        weights = log_probability(self.decoder(z), x.expand(len(noise), -1, -1)) + prior - posterior
        return torch.logsumexp(weights.double(), dim=0) - math.log(len(noise))


def log_probability(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """ln p(x|z) by the decoder's logits."""
    losses = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return -losses.sum(dim=-1)


def work(request: dict[str, Any]) -> dict[str, Any]:
    """Train on the first images, then judge the others."""
    given = {k: torch.from_numpy(v) for k, v in shared.read(Path(request["folder"])).items()}
    images, noise = given["images"], given["training_noise"]
    unseen = images[shared.LEARNED :]
    net = VAE()
    optimizer = torch.optim.Adam(net.parameters(), lr=shared.LR)
    began = time.perf_counter()
    losses: list[float] = []
    for step, places in enumerate(given["orders"].flatten(0, 1)):
        optimizer.zero_grad()
        loss = -net.bounds(images[places], noise[step]).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    trained = time.perf_counter()
    with torch.no_grad():
        bound = net.bounds(unseen, given["bound_noise"]).mean()
        chunks = zip(unseen.split(shared.ROWS), given["likelihood_noise"], strict=True)
        likelihood = torch.cat([net.log_likelihoods(x, drawn) for x, drawn in chunks]).mean()
    last = losses[-len(given["orders"][0]) :]
    return {
        "training loss": sum(last) / len(last),
        "evidence bound": bound.item(),
        "log-likelihood": likelihood.item(),
        "seconds": [trained - began, time.perf_counter() - trained],
    }


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    serve({"torch": torch.__version__, "python": sys.version.partition(" ")[0]}, work)
