"""A module is its attributes: what is found in it, saved, loaded, converted and copied."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from neuropil import Variable, nn, random
from neuropil.errors import DataError, DTypeError, GraphError, ShapeError


class Net(nn.Module):
    """A module as users write them: layers, a list of layers, a parameter, a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 3, rng=0)
        self.rest = nn.ModuleList([nn.Linear(3, 3, rng=1), nn.Dropout(0.5, rng=2)])
        self.scale = nn.Parameter(np.ones(3, np.float32))
        self.mean = Variable(np.zeros(3, np.float32), requires_grad=False)
        self.depth = 2

    def forward(self, x: Any) -> Any:
        x = self.first(x)
        for layer in self.rest:
            x = layer(x)
        return x * self.scale - self.mean


NAMES = ["scale", "first.weight", "first.bias", "rest.0.weight", "rest.0.bias"]
INPUT = np.ones((2, 4), np.float32)


def test_parameters_are_named_by_their_path() -> None:
    net = Net()
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert all(type(parameter) is nn.Parameter for parameter in net.parameters())
    assert dict(net.named_parameters())["rest.0.weight"] is net.rest[0].weight


def test_other_variables_are_buffers_and_results_are_neither() -> None:
    net = Net()
    net.activation = net(INPUT)
    assert [name for name, _ in net.named_buffers()] == ["mean"]
    assert next(net.buffers()) is net.mean
    assert set(net.state_dict()) == {*NAMES, "mean"}


def test_modules_and_children() -> None:
    net = Net()
    assert [name for name, _ in net.named_modules()] == ["", "first", "rest", "rest.0", "rest.1"]
    assert [name for name, _ in net.named_children()] == ["first", "rest"]
    assert next(net.modules()) is net
    assert next(net.children()) is net.first


def test_generators_are_found_but_not_in_the_state() -> None:
    assert [name for name, _ in Net().named_generators()] == ["rest.1.rng"]


def test_shared_parameters_are_listed_once_and_saved_under_each_name() -> None:
    net = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3))
    net[2].weight = net[0].weight
    assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias", "2.bias"]
    assert set(net.state_dict()) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    twice = nn.Sequential(net[0], net[0])
    assert len(list(twice.parameters())) == 2
    assert len(list(twice.modules())) == 2
    assert len(twice.state_dict()) == 4


def test_a_module_may_know_its_parent() -> None:
    net = Net()
    net.first.parent = net
    assert [name for name, _ in net.named_parameters()] == NAMES


@pytest.mark.parametrize(
    "container", [list, tuple, set, lambda layers: {"a": layers[0]}, lambda x: [{}, [x]]]
)
def test_modules_hidden_in_a_list_are_refused(container: Callable[[list[nn.Module]], Any]) -> None:
    net = Net()
    net.layers = container([nn.Linear(2, 2)])
    with pytest.raises(GraphError, match=r"Net\.layers is a .* use nn\.ModuleList"):
        list(net.parameters())


def test_a_parameter_is_not_overwritten_by_an_array() -> None:
    net = Net()
    with pytest.raises(TypeError, match=r"Net\.scale is a Parameter.*\.scale\.value"):
        net.scale = np.zeros(3, np.float32)  # type: ignore[assignment]
    net.scale = nn.Parameter(np.zeros(3, np.float32))
    net.first.bias = None
    assert "first.bias" not in dict(net.named_parameters())


def test_parameter_needs_a_floating_dtype_and_can_be_frozen() -> None:
    with pytest.raises(DTypeError, match="floating"):
        nn.Parameter(np.arange(3))
    layer = nn.Linear(2, 1)
    layer.weight.requires_grad = False
    layer(np.ones((1, 2), np.float32)).backward(np.ones((1, 1), np.float32))
    assert layer.weight.grad is None
    assert layer.bias.grad.tolist() == [1.0]


# ------------------------------------------------------------------ state


def test_state_is_a_copy_and_loading_it_restores_every_number() -> None:
    net, other = Net(), Net()
    state = net.state_dict()
    for parameter in net.parameters():
        parameter.value += 1.0
    assert not np.array_equal(state["scale"], net.scale.value)
    other.mean.value += 5.0
    other.load_state_dict(net.state_dict())
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, other.state_dict()[name])


def test_loading_keeps_parameters_their_arrays_and_their_dtype() -> None:
    net = Net()
    parameters = list(net.parameters())
    arrays = [parameter.value for parameter in parameters]
    net.load_state_dict({name: x.astype(np.float64) for name, x in net.state_dict().items()})
    for now, before, array in zip(net.parameters(), parameters, arrays, strict=True):
        assert now is before
        assert now.value is array
        assert now.dtype == np.float32


