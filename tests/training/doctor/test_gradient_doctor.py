from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import data, nn, optim, random, training
from neuropil.errors import DataError
from neuropil.nn.functional import cross_entropy, tanh
from neuropil.training import GradientDoctor
from neuropil.training.doctor.calls import forward
from neuropil.training.doctor.gradient_doctor import _due
from neuropil.training.doctor.probe import examine, root_mean_square

DIGITS = data.digits("validation")


def digits_net() -> nn.Sequential:
    """Everything that a look could disturb: normalisation, dropout with and without Generator."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 24, rng=0),
        nn.BatchNorm1d(24),
        nn.ReLU(),
        nn.Dropout(0.2, rng=3),
        nn.Linear(24, 16, rng=1),
        nn.Tanh(),
        nn.Dropout(0.1),
        nn.Linear(16, 10, rng=2),
    )


def train(net: nn.Module, *callbacks: Any, dataset: Any = DIGITS, **settings: Any) -> Any:
    defaults: dict[str, Any] = {"epochs": 3, "rng": 5, "loss": nn.CrossEntropyLoss()}
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    chosen = {"optimizer": optimizer, **defaults, **settings}
    return training.fit(net, dataset, callbacks=callbacks, progress=False, **chosen)


def test_a_training_with_a_doctor_ends_with_the_same_bits() -> None:
    dataset = data.Augmented(DIGITS, data.RandomShift(1), rng=7)
    again = data.Augmented(DIGITS, data.RandomShift(1), rng=7)
    alone, watched = digits_net(), digits_net()
    histories = [
        train(alone, dataset=dataset, validation=DIGITS),
        train(watched, GradientDoctor(), dataset=again, validation=DIGITS),
    ]
    assert histories[0]["loss"] == histories[1]["loss"]
    assert histories[0]["val_loss"] == histories[1]["val_loss"]
    for name, array in alone.state_dict().items():
        np.testing.assert_array_equal(array, watched.state_dict()[name], err_msg=name)


def test_it_draws_nothing_from_the_default_generator_and_leaves_gradients_alone() -> None:
    random.manual_seed(4)
    before = random.as_generator().state_dict()
    net = digits_net()
    train(net, GradientDoctor())
    after = random.as_generator().state_dict()
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_resumed_training_may_be_given_a_doctor(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.safetensors"
    net = digits_net()
    train(net, epochs=2, checkpoint=file)
    doctor = GradientDoctor()
    resumed = digits_net()
    train(resumed, doctor, epochs=3, checkpoint=file, resume=True)
    assert doctor.record is not None
    assert doctor.record.first.step == 18
    whole = digits_net()
    train(whole, epochs=3)
    for name, array in whole.state_dict().items():
        np.testing.assert_array_equal(array, resumed.state_dict()[name], err_msg=name)


def test_gradients_are_those_of_the_graph_by_hand() -> None:
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    net = nn.Sequential(nn.Linear(3, 4, dtype=np.float64, rng=0), nn.Linear(4, 2, dtype=np.float64))
    found = examine(net, nn.HalfSquaredError(), x, t, step=0)
    hidden, last = net[0], net[1]
    z = x @ hidden.weight.value.T + hidden.bias.value
    delta = (z @ last.weight.value.T + last.bias.value - t) / 20
    behind = delta @ last.weight.value
    first, second = found.layers
    assert first.signal == pytest.approx(np.sqrt(np.mean(z**2)))
    assert second.gradient == pytest.approx(np.linalg.norm(delta))
    assert first.gradient == pytest.approx(np.linalg.norm(behind))
    assert first.weight_gradient == pytest.approx(root_mean_square(behind.T @ x))
    assert found.loss == pytest.approx(20 * np.sum(delta**2) / 2)


def test_updates_are_those_of_the_step() -> None:
    net = nn.Sequential(nn.Linear(6, 3, rng=0))
    start = net[0].weight.value.copy()
    mapping = data.DiscreteMapping.from_notes()
    doctor = GradientDoctor()
    samples = data.ArrayDataset(mapping.inputs(), mapping.classes())
    settings = {"optimizer": optim.SGD(net.parameters(), lr=0.1), "epochs": 1, "batch_size": 300}
    train(net, doctor, dataset=samples, **settings)
    assert doctor.record is not None
    moved = np.linalg.norm(net[0].weight.value - start) / np.linalg.norm(start)
    first = doctor.record.first
    assert first.layers[0].update == pytest.approx(moved, rel=1e-5)
    assert first.loss_after == pytest.approx(doctor.record.last.loss, rel=1e-6)
    assert doctor.record.last.step == 1


def test_the_noise_scale_is_that_of_independent_samples() -> None:
    """For y = w·x with targets of pure noise around a line the gradient's moments are known."""
    rng = np.random.default_rng(1)
    net = nn.Linear(1, 1, bias=False, dtype=np.float64)
    net.weight.value[:] = 0.0
    x = np.ones((4096, 1))
    t = 1.0 + rng.normal(size=(4096, 1))  # per sample −(t − 0): mean −1, variance 1
    found = examine(net, nn.HalfSquaredError(), x, t, step=0).noise
    halves = [
        examine(net, nn.HalfSquaredError(), x[i : i + 64], t[i : i + 64], step=0).noise
        for i in range(0, 4096, 64)
    ]
    assert 0.0 < found < 10.0  # one pair of halves is a single draw with one degree of freedom
    assert np.mean(halves) == pytest.approx(1.0, abs=0.5)


