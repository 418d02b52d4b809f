"""Networks of recipes whose inputs have codes: autoencoders of either kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import nn, ops
from neuropil.graph import plain
from neuropil.models import LatentModel
from neuropil.nn.modes import inference

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]

_BATCH = 256


@final
class LatentReader:
    """What a model with a code makes of inputs, and of codes, as plain arrays.

    Args:
        model: The model.
        loss: What it was trained with: it says what its outputs mean.
    """

    def __init__(self, model: LatentModel, loss: nn.Module) -> None:
        self.model = model
        self._loss = loss
        self._code_shape: tuple[int, ...] | None = None  # of codes that are images, once seen

    def codes(self, inputs: Float[Numpy, "n *shape"]) -> Float[Numpy, "n k"]:
        """The place of each input in the latent space."""
        with inference(self.model):
            parts = [
                np.asarray(plain(self.model.code(inputs[start : start + _BATCH])))
                for start in range(0, len(inputs), _BATCH)
            ]
        whole = np.concatenate(parts)
        self._code_shape = whole.shape[1:]
        return whole.reshape(len(whole), -1)

    def decoded(self, codes: Float[Numpy, "n k"]) -> Float[Numpy, "n *shape"]:
        """What the model expects at these places: probabilities where the loss takes logits."""
        with inference(self.model):
            shape = self._code_shape or codes.shape[1:]
            outputs = plain(self.model.decode(codes.reshape(-1, *shape)))
        if isinstance(self._loss, nn.ELBOLoss):
            return np.asarray(plain(self._loss.expected(outputs)))
        return np.asarray(
            ops.sigmoid(outputs) if isinstance(self._loss, nn.BCEWithLogitsLoss) else outputs
        )


def latent_reader(network: nn.Module, loss: nn.Module) -> LatentReader | None:
    """The reader of a network that is a model with a code, or has one for its only layer.

    Example:
        >>> from neuropil import models
        >>> net = nn.Sequential(models.Autoencoder(nn.Linear(8, 3), nn.Linear(3, 8)))
        >>> latent_reader(net, nn.MSELoss()).codes(np.eye(8, dtype=np.float32)).shape
        (8, 3)
        >>> latent_reader(nn.Linear(8, 3), nn.MSELoss()) is None
        True
    """
    model = network[0] if isinstance(network, nn.Sequential) and len(network) == 1 else network
    return LatentReader(model, loss) if isinstance(model, LatentModel) else None
