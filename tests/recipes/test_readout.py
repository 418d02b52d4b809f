from __future__ import annotations

import numpy as np
import pytest

from neuropil import nn
from neuropil.recipes.readout import readout

CLASSIFIERS = [nn.CrossEntropyLoss, nn.NLLLoss, nn.BCEWithLogitsLoss, nn.BCELoss]


def outputs_for(loss: type[nn.Module], logits: np.ndarray) -> np.ndarray:
    """What a network trained with the loss would give for these logits of class 1 against 0."""
    probability: np.ndarray = 1 / (1 + np.exp(-logits))
    both: np.ndarray = np.stack([1 - probability, probability], axis=1)
    match loss:
        case nn.CrossEntropyLoss:
            return np.stack([0 * logits, logits], axis=1)
        case nn.NLLLoss:
            return np.asarray(np.log(both))
        case nn.BCEWithLogitsLoss:
            return logits[:, np.newaxis]
        case _:
            return probability[:, np.newaxis]


@pytest.mark.parametrize("loss", CLASSIFIERS)
def test_every_loss_reads_the_same_probabilities(loss: type[nn.Module]) -> None:
    logits = np.array([-3.0, -0.1, 0.2, 5.0])
    reading = readout(loss())
    assert reading is not None
    probability = 1 / (1 + np.exp(-logits))
    found = reading.probabilities(outputs_for(loss, logits))
    assert np.allclose(found, np.stack([1 - probability, probability], axis=1), atol=1e-12)


@pytest.mark.parametrize("loss", CLASSIFIERS)
def test_accuracy_counts_what_is_most_probable(loss: type[nn.Module]) -> None:
    outputs = outputs_for(loss, np.array([-3.0, -0.1, 0.2, 5.0]))
    reading = readout(loss())
    assert reading is not None
    classes = np.array([0, 1, 1, 1])
    targets = classes if outputs.shape[1] == 2 else classes[:, np.newaxis].astype(float)
    assert reading.accuracy(outputs, targets) == 0.75
    assert reading.labels(targets).tolist() == classes.tolist()


@pytest.mark.parametrize("loss", [nn.MSELoss, nn.HalfSquaredError])
def test_regressions_have_no_classes(loss: type[nn.Module]) -> None:
    assert readout(loss()) is None
