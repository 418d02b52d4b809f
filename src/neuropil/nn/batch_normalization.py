"""Normalisation of each channel over the batch (notes 8.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

from neuropil.graph import Variable
from neuropil.nn import refusals
from neuropil.nn.functional.normalisation import batch_norm
from neuropil.nn.module import Module
from neuropil.nn.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float

    from neuropil.arrays import Array


class BatchNormalization(Module):
    """Base of `BatchNorm1d` and `BatchNorm2d`, which differ in the inputs they take.

    Args:
        num_features: How many channels there are.
        eps: Added to the variance.
        momentum: The share of a batch in the running statistics; None for the average of all
            batches.
        affine: Whether there are γ and β.
        track_running_stats: Whether there are running statistics. Without them those of the batch
            are taken in eval mode too.
        dtype: Of γ, β and the running statistics.

    Attributes:
        weight: γ, Parameter of shape (num_features,), or None.
        bias: β, likewise.
        running_mean: Buffer of shape (num_features,), or None; it begins at 0.
        running_var: Buffer of shape (num_features,), or None; it begins at 1.
        num_batches_tracked: Buffer, how many batches there were; or None.
    """

    layouts: ClassVar[Mapping[int, str]]
    """For each number of axes the input may have, how they are called after the channels."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        kind = type(self).__name__
        refusals.check_count(kind, "num_features", num_features)
        if momentum is not None and not 0.0 <= momentum <= 1.0:
            raise ValueError(f"{kind} needs a momentum between 0 and 1, or None, got {momentum!r}")
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._dtype = np.dtype(dtype)
        zeros, ones = np.zeros(num_features, dtype), np.ones(num_features, dtype)
        self.weight: Any = Parameter(ones, name="weight") if affine else None
        self.bias: Any = Parameter(zeros, name="bias") if affine else None
        self.running_mean: Any = _buffer(zeros.copy(), track_running_stats)
        self.running_var: Any = _buffer(ones.copy(), track_running_stats)
        self.num_batches_tracked: Any = _buffer(np.array(0, np.int64), track_running_stats)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of parameters and running statistics, and so of input and output."""
        own = self._own()
        dtype: np.dtype[Any] = self._dtype if own is None else own.value.dtype
        return dtype

    def forward(
        self, x: Float[Array, "batch channels *places"]
    ) -> Float[Array, "batch channels *places"]:
        self._check(x)
        return batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            training=self.training,
            momentum=self._share() if self.training else 0.0,
            eps=self.eps,
        )

    def _own(self) -> Any:
        """What the input has to be like, if there is anything."""
        return self.running_mean if self.weight is None else self.weight

    def _share(self) -> Any:
        """Count the batch, and say how much of the running statistics it makes up."""
        batches = self.num_batches_tracked
        if batches is None:
            return 0.0
        batches.value = batches.value + 1
        return 1.0 / batches.value.astype(self.dtype) if self.momentum is None else self.momentum

    def _check(self, x: Array) -> None:
        kind = type(self).__name__
        shape = refusals.shape_of(kind, x)
        if len(shape) not in self.layouts or shape[1] != self.num_features:
            expected = " or ".join(
                f"(N, {self.num_features}{places})" for places in self.layouts.values()
            )
            raise refusals.wrong_shape(kind, expected, x, self._advice(shape))
        own = self._own()
        if own is not None:
            refusals.check_dtype(kind, x, own)

    def _advice(self, shape: tuple[int, ...]) -> str:
        if len(shape) in self.layouts:
            return f"for these make it {type(self).__name__}({shape[1]})"
        other = {2: "BatchNorm1d", 3: "BatchNorm1d", 4: "BatchNorm2d"}.get(len(shape))
        if other is None or other == type(self).__name__:
            return "reshape them, channels on axis 1"
        return f"use {other}"


def _buffer(value: np.ndarray[Any, Any], wanted: bool) -> Variable | None:
    return Variable(value, requires_grad=False) if wanted else None


@final
class BatchNorm1d(BatchNormalization):
    """Zero mean and unit variance of each feature over the batch, then a learned scale and shift.

    In eval mode the running mean and variance of the training take the place of those of the
    batch. See `functional.batch_norm` for the formula, `BatchNormalization` for the settings.

    Raises:
        ValueError: A setting cannot be used.
        ShapeError, DTypeError: (when called) The input is neither (N, num_features) nor
            (N, num_features, L) of ``dtype``, or in training a single value of each feature.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> layer = nn.BatchNorm1d(1)
        >>> y = layer(np.float32([[31_000], [126_000], [10_000]]))
        >>> y.value.round(2).ravel().tolist() == np.float32([-0.49, 1.39, -0.9]).tolist()
        True
        >>> layer.running_mean.value.round().tolist(), layer.num_batches_tracked.item()
        ([5567.0], 1)
    """

    layouts = {2: "", 3: ", L"}  # noqa: RUF012


@final
class BatchNorm2d(BatchNormalization):
    """Zero mean and unit variance of each channel over all pixels of the batch, then γ and β.

    As `BatchNorm1d`, for images (N, num_features, H, W).

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> y = nn.BatchNorm2d(3)(np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2))
        >>> y.value.mean(axis=(0, 2, 3)).round(5).tolist()
        [0.0, 0.0, 0.0]
    """

    layouts = {4: ", H, W"}  # noqa: RUF012
