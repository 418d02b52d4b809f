"""Notes 9.2.2: a memory that passes through no activation and no weights."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data, nn, optim, training
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, Findings, Numpy, above, agree, below, experiment


@experiment("Long short-term memory: a bit kept over 200 steps", section="9.2.2")
def long_short_term_memory(seed: int, quick: bool) -> Findings:
    """An LSTM keeps a bit through 200 steps of noise, where a plain recurrent network loses it.

    The derivative of the memory c through time is ∏ f, the product of the forget gates, if these
    hear the input alone; that of a plain state h is the matrix product ∏ diag(1 − h²) W. With gates
    that are set for memories of up to 200 steps (the chrono rule) a part of the gradient arrives at
    the first step; nothing does in the plain network. Over 60 steps that one sometimes learns, too.
    The recipe sequence-memory has more units and more noise.
    """
    steps, pairs = 200, 1 if quick else 2
    right: dict[str, list[float]] = {"LSTM": [], "RNN": []}
    flows: dict[str, Numpy] = {}
    figure, (left, curves) = harness.panels(2, width=5.2)
    for number, name in product(range(pairs), right):
        rng = npl.Generator(seed + number)
        layer = getattr(nn, name)(3, 16, batch_first=True, rng=rng)
        if name == "LSTM":
            nn.init.chrono_(layer, steps, rng=rng)
        net = nn.Sequential(nn.LastState(layer), nn.Linear(16, 2, rng=rng))
        optimizer, losses = optim.Adam(net.parameters(), lr=0.02), list[float]()
        test = data.kept_bit(400, steps=steps, noise=0.3, rng=rng)
        flows.setdefault(f"{name}, at first", gradient_norms(net, *test[:32]))
        while len(losses) < 12 and not (losses and losses[-1] < 0.05):
            losses += npl.fit(
                net, data.kept_bit(640, steps=steps, noise=0.3, rng=rng), epochs=1, batch_size=64,
                loss=nn.CrossEntropyLoss(), optimizer=optimizer, clip=optim.ClipNorm(1.0),
                engine="eager", rng=rng, progress=False,
            )["loss"]  # fmt: skip
        flows.setdefault(f"{name}, afterwards", gradient_norms(net, *test[:32]))
        right[name].append(npl.evaluate(net, test, metrics=[training.accuracy])["accuracy"])
        curves.plot(losses, "C0o-" if name == "LSTM" else "C2s-")
    claims = [
        *mathematics(seed),
        above("LSTM: part of the gradient at step 1, at first", flows["LSTM, at first"][0], 1e-2),
        below("RNN: the same", flows["RNN, at first"][0], 1e-6),
        above("LSTM: least share of right answers", min(right["LSTM"]), 0.95),
        below("RNN: largest", max(right["RNN"]), 0.75),
    ]
    for name, norms in flows.items():
        left.semilogy(norms, label=name)
    left.set(xlabel="step", ylabel="norm of the gradient, by the last", ylim=(1e-16, 1e4))
    curves.set(xlabel="tens of batches", ylabel="cross-entropy: LSTM blue, RNN green")
    left.legend(frameon=False)
    return claims, {"The gradient through time, and what is learned with it": figure}


def gradient_norms(net: Any, x: Numpy, bits: Numpy) -> Numpy:
    """‖∂E/∂c‖ (of a plain network ‖∂E/∂h‖) at every step but the last, by the latest of them."""
    layer, state, memories = net[0].layer, None, []
    output: Any = None
    for t in range(x.shape[1]):
        output, state = layer(x[:, t : t + 1], state)
        memories.append(state[-1] if isinstance(state, tuple) else state)
    loss = nn.functional.cross_entropy(net[1](output[:, 0]), bits)
    gradients: Any = npl.gradients(loss, memories[:-1])
    norms: Numpy = np.linalg.norm(np.reshape(gradients, (len(gradients), -1)), axis=1)
    return np.asarray(norms / norms[-1])


def mathematics(seed: int) -> list[Claim]:
    """The formulas of the notes by hand, beside those of the layers."""
    rng = np.random.default_rng(seed)
    x, h, c = rng.normal(size=(30, 3)), rng.normal(size=(1, 4)), rng.normal(size=(1, 4))
    lstm, plain = nn.LSTM(3, 4, rng=seed).astype("f8"), nn.RNN(3, 4, rng=seed).astype("f8")
    W, U, b, b2 = (parameter.value for parameter in lstm.parameters())
    i, f, g, o = npl.split(x[:1] @ W.T + h @ U.T + b + b2, 4, axis=1)
    memory = npl.sigmoid(f) * c + npl.sigmoid(i) * np.tanh(g)
    new, found = [npl.sigmoid(o) * np.tanh(memory), memory], lstm(x[:1], (h, c))[1]

    U[...] = 0.0  # the gates no longer hear h
    forget = npl.sigmoid(x @ W[4:8].T + b[4:8] + b2[4:8]).prod(axis=0)
    starts = npl.Variable(c), npl.Variable(h)
    states, end = plain(x, starts[1])
    through: Any = npl.gradients(npl.sum(lstm(x, (h, starts[0]))[1][1]) + npl.sum(end), starts)
    row = np.ones(4)
    for state in states.value[::-1]:
        row = row @ np.diag(1.0 - state**2) @ plain.weight_hh_l0.value
    return [
        agree("h by the gates of the notes", found[0], new[0], tolerance=1e-12),
        agree("c", found[1], new[1], tolerance=1e-12),
        agree("LSTM: ∂c/∂c₀ after 30 steps, ∏ f", through[0][0], forget, tolerance=1e-12),
        agree("RNN: ∂h/∂h₀, ∏ diag(1 − h²) W", through[1][0], row, tolerance=1e-10),
    ]