def test_loading_names_what_is_missing_and_what_is_too_much() -> None:
    net = Net()
    state = net.state_dict()
    state["third.weight"] = state.pop("first.weight")
    with pytest.raises(DataError, match=r"missing first\.weight; unexpected third\.weight"):
        net.load_state_dict(state)
    before = net.first.weight.value.copy()
    state["scale"] = np.full(3, 7.0)
    net.load_state_dict(state, strict=False)
    assert net.scale.value.tolist() == [7.0] * 3
    np.testing.assert_array_equal(net.first.weight.value, before)


def test_loading_tells_what_did_not_fit_as_pytorch_does() -> None:
    layer = nn.Linear(2, 1)
    missing, unexpected = layer.load_state_dict({"weight": [[1, 2]], "b": [0]}, strict=False)
    assert (missing, unexpected) == (["bias"], ["b"])
    assert layer.load_state_dict(layer.state_dict()).missing_keys == []


def test_a_state_is_a_mapping_of_numbers() -> None:
    layer = nn.Linear(2, 1)
    with pytest.raises(TypeError, match=r"a state is a dict .*got Linear: pass net\.state_dict"):
        layer.load_state_dict(layer)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"bias is no array of real numbers"):
        layer.load_state_dict({"weight": [[1, 2]], "bias": ["a"]})


def test_a_state_of_other_shapes_is_refused_whole() -> None:
    net = Net()
    state = net.state_dict() | {"scale": np.zeros(3), "rest.0.bias": np.zeros(5)}
    with pytest.raises(ShapeError, match=r"rest\.0\.bias is \(3,\) here, \(5,\) there"):
        net.load_state_dict(state)
    assert net.scale.value.tolist() == [1.0] * 3


def test_a_long_list_of_missing_names_is_cut() -> None:
    net = nn.Sequential(*(nn.Linear(1, 1) for _ in range(20)))
    with pytest.raises(DataError, match="and 32 more"):
        net.load_state_dict({})


# ------------------------------------------------------------------ changing all parts


def test_train_and_eval_reach_every_module() -> None:
    net = Net()
    assert all(module.training for module in net.modules())
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.train()
    assert all(module.training for module in net.modules())


def test_zero_grad_forgets_all_gradients() -> None:
    net = Net()
    net(INPUT).sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())
    net.zero_grad()
    assert all(parameter.grad is None for parameter in net.parameters())


def test_astype_converts_floating_parts_and_only_them() -> None:
    net = Net()
    net.steps = Variable(np.zeros((), np.int64))
    assert net.astype("float64") is net
    assert {name: x.dtype.name for name, x in net.state_dict().items()} == {
        **dict.fromkeys((*NAMES, "mean"), "float64"),
        "steps": "int64",
    }
    assert net(INPUT.astype(np.float64)).dtype == np.float64
    with pytest.raises(DTypeError, match="int32"):
        net.astype(np.int32)


def test_a_deep_copy_is_independent_to_the_random_numbers() -> None:
    net = Net()
    twin = copy.deepcopy(net)
    np.testing.assert_array_equal(net(INPUT).value, twin(INPUT).value)
    twin.first.weight.value += 1.0
    twin(INPUT)
    assert not np.array_equal(net.first.weight.value, twin.first.weight.value)
    ours, theirs = (dict(n.named_generators())["rest.1.rng"] for n in (net, twin))
    assert int(ours.counter) < int(theirs.counter)


def test_a_deep_copy_keeps_what_is_shared_shared() -> None:
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    net[1].weight = net[0].weight
    twin = copy.deepcopy(net)
    assert twin[1].weight is twin[0].weight
    assert twin[0].weight is not net[0].weight


# ------------------------------------------------------------------ calling


