"""Recurrent layers: their laws, masks, truncated and checkpointed derivatives, and refusals.

That they are PyTorch's stands in tests/reference.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, nn, optim
from neuropil.errors import DataError, DTypeError, ShapeError

RNG = np.random.default_rng(0)
KINDS = pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
T, N, INPUTS, UNITS = 7, 3, 2, 4
X = RNG.normal(size=(T, N, INPUTS))
LENGTHS = np.array([7, 2, 4])


def layer_of(kind: Any, **arguments: Any) -> Any:
    return kind(INPUTS, UNITS, **arguments, dtype=np.float64, rng=1)


def states(result: Any) -> list[Any]:
    """The last states of a layer's result as NumPy arrays."""
    last = result[1]
    return [part.value for part in (last if isinstance(last, tuple) else (last,))]


def gradients(layer: Any, x: Any = X, state: Any = None, **call: Any) -> list[Any]:
    """Of a sum of squares of outputs and last states: by input, parameters and first state."""
    x = Variable(x)
    state = None if state is None else tuple(Variable(part) for part in state)
    output, last = layer(x, state, **call)
    total = npl.sum(output * output)
    for part in last if isinstance(last, tuple) else (last,):
        total = total + npl.sum(part * part)
    return npl.gradients(total, [x, *layer.parameters(), *(state or ())])


def assert_same(ours: list[Any], theirs: list[Any]) -> None:
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


# ------------------------------------------------------------------------------------- laws


@KINDS
def test_a_layer_is_its_cell_again_and_again(kind: Any) -> None:
    layer = layer_of(kind)
    cell = getattr(nn, f"{kind.__name__}Cell")(INPUTS, UNITS, dtype=np.float64)
    cell.load_state_dict({name[:-3]: x for name, x in layer.state_dict().items()})
    state: Any = None
    outputs = []
    for x in X:
        state = cell(x, state)
        outputs.append((state[0] if isinstance(state, tuple) else state).value)
    found = layer(X)
    np.testing.assert_allclose(found[0].value, outputs, rtol=1e-12)
    expected = state if isinstance(state, tuple) else (state,)
    assert_same([part[0] for part in states(found)], [part.value for part in expected])


@KINDS
@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 2), st.booleans(), st.booleans())
def test_shapes(
    kind: Any, steps: int, batch: int, layers: int, both: bool, batch_first: bool
) -> None:
    layer = layer_of(kind, num_layers=layers, bidirectional=both, batch_first=batch_first)
    ways = 2 if both else 1
    shape = (batch, steps) if batch_first else (steps, batch)
    result = layer(np.ones((*shape, INPUTS)))
    assert result[0].shape == (*shape, ways * UNITS)
    assert {part.shape for part in states(result)} == {(ways * layers, batch, UNITS)}
    last_forward = result[0][:, -1] if batch_first else result[0][-1]
    np.testing.assert_array_equal(states(result)[0][-ways], last_forward[:, :UNITS].value)


@KINDS
@settings(max_examples=15, deadline=None)
@given(cut=st.integers(1, T - 1), layers=st.integers(1, 2))
def test_a_sequence_in_two_parts_is_the_whole(kind: Any, cut: int, layers: int) -> None:
    layer = layer_of(kind, num_layers=layers)
    whole, first = layer(X), layer(X[:cut])
    second = layer(X[cut:], first[1])
    np.testing.assert_allclose(second[0].value, whole[0].value[cut:], rtol=1e-12)
    assert_same(states(second), states(whole))


@KINDS
def test_the_backward_direction_is_the_forward_one_of_the_sequence_turned_around(kind: Any) -> None:
    both, one = layer_of(kind, bidirectional=True), layer_of(kind)
    weights = both.state_dict()
    one.load_state_dict({name: weights[f"{name}_reverse"] for name in one.state_dict()})
    found, expected = both(X), one(X[::-1])
    np.testing.assert_allclose(
        found[0].value[..., UNITS:], expected[0].value[::-1], rtol=1e-12, atol=1e-15
    )
    assert_same([part[1:] for part in states(found)], states(expected))


