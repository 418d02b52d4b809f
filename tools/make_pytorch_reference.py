"""Compute what PyTorch gives for every case of tests/reference/cases.

Run with a Python that has PyTorch, NumPy and safetensors, after changing the cases::

    python tools/make_pytorch_reference.py [NAME…]

For each file of cases (or those named, such as ``layers``) it writes a file of the same name into
tests/reference/numbers, against which the tests compare neuropil where PyTorch is not installed.
Where it is, the tests call `reference` below and compare with that.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

Case = dict[str, Any]
Arrays = dict[str, np.ndarray[Any, Any]]

FOLDER = Path(__file__).parent.parent / "tests" / "reference"
STEPS = 10
BATCHES, RATE = 3, 0.1


class HalfSquaredError(torch.nn.Module):
    """½‖y − t‖², which PyTorch does not have, in PyTorch."""

    def __init__(self, reduction: str) -> None:
        super().__init__()
        reductions = {"mean": torch.mean, "sum": torch.sum, "none": lambda losses: losses}
        self.reduce = reductions[reduction]

    def forward(self, output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return self.reduce(0.5 * ((output - target) ** 2).flatten(1).sum(dim=1))


def reference(case: Case) -> Arrays:
    """Inputs, parameters, outputs and gradients of one case, all in float64."""
    rng = np.random.default_rng(crc32(case["name"].encode()))
    torch.manual_seed(int(rng.integers(2**31)))
    if "module" in case:
        return _of_module(case, rng)
    if "trained" in case:
        return _of_training(case, rng)
    if "schedule" in case:
        return _of_schedule(case)
    if "recurrent" in case:
        return _of_recurrent(case, rng)
    if "attention" in case or "dot_product" in case:
        return _of_attention(case, rng)
    if "evidence" in case:
        return _of_evidence(case, rng)
    return _of_loss(case, rng) if "loss" in case else _of_optimizer(case, rng)


def _of_module(case: Case, rng: np.random.Generator) -> Arrays:
    module = _built(case["module"]).double()
    x = torch.tensor(_values(case["values"], case["input"], rng), requires_grad=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel")
        y = module(x)
    cotangent = rng.standard_normal(y.shape)
    y.backward(torch.tensor(cotangent))
    arrays = {"input": x, "output": y, "cotangent": cotangent, "gradient/input": x.grad}
    for name, parameter in module.named_parameters():
        arrays[f"state/{name}"] = parameter
        arrays[f"gradient/{name}"] = parameter.grad
    return _plain(arrays)


def _of_training(case: Case, rng: np.random.Generator) -> Arrays:
    """Three batches, each followed by a step down the gradient, and then one in eval mode."""
    module = _built(case["trained"]).double()
    arrays: dict[str, Any] = {f"state/{name}": x.clone() for name, x in module.state_dict().items()}
    for batch in range(BATCHES):
        x = torch.tensor(_values(case["values"], case["input"], rng))
        x.requires_grad = x.is_floating_point()
        module.zero_grad()
        y = module(x)
        cotangent = rng.standard_normal(y.shape)
        if y.requires_grad:
            y.backward(torch.tensor(cotangent))
        arrays |= {f"{batch}/input": x, f"{batch}/output": y, f"{batch}/cotangent": cotangent}
        if x.requires_grad:
            arrays[f"{batch}/gradient"] = x.grad
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.sub_(RATE * parameter.grad)
    arrays |= {f"after/{name}": x for name, x in module.state_dict().items()}
    return _plain(arrays | {"evaluated": module.eval()(x)})


def _of_loss(case: Case, rng: np.random.Generator) -> Arrays:
    loss = _built(case["loss"]).double()
    output = torch.tensor(_values(case["values"], case["output"], rng), requires_grad=True)
    target = torch.tensor(_targets(case, rng))
    target.requires_grad = target.is_floating_point()
    losses = loss(output, target)
    cotangent = rng.standard_normal(losses.shape)
    losses.backward(torch.tensor(cotangent))
    arrays = {"output": output, "target": target, "loss": losses, "cotangent": cotangent}
    arrays["gradient/output"] = output.grad
    if target.requires_grad and target.grad.isfinite().all():  # BCELoss forgets its clamp here
        arrays["gradient/target"] = target.grad
    return _plain(arrays)


def _of_recurrent(case: Case, rng: np.random.Generator) -> Arrays:
    """Outputs (of layers) and last states; sequences of unlike lengths come packed."""
    module = _built(case["recurrent"]).double()
    is_lstm, is_layer = "LSTM" in case["recurrent"]["type"], "Cell" not in case["recurrent"]["type"]
    inputs = [torch.tensor(rng.standard_normal(case["input"]), requires_grad=True)]
    if "state" in case:
        inputs += [
            torch.tensor(rng.standard_normal(case["state"]), requires_grad=True)
            for _ in range(2 if is_lstm else 1)
        ]
    x, *state = inputs
    given = None if not state else tuple(state) if is_lstm else state[0]
    if "lengths" in case:
        first = case["recurrent"].get("batch_first", False)
        lengths = torch.tensor(case["lengths"])
        x = pack_padded_sequence(x, lengths, batch_first=first, enforce_sorted=False)
    found = module(x, given)
    output, last = found if is_layer else (None, found)
    if "lengths" in case:
        output, _ = pad_packed_sequence(output, batch_first=first)
    results = [] if output is None else [output]
    return _differentiated(module, inputs, [*results, *(last if is_lstm else [last])], rng)


def _of_attention(case: Case, rng: np.random.Generator) -> Arrays:
    inputs = [torch.tensor(rng.standard_normal(s), requires_grad=True) for s in case["inputs"]]
    three = inputs if len(inputs) == 3 else inputs * 3
    masks = {}
    if "lengths" in case:
        keys = torch.arange(max(case["lengths"]))
        masks["key_padding_mask"] = keys >= torch.tensor(case["lengths"])[:, None]
    if "added_mask" in case:
        masks["attn_mask"] = torch.tensor(rng.standard_normal(case["added_mask"]))
        masks["attn_mask"][..., -1] = -torch.inf
    if "hiding_mask" in case:
        masks["attn_mask"] = torch.tensor(rng.random(case["hiding_mask"]) < 0.4)
        masks["attn_mask"][..., 0] = False
    if "causal_mask" in case:
        masks["attn_mask"] = torch.ones(case["causal_mask"], dtype=torch.bool).triu(1)
    if "dot_product" in case:
        attend = torch.nn.functional.scaled_dot_product_attention
        results = [attend(*three, **masks, **case["dot_product"])]
        return _differentiated(torch.nn.Module(), inputs, results, rng) | _plain(masks)
    module = _built(case["attention"]).double()
    for parameter in module.parameters():  # biases begin at 0
        parameter.data.uniform_(-0.5, 0.5)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Support for mismatched")
        output, weights = module(*three, **masks, **case.get("call", {}))
    return _differentiated(module, inputs, [output, weights], rng) | _plain(masks)


def _differentiated(
    module: torch.nn.Module,
    inputs: list[torch.Tensor],
    results: list[torch.Tensor],
    rng: np.random.Generator,
) -> Arrays:
    """Inputs, results and parameters, with the gradients of all results at once."""
    arrays: dict[str, Any] = {}
    total = torch.zeros((), dtype=torch.float64)
    for i, result in enumerate(results):
        cotangent = rng.standard_normal(result.shape)
        arrays |= {f"result/{i}": result, f"cotangent/{i}": cotangent}
        total = total + (result * torch.tensor(cotangent)).sum()
    total.backward()
    for i, x in enumerate(inputs):
        arrays |= {f"input/{i}": x, f"gradient/{i}": x.grad}
    for name, parameter in module.named_parameters():
        arrays |= {f"state/{name}": parameter, f"gradient/{name}": parameter.grad}
    return _plain(arrays)


def _of_evidence(case: Case, rng: np.random.Generator) -> Arrays:
    """−ln p(x|z) + β KL(q(z|x) ‖ N(0, I)), from the distributions of PyTorch."""
    settings = case["evidence"]
    arrays: dict[str, Any] = {
        "decoded": torch.tensor(rng.standard_normal(case["decoded"]), requires_grad=True),
        "mean": torch.tensor(rng.standard_normal(case["code"]), requires_grad=True),
        "log_variance": torch.tensor(rng.standard_normal(case["code"]), requires_grad=True),
    }
    decoded, mean, log_variance = arrays.values()
    target = torch.tensor(_values(case["target"], case["decoded"], rng))
    if settings["type"] == "BernoulliELBOLoss":
        likelihood: Any = torch.distributions.Bernoulli(logits=decoded, validate_args=False)
    else:
        likelihood = torch.distributions.Normal(decoded, settings["std"])
    posterior = torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    divergence = torch.distributions.kl_divergence(posterior, prior).sum(dim=1)
    surprise = -likelihood.log_prob(target).flatten(1).sum(dim=1)
    each = surprise + settings["beta"] * divergence
    loss = each if settings["reduction"] == "none" else getattr(each, settings["reduction"])()
    cotangent = rng.standard_normal(loss.shape)
    loss.backward(torch.tensor(cotangent))
    gradients = {f"gradient/{name}": array.grad for name, array in arrays.items()}
    return _plain(arrays | gradients | {"target": target, "loss": loss, "cotangent": cotangent})


def _of_optimizer(case: Case, rng: np.random.Generator) -> Arrays:
    """Ten steps of a small network; at the steps ``skip`` its first weight has no gradient."""
    net = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)
    ).double()
    x, t = torch.tensor(rng.standard_normal((5, 3))), torch.tensor(rng.standard_normal((5, 2)))
    arrays = {"input": x, "target": t}
    arrays |= {f"state/{name}": p.detach().clone() for name, p in net.named_parameters()}
    settings = {name: value for name, value in case["optimizer"].items() if name != "type"}
    optimizer = getattr(torch.optim, case["optimizer"]["type"])(net.parameters(), **settings)
    clip = dict(case.get("clip", {}))
    clip_function = getattr(torch.nn.utils, clip.pop("name")) if clip else None
    losses: list[float] = []

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(net(x), t)
        loss.backward()
        if len(losses) in case["skip"]:
            net[0].weight.grad = None
        if clip_function:
            clip_function(net.parameters(), **{name: float(value) for name, value in clip.items()})
        return loss

    for _ in range(STEPS):
        loss = optimizer.step(closure)
        losses.append(loss.item())
    arrays["losses"] = np.array(losses)
    return _plain(arrays | {f"after/{name}": p for name, p in net.named_parameters()})


def _of_schedule(case: Case) -> Arrays:
    """The rates of all steps, divided by that of the optimizer."""
    base, steps = 0.2, case["epochs"] * case["steps_per_epoch"]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
    parts = []
    for settings in ({**part} for part in case["torch"]):
        kind = getattr(torch.optim.lr_scheduler, settings.pop("type"))
        if kind is torch.optim.lr_scheduler.OneCycleLR:
            settings |= {"max_lr": base, "total_steps": steps, "cycle_momentum": False}
        parts.append(kind(optimizer, **settings))
    scheduler = parts[0]
    if parts[1:]:
        milestones = [part["total_iters"] for part in case["torch"][:-1]]
        scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, parts, milestones)
    rates = []
    for step in range(1, steps + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < steps and (case["once_a"] == "step" or step % case["steps_per_epoch"] == 0):
            scheduler.step()
    return {"factors": np.array(rates) / base}


def _built(description: Case) -> torch.nn.Module:
    settings = {name: value for name, value in description.items() if name != "type"}
    if description["type"] == "Sequential":
        return torch.nn.Sequential(*map(_built, settings["layers"]))
    for name, value in settings.items():
        if name in ("weight", "pos_weight"):
            settings[name] = torch.tensor(value, dtype=torch.float64)
        elif isinstance(value, list):
            settings[name] = tuple(value)
    if description["type"] == "HalfSquaredError":
        return HalfSquaredError(**settings)
    module: torch.nn.Module = getattr(torch.nn, description["type"])(**settings)
    return module


def _values(kind: str, shape: list[int], rng: np.random.Generator) -> np.ndarray[Any, Any]:
    if kind == "indices":
        return np.asarray(rng.integers(0, 5, shape))
    normal = rng.standard_normal(shape)
    if kind == "ties":  # many equal neighbours, many zeros
        return normal.round() + 0.0
    if kind == "large":
        return 300.0 * normal
    if kind == "bits":
        return (normal > 0).astype(np.float64)
    if kind == "probability":
        return 1.0 / (1.0 + np.exp(-normal))
    if kind in ("distribution", "log-probability"):
        shares = np.exp(normal) / np.exp(normal).sum(axis=1, keepdims=True)
        return shares if kind == "distribution" else np.log(shares)
    return normal


def _targets(case: Case, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    shape = case["output"]
    if not case["target"].startswith("labels"):
        return _values(case["target"], shape, rng)
    batch = [*shape[:1], *shape[2:]] if len(shape) > 1 else []
    labels = np.asarray(rng.integers(0, shape[1] if len(shape) > 1 else shape[0], batch))
    if case["target"] == "labels-some-ignored":
        labels[::2] = -100
    return labels


def _plain(arrays: dict[str, Any]) -> Arrays:
    return {
        name: np.array(x.detach().numpy() if isinstance(x, torch.Tensor) else x, order="C")
        for name, x in arrays.items()
    }


def main() -> None:
    """Write the reference numbers of each file of cases into a file of the same name."""
    from safetensors.numpy import save_file

    for path in sorted((FOLDER / "cases").glob("*.json")):
        if sys.argv[1:] and path.stem not in sys.argv[1:]:
            continue
        arrays = {
            f"{case['name']}/{name}": array
            for case in json.loads(path.read_text(encoding="utf-8"))
            for name, array in reference(case).items()
        }
        numbers = FOLDER / "numbers" / f"{path.stem}.safetensors"
        save_file(arrays, numbers, {"torch": torch.__version__})


if __name__ == "__main__":
    main()
