"""Ready networks: autoencoders, plain and variational, and what can be asked of them."""

from __future__ import annotations

from neuropil.models.autoencoder import Autoencoder
from neuropil.models.importance import log_likelihood
from neuropil.models.latent_model import LatentModel, interpolate
from neuropil.models.variational_autoencoder import Reconstruction, VariationalAutoencoder

__all__ = [
    "Autoencoder",
    "LatentModel",
    "Reconstruction",
    "VariationalAutoencoder",
    "interpolate",
    "log_likelihood",
]
