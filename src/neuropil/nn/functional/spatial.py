"""Signals and images for layers that slide windows over them: settings, checks, order of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn.refusals import is_integer, shape_of

if TYPE_CHECKING:
    from jaxtyping import Shaped

    from neuropil.arrays import Array

Lengths = tuple[int, ...]
"""One number for each spatial axis."""

PerAxis = int | Lengths
"""A setting for all spatial axes, or for each: the length of a signal; height, width of images."""

Padding = PerAxis | Literal["same", "valid"]

Margins = tuple[tuple[int, int], ...]
"""Zeros before and after, along each spatial axis."""

_KIND = {1: ("signals", "L"), 2: ("images", "H, W")}
"""What an array with so many spatial axes is called, and they."""


def per_axis(name: str, value: Any, axes: int, *, least: int = 1) -> Lengths:
    """``3`` for ``(3, 3)``.

    Raises:
        ValueError: Not one integer, nor one for each axis, or one is below ``least``.

    Example:
        >>> per_axis("stride", 2, 2), per_axis("stride", (1, 2), 2), per_axis("stride", 2, 1)
        ((2, 2), (1, 2), (2,))
    """
    values = tuple(value) if isinstance(value, tuple | list) else (value,) * axes
    if len(values) != axes or not all(is_integer(n) and n >= least for n in values):
        each = "" if axes == 1 else ", or two of them (height, width)"
        raise ValueError(f"{name} is an integer of at least {least}{each}, got {value!r}")
    return tuple(map(int, values))


def as_padding(padding: Any, axes: int) -> Any:
    """The padding of a layer as it is kept: a word, or a number for each axis."""
    return padding if isinstance(padding, str) else per_axis("padding", padding, axes, least=0)


def margins_of(padding: Any, size: Lengths, stride: Lengths, dilation: Lengths) -> Margins:
    """How many zeros stand before and after each axis.

    Raises:
        ValueError: An unknown padding, or ``"same"`` with a stride.

    Example:
        >>> margins_of("same", (3, 2), (1, 1), (1, 1)), margins_of(1, (3, 3), (1, 1), (1, 1))
        (((1, 1), (0, 1)), ((1, 1), (1, 1)))
    """
    if padding == "valid":
        return ((0, 0),) * len(size)
    if padding == "same":
        if any(step != 1 for step in stride):
            raise ValueError(f"padding='same' needs stride 1, got {stride}: give padding in pixels")
        spare = [d * (k - 1) for k, d in zip(size, dilation, strict=True)]
        return tuple((n // 2, n - n // 2) for n in spare)
    if isinstance(padding, str):
        raise ValueError(f"padding is 'same', 'valid', or a number of zeros, got {padding!r}")
    return tuple((n, n) for n in per_axis("padding", padding, len(size), least=0))


def places_of(space: Lengths, size: Lengths, stride: Lengths, dilation: Lengths) -> Lengths:
    """How many windows fit along each axis, 0 or less where none does.

    Example:
        >>> places_of((28, 28), (5, 5), (1, 1), (1, 1)), places_of((7,), (3,), (2,), (1,))
        ((24, 24), (3,))
    """
    settings = zip(space, size, stride, dilation, strict=True)
    return tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in settings)


def check_layout(layer: str, x: Any, axes: int, channels: int | None = None) -> None:
    """Raise unless ``x`` holds signals (N, C, L) or images (N, C, H, W) of so many channels.

    Raises:
        ShapeError: It does not.
        DTypeError: It is no array.
    """
    shape = shape_of(layer, x)
    if len(shape) == axes + 2 and (channels is None or shape[1] == channels):
        return
    what, letters = _KIND[axes]
    expected = f"{what} (N, {'C' if channels is None else channels}, {letters})"
    if len(shape) == axes + 1 and shape[0] == channels:
        advice = "add the batch axis (x[None])"
    elif len(shape) == axes + 1 and channels in (1, None):
        advice = "add the channel axis (x[:, None])"
    elif len(shape) == axes + 2 and shape[-1] == channels:
        order = (0, axes + 1, *range(1, axes + 1))
        advice = f"put the channels first (npl.permute_dims(x, {order}))"
    elif len(shape) == axes + 2:
        advice = f"these have {shape[1]} channels; build the layer for as many"
    else:
        advice = f"reshape the rows to {what} (x.reshape(N, C, {letters}))"
    raise ShapeError(f"{layer} expects {expected}, got {shape}: {advice}")


def check_fit(layer: str, x: Any, size: Lengths, margins: Margins, dilation: Lengths) -> None:
    """Raise unless at least one window fits, margins included.

    Raises:
        ShapeError: None fits.
    """
    padded = tuple(n + sum(margin) for n, margin in zip(x.shape[2:], margins, strict=True))
    span = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    if any(k > n for k, n in zip(span, padded, strict=True)):
        what, _ = _KIND[len(size)]
        raise ShapeError(
            f"{layer} expects {what} of at least {span} pixels with their padding, got {padded}: "
            f"take larger {what}, smaller windows, or fewer layers that shrink them"
        )


def channels_last(
    x: Shaped[Array, "batch channels *space"], margins: Margins
) -> Shaped[Array, "batch *padded channels"]:
    """The images with margins of zeros, in the order in which windows are cut out of them."""
    n = len(margins)
    x = ops.permute_dims(x, (0, *range(2, n + 2), 1))
    return ops.pad(x, ((0, 0), *margins, (0, 0))) if any(map(any, margins)) else x


def channels_first(
    x: Shaped[Array, "batch *space channels"],
) -> Shaped[Array, "batch channels *space"]:
    """The images in the order in which layers take and give them."""
    n = len(x.shape)
    return ops.permute_dims(x, (0, n - 1, *range(1, n - 1)))
