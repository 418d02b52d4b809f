"""JAX, as its experts write it: pure functions, its own derivatives, an epoch in one program.

Where an epoch is one batch, all epochs are in one program.
"""

# ruff: noqa: ARG001 (all losses are called alike)
from __future__ import annotations

import sys
import time
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.harness.contestant import serve
from benchmarks.training.cases import CASES, Case, data, parameters

Params = Any
done: Any = jax.block_until_ready


def dense(params: Params, name: str, x: jax.Array) -> jax.Array:
    """A layer of units."""
    return x @ params[f"{name}.weight"].T + params[f"{name}.bias"]


def cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """The mean over the batch."""
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
    return -jnp.mean(chosen)


def binary_cross_entropy(logits: jax.Array, targets: jax.Array) -> jax.Array:
    """Of each number, by logits."""
    return jnp.maximum(logits, 0) - logits * targets + jnp.log1p(jnp.exp(-jnp.abs(logits)))


def dense_loss(case: Case, params: Params, x: jax.Array, t: jax.Array, key: Any) -> Any:
    """Layers of units, one after the other."""
    activation = jax.nn.sigmoid if case.batch < 64 else jax.nn.relu
    layers = len(case.sizes) - 1
    for i in range(layers):
        x = dense(params, str(i), x)
        x = activation(x) if i < layers - 1 else x
    return jnp.mean(binary_cross_entropy(x, t)) if case.sizes[0] < 10 else cross_entropy(x, t)


def normalised(params: Params, name: str, x: jax.Array) -> jax.Array:
    """Batch normalisation of channels."""
    mean, variance = jnp.mean(x, axis=(0, 1, 2)), jnp.var(x, axis=(0, 1, 2))
    scale = params[f"{name}.scale"] * lax.rsqrt(variance + 1e-5)
    return (x - mean) * scale + params[f"{name}.shift"]


def pooled(x: jax.Array) -> jax.Array:
    """The largest of each 2 by 2."""
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))


def lenet_loss(case: Case, params: Params, x: jax.Array, t: jax.Array, key: Any) -> Any:
    """Two convolutions, two layers of units."""
    x = x.reshape(-1, 28, 28, 1)
    for i in (1, 2):
        kernel = params[f"conv{i}.weight"].transpose(2, 3, 1, 0)
        x = lax.conv_general_dilated(
            x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        x = x + params[f"conv{i}.bias"]
        if case.net != "lenet":
            x = normalised(params, f"norm{i}", x)
        x = pooled(jax.nn.relu(x))
    x = x.transpose(0, 3, 1, 2).reshape(len(x), -1)
    return cross_entropy(dense(params, "dense2", jax.nn.relu(dense(params, "dense1", x))), t)


def lstm_loss(case: Case, params: Params, x: jax.Array, t: jax.Array, key: Any) -> Any:
    """A layer of LSTM cells over rows, read out after the last."""
    inputs, units, _ = case.sizes
    rows = x.reshape(len(x), -1, inputs).transpose(1, 0, 2)
    weight, bias = params["cell.weight"].T, params["cell.bias"]

    def step(carry: Any, row: jax.Array) -> Any:
        hidden, memory = carry
        i, f, g, o = jnp.split(jnp.concatenate([row, hidden], axis=1) @ weight + bias, 4, axis=1)
        memory = jax.nn.sigmoid(f) * memory + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(memory), memory), None

    start = jnp.zeros((len(x), units), x.dtype)
    (hidden, _), _ = lax.scan(step, (start, start), rows)
    return cross_entropy(dense(params, "readout", hidden), t)


