"""Batch normalisation: what it does to a batch, what it remembers, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, data, nn, optim
from neuropil.errors import DTypeError, ShapeError

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(3.0, 2.0, (8, 3, 5, 4))


@given(
    st.integers(2, 6),
    st.integers(1, 4),
    st.floats(-1e3, 1e3),
    st.floats(1e-2, 1e3),
    st.integers(0, 99),
)
def test_each_channel_gets_mean_0_and_variance_1(
    n: int, channels: int, mean: float, std: float, seed: int
) -> None:
    x = np.random.default_rng(seed).normal(mean, std, (n, channels, 3))
    y = nn.BatchNorm1d(channels, eps=0.0, dtype=np.float64)(x).value
    np.testing.assert_allclose(y.mean(axis=(0, 2)), 0.0, atol=1e-9)
    np.testing.assert_allclose(y.var(axis=(0, 2)), 1.0, rtol=1e-9)


def test_gamma_and_beta_are_the_new_deviation_and_mean() -> None:
    layer = nn.BatchNorm2d(3, eps=0.0, dtype=np.float64)
    layer.weight.value[:] = gamma = np.array([0.5, 2.0, -1.0])
    layer.bias.value[:] = beta = np.array([1.0, 0.0, -3.0])
    y = layer(IMAGES).value
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), beta, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), np.abs(gamma))


def test_scale_and_shift_of_the_input_change_nothing_and_have_no_gradient() -> None:
    layer = nn.BatchNorm2d(3, eps=0.0, dtype=np.float64)
    scale, shift = Variable(np.full((3, 1, 1), 2.0)), Variable(np.full((3, 1, 1), -1.0))
    y = layer(IMAGES * scale + shift)
    np.testing.assert_allclose(y.value, layer(IMAGES).value)
    npl.sum(y * RNG.normal(size=y.shape)).backward()
    np.testing.assert_allclose(scale.grad, 0.0, atol=1e-11)
    np.testing.assert_allclose(shift.grad, 0.0, atol=1e-11)


def test_running_statistics_approach_those_of_the_data() -> None:
    layer = nn.BatchNorm2d(3, dtype=np.float64)
    for _ in range(200):
        layer(IMAGES)
    np.testing.assert_allclose(layer.running_mean.value, IMAGES.mean(axis=(0, 2, 3)))
    np.testing.assert_allclose(layer.running_var.value, IMAGES.var(axis=(0, 2, 3), ddof=1))
    assert layer.num_batches_tracked.item() == 200
    assert layer.num_batches_tracked.dtype == np.int64


def test_without_momentum_they_are_the_average_of_all_batches() -> None:
    layer = nn.BatchNorm1d(2, momentum=None, dtype=np.float64)
    batches = RNG.normal(size=(7, 5, 2))
    for batch in batches:
        layer(batch)
    np.testing.assert_allclose(layer.running_mean.value, batches.mean(axis=(0, 1)))
    np.testing.assert_allclose(layer.running_var.value, batches.var(axis=1, ddof=1).mean(axis=0))


def test_in_eval_mode_a_sample_does_not_see_the_others() -> None:
    layer = nn.BatchNorm2d(3, dtype=np.float64)
    layer(IMAGES)
    before = layer.state_dict()
    layer.eval()
    whole = layer(IMAGES).value
    alone = np.concatenate([layer(image[None]).value for image in IMAGES])
    np.testing.assert_allclose(alone, whole, rtol=1e-12)
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_without_running_statistics_eval_mode_takes_those_of_the_batch() -> None:
    layer = nn.BatchNorm2d(3, track_running_stats=False, dtype=np.float64)
    trained = layer(IMAGES).value
    np.testing.assert_array_equal(layer.eval()(IMAGES).value, trained)
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_statistics_are_remembered_without_gradients_too() -> None:
    layer = nn.BatchNorm2d(3, affine=False, dtype=np.float64)
    with npl.no_grad():
        y = layer(Variable(IMAGES))
    assert not y.requires_grad
    assert layer.num_batches_tracked.item() == 1
    assert isinstance(layer(IMAGES), np.ndarray)  # nothing to differentiate
    assert layer.num_batches_tracked.item() == 2
    assert not list(layer.parameters())


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_stays(dtype: Any) -> None:
    layer = nn.BatchNorm2d(3, momentum=None).astype(dtype)
    x = Variable(IMAGES.astype(dtype))
    y = layer(x)
    npl.sum(y * y * y).backward()
    assert {y.dtype, x.grad.dtype, layer.weight.grad.dtype} == {np.dtype(dtype)}
    assert layer.dtype == layer.running_mean.dtype == layer.running_var.dtype == dtype


def test_a_large_batch_of_float16_does_not_overflow() -> None:
    x = np.full((70_000, 1), 2.0, np.float16)
    x[::2] = 4.0
    y = nn.BatchNorm1d(1).astype(np.float16)(x).value
    np.testing.assert_allclose(np.unique(y), [-1.0, 1.0], atol=1e-2)


def test_what_does_not_fit_is_answered_with_advice() -> None:
    with pytest.raises(ShapeError, match=r"BatchNorm2d expects \(N, 3, H, W\), got \(2, 3\): use"):
        nn.BatchNorm2d(3)(np.zeros((2, 3), np.float32))
    with pytest.raises(ShapeError, match=r"\(N, 3\) or \(N, 3, L\), got \(2, 4\): .*Norm1d\(4\)"):
        nn.BatchNorm1d(3)(np.zeros((2, 4), np.float32))
    with pytest.raises(ShapeError, match="channels on axis 1"):
        nn.BatchNorm1d(3)(np.zeros(3, np.float32))
    with pytest.raises(DTypeError, match="BatchNorm1d computes in float32, got float64"):
        nn.BatchNorm1d(3)(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="num_features of at least 1"):
        nn.BatchNorm1d(0)
    with pytest.raises(ValueError, match=r"momentum between 0 and 1, or None, got 1\.5"):
        nn.BatchNorm1d(1, momentum=1.5)


def test_one_value_of_a_channel_has_no_variance() -> None:
    layer, one = nn.BatchNorm1d(3), np.zeros((1, 3), np.float32)
    with pytest.raises(ShapeError, match=r"two values .* drop_last=True.* net\.eval\(\)"):
        layer(one)
    assert layer.eval()(one).shape == (1, 3)
    assert nn.BatchNorm1d(3)(np.zeros((1, 3, 2), np.float32)).shape == (1, 3, 2)


def network() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(2, 8, rng=1),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(8, 1, rng=2),
    )


def train(net: nn.Module, epochs: int, **settings: Any) -> None:
    people = data.vegetarians()
    npl.fit(
        net,
        (people.inputs[:60] / np.array([50, 5e4], np.float32), people.targets[:60]),
        loss=nn.BCEWithLogitsLoss(),
        optimizer=optim.SGD(net.parameters(), lr=0.1, momentum=0.9),
        epochs=epochs,
        batch_size=20,
        progress=False,
        rng=3,
        **settings,
    )


def test_buffers_survive_checkpoint_and_resume_to_the_bit(tmp_path: Path) -> None:
    whole, parts = network(), network()
    train(whole, 4)
    train(parts, 2, checkpoint=tmp_path / "c")
    again = network()
    train(again, 4, checkpoint=tmp_path / "c", resume=True)
    assert again[1].num_batches_tracked.item() == 12
    expected = whole.state_dict()
    for name, array in again.state_dict().items():
        np.testing.assert_array_equal(array, expected[name])


def test_buffers_survive_save_and_load(tmp_path: Path) -> None:
    net = network()
    train(net, 1)
    npl.save(net, tmp_path / "net")
    loaded: Any = npl.load(tmp_path / "net")
    x = RNG.normal(size=(4, 2)).astype(np.float32)
    np.testing.assert_array_equal(npl.predict(loaded, x), npl.predict(net, x))
    assert loaded[1].num_batches_tracked.item() == 3


@pytest.mark.fast
@pytest.mark.parametrize("momentum", [0.1, None])
def test_a_compiled_step_changes_the_running_statistics(momentum: float | None) -> None:
    jax = pytest.importorskip("jax")
    eager, traced = (nn.BatchNorm2d(3, momentum=momentum, dtype=np.float64) for _ in range(2))
    buffers = list(traced.buffers())

    def step(x: Any, values: list[Any]) -> Any:
        before = [buffer.value for buffer in buffers]
        for buffer, value in zip(buffers, values, strict=True):
            buffer.value = value
        v = Variable(x)
        y = traced(v)
        npl.sum(y * y * y).backward()
        after = [buffer.value for buffer in buffers]
        for buffer, value in zip(buffers, before, strict=True):
            buffer.value = value
        traced.zero_grad()
        return y.value, v.grad, after

    with jax.enable_x64(True):
        compiled, values = jax.jit(step), [buffer.value for buffer in buffers]
        for scale in (1.0, 3.0):
            y, gradient, values = compiled(scale * IMAGES, values)
            x = Variable(scale * IMAGES)
            expected = eager(x)
            npl.sum(expected * expected * expected).backward()
            np.testing.assert_allclose(y, expected.value, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(gradient, x.grad, rtol=1e-9, atol=1e-12)
    for found, buffer in zip(values, eager.buffers(), strict=True):
        np.testing.assert_allclose(found, buffer.value, rtol=1e-12)


def test_a_constant_feature_becomes_0_however_large_and_long() -> None:
    """A plain float32 sum of so many is wrong by more than the square root of eps."""
    x: Any = np.full((4096, 2), 1000.1, np.float32)
    np.testing.assert_array_equal(nn.BatchNorm1d(2)(x).value, 0.0)