@KINDS
def test_a_single_sequence_is_a_batch_of_one(kind: Any) -> None:
    layer = layer_of(kind, bidirectional=True, batch_first=True)
    single, batch = layer(X[:, 0]), layer(X[:, :1].swapaxes(0, 1))
    np.testing.assert_allclose(single[0].value, batch[0].value[0], rtol=1e-12)
    assert_same(states(single), [part[:, 0] for part in states(batch)])
    again = layer(X[:, 0], single[1], mask=np.arange(T) < 4)
    assert [part.shape for part in states(again)] == [part.shape for part in states(single)]


def test_the_memory_of_an_lstm_has_its_forget_gate_for_derivative() -> None:
    layer = nn.LSTM(1, 3, dtype=np.float64)
    for parameter in layer.parameters():
        parameter.value[...] = 0.0
    forget = np.array([-1.0, 0.0, 2.0])
    layer.bias_ih_l0.value[3:6] = forget
    c = Variable(np.ones((1, 1, 3)))
    _, (_, last) = layer(np.zeros((10, 1, 1)), (np.zeros((1, 1, 3)), c))
    gradient: Any = npl.gradients(npl.sum(last), [c])[0]
    np.testing.assert_allclose(gradient[0, 0], (1 / (1 + np.exp(-forget))) ** 10, rtol=1e-12)


# ------------------------------------------------------------------------------------- masks


@KINDS
@pytest.mark.parametrize("both", [False, True])
def test_a_masked_sequence_is_the_shorter_one(kind: Any, both: bool) -> None:
    layer = layer_of(kind, num_layers=2, bidirectional=both)
    found = layer(X, mask=nn.functional.sequence_mask(LENGTHS))
    for i, length in enumerate(LENGTHS):
        alone = layer(X[:length, i])
        np.testing.assert_allclose(found[0].value[:length, i], alone[0].value, rtol=1e-12)
        assert not found[0].value[length:, i].any()
        assert_same([part[:, i] for part in states(found)], states(alone))


@KINDS
def test_what_the_mask_hides_has_no_influence_and_no_gradient(kind: Any) -> None:
    layer, mask = layer_of(kind, bidirectional=True), nn.functional.sequence_mask(LENGTHS)
    found = gradients(layer, mask=mask)
    assert not found[0][~mask.T].any()
    noisy = np.where(mask.T[..., None], X, 100.0)
    assert_same(found, gradients(layer, noisy, mask=mask))


@KINDS
def test_steps_may_be_hidden_anywhere(kind: Any) -> None:
    layer = layer_of(kind)
    mask = np.array([True, False, True, True, False, False, True])
    found, expected = layer(X[:, 0], mask=mask), layer(X[mask, 0])
    np.testing.assert_allclose(found[0].value[mask], expected[0].value, rtol=1e-12)
    assert_same(states(found), states(expected))


# --------------------------------------------------------------------- derivatives through time


@KINDS
@pytest.mark.parametrize("every", [1, 3, 7, 9, "sqrt"])
def test_checkpoints_change_no_derivative(kind: Any, every: Any) -> None:
    arguments = {"num_layers": 2, "bidirectional": True}
    mask = nn.functional.sequence_mask(LENGTHS)
    kept = gradients(layer_of(kind, **arguments), mask=mask)
    assert_same(gradients(layer_of(kind, checkpoint_every=every, **arguments), mask=mask), kept)


@KINDS
@pytest.mark.parametrize("every", [T, T + 5])
def test_truncated_after_the_end_is_not_truncated(kind: Any, every: int) -> None:
    assert_same(gradients(layer_of(kind, truncate_every=every)), gradients(layer_of(kind)))