def test_functions_are_seen_like_modules() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            self.hidden = nn.Linear(3, 4, rng=0)
            self.out = nn.Linear(4, 2, rng=1)

        def forward(self, x: Any) -> Any:
            return self.out(tanh(self.hidden(x)))

    passed = forward(Own(), np.ones((5, 3), np.float32))
    assert [layer.name for layer in passed.layers] == ["hidden", "out"]
    (activation,) = passed.activations
    assert (activation.name, activation.kind, activation.hidden) == (
        "tanh after hidden",
        "tanh",
        True,
    )


def test_units_of_images_are_channels() -> None:
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=0), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2, rng=0)
    )
    net[0].bias.value[:] = [-50.0, -50.0, 50.0, 50.0]
    images, labels = DIGITS[:20]
    found = examine(net, cross_entropy, images, labels % 2, step=0)
    assert found.layers[0].units == 4
    assert found.activations[0].dead == 0.5


def test_it_looks_often_at_first_and_rarely_later() -> None:
    assert list(_due(0, 50))[:4] == [1, 3, 10, 30]
    due = list(_due(0, 100_000))
    assert due[:6] == [1, 3, 10, 30, 100, 2500]
    assert len(due) < 50
    assert list(_due(250, 1000)) == [300, 400, 500, 600, 700, 800, 900]


def test_grave_findings_are_told_once_and_at_once() -> None:
    heard: list[Any] = []
    net = nn.Sequential(nn.Linear(2, 8, rng=0), nn.ReLU(), nn.Linear(8, 1, rng=1))
    net[0].bias.value[:] = -20.0
    doctor = GradientDoctor(announce=heard.append)
    train(net, doctor, dataset=data.xor(), loss=nn.BCEWithLogitsLoss(), epochs=20)
    assert [(finding.kind, finding.layer) for finding in heard] == [("dead units", "1")]
    assert doctor.findings == tuple(heard)


def test_a_doctor_without_a_patient_says_so() -> None:
    with pytest.raises(ValueError, match="nothing was examined yet"):
        _ = GradientDoctor().report
    with pytest.raises(ValueError, match="two samples or more"):
        GradientDoctor(samples=1)


def test_a_normalised_layer_is_looked_at_behind_its_normalisation() -> None:
    """In front of it the size of the weights divides the gradient, which does no harm."""
    net = nn.Sequential(
        nn.Linear(6, 8, rng=0), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 3, rng=1)
    )
    mapping = data.DiscreteMapping.from_notes()
    samples = mapping.inputs(), mapping.classes()
    before = examine(net, cross_entropy, *samples, step=0)
    net[0].weight.value *= np.float32(1024.0)
    net[0].bias.value *= np.float32(1024.0)
    after = examine(net, cross_entropy, *samples, step=0)
    assert after.layers[0].gradient == pytest.approx(before.layers[0].gradient, rel=1e-3)
    assert before.layers[0].signal == pytest.approx(1.0, rel=1e-2)


def test_samples_it_cannot_look_at_together_do_not_stop_a_training() -> None:
    class Picky(nn.Module):
        def __init__(self) -> None:
            self.loss = nn.CrossEntropyLoss()

        def forward(self, output: Any, target: Any) -> Any:
            if len(target) > 4:
                raise DataError("too many at once")
            return self.loss(output, target)

    mapping = data.DiscreteMapping.from_notes()
    samples = data.ArrayDataset(mapping.inputs()[:40], mapping.classes()[:40])
    net, doctor = nn.Sequential(nn.Linear(6, 3, rng=0)), GradientDoctor()
    train(net, doctor, dataset=samples, loss=Picky(), batch_size=4)
    assert doctor.record is not None
    assert doctor.record.examinations == ()
    assert doctor.findings == ()
    assert str(doctor.report) == "The network could not be examined."
