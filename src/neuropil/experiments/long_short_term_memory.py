"""Notes 9.2.2: a memory that passes through no activation and no weights."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, Findings, Numpy, above, agree, below, experiment
from neuropil.experiments.harness.recurrent_stack import LSTMStack, PlainStack


@experiment("Long short-term memory: a bit kept over 200 steps", section="9.2.2")
def long_short_term_memory(seed: int, quick: bool) -> Findings:
    """An LSTM keeps a bit through 200 steps of noise, where a plain recurrent network loses it.

    The derivative of the memory c through time is ∏ f, the product of the forget gates, if these
    hear the input alone; that of a plain state h is the matrix product ∏ diag(1 − h²) W. With gates
    that are set for memories of up to 200 steps (the chrono rule) a part of the gradient arrives at
    the first step; nothing does in plain networks. Pairs learn from the same sequences, as long
    and at the same rate. Longer taught, or with larger steps, more of the plain ones learn it too,
    for clipped gradients of unstable weights carry them to a state that keeps the bit by chance.
    The recipe sequence-memory has more units and more noise.
    """
    pairs, batches = (10, 70) if quick else (20, 100)
    lstm, plain = (kind(pairs, 12, 200, seed) for kind in (LSTMStack, PlainStack))
    flows: dict[str, Numpy] = {}
    figure, (left, curves) = harness.panels(2, width=5.2)
    for name, stack in (("LSTM", lstm), ("RNN", plain)):
        flows[f"{name}, at first"] = stack.gradient_norms()
        curves.plot(stack.learn(batches), label=name)
        flows[f"{name}, afterwards"] = stack.gradient_norms()
    of_lstm, of_plain = lstm.right(), plain.right()
    claims = [
        *mathematics(seed),
        above(
            "LSTMs: least part of the gradient at step 1", flows["LSTM, at first"][:, 0].min(), 1e-2
        ),
        below("RNNs: the largest", flows["RNN, at first"][:, 0].max(), 1e-6),
        harness.rises("share of right answers, LSTM for RNN", of_plain, of_lstm),
        above("LSTMs: median share of right answers", np.median(of_lstm), 0.95),
        below("RNNs: median", np.median(of_plain), 0.75),
    ]
    for name, norms in flows.items():
        left.semilogy(np.median(norms, axis=0), label=name)
    left.set(xlabel="step", ylabel="norm of the gradient, by the last", ylim=(1e-16, 1e4))
    curves.set(xlabel="batches", ylabel="cross-entropy, mean of all networks")
    left.legend(frameon=False)
    curves.legend(frameon=False)
    return claims, {"The gradient through time, and what is learned with it": figure}


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
