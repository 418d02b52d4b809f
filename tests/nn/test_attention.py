"""Attention: its laws, its masks and its refusals.

That it is PyTorch's stands in tests/reference.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, nn
from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.nn.functional import scaled_dot_product_attention as attend

RNG = np.random.default_rng(0)
Q, K, V = RNG.normal(size=(2, 4, 3)), RNG.normal(size=(2, 5, 3)), RNG.normal(size=(2, 5, 6))


@settings(deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4), st.integers(0, 99))
def test_it_gives_means_of_the_values(queries: int, keys: int, features: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    q, k = rng.normal(size=(2, queries, features)), rng.normal(size=(2, keys, features))
    v = rng.normal(size=(2, keys, 3))
    found = attend(q, k, v)
    assert found.shape == (2, queries, 3)
    assert (found <= v.max(axis=1, keepdims=True) + 1e-12).all()
    assert (found >= v.min(axis=1, keepdims=True) - 1e-12).all()
    np.testing.assert_allclose(attend(q, np.zeros_like(k), v)[:, 0], v.mean(axis=1), atol=1e-12)
    turn = rng.permutation(keys)  # the order of the keys says nothing
    np.testing.assert_allclose(attend(q, k[:, turn], v[:, turn]), found, rtol=1e-10, atol=1e-12)


def test_a_masked_key_might_as_well_not_be_there() -> None:
    mask = np.array([True, True, False, True, False])
    expected = attend(Q, K[:, mask], V[:, mask])
    np.testing.assert_allclose(attend(Q, K, V, mask), expected, rtol=1e-12)
    np.testing.assert_allclose(attend(Q, K, V, np.where(mask, 0.0, -np.inf)), expected, rtol=1e-12)
    key = Variable(K)
    gradient: Any = npl.gradients(npl.sum(attend(Q, key, V, mask) ** 2), [key])[0]
    assert not gradient[:, ~mask].any()
    assert np.isfinite(gradient).all()


def test_causal_queries_do_not_see_what_comes() -> None:
    found = attend(K, K, V, is_causal=True)
    for i in range(5):
        alone = attend(K[:, i : i + 1], K[:, : i + 1], V[:, : i + 1])
        np.testing.assert_allclose(found[:, i : i + 1], alone, rtol=1e-10)


def test_dropout_leaves_the_expectation_as_it_is() -> None:
    q, k, v = np.zeros((400, 1, 2)), np.ones((400, 50, 2)), np.ones((400, 50, 1))
    found = attend(q, k, v, dropout_p=0.5, rng=0)
    assert found.mean() == pytest.approx(1.0, abs=4 * np.sqrt(1 / 50 / 400))
    assert found.std() == pytest.approx(np.sqrt(1 / 50), rel=0.2)


def test_each_head_attends_by_itself() -> None:
    layer = nn.MultiheadAttention(6, 2, batch_first=True, dtype=np.float64, rng=0)
    x = RNG.normal(size=(3, 4, 6))
    _, weights = layer(x, x, x, average_attn_weights=False)
    assert weights.shape == (3, 2, 4, 4)
    np.testing.assert_allclose(weights.value.sum(axis=-1), 1.0, rtol=1e-12)
    _, mean = layer(x, x, x)
    np.testing.assert_allclose(mean.value, weights.value.mean(axis=1), rtol=1e-12)
    output, nothing = layer(x, x, x, need_weights=False)
    assert nothing is None
    again = x.copy()  # three inputs that are not one another
    np.testing.assert_allclose(layer(x, again, x)[0].value, output.value, rtol=1e-12)


def test_time_first_is_the_default_and_single_sequences_have_no_batch() -> None:
    first = nn.MultiheadAttention(6, 2, dtype=np.float64, rng=0)
    batch = nn.MultiheadAttention(6, 2, batch_first=True, dtype=np.float64, rng=0)
    x = RNG.normal(size=(3, 4, 6))
    expected = batch(x, x, x)[0].value
    turned = x.swapaxes(0, 1)
    np.testing.assert_allclose(first(turned, turned, turned)[0].value.swapaxes(0, 1), expected)
    np.testing.assert_allclose(first(x[1], x[1], x[1])[0].value, expected[1], rtol=1e-12)


def test_padding_is_not_looked_at() -> None:
    layer = nn.MultiheadAttention(6, 2, batch_first=True, dtype=np.float64, rng=0)
    x = RNG.normal(size=(2, 5, 6))
    padding = ~nn.functional.sequence_mask(np.array([5, 3]))
    output, weights = layer(x, x, x, key_padding_mask=padding, is_causal=True)
    assert not weights.value[1, :, 3:].any()
    alone = layer(x[1, :3], x[1, :3], x[1, :3], is_causal=True)[0]
    np.testing.assert_allclose(output.value[1, :3], alone.value, rtol=1e-12)


@pytest.mark.fast
def test_in_a_program_it_is_the_same_and_blind_queries_become_nan() -> None:
    pytest.importorskip("jax")
    layer: Any = nn.MultiheadAttention(6, 2, dropout=0.5, dtype=np.float64, rng=0)
    x = RNG.normal(size=(4, 2, 6))
    mask = np.triu(np.ones((4, 4), np.bool_), 1)

    def run(x: Any, mask: Any) -> Any:
        inputs = Variable(x)
        output, _ = layer(inputs, inputs, inputs, attn_mask=mask)
        return output.value, npl.gradients(npl.sum(output**2), [inputs, *layer.parameters()])

    program = npl.compile(run, state=layer)
    counter = layer.rng.counter.value.copy()
    expected = run(x, mask)
    layer.rng.counter.value = counter
    found = program(x, mask)
    for ours, theirs in zip([found[0], *found[1]], [expected[0], *expected[1]], strict=True):
        np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-9, atol=1e-12)
    mask[2] = True
    blind = np.asarray(program(x, mask)[0])
    assert np.isnan(blind[2]).all()
    assert np.isfinite(blind[[0, 1, 3]]).all()


def test_its_settings_say_which_parameters_it_has() -> None:
    joint = nn.MultiheadAttention(6, 3, kdim=6)
    assert list(joint.state_dict()) == [
        "in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias",
    ]  # fmt: skip
    apart = nn.MultiheadAttention(6, 3, bias=False, vdim=4, rng=0)
    shapes = {name: x.shape for name, x in apart.state_dict().items()}
    assert shapes == {
        "q_proj_weight": (6, 6), "k_proj_weight": (6, 6), "v_proj_weight": (6, 4),
        "out_proj.weight": (6, 6),
    }  # fmt: skip
    for net in (joint, apart):
        assert list(nn.build(nn.describe(net)).state_dict()) == list(net.state_dict())


def test_initial_maps_are_glorots() -> None:
    layer = nn.MultiheadAttention(100, 4, rng=0)
    bound = np.sqrt(6 / 400)
    assert abs(layer.in_proj_weight.value).max() == pytest.approx(bound, rel=0.01)
    assert not layer.in_proj_bias.value.any()
    assert not layer.out_proj.bias.value.any()


def test_a_query_that_sees_nothing_is_named() -> None:
    mask = np.ones((4, 5), np.bool_)
    mask[2] = False
    with pytest.raises(DataError, match=r"hide every key from query \(2,\): let it see one"):
        attend(Q, K, V, mask)
    with pytest.raises(DataError, match=r"query \(2,\)"):
        attend(Q, K, V, np.where(mask, 0.0, -np.inf))
    late = np.array([False, True, True, True, True])  # and causality hides the rest
    with pytest.raises(DataError, match=r"query \(0,\)"):
        attend(Q, K, V, late, is_causal=True)
    layer, x = nn.MultiheadAttention(6, 2, batch_first=True), np.ones((2, 4, 6), np.float32)
    padding = np.array([[False] * 4, [True] * 4])
    with pytest.raises(DataError, match=r"query \(1, 0, 0\)"):
        layer(x, x, x, key_padding_mask=padding)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"queries \(…, L, d\) and keys \(…, S, d\), got"):
        attend(Q, K[..., :2], V)
    with pytest.raises(ShapeError, match=r"a value for each key, got keys \(2, 5, 3\)"):
        attend(Q, K, V[:, :4])
    with pytest.raises(ShapeError, match="needs a key"):
        attend(Q, K[:, :0], V[:, :0])
    with pytest.raises(DTypeError, match="one dtype"):
        attend(Q, K.astype(np.float32), V)
    with pytest.raises(ShapeError, match=r"broadcast to .*, here \(2, 4, 5\), got \(5, 4\)"):
        attend(Q, K, V, np.ones((5, 4), np.bool_))
    with pytest.raises(DTypeError, match="booleans or float64, got int64"):
        attend(Q, K, V, np.ones((4, 5), np.int64))
    with pytest.raises(DTypeError, match="queries of float64 and values of float32"):
        attend(Q, K, V.astype(np.float32))
    with pytest.raises(DTypeError, match="floating numbers, got queries of int64"):
        attend(Q.astype(np.int64), K.astype(np.int64), V)
    with pytest.raises(ShapeError, match="needs features to compare"):
        attend(Q[..., :0], K[..., :0], V)
    with pytest.raises(ShapeError, match=r"queries and keys that broadcast, got \(2,\) and \(3,\)"):
        attend(Q, np.ones((3, 5, 3)), V)
    with pytest.raises(
        ShapeError, match=r"queries and values that broadcast, got \(2,\) and \(3,\)"
    ):
        attend(Q, K, np.ones((3, *V.shape[1:])))
    with pytest.raises(ValueError, match="finite scale, got nan"):
        attend(Q, K, V, scale=np.nan)
    layer, x = nn.MultiheadAttention(6, 2), np.ones((4, 2, 6), np.float32)
    with pytest.raises(ShapeError, match=r"keys \(T, N, 6\), or all three .* got \(4, 2, 5\)"):
        layer(x, x[..., :5], x)
    with pytest.raises(ShapeError, match="a value for each key"):
        layer(x, x, x[:3])
    with pytest.raises(DTypeError, match="computes in float32"):
        layer(x.astype(np.float64), x, x)
    with pytest.raises(ShapeError, match=r"key_padding_mask \(2, 4\), .* got \(4, 2\)"):
        layer(x, x, x, key_padding_mask=np.zeros((4, 2), np.bool_))
    with pytest.raises(ShapeError, match=r"attn_mask \(4, 4\), or \(4, 4, 4\) for each"):
        layer(x, x, x, attn_mask=np.zeros((2, 4), np.bool_))
    with pytest.raises(ValueError, match="heads that divide the features"):
        nn.MultiheadAttention(6, 4)
    with pytest.raises(ValueError, match="kdim of at least 1"):
        nn.MultiheadAttention(6, 2, kdim=0)