@pytest.mark.parametrize("every", [1, 3, 6])
@pytest.mark.parametrize("checkpoints", [None, 2])
def test_truncated_derivatives_are_those_of_pieces_with_detached_states(
    every: int, checkpoints: int | None
) -> None:
    first = [RNG.normal(size=(1, N, UNITS)) for _ in range(2)]
    arguments = {"truncate_every": every, "checkpoint_every": checkpoints}
    found = gradients(layer_of(nn.LSTM, **arguments), state=first)

    layer, x = layer_of(nn.LSTM), Variable(X)
    start = tuple(Variable(part) for part in first)
    total: Any = 0.0
    state = start
    for begin in range(0, T, every):
        output, state = layer(x[begin : begin + every], state)
        total = total + npl.sum(output * output)
        if begin + every < T:
            state = tuple(Variable(part.detach()) for part in state)
    total = total + npl.sum(state[0] ** 2) + npl.sum(state[1] ** 2)
    assert_same(found, npl.gradients(total, [x, *layer.parameters(), *start]))


def test_the_backward_direction_is_truncated_from_its_own_beginning() -> None:
    both = layer_of(nn.RNN, bidirectional=True, truncate_every=3)
    one = layer_of(nn.RNN, truncate_every=3)
    weights = both.state_dict()
    one.load_state_dict({name: weights[f"{name}_reverse"] for name in one.state_dict()})
    x, turned = Variable(X), Variable(X[::-1].copy())
    found: Any = npl.gradients(npl.sum(both(x)[0][..., UNITS:] ** 2), [x])[0]
    expected: Any = npl.gradients(npl.sum(one(turned)[0] ** 2), [turned])[0]
    np.testing.assert_allclose(found, expected[::-1], rtol=1e-12)


@pytest.mark.fast
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (nn.RNN, {"bidirectional": True}),
        (nn.LSTM, {"checkpoint_every": 3, "truncate_every": 4}),
        (nn.GRU, {}),
    ],
)
def test_in_a_program_it_is_the_same(kind: Any, arguments: dict[str, Any]) -> None:
    pytest.importorskip("jax")
    layer = layer_of(kind, **arguments)
    mask = nn.functional.sequence_mask(LENGTHS)

    program = npl.compile(lambda x, mask: gradients(layer, x, mask=mask), state=layer)
    assert_same([np.asarray(g) for g in program(X, mask)], gradients(layer, mask=mask))


def test_dropout_lies_between_layers_and_only_in_training() -> None:
    layer = layer_of(nn.GRU, num_layers=2, dropout=0.5)
    assert not np.array_equal(layer(X)[0].value, layer(X)[0].value)
    plain = layer_of(nn.GRU, num_layers=2)
    plain.load_state_dict(layer.state_dict())
    np.testing.assert_array_equal(layer.eval()(X)[0].value, plain(X)[0].value)
    alone = layer_of(nn.GRU, dropout=0.5)
    np.testing.assert_array_equal(alone(X)[0].value, alone(X)[0].value)


# ------------------------------------------------------------------------------ as a part


@KINDS
def test_last_and_every_state_are_the_parts_of_the_result(kind: Any) -> None:
    layer = layer_of(kind, num_layers=2, bidirectional=True)
    mask = nn.functional.sequence_mask(LENGTHS)
    output, _ = layer(X, mask=mask)
    np.testing.assert_array_equal(nn.EveryState(layer)(X, mask=mask).value, output.value)
    last = nn.LastState(layer)(X, mask=mask).value
    np.testing.assert_array_equal(last[:, :UNITS], output.value[LENGTHS - 1, range(N), :UNITS])
    np.testing.assert_array_equal(last[:, UNITS:], output.value[0, :, UNITS:])
    assert layer(X, outputs=False)[0] is None


