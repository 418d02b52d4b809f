"""The evidence lower bound, by which a variational autoencoder learns (notes 9.1)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import isfinite, log, pi, prod
from typing import TYPE_CHECKING, Any, final

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn.functional.binary_cross_entropy import binary_cross_entropy_with_logits
from neuropil.nn.functional.squared_error import half_squared_error
from neuropil.nn.functional.standard_normal import kl_standard_normal
from neuropil.nn.functional.targets import check_same_shape, check_samples
from neuropil.nn.module import Module
from neuropil.ops.loss_reduction import Reduction, check_reduction, reduced
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from neuropil.arrays import Array

    Triple = tuple[Float[Array, "n *shape"], Float[Array, "n k"], Float[Array, "n k"]]


class ELBOLoss(Module, ABC):
    """Base of the negative evidence lower bounds −E[ln p(x|z)] + β KL(q(z|x) ‖ N(0, I)).

    z is one sample of q(z|x) = N(μ, σ²) for each x, so that with β = 1 the loss is, on average, an
    upper bound of −ln p(x), in nats a sample. A subclass says what p(x|z) is.

    ``output`` is a triple: what the decoder makes of z, μ, and ln σ², such as
    `models.VariationalAutoencoder` gives. ``target`` is x.

    Args:
        beta: β (Higgins et al. 2017). The notes leave out the ½ of the divergence, so that theirs
            is half of this one.
        reduction: ``"mean"`` over the samples, ``"sum"``, or ``"none"``.

    Raises:
        ValueError: ``beta`` is negative or not finite.
        ShapeError: (when called) ``output`` is no such triple, or does not fit ``target``; or a
            mean is to be taken of no samples.
    """

    def __init__(self, beta: float = 1.0, *, reduction: Reduction = "mean") -> None:
        if not (beta >= 0.0 and isfinite(beta)):
            raise ValueError(f"{type(self).__name__} needs a finite beta >= 0, got {beta}")
        self.beta = beta
        self.reduction = check_reduction(reduction)

    def forward(self, output: Triple, target: Float[Array, "n *shape"]) -> Float[Array, "..."]:
        return self.reconstruction(output, target) + self.beta * self.divergence(output)

    def reconstruction(
        self, output: Triple, target: Float[Array, "n *shape"]
    ) -> Float[Array, "..."]:
        """−ln p(x|z): the first of the two terms."""
        return self.negative_log_likelihood(self._triple(output)[0], target, self.reduction)

    def divergence(
        self,
        output: Triple,
        target: Float[Array, "n *shape"] | None = None,  # noqa: ARG002 (a metric has two arguments)
    ) -> Float[Array, "..."]:
        """KL(q(z|x) ‖ N(0, I)): the second term, without β. It does not depend on the target."""
        _, mean, log_variance = self._triple(output)
        return kl_standard_normal(mean, log_variance, reduction=self.reduction)

    @abstractmethod
    def negative_log_likelihood(
        self,
        decoded: Float[Array, "n *shape"],
        x: Float[Array, "n *shape"],
        reduction: Reduction = "none",
    ) -> Float[Array, "..."]:
        """−ln p(x|z) of each sample, for what the decoder made of z."""

    @abstractmethod
    def expected(self, decoded: Float[Array, "n *shape"]) -> Float[Array, "n *shape"]:
        """E[x|z]: what to show of what the decoder made of z."""

    @abstractmethod
    def sample(
        self, decoded: Float[Array, "n *shape"], rng: int | Generator | None = None
    ) -> Float[Array, "n *shape"]:
        """An x of p(x|z), for what the decoder made of z."""

    def _triple(self, output: Any) -> Any:
        if isinstance(output, tuple) and len(output) == 3:
            decoded, mean, log_variance = (tuple(part.shape) for part in output)
            if mean != log_variance or len(mean) < 2 or mean[0] != decoded[0]:
                raise ShapeError(
                    f"{type(self).__name__} expects (decoded, mean, log_variance) of as many "
                    f"samples, the last two of one shape (n, k), got {decoded}, {mean} and "
                    f"{log_variance}: let one network make all three"
                )
            return output
        came = f"a tuple of {len(output)}" if isinstance(output, tuple) else type(output).__name__
        raise ShapeError(
            f"{type(self).__name__} expects (decoded, mean, log_variance), got {came}: let the "
            "network be a models.VariationalAutoencoder, or return such a triple"
        )


@final
class BernoulliELBOLoss(ELBOLoss):
    """The negative evidence bound where x is bits, or grey values in [0, 1], and p(x|z) = σ(y).

    The decoder ends in logits y; −ln p(x|z) = −Σ x ln σ(y) + (1 − x) ln(1 − σ(y)).

    Example:
        >>> import numpy as np
        >>> loss = BernoulliELBOLoss()
        >>> code = np.zeros((1, 2))
        >>> print(loss((np.zeros((1, 4)), code, code), np.ones((1, 4))).round(4))  # 4 ln 2
        2.7726
    """

    def negative_log_likelihood(
        self,
        decoded: Float[Array, "n *shape"],
        x: Float[Array, "n *shape"],
        reduction: Reduction = "none",
    ) -> Float[Array, "..."]:
        check_same_shape("BernoulliELBOLoss", decoded, x)
        if reduction == "mean":
            check_samples("BernoulliELBOLoss", x)
            total = binary_cross_entropy_with_logits(decoded, x, reduction="sum")
            return total * (1.0 / len(x))
        losses = binary_cross_entropy_with_logits(decoded, x, reduction="none")
        return reduced(ops.sum(losses, axis=tuple(range(1, len(x.shape)))), reduction)

    def expected(self, decoded: Float[Array, "n *shape"]) -> Float[Array, "n *shape"]:
        return ops.sigmoid(decoded)

    def sample(
        self, decoded: Float[Array, "n *shape"], rng: int | Generator | None = None
    ) -> Float[Array, "n *shape"]:
        drawn = as_generator(rng).uniform(tuple(decoded.shape), dtype=decoded.dtype)
        bits: Bool[Array, "n *shape"] = drawn < ops.sigmoid(decoded)
        return ops.astype(bits, decoded.dtype)


@final
class GaussianELBOLoss(ELBOLoss):
    """The negative evidence bound where p(x|z) = N(y, std² I) for the decoder's output y.

    −ln p(x|z) = ‖x − y‖²/(2 std²) + d ln(std √(2π)) for d elements (notes 9.1).

    Args:
        std: The standard deviation of the noise about y. The smaller it is, the more does the
            reconstruction weigh.
        beta: As in `ELBOLoss`.
        reduction: As there.

    Raises:
        ValueError: ``std`` is not positive and finite.

    Example:
        >>> import numpy as np
        >>> loss = GaussianELBOLoss(std=1.0)
        >>> code = np.zeros((1, 2))
        >>> print(loss((np.zeros((1, 4)), code, code), np.zeros((1, 4))).round(4))  # 2 ln 2π
        3.6758
    """

    def __init__(
        self, std: float = 1.0, beta: float = 1.0, *, reduction: Reduction = "mean"
    ) -> None:
        if not (std > 0.0 and isfinite(std)):
            raise ValueError(f"GaussianELBOLoss needs a finite std > 0, got {std}")
        super().__init__(beta, reduction=reduction)
        self.std = std

    def negative_log_likelihood(
        self,
        decoded: Float[Array, "n *shape"],
        x: Float[Array, "n *shape"],
        reduction: Reduction = "none",
    ) -> Float[Array, "..."]:
        check_same_shape("GaussianELBOLoss", decoded, x)
        elements = prod(x.shape[1:])
        constant = elements * (log(self.std) + 0.5 * log(2.0 * pi))
        if reduction == "mean":
            check_samples("GaussianELBOLoss", x)
        elif reduction == "sum":
            constant *= len(x)
        squares = half_squared_error(decoded, x, reduction=reduction)
        return squares * (1.0 / self.std**2) + constant

    def expected(self, decoded: Float[Array, "n *shape"]) -> Float[Array, "n *shape"]:
        return decoded

    def sample(
        self, decoded: Float[Array, "n *shape"], rng: int | Generator | None = None
    ) -> Float[Array, "n *shape"]:
        noise = as_generator(rng).normal(tuple(decoded.shape), std=self.std, dtype=decoded.dtype)
        return decoded + noise
