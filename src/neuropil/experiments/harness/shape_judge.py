"""Whether an image shows a circle, a triangle or a square, or nothing of the kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import data, nn, optim, training

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    Numpy = np.ndarray[Any, Any]


def shape_judge(
    side: int, rng: npl.Generator, *, noise: float = 0.1, accepted: float = 0.99
) -> Callable[[Float[Numpy, "... pixels"]], Bool[Numpy, "..."]]:
    """Which images are no shape: a classifier is less sure of them than of most noisy shapes.

    It learns from shapes with new noise in every epoch. What it is less sure of than of all but
    1 − ``accepted`` of other noisy shapes, it rejects (Chow 1970).

    Args:
        side: The height and width of the images.
        rng: What shapes, noise and initial weights are drawn from.
        noise: The standard deviation of the noise.
        accepted: The share of noisy shapes that is to be accepted.

    Example:
        >>> rejected = shape_judge(12, npl.Generator(0))
        >>> shapes = data.shapes(60, size=12, farthest=0.0).inputs.reshape(60, -1)
        >>> rejected(shapes).sum(), rejected(0.5 * (shapes[:-1] + shapes[1:])).mean() > 0.3
        (np.int64(0), np.True_)
    """
    blur = data.GaussianNoise(noise, clip=False)
    seen, others = (data.shapes(n, size=side, farthest=0.0, rng=rng) for n in (1500, 600))
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(side**2, 64, rng=rng), nn.ReLU(), nn.Linear(64, 3, rng=rng)
    )
    training.fit(
        net,
        data.Augmented(seen, blur, rng=rng),
        loss=nn.CrossEntropyLoss(),
        optimizer=optim.Adam(net.parameters(), lr=3e-3),
        epochs=15,
        engine="eager",
        rng=rng,
        progress=False,
    )

    def surest(images: Float[Numpy, "... pixels"]) -> Any:
        logits = training.predict(net[1:], images.reshape(-1, side**2))
        sure: Any = npl.softmax(logits).max(axis=-1).reshape(images.shape[:-1])
        return sure

    least = np.quantile(surest(blur(others.inputs, rng).reshape(len(others), -1)), 1.0 - accepted)
    return lambda images: surest(images) < least
