"""What a receptive field is like: a Gabor function, in one place, of one orientation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import neuropil as npl

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

_SPECTRUM = 32
"""Frequencies along each axis among which the first guess is chosen."""


def gabor_fit(
    fields: Float[np.ndarray, "n side side"], *, steps: int = 100
) -> Float[np.ndarray, "n"]:
    """The share of each field's square that its best Gabor function explains.

    That is E(p) (a cos 2πk·p + b sin 2πk·p): E a Gaussian with a centre and two widths, along the
    wave vector k and across, as J. P. Jones and L. A. Palmer (1987) describe simple cells of the
    visual cortex. For given k, centre and widths the best a and b are those of least squares; the
    rest is found by descent from the peak of the spectrum, all fields at once.

    Args:
        fields: The receptive fields.
        steps: Of the descent.

    Example:
        >>> at = np.arange(12) - 5.5
        >>> envelope = np.exp(-(at**2) / 8)
        >>> wave = np.outer(envelope * np.cos(at), envelope)
        >>> noise = npl.Generator(0).normal((12, 12))
        >>> (gabor_fit(np.stack([wave, noise])) > 0.99).tolist()
        [True, False]
    """
    n, side = fields.shape[:2]
    at = ((np.arange(side) - (side - 1) / 2) / side).astype(np.float32)
    p = np.stack(np.meshgrid(at, at, indexing="ij"), axis=-1).reshape(-1, 1, 2)
    f = (fields.reshape(n, -1).T / np.linalg.norm(fields, axis=(1, 2))).astype(np.float32)
    k = npl.Variable(_peaks(fields))
    centre = npl.Variable(np.sum(f[..., np.newaxis] ** 2 * p, axis=0))
    widths = npl.Variable(np.full((n, 2), np.log(0.2), np.float32))
    optimizer = npl.optim.Adam([k, centre, widths], lr=0.05)
    for _ in range(steps):
        explained = _explained(f, p - centre, k, npl.exp(2.0 * widths))
        optimizer.zero_grad()
        (-npl.sum(explained)).backward()
        optimizer.step()
    found: np.ndarray = explained.detach()
    return found


def spread(fields: Float[np.ndarray, "... side side"]) -> Float[np.ndarray, "..."]:
    """The share of its pixels that a field takes up: (Σ w²)² / (n Σ w⁴), 1 where all are equal.

    Example:
        >>> spread(np.eye(4)).item()
        0.25
    """
    squares = fields**2
    mean: np.ndarray = np.mean(squares, axis=(-2, -1)) ** 2 / np.mean(squares**2, axis=(-2, -1))
    return mean


def orientation(fields: Float[np.ndarray, "... side side"]) -> Float[np.ndarray, "..."]:
    """|Σ P e^{2iθ}| / Σ P over the directions θ of a field's spectrum P: near 1 if they are one.

    Example:
        >>> orientation(np.ones((8, 1)) * np.cos(np.arange(8.0))).round(1).item()
        0.7
    """
    power = np.abs(np.fft.fft2(fields, (_SPECTRUM, _SPECTRUM))) ** 2
    waves = np.fft.fftfreq(_SPECTRUM)
    turns = np.exp(2j * np.arctan2(waves[:, np.newaxis], waves))
    index: np.ndarray = np.abs(np.sum(power * turns, axis=(-2, -1))) / power.sum(axis=(-2, -1))
    return index


def _peaks(fields: Float[np.ndarray, "n side side"]) -> Float[np.ndarray, "n 2"]:
    """The wave vectors at which the spectra are largest, in waves per side."""
    spectrum = np.abs(np.fft.fft2(fields, (_SPECTRUM, _SPECTRUM))).reshape(len(fields), -1)
    row, column = np.divmod(spectrum.argmax(axis=1), _SPECTRUM)
    waves = np.fft.fftfreq(_SPECTRUM) * fields.shape[1]
    return np.stack([waves[row], waves[column]], axis=-1).astype(np.float32)


def _explained(
    f: Float[np.ndarray, "pixels n"],
    away: Float[Array, "pixels n 2"],
    k: Float[Array, "n 2"],
    variances: Float[Array, "n 2"],
) -> Float[Array, "n"]:
    """The share for these parameters: the projection of f on the two waves under the envelope."""
    along = npl.sum(away * k, axis=-1)
    across = away[..., 0] * k[:, 1] - away[..., 1] * k[:, 0]
    scaled = (npl.sum(k**2, axis=-1, keepdims=True) + 1e-6) * variances
    envelope = npl.exp(-0.5 * (along**2 / scaled[:, 0] + across**2 / scaled[:, 1]))
    c, s = envelope * npl.cos(2.0 * np.pi * along), envelope * npl.sin(2.0 * np.pi * along)
    cc, cs, ss, fc, fs = (
        npl.sum(a * b, axis=0) for a, b in ((c, c), (c, s), (s, s), (f, c), (f, s))
    )
    return (ss * fc**2 - 2.0 * cs * fc * fs + cc * fs**2) / (cc * ss - cs**2 + 1e-6)