def vae_loss(case: Case, params: Params, x: jax.Array, t: jax.Array, key: Any) -> Any:
    """The negative evidence lower bound per image."""
    code = dense(params, "latent", jax.nn.relu(dense(params, "encoder", x)))
    mean, log_variance = jnp.split(code, 2, axis=1)
    z = mean + jnp.exp(0.5 * log_variance) * jax.random.normal(key, mean.shape)
    logits = dense(params, "output", jax.nn.relu(dense(params, "decoder", z)))
    divergence = -0.5 * jnp.sum(1.0 + log_variance - mean**2 - jnp.exp(log_variance))
    return (jnp.sum(binary_cross_entropy(logits, x)) + divergence) / len(x)


LOSSES = {"dense": dense_loss, "lstm": lstm_loss, "vae": vae_loss}


def sgd(case: Case, params: Params, gradients: Params, state: Any) -> tuple[Params, Any]:
    """A step of gradient descent."""
    return jax.tree.map(lambda p, g: p - case.lr * g, params, gradients), state


def adam(case: Case, params: Params, gradients: Params, state: Any) -> tuple[Params, Any]:
    """A step of Adam."""
    count, m, v = state
    count = count + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradients)
    scale_m, scale_v = 1 / (1 - 0.9**count), 1 / (1 - 0.999**count)

    def moved(p: jax.Array, m: jax.Array, v: jax.Array) -> jax.Array:
        return p - case.lr * (m * scale_m) / (jnp.sqrt(v * scale_v) + 1e-8)

    return jax.tree.map(moved, params, m, v), (count, m, v)


@cache
def program(name: str) -> Any:
    """An epoch, or all where an epoch is a batch: (params, state, key), losses of each batch."""
    case = CASES[name]
    loss = partial(LOSSES.get(case.net, lenet_loss), case)
    derive = jax.value_and_grad(loss)  # noqa: TID251 (JAX is the peer here)
    update = {"sgd": sgd, "adam": adam}[case.optimizer]

    @partial(jax.jit, donate_argnums=0)
    def epoch(carry: Any, order: Any, inputs: jax.Array, targets: jax.Array) -> Any:
        def step(carry: Any, places: Any) -> Any:
            params, state, key = carry
            key, now = jax.random.split(key) if case.net == "vae" else (key, key)
            x, t = (inputs, targets) if places is None else (inputs[places], targets[places])
            value, gradients = derive(params, x, t, now)
            params, state = update(case, params, gradients, state)
            return (params, state, key), value

        if order is None:
            return lax.scan(step, carry, None, length=case.epochs - 1)
        return lax.scan(step, carry, order)

    return epoch


def work(request: dict[str, Any]) -> dict[str, float]:
    """Train new parameters; the time is that of all epochs but the first."""
    case = CASES[request["case"]]
    inputs, targets = map(jnp.asarray, data(case))
    orders = None if case.whole else jnp.asarray(request["orders"], jnp.int32)
    epoch = program(request["case"])
    params = {name: jnp.array(value) for name, value in parameters(case).items()}
    if case.net == "lenet with batch normalisation":
        for i, channels in ((1, 20), (2, 50)):
            params |= {f"norm{i}.scale": jnp.ones(channels), f"norm{i}.shift": jnp.zeros(channels)}
    zeros = jax.tree.map(jnp.zeros_like, params)
    state = (jnp.zeros(()), zeros, jax.tree.map(jnp.copy, zeros))
    carry = (params, state if case.optimizer == "adam" else None, jax.random.key(0))
    if orders is None:
        one = jax.tree.map(jnp.copy, carry)
        done(epoch(one, None, inputs, targets))
    else:
        carry, losses = done(epoch(carry, orders[0], inputs, targets))
    start = time.perf_counter()
    if orders is None:
        carry, losses = done(epoch(carry, None, inputs, targets))
        losses = losses[-1:]
    else:
        for order in orders[1:]:
            carry, losses = done(epoch(carry, order, inputs, targets))
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "loss": float(jnp.mean(losses))}


if __name__ == "__main__":
    versions = {"jax": jax.__version__, "python": sys.version.partition(" ")[0]}
    serve(versions, work)