def test_a_module_without_forward_says_so() -> None:
    class Nothing(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Nothing cannot be called: define .* forward"):
        Nothing()(INPUT)


def test_keywords_reach_forward() -> None:
    class Scaled(nn.Module):
        def forward(self, x: Any, *, by: float = 1.0) -> Any:
            return x * by

    assert Scaled()(2.0, by=3.0) == 6.0


def test_an_error_names_the_layer_it_came_from() -> None:
    net = nn.Sequential(nn.Tanh(), nn.Sequential(nn.Tanh(), nn.Linear(784, 10)))
    with pytest.raises(ShapeError) as caught:
        net(np.zeros((64, 28, 28), np.float32))
    assert str(caught.value) == (
        "layer 1.1: Linear expects (..., 784), got (64, 28, 28): "
        "flatten the images first (nn.Flatten)"
    )


def test_an_error_names_layers_of_ones_own_modules_too() -> None:
    class Outer(nn.Module):
        def __init__(self) -> None:
            self.inner = Net()

        def forward(self, x: Any) -> Any:
            return self.inner(x)

    net = Outer()
    net.inner.rest[0] = nn.Linear(5, 3)
    with pytest.raises(ShapeError, match=r"^layer inner\.rest\.0: Linear expects \(\.\.\., 5\)"):
        net(INPUT)


def test_an_error_of_a_layer_alone_names_no_path() -> None:
    with pytest.raises(ShapeError, match=r"^Linear expects"):
        nn.Linear(2, 2)(INPUT)


# ------------------------------------------------------------------ looking on


def test_observers_see_every_call_inner_ones_first_and_only_while_asked() -> None:
    net = nn.Sequential(nn.Linear(4, 2, rng=0), nn.ReLU())
    seen: list[tuple[nn.Module, tuple[int, ...]]] = []
    with nn.observe(lambda module, inputs, output: seen.append((module, output.shape))):
        net(INPUT)
    net(INPUT)
    assert [module for module, _ in seen] == [net[0], net[1], net]
    assert {shape for _, shape in seen} == {(2, 2)}


def test_an_observer_leaves_after_an_error_and_two_do_not_mix() -> None:
    net, outer, inner = nn.Identity(), [], []
    with nn.observe(lambda *call: outer.append(call)):
        with pytest.raises(ValueError, match="from the observer"), nn.observe(_failing):
            net(INPUT)
        with nn.observe(lambda *call: inner.append(call)):
            net(INPUT)
        net(INPUT)
    net(INPUT)
    assert (len(outer), len(inner)) == (3, 1)


def _failing(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
    raise ValueError("from the observer")


def test_an_observer_sees_its_own_thread_only() -> None:
    net, seen = nn.Identity(), []
    with nn.observe(lambda *call: seen.append(call)):
        thread = threading.Thread(target=net, args=(INPUT,))
        thread.start()
        thread.join()
    assert seen == []


def test_printing_shows_the_tree_and_settings_that_matter() -> None:
    net = nn.Sequential(nn.Linear(4, 3), nn.Sequential(nn.Conv2d(1, 2, 3, padding="same")), Net())
    assert repr(net) == "\n".join(
        [
            "Sequential(",
            "  (0): Linear(in_features=4, out_features=3)",
            "  (1): Sequential(",
            "    (0): Conv2d(in_channels=1, out_channels=2, kernel_size=(3, 3), padding='same')",
            "  )",
            "  (2): Net(",
            "    (first): Linear(in_features=4, out_features=3)",
            "    (rest): ModuleList(",
            "      (0): Linear(in_features=3, out_features=3)",
            "      (1): Dropout()",
            "    )",
            "  )",
            ")",
        ]
    )


def test_a_summary_lists_layers_as_they_are_called() -> None:
    net = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 5)
    )
    generator = random.Generator(0)
    net.append(nn.Dropout(0.5, rng=generator))
    summary = net.summary((1, 8, 8))
    assert [(row.layer, row.output, row.parameters) for row in summary.rows] == [
        ("0", "(N, 2, 6, 6)", 20),
        ("1", "(N, 2, 6, 6)", 0),
        ("2", "(N, 2, 3, 3)", 0),
        ("3", "(N, 18)", 0),
        ("4", "(N, 5)", 95),
        ("5", "(N, 5)", 0),
    ]
    assert (summary.total.parameters, summary.total.output) == (115, "(N, 5)")
    assert "<td>(N, 2, 6, 6)</td>" in summary._repr_html_()
    assert net.training
    assert int(generator.counter) == 0


def test_a_summary_counts_shared_parameters_once_and_a_modules_own() -> None:
    net = Net()
    net.rest[0].weight = nn.Parameter(np.zeros((3, 3), np.float32))
    rows = {row.layer: row.parameters for row in net.summary((4,)).rows}
    assert rows == {"first": 15, "rest.0": 12, "rest.1": 0}
    assert net.summary((4,)).total.parameters == 30
    twice = nn.Sequential(net.rest[0], net.rest[0])
    assert twice.summary((3,)).total.parameters == 12


@pytest.mark.parametrize("wrong", [1j * np.ones(1), np.array(["1"]), np.array([None])])
def test_what_is_no_array_of_real_numbers_is_not_loaded(wrong: Any) -> None:
    layer = nn.Linear(1, 1)
    with pytest.raises(DataError, match=r"bias is no array of real numbers .*: convert it to"):
        layer.load_state_dict({"weight": np.ones((1, 1)), "bias": wrong})
    assert layer.weight.value != 1.0
