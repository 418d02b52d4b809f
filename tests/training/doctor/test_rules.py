"""Each kind of finding: what is sick is told, with its layer, and what is healthy is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neuropil import data, nn, optim
from neuropil.training import DoctorReport, diagnose
from neuropil.training.doctor.judgement import judge

MAPPING = data.DiscreteMapping.from_notes()
INPUTS, CLASSES = MAPPING.inputs(), MAPPING.classes()
ENTROPY = nn.CrossEntropyLoss()


def mlp(*activations: type[nn.Module], width: int = 24, seed: int = 0) -> nn.Sequential:
    layers: list[nn.Module] = []
    size = 6
    for place, activation in enumerate(activations):
        layers += [nn.Linear(size, width, rng=seed + place), activation()]
        size = width
    return nn.Sequential(*layers, nn.Linear(size, 3, rng=seed + 99))


def examined(
    net: nn.Module,
    inputs: Any = INPUTS,
    targets: Any = CLASSES,
    loss: Any = ENTROPY,
    lr: float = 0.01,
    sgd: bool = False,
) -> DoctorReport:
    optimizer = (optim.SGD if sgd else optim.Adam)(net.parameters(), lr=lr)
    return diagnose(net, (inputs, targets), loss=loss, optimizer=optimizer, steps=40)


def kinds(report: DoctorReport) -> list[tuple[str, str | None]]:
    return [(finding.kind, finding.layer) for finding in report.findings]


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.LeakyReLU])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_nothing_is_found_in_health(activation: type[nn.Module], depth: int) -> None:
    report = examined(mlp(*[activation] * depth))
    assert kinds(report) == []
    assert report.healthy
    assert "Nothing that keeps" in str(report)


def test_vanishing() -> None:
    report = examined(mlp(*[nn.Sigmoid] * 6), sgd=True)
    assert kinds(report) == [("vanishing gradients", "0")]
    assert "a layer" in report.findings[0].evidence


def test_a_last_layer_that_begins_at_0_vanishes_only_once() -> None:
    net = mlp(nn.Tanh, nn.Tanh)
    net[-1].weight.value[:] = 0.0
    assert kinds(examined(net)) == []


def test_exploding_through_one_layer() -> None:
    net = mlp(nn.ReLU, nn.ReLU, nn.ReLU)
    net[4].weight.value *= 300.0
    assert kinds(examined(net)) == [("exploding gradients", "4")]


@pytest.mark.parametrize("layer", [0, 2])
def test_dead_units_are_found_where_they_are(layer: int) -> None:
    net = mlp(nn.ReLU, nn.ReLU, nn.ReLU)
    net[layer].bias.value[:] = -30.0
    assert kinds(examined(net)) == [("dead units", str(layer + 1))]


def test_saturation_is_found_where_it_is() -> None:
    net = mlp(nn.Tanh, nn.Tanh)
    net[2].weight.value *= 100.0
    assert kinds(examined(net)) == [("saturation", "3")]


def test_a_step_that_is_too_large_and_one_that_breaks_down() -> None:
    assert kinds(examined(mlp(nn.ReLU, nn.ReLU), lr=5.0)) == [("too large a step", None)]
    regression = nn.Sequential(nn.Linear(6, 1, rng=0))
    targets = INPUTS.sum(axis=1, keepdims=True)
    report = examined(regression, targets=targets, loss=nn.MSELoss(), lr=1e6, sgd=True)
    assert kinds(report) == [("too large a step", None)]
    assert "broke down" in report.findings[0].evidence


def test_a_step_that_is_too_small() -> None:
    assert kinds(examined(mlp(nn.Tanh), lr=1e-7)) == [("too small a step", None)]
    from_0 = mlp()
    from_0[0].weight.value[:] = 0.0
    assert kinds(examined(from_0, lr=1e-7)) == [("too small a step", None)]


def test_steps_at_a_minimum_are_not_too_small() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(100, 6)).astype(np.float32)
    targets = inputs.sum(axis=1, keepdims=True) + 5.0 * rng.normal(size=(100, 1))
    net = nn.Sequential(nn.Linear(6, 1, rng=0))
    report = diagnose(
        net, (inputs, targets.astype(np.float32)), loss=nn.MSELoss(), steps=2000,
        optimizer=optim.SGD(net.parameters(), lr=0.2), batch_size=100,
    )  # fmt: skip
    update = report.record.typical_update
    assert update is not None
    assert update < 1e-6  # most steps stood still, but the first ones did not
    assert not report.record.learned
    assert kinds(report) == []


@pytest.mark.parametrize(
    "inputs",
    [
        INPUTS * np.float32(255),
        INPUTS * np.float32(1e-4),
        INPUTS * np.array([1, 1, 900, 1, 1, 1], np.float32),
        INPUTS + np.float32(2000),
    ],
    ids=["large", "tiny", "one is large", "far from 0"],
)
def test_unscaled_features(inputs: Any) -> None:
    assert kinds(examined(mlp(nn.Tanh), inputs=inputs)) == [("unscaled features", None)]
    normalised = nn.Sequential(nn.BatchNorm1d(6), *mlp(nn.Tanh))
    assert ("unscaled features", None) not in kinds(examined(normalised, inputs=inputs))


def test_a_network_that_has_learned_before_is_not_sick() -> None:
    targets = INPUTS.sum(axis=1, keepdims=True)
    net = nn.Sequential(nn.Linear(6, 1, rng=0))
    net[0].weight.value[:], net[0].bias.value[:] = 1.0, 0.0
    assert kinds(examined(net, targets=targets, loss=nn.MSELoss(), sgd=True)) == []


def test_of_two_features_either_may_be_in_another_unit() -> None:
    inputs = np.random.default_rng(0).normal(size=(60, 2)) * [5.0, 0.02]
    net = nn.Sequential(nn.Linear(2, 8, rng=0, dtype=np.float64), nn.Tanh(), mlp(width=8)[-1])
    net[2] = nn.Linear(8, 1, rng=1, dtype=np.float64)
    report = examined(net, inputs, inputs[:, :1] / 5.0, nn.MSELoss())
    assert kinds(report) == [("unscaled features", None)]


def test_a_word_of_many_is_no_small_feature() -> None:
    words = 12_000  # so that the root mean square of all is 0.009
    inputs = np.zeros((40, words), np.float32)
    inputs[np.arange(40), 300 * np.arange(40)] = 1.0
    net = nn.Sequential(nn.Linear(words, 2, rng=0))
    assert kinds(examined(net, inputs, np.arange(len(inputs)) % 2)) == []


def test_equal_weights_in_hidden_layers_only() -> None:
    net = mlp(nn.Tanh, nn.Tanh)
    for parameter in net.parameters():
        parameter.value[:] = 0.1
    assert kinds(examined(net)) == [
        (("equal initial weights"), "0"),
        ("equal initial weights", "2"),
    ]
    alone = nn.Sequential(nn.Linear(6, 3))
    for parameter in alone.parameters():
        parameter.value[:] = 0.0
    assert kinds(examined(alone)) == []  # its units have targets of their own


def with_end(end: nn.Module) -> nn.Sequential:
    return nn.Sequential(*mlp(nn.Tanh), end)


@pytest.mark.parametrize(
    ("net", "loss"),
    [
        (with_end(nn.Softmax(1)), nn.CrossEntropyLoss()),
        (with_end(nn.Sigmoid()), nn.functional.cross_entropy),
        (with_end(nn.ReLU()), nn.CrossEntropyLoss()),
        (mlp(nn.Tanh), nn.NLLLoss()),
        (with_end(nn.Softmax(1)), nn.NLLLoss()),
    ],
)
def test_what_the_loss_does_not_take(net: nn.Module, loss: Any) -> None:
    assert kinds(examined(net, loss=loss)) == [("loss mismatch", None)]


@pytest.mark.parametrize(
    ("net", "loss"),
    [
        (with_end(nn.LogSoftmax(1)), nn.NLLLoss()),
        (nn.Sequential(*mlp(nn.Tanh), nn.Sigmoid()), nn.BCELoss()),
        (nn.Sequential(*mlp(nn.Tanh), nn.Softmax(1)), nn.MSELoss()),
    ],
)
def test_what_the_loss_does_take(net: nn.Module, loss: Any) -> None:
    targets = CLASSES if isinstance(loss, nn.NLLLoss) else MAPPING.targets()
    assert kinds(examined(net, targets=targets, loss=loss)) == []


def test_sigmoids_and_log_probabilities_under_a_loss_of_binary_logits() -> None:
    for end, what in ((nn.Sigmoid(), "probabilities"), (nn.LogSoftmax(1), "log-probabilities")):
        report = examined(with_end(end), targets=MAPPING.targets(), loss=nn.BCEWithLogitsLoss())
        assert kinds(report) == [("loss mismatch", None)]
        assert f"is given {what}" in report.findings[0].evidence


def test_log_probabilities_under_a_cross_entropy_are_told_but_do_no_harm() -> None:
    report = examined(with_end(nn.LogSoftmax(1)))
    assert kinds(report) == [("loss mismatch", None)]
    assert not report.findings[0].grave
    assert report.healthy


def test_logits_under_a_loss_of_probabilities_are_explained_though_it_fails() -> None:
    net = mlp(nn.Tanh)
    net[-1].bias.value[:] = 0.5  # the sample that fit tries lies in [0, 1]; others do not
    net[-1].weight.value *= np.float32(0.05)
    net[-1].weight.value[:, 0] = 0.0
    report = examined(net, targets=MAPPING.targets(), loss=nn.BCELoss())
    assert kinds(report) == [("loss mismatch", None)]


def test_targets_that_cannot_be_met_and_targets_that_are_all_the_same() -> None:
    targets = 3.0 * MAPPING.targets() - 1.0
    report = examined(with_end(nn.Sigmoid()), targets=targets, loss=nn.MSELoss())
    assert kinds(report) == [("label mismatch", None)]
    report = examined(mlp(nn.Tanh), targets=np.full_like(CLASSES, 2))
    assert kinds(report) == [("label mismatch", None)]


def test_a_rare_class_is_a_second_one() -> None:
    inputs = np.random.default_rng(0).normal(size=(3000, 6)).astype(np.float32)
    targets = np.zeros(3000, int)
    targets[::300] = 1
    assert kinds(examined(mlp(nn.Tanh), inputs, targets)) == []


def test_units_of_an_embedding_lie_on_the_last_axis() -> None:
    symbols = np.arange(120).reshape(40, 3) % 7
    net = nn.Sequential(nn.Embedding(7, 5, rng=0), nn.Flatten(), nn.Linear(15, 3, rng=1))
    assert examined(net, symbols, CLASSES[:40]).record.first.layers[0].units == 5


def test_the_scales_of_a_normalisation_are_no_weights_whatever_their_shape() -> None:
    net = nn.Sequential(nn.LayerNorm((6,)), *mlp(nn.Tanh))
    images = nn.Sequential(nn.Unflatten(1, (2, 3)), nn.LayerNorm((2, 3)), nn.Flatten(), *net[1:])
    for each in (net, images):
        record = examined(each).record
        assert {layer.kind for layer in record.first.layers} == {"Linear"}
        assert record.inputs is not None
        assert record.inputs.normalised


def test_a_network_that_is_not_called_the_same_way_every_time() -> None:
    class Changing(nn.Module):
        def __init__(self) -> None:
            self.first, self.last = nn.Linear(6, 8, rng=0), nn.Linear(8, 3, rng=1)
            self.act, self.other, self.calls = nn.Tanh(), nn.Tanh(), 0

        def forward(self, x: Any) -> Any:
            self.calls += 1
            return self.last((self.act if self.calls < 5 else self.other)(self.first(x)))

    report = examined(Changing(), targets=np.roll(CLASSES, 7))
    assert report.record.last.activations[0].name == "other"


def test_causes_come_before_consequences() -> None:
    report = examined(mlp(nn.Tanh), inputs=INPUTS * np.float32(255))
    assert kinds(report) == [("unscaled features", None)]
    assert "saturation" in {finding.kind for finding in report.consequences}
    assert "This may be why there were also signs of: saturation" in str(report)


def test_what_lies_flat_when_it_has_learned_is_not_sick() -> None:
    record = examined(mlp(nn.Tanh)).record
    flat = [replace(a, saturated=1.0) for a in record.last.activations]
    learned = replace(record.last, activations=tuple(flat), loss=0.01 * record.first.loss)
    changed = replace(record, examinations=(*record.examinations[:-1], learned))
    assert judge(changed).findings == ()


def test_a_record_without_examinations_is_judged_by_what_there_is() -> None:
    record = replace(examined(with_end(nn.Softmax(1))).record, examinations=())
    assert [finding.kind for finding in judge(record).findings] == ["loss mismatch"]
    assert DoctorReport.of(record).table() == ""
