"""The variational autoencoder: draws, both engines, files, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import models, nn, optim, training
from neuropil.data import ArrayDataset, DataLoader
from neuropil.errors import DataError, DivergenceError, ShapeError

X = np.random.default_rng(0).uniform(0.0, 1.0, (40, 6))
LOSS = nn.BernoulliELBOLoss()
METRICS = [LOSS.reconstruction, LOSS.divergence]


def vae(rng: int | None = None) -> models.VariationalAutoencoder:
    encoder = nn.Linear(6, 4, dtype=np.float64, rng=0)
    decoder = nn.Linear(2, 6, dtype=np.float64, rng=1)
    return models.VariationalAutoencoder(encoder, decoder, 2, rng=rng)


def fitted(engine: str = "eager", **settings: Any) -> tuple[nn.Module, training.History]:
    net = vae()
    history = training.fit(
        net,
        (X, X),
        loss=LOSS,
        metrics=METRICS,
        optimizer=optim.Adam(net.parameters(), lr=0.01),
        batch_size=20,
        rng=3,
        engine=engine,
        progress=False,
        **{"epochs": 6, "validation": (X[:7], X[:7]), **settings},
    )
    return net, history


def test_it_is_encoder_noise_and_decoder() -> None:
    net = vae(rng=7)
    mean, log_variance = (part.value for part in net.encode(X))
    noise = npl.Generator(7).normal(mean.shape, dtype=np.float64)
    output = net(X)
    np.testing.assert_array_equal(output.mean.value, mean)
    np.testing.assert_array_equal(output.log_variance.value, log_variance)
    decoded = net.decode(mean + noise * np.exp(0.5 * log_variance))
    np.testing.assert_allclose(output.decoded.value, decoded.value, rtol=1e-14)
    np.testing.assert_array_equal(net.code(X).value, mean)


def test_noise_is_new_in_training_and_repeats_in_evaluation() -> None:
    net = vae(rng=0)
    assert (net(X).decoded.value != net(X).decoded.value).any()
    counter = int(net.rng.counter)  # type: ignore[union-attr]
    net.eval()
    np.testing.assert_array_equal(net(X).decoded.value, net(X).decoded.value)
    assert int(net.rng.counter) == counter  # type: ignore[union-attr]


def test_its_parts_add_up_in_the_history() -> None:
    _, history = fitted()
    for prefix in ("", "val_"):
        total = np.add(history[f"{prefix}reconstruction"], history[f"{prefix}divergence"])
        np.testing.assert_allclose(history[f"{prefix}loss"], total, rtol=1e-12)
    assert history[-1]["loss"] < history[0]["loss"]


@pytest.mark.fast
def test_both_engines_draw_the_same_noise() -> None:
    pytest.importorskip("jax")
    (net, history), (compiled, other) = fitted("eager"), fitted("xla")
    for name in ("loss", "divergence", "val_loss"):
        np.testing.assert_allclose(history[name], other[name], rtol=1e-10)
    for p, q in zip(net.parameters(), compiled.parameters(), strict=True):
        np.testing.assert_allclose(p.value, q.value, rtol=1e-8, atol=1e-11)


@pytest.mark.parametrize("engine", ["eager", pytest.param("xla", marks=pytest.mark.fast)])
def test_it_goes_on_to_the_bit(engine: str, tmp_path: Path) -> None:
    if engine == "xla":
        pytest.importorskip("jax")
    whole, _ = fitted(engine)
    file = tmp_path / "checkpoint.safetensors"
    fitted(engine, epochs=3, checkpoint=file)
    resumed, _ = fitted(engine, checkpoint=file, resume=True)
    for p, q in zip(whole.parameters(), resumed.parameters(), strict=True):
        np.testing.assert_array_equal(p.value, q.value)


@pytest.mark.parametrize("size", [1, 7, 64])
def test_batches_play_no_part_in_an_evaluation(size: int) -> None:
    net, whole = vae(), {}
    for batch_size in (size, 40):
        scores = training.evaluate(
            net, (X, X), loss=LOSS, metrics=METRICS, batch_size=batch_size, confidence=0.95
        )
        whole[batch_size] = [*scores.values(), *scores.intervals["loss"]]
    np.testing.assert_allclose(whole[size], whole[40], rtol=1e-13)


def test_every_row_of_an_evaluation_has_noise_of_its_own() -> None:
    net, same = vae().eval(), np.repeat(X[:1], 8, axis=0)
    decoded = net(same).decoded.value
    assert len(np.unique(decoded, axis=0)) == 8
    training.evaluate(net, (X, X), loss=LOSS, batch_size=7)
    np.testing.assert_array_equal(net(same).decoded.value, decoded)  # begins at the first again
    assert set(net.state_dict()) == set(dict(net.named_parameters()))


@pytest.mark.parametrize("engine", ["eager", pytest.param("xla", marks=pytest.mark.fast)])
def test_a_validation_in_batches_is_that_of_the_evaluation(engine: str) -> None:
    if engine == "xla":
        pytest.importorskip("jax")
    loader = DataLoader(ArrayDataset(X[:8], X[:8]), 3)
    net, history = fitted(engine, validation=loader, epochs=2)
    found = training.evaluate(net, (X[:8], X[:8]), loss=LOSS)["loss"]
    np.testing.assert_allclose(history["val_loss"][-1], found, rtol=1e-10)


def test_an_evaluation_repeats_and_has_intervals() -> None:
    net, _ = fitted()
    scores = training.evaluate(net, (X, X), loss=LOSS, metrics=METRICS, confidence=0.95)
    again = training.evaluate(net, (X, X), loss=LOSS, metrics=METRICS)
    assert scores == again
    for name, (low, high) in scores.intervals.items():
        assert low < scores[name] < high


def test_from_a_file_it_is_the_same(tmp_path: Path) -> None:
    net, _ = fitted()
    training.save(net, tmp_path / "net.safetensors")
    again = training.load(tmp_path / "net.safetensors")
    assert type(again) is models.VariationalAutoencoder
    for ours, theirs in zip(again.eval()(X), net.eval()(X), strict=True):
        np.testing.assert_array_equal(ours.value, theirs.value)


def test_samples_are_decoded_standard_normals() -> None:
    net = vae()
    codes = npl.Generator(5).normal((8, 2), dtype=np.float64)
    np.testing.assert_array_equal(net.sample(8, rng=5).value, net.decode(codes).value)


@pytest.mark.parametrize("latent", [0, -1, 1.5, True])
def test_a_latent_dimension_is_at_least_one(latent: Any) -> None:
    with pytest.raises(ValueError, match="VariationalAutoencoder needs latent_features of at le"):
        models.VariationalAutoencoder(nn.Linear(6, 4), nn.Linear(2, 6), latent)


def test_an_encoder_that_gives_too_little() -> None:
    net = models.VariationalAutoencoder(nn.Linear(6, 2), nn.Linear(2, 6), 2)
    with pytest.raises(ShapeError, match=r"expects \(n, 4\) of its encoder.*got \(40, 2\): end it"):
        net(X.astype(np.float32))


def test_data_that_are_no_probabilities_are_refused_before_the_first_step() -> None:
    net = vae()
    settings: Any = {"optimizer": optim.Adam(net.parameters()), "epochs": 1, "progress": False}
    with pytest.raises(DataError, match=r"BernoulliELBOLoss takes probabilities in \[0, 1\]"):
        training.fit(net, (3.0 * X, 3.0 * X), loss=LOSS, **settings)
    with pytest.raises(ShapeError, match="expects targets of the outputs' shape"):
        training.fit(net, (X, np.arange(40.0) % 2), loss=LOSS, **settings)


def test_a_loss_that_is_not_finite_is_told() -> None:
    net: Any = vae()
    net.encoder.bias.value[2:] = 2000.0  # ln σ², and e^2000 is infinite
    optimizer = optim.Adam(net.parameters())
    with pytest.raises(DivergenceError, match="not finite"):
        training.fit(net, (X, X), loss=LOSS, optimizer=optimizer, epochs=1, progress=False)