def test_a_network_with_recurrent_layers_is_described_and_summarised() -> None:
    net = nn.Sequential(
        nn.EveryState(nn.GRU(8, 6, batch_first=True)),
        nn.LastState(nn.LSTM(6, 4, batch_first=True, bidirectional=True, checkpoint_every="sqrt")),
        nn.Linear(8, 2),
    )
    again: Any = nn.build(nn.describe(net))
    assert nn.describe(again) == nn.describe(net)
    assert again[1].layer.checkpoint_every == "sqrt"
    again.load_state_dict(net.state_dict())
    x = np.ones((3, 5, 8), np.float32)
    np.testing.assert_array_equal(again(x).value, net(x).value)
    table = str(net.summary((5, 8)))
    assert "(N, 5, 6), (N, 1, 6)" in table
    assert "LSTM" in table


def test_a_layer_learns_to_add_up() -> None:
    x = np.random.default_rng(0).integers(0, 2, (64, 6, 1)).astype(np.float32)
    rng = npl.Generator(0)
    layer = nn.LastState(nn.RNN(1, 12, batch_first=True, rng=rng))
    net = nn.Sequential(layer, nn.Linear(12, 1, rng=rng))
    history = npl.fit(
        net, (x, x.sum(axis=1)), loss=nn.MSELoss(), epochs=60, batch_size=16, rng=0,
        optimizer=optim.Adam(net.parameters(), lr=0.02), engine="eager", progress=False,
    )  # fmt: skip
    assert history[-1]["loss"] < 0.1 * x.sum(axis=1).var()


def test_initial_weights_are_uniform_within_one_over_root_of_units() -> None:
    layer = nn.LSTM(3, 400, rng=0)
    for parameter in layer.parameters():
        assert parameter.dtype == np.float32
        assert abs(parameter.value).max() == pytest.approx(0.05, rel=0.01)


# --------------------------------------------------------------------------- chrono initialisation


def test_chrono_biases_spread_memories_over_the_span() -> None:
    lstm = nn.LSTM(2, 300, bidirectional=True, rng=0)
    nn.init.chrono_(lstm, 200, rng=1)
    for suffix in ("l0", "l0_reverse"):
        bias = getattr(lstm, f"bias_ih_{suffix}").value
        assert not getattr(lstm, f"bias_hh_{suffix}").value.any()
        i, f, g, o = np.split(bias, 4)
        np.testing.assert_array_equal(i, -f)
        assert not g.any()
        assert not o.any()
        spans = np.exp(f.astype(np.float64))
        assert 1.0 <= spans.min() < 4.0
        assert 196.0 < spans.max() <= 199.001
        assert spans.mean() == pytest.approx(100.0, rel=0.1)
    cell: Any = nn.init.chrono_(nn.LSTMCell(2, 4), 10, rng=0)
    assert (cell.bias_ih.value[4:8] >= 0.0).all()


def test_chrono_refuses_what_has_no_forget_gate() -> None:
    with pytest.raises(ValueError, match="max_steps above 2, got 2"):
        nn.init.chrono_(nn.LSTM(1, 2), 2)
    with pytest.raises(ValueError, match="this layer has none"):
        nn.init.chrono_(nn.LSTM(1, 2, bias=False), 9)
    with pytest.raises(TypeError, match="an LSTM, got GRU"):
        nn.init.chrono_(nn.GRU(1, 2), 9)  # type: ignore[type-var]


# ------------------------------------------------------------------------------------- refusals


@KINDS
def test_inputs_that_do_not_fit_are_answered_with_advice(kind: Any) -> None:
    layer, name = layer_of(kind), kind.__name__
    with pytest.raises(ShapeError, match=rf"{name} expects \(T, N, 2\) or \(T, 2\), got \(7, 3\)"):
        layer(np.zeros((7, 3)))
    with pytest.raises(ShapeError, match=r"one step or more, got \(0, 3, 2\)"):
        layer(np.zeros((0, 3, 2)))
    with pytest.raises(ShapeError, match=r"one step or more, got \(3, 0, 2\)"):
        layer_of(kind, batch_first=True)(np.zeros((3, 0, 2)))
    with pytest.raises(DTypeError, match=f"{name} computes in float64, got float32"):
        layer(X.astype(np.float32))
    with pytest.raises(DTypeError, match="expects an array, got list"):
        layer([[1.0, 2.0]])


