"""Layers, losses and optimizers agree with PyTorch in float64, parameters copied from it.

The cases stand in the folder cases. tools/make_pytorch_reference.py computes what PyTorch gives for
each: once for the committed numbers, and anew wherever PyTorch is installed.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

import neuropil as npl
from neuropil import Variable, nn, optim

Case = dict[str, Any]
Arrays = Mapping[str, np.ndarray[Any, Any]]

HERE = Path(__file__).parent
CASES: list[Case] = [
    case
    for path in sorted((HERE / "cases").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]
STORED = {
    name: array
    for path in sorted((HERE / "numbers").glob("*.safetensors"))
    for name, array in load_file(path).items()
}
STEPS = 10
BATCHES, RATE = 3, 0.1


def stored(case: Case) -> Arrays:
    return beneath(f"{case['name']}/", STORED)


def computed_now(case: Case) -> Arrays:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    tool = runpy.run_path(str(HERE.parent.parent / "tools" / "make_pytorch_reference.py"))
    arrays: Arrays = tool["reference"](case)
    return arrays


def beneath(path: str, arrays: Arrays) -> dict[str, np.ndarray[Any, Any]]:
    return {name.removeprefix(path): x for name, x in arrays.items() if name.startswith(path)}


def test_every_case_has_a_name_of_its_own_and_numbers() -> None:
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)
    assert {name.split("/")[0] for name in STORED} == set(names)


def cases(kind: str) -> Any:
    chosen = [case for case in CASES if kind in case]
    return pytest.mark.parametrize("case", chosen, ids=[case["name"] for case in chosen])


SOURCES = pytest.mark.parametrize(
    "reference", [stored, pytest.param(computed_now, marks=pytest.mark.peer)]
)


def assert_agrees(ours: Any, theirs: np.ndarray[Any, Any]) -> None:
    ours = ours.value if isinstance(ours, Variable) else ours
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@cases("module")
@SOURCES
def test_module_has_pytorchs_outputs_and_gradients(
    case: Case, reference: Callable[[Case], Arrays]
) -> None:
    theirs = reference(case)
    module = nn.build(case["module"]).astype(np.float64)
    module.load_state_dict(beneath("state/", theirs))
    x = Variable(theirs["input"])
    y = module(x)
    assert_agrees(y, theirs["output"])
    if y is not x:
        y.backward(theirs["cotangent"])
        assert_agrees(x.grad, theirs["gradient/input"])
    for name, parameter in module.named_parameters():
        assert_agrees(parameter.grad, theirs[f"gradient/{name}"])


@cases("trained")
@SOURCES
def test_training_goes_pytorchs_way(case: Case, reference: Callable[[Case], Arrays]) -> None:
    theirs = reference(case)
    module = nn.build(case["trained"]).astype(np.float64)
    module.load_state_dict(beneath("state/", theirs))
    descent = optim.SGD(module.parameters(), lr=RATE) if list(module.parameters()) else None
    for batch in range(BATCHES):
        given = beneath(f"{batch}/", theirs)
        x = Variable(given["input"])
        module.zero_grad()
        y = module(x)
        assert_agrees(y, given["output"])
        if y.requires_grad:
            y.backward(given["cotangent"])
        if "gradient" in given:
            assert_agrees(x.grad, given["gradient"])
        if descent is not None:
            descent.step()
    for name, array in module.state_dict().items():
        assert_agrees(array, theirs[f"after/{name}"])
    module.eval()
    assert_agrees(module(given["input"]), theirs["evaluated"])


@cases("recurrent")
@SOURCES
def test_recurrent_layer_has_pytorchs_states_and_gradients(
    case: Case, reference: Callable[[Case], Arrays]
) -> None:
    theirs = reference(case)
    module = nn.build(case["recurrent"]).astype(np.float64)
    module.load_state_dict(beneath("state/", theirs))
    x, *state = inputs = variables("input", theirs)
    is_lstm = isinstance(module, nn.LSTM | nn.LSTMCell)
    given = None if not state else tuple(state) if is_lstm else state[0]
    if "lengths" in case:
        mask = nn.functional.sequence_mask(np.array(case["lengths"]))
        found = module(x, given, mask=mask)
    else:
        found = module(x, given)
    assert_all_agree(list(flattened(found)), inputs, module, theirs)


@cases("attention")
@SOURCES
def test_attention_has_pytorchs_outputs_and_gradients(
    case: Case, reference: Callable[[Case], Arrays]
) -> None:
    theirs = reference(case)
    module = nn.build(case["attention"]).astype(np.float64)
    module.load_state_dict(beneath("state/", theirs))
    inputs = variables("input", theirs)
    masks = {name: theirs[name] for name in ("key_padding_mask", "attn_mask") if name in theirs}
    found = module(*(inputs * 3)[:3], **masks, **case.get("call", {}))
    assert_all_agree(list(found), inputs, module, theirs)


@cases("dot_product")
@SOURCES
def test_dot_product_attention_is_pytorchs(case: Case, reference: Callable[[Case], Arrays]) -> None:
    theirs = reference(case)
    query, key, value = inputs = variables("input", theirs)
    mask: Any = theirs.get("attn_mask")
    found = nn.functional.scaled_dot_product_attention(
        query, key, value, mask, **case["dot_product"]
    )
    assert_all_agree([found], inputs, nn.Module(), theirs)


def variables(kind: str, arrays: Arrays) -> list[Any]:
    return [Variable(x) for _, x in sorted(beneath(f"{kind}/", arrays).items())]


def flattened(results: Any) -> Iterator[Any]:
    """Variables of nested tuples, in order."""
    if isinstance(results, tuple):
        for result in results:
            yield from flattened(result)
    else:
        yield results


def assert_all_agree(
    results: list[Any], inputs: list[Any], module: nn.Module, theirs: Arrays
) -> None:
    """The results are those of PyTorch, and so are the gradients of all of them together."""
    total: Any = 0.0
    for i, result in enumerate(results):
        assert_agrees(result, theirs[f"result/{i}"])
        total = total + npl.sum(result * theirs[f"cotangent/{i}"])
    total.backward()
    for i, x in enumerate(inputs):
        assert_agrees(x.grad, theirs[f"gradient/{i}"])
    for name, parameter in module.named_parameters():
        assert_agrees(parameter.grad, theirs[f"gradient/{name}"])


@cases("loss")
@SOURCES
def test_loss_has_pytorchs_values_and_gradients(
    case: Case, reference: Callable[[Case], Arrays]
) -> None:
    theirs = reference(case)
    output, target = Variable(theirs["output"]), Variable(theirs["target"])
    loss = nn.build(case["loss"])(output, target)
    assert_agrees(loss, theirs["loss"])
    loss.backward(theirs["cotangent"])
    assert_agrees(output.grad, theirs["gradient/output"])
    if "gradient/target" in theirs:
        assert_agrees(target.grad, theirs["gradient/target"])


@cases("loss")
def test_loss_of_plain_arrays_is_the_same_number(case: Case) -> None:
    theirs = stored(case)
    loss = nn.build(case["loss"])(theirs["output"], theirs["target"])
    assert not isinstance(loss, Variable)
    assert_agrees(loss, theirs["loss"])


@cases("evidence")
@SOURCES
def test_evidence_bound_is_that_of_pytorchs_distributions(
    case: Case, reference: Callable[[Case], Arrays]
) -> None:
    theirs = reference(case)
    output = {name: Variable(theirs[name]) for name in ("decoded", "mean", "log_variance")}
    loss = nn.build(case["evidence"])(tuple(output.values()), theirs["target"])
    assert_agrees(loss, theirs["loss"])
    loss.backward(theirs["cotangent"])
    for name, variable in output.items():
        assert_agrees(variable.grad, theirs[f"gradient/{name}"])


@cases("optimizer")
@SOURCES
def test_ten_steps_end_where_pytorchs_end(case: Case, reference: Callable[[Case], Arrays]) -> None:
    theirs = reference(case)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).astype(np.float64)
    net.load_state_dict(beneath("state/", theirs))
    settings = {name: value for name, value in case["optimizer"].items() if name != "type"}
    optimizer = getattr(optim, case["optimizer"]["type"])(net.parameters(), **settings)
    clip = dict(case.get("clip", {}))
    clip_function = getattr(optim, clip.pop("name")) if clip else None
    losses: list[float] = []

    def closure() -> Variable:
        optimizer.zero_grad()
        loss = nn.MSELoss()(net(theirs["input"]), theirs["target"])
        loss.backward()
        if len(losses) in case["skip"]:
            net[0].weight.grad = None
        if clip_function:
            clip_function(net.parameters(), **{name: float(value) for name, value in clip.items()})
        return loss

    for _ in range(STEPS):
        if optimizer.needs_closure:
            loss = optimizer.step(closure)
        else:
            loss = closure()
            optimizer.step()
        losses.append(loss.item())
    assert_agrees(np.array(losses), theirs["losses"])
    for name, parameter in net.named_parameters():
        assert_agrees(parameter, theirs[f"after/{name}"])


@cases("schedule")
@SOURCES
def test_schedule_has_pytorchs_rates(case: Case, reference: Callable[[Case], Arrays]) -> None:
    schedule = scheduled(case["schedule"])
    factors = schedule.factors(case["epochs"] * case["steps_per_epoch"], case["steps_per_epoch"])
    assert_agrees(factors, reference(case)["factors"])


def scheduled(table: Case) -> optim.Schedule:
    settings = {
        name: scheduled(value) if isinstance(value, dict) else value
        for name, value in table.items()
        if name != "type"
    }
    schedule: optim.Schedule = getattr(optim, table["type"])(**settings)
    return schedule
