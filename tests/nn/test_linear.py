"""The fully connected layer: its bounds of initial values and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from neuropil import nn, random
from neuropil.errors import DTypeError, ShapeError


def test_it_is_the_affine_map_of_its_parameters() -> None:
    layer = nn.Linear(3, 2, rng=0).astype(np.float64)
    x = np.array([[1.0, 2.0, 3.0]])
    expected = layer.weight.value @ x[0] + layer.bias.value
    np.testing.assert_allclose(layer(x).value[0], expected, rtol=1e-15)


def test_initial_values_are_uniform_within_one_over_root_of_inputs() -> None:
    layer = nn.Linear(100, 400, rng=0)
    for values in (layer.weight.value, layer.bias.value):
        assert values.dtype == np.float32
        assert abs(values).max() <= 0.1
        assert abs(values).max() > 0.099
    spread = layer.weight.value.std()
    assert spread == pytest.approx(0.1 / np.sqrt(3.0), rel=0.01)


def test_a_seed_gives_the_same_layer_and_a_generator_the_next() -> None:
    def weight(rng: int | random.Generator | None) -> np.ndarray:
        return np.array(nn.Linear(2, 2, rng=rng).weight.value)

    generator = random.Generator(3)
    assert np.array_equal(weight(3), weight(3))
    assert np.array_equal(weight(generator), weight(3))
    assert not np.array_equal(weight(generator), weight(3))
    with random.use(3):
        assert np.array_equal(weight(None), weight(3))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_parameters_have_the_dtype_asked_for(dtype: type) -> None:
    layer = nn.Linear(3, 2, dtype=dtype)
    assert layer.dtype == dtype
    assert layer(np.zeros((1, 3), dtype)).dtype == dtype


@pytest.mark.parametrize(
    ("shape", "advice"),
    [
        ((64, 28, 28), "flatten the images first (nn.Flatten)"),
        ((28, 28), "make it a batch of one, x.reshape(1, 784)"),
        ((64, 100), "the last axis holds the features; for these make it Linear(100, …)"),
        ((), "give it at least one axis, of features"),
    ],
)
def test_a_wrong_shape_is_answered_with_advice(shape: tuple[int, ...], advice: str) -> None:
    with pytest.raises(ShapeError) as caught:
        nn.Linear(784, 10)(np.zeros(shape, np.float32))
    assert str(caught.value) == f"Linear expects (..., 784), got {shape}: {advice}"


def test_a_wrong_dtype_is_answered_with_both_ways_out() -> None:
    layer = nn.Linear(2, 1)
    with pytest.raises(DTypeError, match=r"x\.astype\(np\.float32\).* net\.astype\(np\.float64\)"):
        layer(np.zeros((1, 2)))
    with pytest.raises(DTypeError, match=r"got int64: convert .* x\.astype\(np\.float32\)$"):
        layer(np.zeros((1, 2), int))
    with pytest.raises(DTypeError, match=r"Linear expects an array, got list"):
        layer([[0.0, 0.0]])


@pytest.mark.parametrize("count", [0, -1, 2.0, True, "3"])
def test_sizes_are_positive_integers(count: object) -> None:
    with pytest.raises(ValueError, match="Linear needs in_features of at least 1"):
        nn.Linear(count, 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Linear needs out_features of at least 1"):
        nn.Linear(1, count)  # type: ignore[arg-type]


def test_a_tensor_of_another_library_is_to_be_converted() -> None:
    class Tensor:
        shape = (1, 3)
        dtype = object()

    with pytest.raises(DTypeError, match=r"expects an array, got Tensor: .*np\.asarray"):
        nn.Linear(3, 2)(Tensor())
