"""neuropil: the net as a user writes it, and the files with what is drawn for it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

import neuropil as npl
from benchmarks.vae_likelihood import shared
from neuropil import data, models, nn, optim, training

if TYPE_CHECKING:
    from pathlib import Path

ORDER, NOISE, BOUND, LIKELIHOOD = 0, 1, 0, 2
"""Seeds: of the order of the images, and of the noise in training and of the two estimates.

That of the bound is the network's own choice: in eval mode it takes the rows of this seed.
"""


def write(images: Path, folder: Path) -> None:
    """Write the images of MNIST-10k, and every number that `work` will draw, in order."""
    whole = data.idx_images(
        images / "t10k-images-idx3-ubyte.gz", images / "t10k-labels-idx1-ubyte.gz"
    )
    pixels = whole.inputs.reshape(len(whole), -1)
    learned = data.ArrayDataset(*[pixels[: shared.LEARNED]] * 2)
    loader = data.DataLoader(learned, shared.BATCH, shuffle=True, rng=npl.Generator(ORDER))
    steps = shared.EPOCHS * len(loader)
    arrays = {
        "images": pixels,
        "orders": [loader.order().take(len(loader)) for _ in range(shared.EPOCHS)],
        "training_noise": drawn(NOISE, steps, shared.BATCH),
        "bound_noise": npl.Generator(BOUND).normal_rows(shared.UNSEEN, shared.LATENT),
        "likelihood_noise": drawn(
            LIKELIHOOD, shared.UNSEEN // shared.ROWS, shared.SAMPLES, shared.ROWS
        ),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", np.asarray(array))


def drawn(seed: int, times: int, *shape: int) -> np.ndarray:
    """What a Generator gives when it is asked for codes of this shape so many times."""
    rng = npl.Generator(seed)
    return np.stack([rng.normal((*shape, shared.LATENT)) for _ in range(times)])


def network() -> models.VariationalAutoencoder:
    """784-400-20, with the parameters of both contestants."""
    net = models.VariationalAutoencoder(
        nn.Sequential(
            nn.Linear(shared.PIXELS, shared.HIDDEN),
            nn.ReLU(),
            nn.Linear(shared.HIDDEN, 2 * shared.LATENT),
        ),
        nn.Sequential(
            nn.Linear(shared.LATENT, shared.HIDDEN),
            nn.ReLU(),
            nn.Linear(shared.HIDDEN, shared.PIXELS),
        ),
        shared.LATENT,
        rng=NOISE,
    )
    net.load_state_dict(shared.parameters())
    return net


def work(folder: Path, *, engine: str = "auto") -> dict[str, Any]:
    """Train on the first images, then judge the others, on one thread."""
    pixels = np.load(folder / "images.npy")
    learned, unseen = pixels[: shared.LEARNED], pixels[shared.LEARNED :]
    net, loss = network(), nn.BernoulliELBOLoss()
    began = perf_counter()
    with threadpool_limits(1, user_api="blas"):
        history = training.fit(
            net,
            (learned, learned),
            loss=loss,
            optimizer=optim.Adam(net.parameters(), lr=shared.LR),
            epochs=shared.EPOCHS,
            batch_size=shared.BATCH,
            engine=engine,
            rng=ORDER,
            progress=False,
        )
        trained = perf_counter()
        scores = training.evaluate(net, (unseen, unseen), loss=loss)
        likelihood = models.log_likelihood(
            net,
            unseen,
            loss,
            samples=shared.SAMPLES,
            batch_size=shared.ROWS * shared.SAMPLES,
            rng=LIKELIHOOD,
        )
    return {
        "training loss": history[-1]["loss"],
        "evidence bound": -scores["loss"],
        "log-likelihood": float(likelihood.mean()),
        "seconds": [trained - began, perf_counter() - trained],
    }