def test_states_that_do_not_fit_are_refused() -> None:
    layer = layer_of(nn.LSTM, num_layers=2)
    right = np.zeros((2, N, UNITS))
    with pytest.raises(ShapeError, match=r"the pair of states \(h, c\), got ndarray"):
        layer(X, right)
    with pytest.raises(ShapeError, match=r"states \(2, 3, 4\), got \(1, 3, 4\)"):
        layer(X, (right, right[:1]))
    with pytest.raises(DTypeError, match="computes in float64, got float32"):
        layer(X, (right, right.astype(np.float32)))
    with pytest.raises(ShapeError, match=r"states \(3, 4\), got \(3, 5\)"):
        nn.GRUCell(2, 4, dtype=np.float64)(X[0], np.zeros((3, 5)))
    with pytest.raises(ShapeError, match=r"\(N, 2\) or \(2,\), got \(7, 3, 2\): .* use GRU"):
        nn.GRUCell(2, 4, dtype=np.float64)(X)


def test_masks_that_do_not_fit_are_refused() -> None:
    layer, mask = layer_of(nn.GRU), np.ones((N, T), np.bool_)
    with pytest.raises(ShapeError, match=r"a mask \(3, 7\), .* got \(7, 3\)"):
        layer(X, mask=mask.T)
    with pytest.raises(DTypeError, match=r"a mask of booleans, .* got int64"):
        layer(X, mask=mask.astype(np.int64))
    mask[1] = False
    with pytest.raises(DataError, match="hides all of sequence 1: leave sequences of length 0"):
        layer(X, mask=mask)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_size": 0, "hidden_size": 3}, "input_size of at least 1"),
        ({"input_size": 2, "hidden_size": 0}, "hidden_size of at least 1"),
        ({"input_size": 2, "hidden_size": 3, "num_layers": 0}, "num_layers of at least 1"),
        ({"input_size": 2, "hidden_size": 3, "dropout": 1.5}, "probability"),
        ({"input_size": 2, "hidden_size": 3, "truncate_every": 0}, "truncate_every of at least"),
        ({"input_size": 2, "hidden_size": 3, "nonlinearity": "sine"}, "'tanh' or 'relu'"),
        (
            {"input_size": 2, "hidden_size": 3, "checkpoint_every": 0},
            "checkpoint_every of at least",
        ),
        ({"input_size": 2, "hidden_size": 3, "checkpoint_every": "root"}, "at least 1, or 'sqrt'"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.RNN(**arguments)(np.zeros((3, 1, 2), np.float32))


def test_what_takes_a_recurrent_layer_refuses_others_and_says_where_it_belongs() -> None:
    with pytest.raises(TypeError, match="takes an RNN, LSTM or GRU, got Linear"):
        nn.LastState(nn.Linear(2, 3))  # type: ignore[arg-type]
    net = nn.Sequential(nn.GRU(2, 3, rng=0), nn.Linear(3, 1))
    with pytest.raises(DTypeError, match=r"got tuple: .* nn\.EveryState or nn\.LastState"):
        net(X.astype(np.float32))


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_padding_may_be_anything(kind: Any) -> None:
    layer = kind(3, 4, batch_first=True, rng=0)
    mask = np.array([[True] * 5, [True, True, False, False, False]])
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype(np.float32)
    found = []
    for padding in (0.0, np.nan):
        x[~mask] = padding
        output, _ = layer(x, mask=mask)
        found.append(npl.gradients(npl.sum(output**2), [layer.weight_ih_l0])[0])
    np.testing.assert_array_equal(found[0], found[1])
    with pytest.raises(DataError, match="hides all of sequence 0"):
        layer(x, mask=npl.Variable(np.zeros((2, 5), bool)))
