"""neuropil: the nets as a user writes them, trained by `fit`."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import neuropil as npl
from benchmarks.harness.contestant import serve
from benchmarks.training.cases import CASES, Arrays, Case, data, parameters
from neuropil import nn, optim


class LSTM(nn.Module):
    """A layer of LSTM cells over the rows of an image, read out after the last.

    Of its two biases the second is not trained, as the peers have one.
    """

    def __init__(self, sizes: tuple[int, ...], values: Arrays) -> None:
        inputs, units, classes = sizes
        self.inputs = inputs
        self.lstm = nn.LSTM(inputs, units)
        self.readout = nn.Linear(units, classes)
        self.load_state_dict(
            {
                "lstm.weight_ih_l0": values["cell.weight"][:, :inputs],
                "lstm.weight_hh_l0": values["cell.weight"][:, inputs:],
                "lstm.bias_ih_l0": values["cell.bias"],
                "lstm.bias_hh_l0": np.zeros_like(values["cell.bias"]),
                "readout.weight": values["readout.weight"],
                "readout.bias": values["readout.bias"],
            }
        )
        self.lstm.bias_hh_l0.requires_grad = False

    def forward(self, images: Any) -> Any:
        rows = npl.reshape(images, shape=(images.shape[0], -1, self.inputs))
        _, (hidden, _) = self.lstm(npl.permute_dims(rows, axes=(1, 0, 2)), outputs=False)
        return self.readout(hidden[0])


class VAE(nn.Module):
    """784-400-20: the logits of the reconstruction, with mean and log variance of the code."""

    def __init__(self, inputs: int, hidden: int, latent: int) -> None:
        self.encoder, self.latent = nn.Linear(inputs, hidden), nn.Linear(hidden, 2 * latent)
        self.decoder, self.output = nn.Linear(latent, hidden), nn.Linear(hidden, inputs)
        self.codes = latent
        self.rng = npl.Generator(0)

    def forward(self, x: Any) -> Any:
        code = self.latent(npl.relu(self.encoder(x)))
        mean, log_variance = code[:, : self.codes], code[:, self.codes :]
        z = mean + npl.exp(0.5 * log_variance) * self.rng.normal(mean.shape)
        return self.output(npl.relu(self.decoder(z))), mean, log_variance


def evidence_bound(output: Any, x: Any) -> Any:
    """The negative evidence lower bound per image."""
    logits, mean, log_variance = output
    n = x.shape[0]
    reconstruction = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    divergence = -0.5 * npl.sum(1.0 + log_variance - mean**2 - npl.exp(log_variance))
    return (reconstruction + divergence) / n


def network(case: Case) -> tuple[nn.Module, Any]:
    """The net with its initial parameters, and its loss."""
    net: nn.Module
    if case.net == "dense":
        small = case.sizes[0] < 10
        layers: list[nn.Module] = []
        for n, units in zip(case.sizes, case.sizes[1:], strict=False):
            layers += [nn.Linear(n, units), nn.Sigmoid() if case.batch < 64 else nn.ReLU()]
        net = nn.Sequential(*layers[:-1])
        loss: Any = nn.BCEWithLogitsLoss() if small else nn.CrossEntropyLoss()
    elif case.net == "lstm":
        return LSTM(case.sizes, parameters(case)), nn.CrossEntropyLoss()
    elif case.net == "vae":
        net, loss = VAE(*case.sizes), evidence_bound
    else:
        normalised = case.net != "lenet"
        layers = [nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 20, 5)]
        layers += [nn.BatchNorm2d(20)] if normalised else []
        layers += [nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5)]
        layers += [nn.BatchNorm2d(50)] if normalised else []
        layers += [nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 500), nn.ReLU()]
        net, loss = nn.Sequential(*layers, nn.Linear(500, 10)), nn.CrossEntropyLoss()
    plain = [p for name, p in net.named_parameters() if not _normalises(net, name)]
    for parameter, value in zip(plain, parameters(case).values(), strict=True):
        parameter.value[...] = value
    return net, loss


def _normalises(net: nn.Module, name: str) -> bool:
    owner = dict(net.named_modules())[name.rpartition(".")[0]]
    return isinstance(owner, nn.BatchNorm2d)


def work(request: dict[str, Any]) -> dict[str, float]:
    """Train a new network; the time is that of all epochs but the first."""
    case = CASES[request["case"]]
    net, loss = network(case)
    make = {"sgd": optim.SGD, "adam": optim.Adam}[case.optimizer]
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    history = npl.training.fit(
        net, data(case), loss=loss, optimizer=make(trained, lr=case.lr),
        epochs=case.epochs, batch_size=case.batch, engine="xla", rng=0, progress=False,
    )  # fmt: skip
    seconds = sum(history["seconds"][1:])
    return {"seconds": seconds, "loss": history[-1]["loss"], "first": history[0]["seconds"]}


if __name__ == "__main__":
    import jax

    serve(
        {
            "neuropil": npl.__version__,
            "jax": jax.__version__,
            "python": sys.version.partition(" ")[0],
        },
        work,
    )
