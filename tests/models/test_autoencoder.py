"""Autoencoders: what is tied is one, what is damaged is damaged only while training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import data, models, nn, optim, training
from neuropil.errors import ShapeError

X = np.random.default_rng(0).uniform(0.0, 1.0, (5, 6))


def untied() -> Any:
    encoder = nn.Sequential(nn.Linear(6, 2, dtype=np.float64, rng=0), nn.Sigmoid())
    return models.Autoencoder(encoder, nn.Linear(2, 6, dtype=np.float64, rng=1))


def tied() -> Any:
    layer = nn.Linear(6, 2, dtype=np.float64, rng=0)
    return models.Autoencoder(nn.Sequential(layer, nn.Sigmoid()), nn.TransposedLinear(layer, rng=1))


def loss(net: Any) -> Any:
    return nn.BCEWithLogitsLoss()(net(X), X)


def test_a_tied_weight_is_one_and_its_gradient_the_sum_of_both_uses() -> None:
    net, separate = tied(), untied()
    separate.decoder.weight.value = net.encoder[0].weight.value.T.copy()
    separate.decoder.bias.value = net.decoder.bias.value
    loss(net).backward()
    loss(separate).backward()
    assert [name for name, _ in net.named_parameters()] == [
        "encoder.0.weight",
        "encoder.0.bias",
        "decoder.bias",
    ]
    of_both = separate.encoder[0].weight.grad + separate.decoder.weight.grad.T
    np.testing.assert_allclose(net.encoder[0].weight.grad, of_both, rtol=1e-13)


def test_tied_weights_stay_tied_while_they_learn_and_in_files(tmp_path: Path) -> None:
    net = tied()
    optimizer = optim.SGD(net.parameters(), lr=0.5)
    before = loss(net).item()
    for _ in range(50):
        optimizer.zero_grad()
        loss(net).backward()
        optimizer.step()
    assert loss(net).item() < before
    training.save(net, tmp_path / "net.safetensors")
    again: Any = training.load(tmp_path / "net.safetensors")
    assert type(again).__name__ == "Autoencoder"
    assert again.decoder.layer is again.encoder[0]
    np.testing.assert_array_equal(again(X).value, net(X).value)


def test_tied_layers_of_unlike_shapes_are_named() -> None:
    """The weight of the encoder as it is, where its transpose is wanted."""
    net = untied()
    net.decoder.weight = net.encoder[0].weight
    message = r"Linear\(2, 6\) expects a weight \(6, 2\), got .* \(2, 6\): .* nn.TransposedLinear"
    with pytest.raises(ShapeError, match=message):
        net(X)
    layer = nn.Linear(6, 2, dtype=np.float64)
    wrong = models.Autoencoder(nn.Linear(6, 3, dtype=np.float64), nn.TransposedLinear(layer))
    with pytest.raises(ShapeError, match=r"decoder: TransposedLinear expects \(\.\.\., 2\), got"):
        wrong(X)


def test_a_code_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="Linear needs out_features of at least 1"):
        models.Autoencoder(nn.Linear(6, 0), nn.Linear(0, 6))


def test_inputs_are_damaged_while_training_only() -> None:
    net = untied()
    net.corruption = nn.MaskingNoise(0.5, rng=0)
    clean = untied()(X).value
    assert (net(X).value != clean).any()
    np.testing.assert_array_equal(net.code(X).value, untied().code(X).value)
    np.testing.assert_array_equal(net.eval()(X).value, clean)


@pytest.mark.fast
def test_a_denoising_autoencoder_learns_the_same_under_both_engines() -> None:
    pytest.importorskip("jax")
    losses = []
    for engine in ("eager", "xla"):
        net = tied()
        net.corruption = nn.BitFlip(0.2)
        history = training.fit(
            net,
            (X, X),
            loss=nn.BCEWithLogitsLoss(),
            optimizer=optim.Adam(net.parameters(), lr=0.05),
            epochs=30,
            batch_size=5,
            rng=0,
            engine=engine,
            progress=False,
        )
        losses.append(history["loss"])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-10)


def test_the_patterns_of_the_notes_pass_through_three_units() -> None:
    patterns = data.bit_patterns()
    layer = nn.Linear(8, 3, rng=2)
    net = models.Autoencoder(nn.Sequential(layer, nn.Sigmoid()), nn.Linear(3, 8, rng=3))
    optimizer = optim.SGD(net.parameters(), lr=1.0, momentum=0.9)
    training.fit(
        net,
        patterns,
        loss=nn.BCEWithLogitsLoss(),
        optimizer=optimizer,
        epochs=1000,
        engine="eager",
        progress=False,
    )
    np.testing.assert_array_equal(training.predict(net, patterns.inputs) > 0, patterns.targets > 0)


def test_between_two_codes_lies_a_straight_line() -> None:
    start, end = np.array([0.0, 1.0]), np.array([3.0, -1.0])
    line = models.interpolate(start, end, 7)
    np.testing.assert_array_equal(line[[0, -1]], [start, end])
    np.testing.assert_allclose(np.diff(line, 2, axis=0), 0.0, atol=1e-15)
    with pytest.raises(ValueError, match="steps of at least 2"):
        models.interpolate(start, end, 1)
    with pytest.raises(ShapeError, match="two codes of one shape"):
        models.interpolate(start, end[:1], 3)
