"""Networks that learn to tell what they are told, through a bottleneck (notes 7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.models.latent_model import LatentModel
from neuropil.nn import Module
from neuropil.nn.description import describable

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@describable
@final
class Autoencoder(LatentModel):
    """y = decoder(encoder(x)), trained to be x (notes 7.1).

    The code is shorter than the input, or the input is damaged, so that to copy is to understand.
    Weights are tied, M = Wᵀ, where the decoder is an `nn.TransposedLinear` of the encoder's layer.

    Args:
        encoder: From inputs to codes.
        decoder: From codes to outputs of the shape of the inputs.
        corruption: What damages the inputs while training, such as `nn.MaskingNoise`: the network
            is then a denoising autoencoder (Vincent et al. 2008). The target stays as it is.

    Example:
        >>> import numpy as np
        >>> from neuropil import models, nn
        >>> layer = nn.Linear(8, 3)
        >>> net = models.Autoencoder(
        ...     nn.Sequential(layer, nn.Sigmoid()), nn.TransposedLinear(layer)
        ... )
        >>> x = np.eye(8, dtype=np.float32)
        >>> net.code(x).shape, net(x).shape
        ((8, 3), (8, 8))
    """

    def __init__(self, encoder: Module, decoder: Module, corruption: Module | None = None) -> None:
        self.encoder = encoder
        self.decoder = decoder
        self.corruption = corruption

    def forward(self, x: Float[Array, "n *shape"]) -> Float[Array, "n *shape"]:
        return self.decode(self.code(x if self.corruption is None else self.corruption(x)))

    def code(self, x: Float[Array, "n *shape"]) -> Float[Array, "n k"]:
        """What the encoder makes of inputs, which are not damaged here."""
        return self.encoder(x)
