"""Recipes of networks that give back what they are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import models, nn, recipes
from neuropil.errors import NeuropilError
from neuropil.recipes import building, data_sets
from neuropil.recipes.latent import latent_reader
from neuropil.recipes.metrics import metric
from neuropil.recipes.readout import readout

GENERATIVE = [
    "autoencoder",
    "autoencoder-tied",
    "denoising-autoencoder",
    "vae-digits",
    "vae-shapes",
]


def test_inputs_are_their_own_targets_and_classes_are_kept() -> None:
    plain = data_sets.digits()
    splits = data_sets.reconstructed(plain)
    for part in (splits.train, splits.validation, splits.test):
        assert part is not None
        assert part.targets is part.inputs
    np.testing.assert_array_equal(splits.labels, plain.test.targets)
    assert splits.classes == plain.classes
    without = data_sets.reconstructed(data_sets.digits(validation=False))
    assert without.validation is None


def test_the_damaged_pattern_stands_for_the_first() -> None:
    splits = data_sets.bit_patterns()
    np.testing.assert_array_equal(splits.test.inputs[:5], splits.train.inputs)
    np.testing.assert_array_equal(splits.test.targets[5], splits.train.inputs[0])
    assert np.abs(splits.test.inputs[5] - splits.test.targets[5]).sum() == 1.0
    assert splits.exhaustive
    assert data_sets.xor().exhaustive


def test_pixels_are_no_classes() -> None:
    pixels, bits = np.zeros((5, 1, 8, 8)), np.zeros((5, 1))
    for loss in (nn.BCEWithLogitsLoss(), nn.BCELoss()):
        assert readout(loss, pixels) is None
        assert readout(loss, bits) is not None


def test_bits_are_counted_one_by_one() -> None:
    logits, bits = np.array([[3.0, -1.0, 2.0, -4.0]]), np.array([[1.0, 1.0, 1.0, 0.0]])
    of_logits = metric("bit_accuracy", nn.BCEWithLogitsLoss(), bits)
    assert of_logits(logits, bits) == 0.75
    assert of_logits.__name__ == "bit_accuracy"
    probabilities = 1 / (1 + np.exp(-logits))
    assert metric("bit_accuracy", nn.BCELoss(), bits)(probabilities, bits) == 0.75


@pytest.mark.parametrize(
    ("name", "loss", "message"),
    [
        ("accuracy", nn.BernoulliELBOLoss(), "its terms are reconstruction and divergence"),
        ("divergence", nn.MSELoss(), "divergence needs the loss of an evidence bound"),
        ("bit_accuracy", nn.MSELoss(), "bit_accuracy needs a loss of bits"),
    ],
)
def test_metrics_of_something_else(name: str, loss: nn.Module, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        metric(name, loss)


@pytest.mark.parametrize("name", GENERATIVE)
def test_every_ready_one_has_a_code(name: str) -> None:
    job = recipes.prepare(recipes.load(name))
    latent = latent_reader(job.network, job.loss)
    assert latent is not None
    inputs = job.splits.test.inputs[:4]
    decoded = latent.decoded(latent.codes(inputs))
    assert decoded.shape == inputs.shape
    if job.recipe.loss["type"] != "GaussianELBOLoss":
        assert 0.0 < decoded.min() < decoded.max() < 1.0


def test_tied_weights_are_tied() -> None:
    net: Any = recipes.prepare(recipes.load("autoencoder-tied")).network
    assert net[0].decoder.layer is net[0].encoder[0]


def test_codes_may_be_images() -> None:
    net = models.Autoencoder(nn.Conv2d(1, 2, 3, stride=2), nn.ConvTranspose2d(2, 1, 4, stride=2))
    latent = latent_reader(net, nn.MSELoss())
    assert latent is not None
    codes = latent.codes(np.zeros((5, 1, 8, 8), np.float32))
    assert codes.shape == (5, 2 * 3 * 3)
    assert latent.decoded(codes).shape == (5, 1, 8, 8)


def test_it_is_cross_validated() -> None:
    changes = {"training.epochs": "1", "training.engine": "'eager'"}
    found = recipes.cross_validate(recipes.load("vae-digits").with_settings(changes), 3)
    assert found.means.keys() == {"loss", "reconstruction", "divergence"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layers.0.latent_features": "0"}, "latent_features of at least 1"),
        ({"layers.0.latent_features": "3"}, r"expects \(n, 6\) of its encoder"),
        ({"loss.beta": "-1.0"}, "finite beta >= 0"),
        ({"training.reconstruct": "false"}, r"\(1, 8, 8\) a sample.*let reconstruct be"),
        (
            {"data.rows": "true"},
            r"BernoulliELBOLoss expects targets .* \(1, 1, 8, 8\), got \(1, 8, 8\)",
        ),
        ({"training.metrics": '["accuracy"]'}, "accuracy is no metric of BernoulliELBOLoss"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_written(
    changes: dict[str, str], message: str
) -> None:
    with pytest.raises(NeuropilError, match=message):
        recipes.prepare(recipes.load("vae-digits").with_settings(changes))


def test_a_corruption_is_a_layer_of_its_own() -> None:
    recipe = recipes.load("denoising-autoencoder")
    net: Any = building.network(recipe.with_settings({"layers.0.corruption.type": "'BitFlip'"}), 0)
    assert isinstance(net[0].corruption, nn.BitFlip)
